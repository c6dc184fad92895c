"""Jobs through real Celery workers and a clerk, on a real server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from services.cli.server import Server
from shared.celery_app import Sender, create_celery
from shared.models import JobState, State, Subject
from shared.pipeline import INGEST, NAMES
from shared.results import Results
from shared.settings import Settings
from shared.store import Store
from tests.conftest import StartWorker, ended, until
from tests.core import check_ledger
from tests.stages import plan

ALL = [Subject(name=name) for name in NAMES]
StartClerk = Callable[[], None]


def test_a_job_through_workers_of_single_stages(
    redis: Redis, store: Store, settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    for stages in ((INGEST, NAMES[0]), NAMES[1:]):
        worker(stages=stages, processes=1)
    keywords = {5: ["duplicate@dedup"], 100: ["raise@entities"], 299: ["reject@ingest"]}
    job, ref = store.submit([plan(tmp_path, 300, keywords)])
    Sender(create_celery(settings), settings)([ref])
    clerk()
    found = ended(redis, job)
    check_ledger(redis, job)
    assert (found.state, found.received) == (JobState.FINISHED, 300)
    ends = {5: State.DUPLICATE, 100: State.FAILED, 299: State.REJECTED}
    for story in Results(redis).stories(job):
        assert story.state is ends.get(story.seq, State.DONE)
        assert story.state is not State.DONE or story.subjects == ALL


def test_cancel_and_retry_while_workers_run(
    redis: Redis, store: Store, settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    worker(processes=2)
    clerk()
    send = Sender(create_celery(settings), settings)
    long, ref = store.submit([plan(tmp_path, 3000, every=["sleep@all"])])
    send([ref])
    until(lambda: Results(redis).job(long).counts[State.DONE], why="the long job has begun")

    short, ref = store.submit([plan(tmp_path, 100, {3: ["raise-once@clean"], 70: ["raise-once@summarise"]})])
    send([ref])
    found = ended(redis, short)
    assert found.counts[State.FAILED] == 2
    assert not Results(redis).job(long).state.ended, "a short job waits for a long one"

    send(store.cancel(long))
    retried, refs = store.retry(short)
    send(refs)
    assert retried == 2
    found = ended(redis, short)
    assert found.counts[State.DONE] == found.received == 100
    assert all(story.subjects == ALL for story in Results(redis).stories(short))
    cancelled = Results(redis).job(long)
    assert cancelled.state is JobState.CANCELLED
    assert cancelled.counts[State.CANCELLED] > 0
    assert cancelled.balanced
    for job in (short, long):
        check_ledger(redis, job)


def test_messages_that_were_never_sent_are_sent_by_the_clerk(
    redis: Redis, store: Store, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    worker(processes=1)
    job, _ = store.submit([plan(tmp_path, 10)])
    clerk()
    assert ended(redis, job).counts[State.DONE] == 10


def test_a_worker_told_to_stop_finishes_what_it_has_in_hand(
    redis: Redis, store: Store, settings: Settings, worker: StartWorker, tmp_path: Path
) -> None:
    process = worker(processes=1)
    job, ref = store.submit([plan(tmp_path, 640, every=["sleep@all"])])
    Sender(create_celery(settings), settings)([ref])
    until(lambda: Results(redis).job(job).stages[NAMES[0]].stories, why="it has begun")
    process.terminate()
    assert process.wait(15) == 0
    check_ledger(redis, job)
    assert not Results(redis).job(job).state.ended
    leases = redis.hkeys(f"wm:{job}:lease")
    assert not [name for name in leases if name.endswith(b":token")]


@pytest.mark.parametrize("what", ["die", "hang"])
def test_a_story_that_kills_its_worker_or_hangs_fails_and_its_job_ends(
    redis: Redis, settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path, what: str
) -> None:
    settings = settings.model_copy(update={"lease_seconds": 0.6, "resend_seconds": 1, "task_seconds": 2})
    worker(processes=2, settings=settings)
    job, ref = Store(redis, settings).submit([plan(tmp_path, 100, {70: [f"{what}@dedup"]})])
    Sender(create_celery(settings), settings)([ref])
    clerk()
    found = ended(redis, job)
    check_ledger(redis, job)
    assert (found.counts[State.DONE], found.counts[State.FAILED]) == (99, 1)
    error = Results(redis).story(job, 70).error
    assert error
    assert (error.type, error.stage) == ("worker-died", "dedup")


def test_reading_may_take_long_but_not_stand_still(
    redis: Redis, settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"lease_seconds": 0.6, "resend_seconds": 1, "task_seconds": 2})
    worker(settings=settings)
    slow: dict[int, list[str]] = {place: ["slow@ingest"] for place in range(0, 192, 64)}
    job, ref = Store(redis, settings).submit([plan(tmp_path, 300, slow | {200: ["hang@ingest"]})])
    Sender(create_celery(settings), settings)([ref])
    clerk()
    found = ended(redis, job)
    check_ledger(redis, job)
    assert (found.received, found.counts[State.DONE]) == (192, 192)
    assert "in read" in (tmp_path / "worker.log").read_text()  # where it stood


def test_the_server_of_the_tests_is_our_own(redis_server: Server) -> None:
    assert redis_server.url.startswith("redis://:")
    assert "@127.0.0.1:" in redis_server.url
