"""What the pipeline does and has done, over all jobs: read from the store, so that whoever is asked says the same."""

from collections import Counter
from dataclasses import dataclass

from shared import keys
from shared.store import Store


@dataclass
class StageSurvey:
    """One stage now: batches (of ``ingest``: jobs) that wait to be begun and that are worked on, and how long (s) the
    one that has waited longest has waited.
    """

    waiting: int = 0
    working: int = 0
    oldest_waiting: float = 0.0


@dataclass(frozen=True)
class Survey:
    """All of it. ``jobs`` are those that have not ended, by state; ``oldest_job`` is the age (s) of the oldest of them;
    ``held`` are batches that wait for room in the pipeline; ``totals`` say what has happened, how often, in all jobs
    there ever were (names as in ``lua/``: ``n:done``, ``passed:clean``, ``seconds:clean``, ``expired:clean``, …).
    """

    jobs: dict[str, int]
    oldest_job: float
    held: int
    stages: dict[str, StageSurvey]
    totals: dict[str, float]
    webhooks_pending: int
    memory_used: int
    memory_limit: int  # 0: none


def survey(store: Store) -> Survey:
    """Ask the store; takes as long as there are jobs that have not ended."""
    jobs, oldest, held, units = store.run("survey")
    stages: dict[str, StageSurvey] = {}
    for name, waited in zip(units[::2], units[1::2], strict=True):
        stage = stages.setdefault(name.decode(), StageSurvey())
        if waited:
            stage.waiting += 1
            stage.oldest_waiting = max(stage.oldest_waiting, float(waited))
        else:
            stage.working += 1
    with store.redis.pipeline(transaction=False) as pipe:
        pipe.hgetall(keys.TOTALS)
        pipe.zcard(keys.WEBHOOKS)
        pipe.info("memory")
        rows, webhooks, memory = pipe.execute()
    totals = {name.decode(): float(value) for name, value in rows.items()}
    return Survey(
        jobs=Counter({state.decode(): number for state, number in zip(jobs[::2], jobs[1::2], strict=True)}),
        oldest_job=float(oldest),
        held=held,
        stages=stages,
        totals=totals,
        webhooks_pending=webhooks,
        memory_used=memory["used_memory"],
        memory_limit=memory.get("maxmemory", 0),
    )
