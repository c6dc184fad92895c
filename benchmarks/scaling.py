"""What a story costs, and what a million or a hundred million of them a day would therefore take.

    python -m benchmarks.scaling [FEED] [--stories 20000]

FEED is a file or folder of stories, as ``wiremill run`` takes it; without one they are made up, some 500 characters
each. Prints the two tables of ``docs/scaling.md``. Run it on a machine that does nothing else: worker time is by the
clock. The server's figures are its own (``INFO``).
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pipeline import given, made_up, took, warm
from shared.logs import configure
from shared.models import Job
from shared.settings import Settings
from shared.store import Store

DAY = 86_400
PEAK = 3
"""How many times the day's mean arrives in its busiest hour."""
BUSY = 0.7
"""Share of a worker's time that is planned for."""
JOB_DAYS, INDEX_DAYS = 3, 7
"""For how long jobs and the index of copies are kept by default."""


@dataclass(frozen=True)
class Cost:
    """Of one story, on average: ``worker`` seconds (of these ``stages``, by name), the server's ``cpu`` seconds,
    ``commands``, bytes ``sent`` to it and ``got`` from it, bytes ``kept`` with the job and in the index of copies.
    """

    worker: float
    stages: dict[str, float]
    cpu: float
    commands: float
    sent: float
    got: float
    kept: float
    indexed: float


def measured(feed: Path | None, stories: int) -> Cost:
    """One job through one worker process."""
    with tempfile.TemporaryDirectory() as folder, warm(1) as pipeline:
        files = given(feed) if feed else [made_up(Path(folder), stories, seed=99)]
        redis = pipeline.redis
        before = redis.info()
        job, seconds = took(pipeline, files)
        after = redis.info()
        Store(redis, pipeline.settings).forget([job.id])
        while redis.info("memory")["lazyfree_pending_objects"]:
            time.sleep(0.1)
        rest = redis.info("memory")
    return cost(job, seconds, before, after, rest)


def cost(job: Job, seconds: float, before: dict[str, float], after: dict[str, float], rest: dict[str, float]) -> Cost:
    """From what the server says before a job, after it, and once it is forgotten."""

    def each(*names: str) -> float:
        return sum(after[name] - before[name] for name in names) / job.received

    return Cost(
        worker=seconds / job.received,
        stages={name: stage.seconds / job.received for name, stage in job.stages.items()},
        cpu=each("used_cpu_user", "used_cpu_sys"),
        commands=each("total_commands_processed"),
        sent=each("total_net_input_bytes"),
        got=each("total_net_output_bytes"),
        kept=(after["used_memory"] - rest["used_memory"]) / job.received,
        indexed=(rest["used_memory"] - before["used_memory"]) / job.received,
    )


def story(cost: Cost) -> Iterator[str]:
    """The first table: one story."""
    yield "| of one story | |\n|---|---:|"
    yield f"| worker time, all of it | {1000 * cost.worker:.2f} ms |"
    for name, seconds in cost.stages.items():
        yield f"| of that {name} | {1000 * seconds:.2f} ms |"
    yield f"| Redis: processor time | {1e6 * cost.cpu:,.0f} µs |"
    yield f"| commands, those in scripts too | {cost.commands:.2f} |"
    yield f"| bytes to Redis, from Redis | {cost.sent:,.0f}, {cost.got:,.0f} |"
    yield f"| memory while its job is kept | {cost.kept:,.0f} bytes |"
    yield f"| memory in the index of copies | {cost.indexed:,.0f} bytes |"


def plan(cost: Cost) -> Iterator[str]:
    """The second table: many stories a day."""
    days = (1_000_000, 100_000_000)
    peaks = [PEAK * stories / DAY for stories in days]

    def row(name: str, *values: str) -> str:
        return f"| {name} | {' | '.join(values)} |"

    yield row("stories a day", *(f"{stories:,}" for stories in days)) + "\n|---|---:|---:|"
    yield row(f"stories a second in the busiest hour ({PEAK} × the mean)", *(f"{peak:,.0f}" for peak in peaks))
    yield row(f"worker processes, {BUSY:.0%} busy then", *(f"{peak * cost.worker / BUSY:,.1f}" for peak in peaks))
    for name, seconds in cost.stages.items():
        yield row(f"of them {name}", *(f"{peak * seconds / BUSY:,.1f}" for peak in peaks))
    yield row("Redis: share of its one core then", *(f"{peak * cost.cpu:.1%}" for peak in peaks))
    yield row(
        "network to and from Redis then", *(f"{8e-6 * peak * (cost.sent + cost.got):,.1f} Mbit/s" for peak in peaks)
    )
    held = [stories * (JOB_DAYS * cost.kept + INDEX_DAYS * cost.indexed) / 1e9 for stories in days]
    yield row(
        f"Redis: memory ({JOB_DAYS} days of jobs, {INDEX_DAYS} of the index)", *(f"{each:,.1f} GB" for each in held)
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feed", type=Path, nargs="?")
    parser.add_argument("--stories", type=int, default=20_000)
    options = parser.parse_args()
    configure(Settings(log_level="ERROR"), "bench")
    found = measured(options.feed, options.stories)
    print("\n".join(story(found)), "\n".join(plan(found)), sep="\n\n")


if __name__ == "__main__":
    main()
