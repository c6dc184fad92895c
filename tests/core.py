"""What several tests of the core share: the pipeline without Celery, and what must always hold of the store."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from redis import Redis

from shared import keys
from shared.messages import Ref
from shared.models import State
from shared.pipeline import FINISHED, INGEST, NAMES
from shared.runner import run_ingest, run_stage
from shared.scripts import STATES
from shared.settings import Settings
from shared.store import Lease, Store
from tests.stages import lookup


class Line:
    """A message queue in a list, and one worker that takes from it: the runner as it is, without Celery."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.messages: list[Ref] = []
        self.log: list[Ref] = []

    def send(self, refs: Sequence[Ref]) -> None:
        self.messages += refs

    def take(self) -> None:
        """Work on the oldest message."""
        ref = self.messages.pop(0)
        self.log.append(ref)
        made = lookup(ref.stage)(self.store.settings, self.store.redis)
        run: Callable[..., None] = run_ingest if ref.stage == INGEST else run_stage
        run(self.store, self.send, made, ref)

    def drain(self) -> None:
        """Work until nothing is left to do."""
        while self.messages:
            self.take()


def reader(store: Store, job: str) -> Lease:
    """The lease on reading a job: the one that is held, or a new one; a dead one if the job is not to be read."""
    ref = Ref(job=job, stage=INGEST)
    if token := store.redis.hget(keys.of_job(job, "lease"), f"{INGEST}:token"):
        return Lease(ref, token.decode(), 1)
    return store.begin(ref).lease or Lease(ref, "dead", 1)


def check_ledger(redis: "Redis", job: str) -> None:
    """What must hold of a job after each and every operation."""
    fields = {name.decode(): value.decode() for name, value in redis.hgetall(keys.of_job(job, "job")).items()}
    outcome = (redis.get(keys.of_job(job, "outcome")) or b"").decode()
    counts = {state: int(fields.get(f"n:{state}", 0)) for state in State}
    assert int(fields["received"]) == sum(counts.values()) == len(outcome)
    assert {state: number for state, number in counts.items() if number} == Counter(
        STATES[letter] for letter in outcome
    )
    _check_state(fields, counts)
    _check_batches(redis, job, fields, outcome)


def _check_state(fields: dict[str, str], counts: dict[State, int]) -> None:
    if fields["state"] == "finished":
        assert counts[State.PENDING] == 0
        assert "finished" in fields
    if fields["state"] == "running":
        assert counts[State.PENDING] > 0
        assert "finished" not in fields
    if fields["state"] == "cancelled":
        assert counts[State.PENDING] == 0


def _check_batches(redis: "Redis", job: str, fields: dict[str, str], outcome: str) -> None:
    batches = int(fields["batches"])
    stages = [int(byte) for byte in (redis.get(keys.of_job(job, "stage")) or b"").decode()]
    assert len(stages) == batches
    firsts = [int(score) for _, score in redis.zrange(keys.of_job(job, "first"), 0, -1, withscores=True)]
    bounds = list(pairwise([*firsts, len(outcome)]))
    todo = [int(batch) for batch in redis.lrange(keys.of_job(job, "todo"), 0, -1)]
    out = in_outbox(redis, job)
    assert len(set(todo)) == len(todo)
    for batch, (stage, (start, end)) in enumerate(zip(stages, bounds, strict=True)):
        if "p" in outcome[start:end]:
            assert stage < FINISHED
        # A batch that is not through is where it will be found; one that is through is nowhere.
        assert (batch in out) + (batch in todo) == (stage < FINISHED), (batch, stage, out, todo)
    assert int(fields["inflight"]) == len(out)
    if fields["state"] in ("queued", "ingesting"):
        assert redis.zscore(keys.OUTBOX, f"{job}:{INGEST}") is not None
    if fields["state"] != "cancelled":
        for number, name in enumerate(NAMES):
            passed = sum(end - start for stage, (start, end) in zip(stages, bounds, strict=True) if stage > number)
            assert int(fields.get(f"passed:{name}", 0)) == passed


def check_windows(redis: "Redis", settings: Settings) -> None:
    """No more in the pipeline than the windows allow, and whatever waits has its turn coming."""
    members = [member.decode() for member in redis.zrange(keys.OUTBOX, 0, -1)]
    assert sum(not member.endswith(INGEST) for member in members) <= settings.total_window
    waiting = {job.decode() for job in redis.zrange(keys.RING, 0, -1)}
    for job in (job.decode() for job in redis.zrange(keys.JOBS, 0, -1)):
        out = in_outbox(redis, job)
        assert len(out) <= settings.job_window
        if redis.llen(keys.of_job(job, "todo")) and len(out) < settings.job_window:
            assert job in waiting


def in_outbox(redis: "Redis", job: str) -> set[int]:
    """The batches of a job that are in the pipeline."""
    members = [member.decode().rpartition(":") for member in redis.zrange(keys.OUTBOX, 0, -1)]
    return {int(unit) for name, _, unit in members if name == job and unit != INGEST}
