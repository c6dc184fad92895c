"""Processes killed at random while they work: the outcome must be that of a run in which nothing happened."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis, RedisError

from services.cli.server import Server
from shared.celery_app import Sender, create_celery
from shared.models import Job, State, Story
from shared.results import Results
from shared.settings import Settings
from shared.store import Store, connect
from tests.conftest import StartWorker, quick
from tests.core import Line, check_ledger
from tests.stages import plan

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds a worker's processes in /proc")

StartClerk = Callable[[Settings], None]
HASTE = {"lease_seconds": 1, "resend_seconds": 1.5, "fatal_deaths": 10**6}
"""What is lost is found again soon; and nothing is convicted, since blows at random hit the same story now and then."""


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which keeps its data when it is killed."""
    server = Server(tmp_path / "durable", durable=True)
    yield server
    server.stop()


def keywords(stories: int) -> dict[int, list[str]]:
    """Something of every end."""
    kinds = {37: "duplicate@dedup", 53: "raise@entities", 71: "killed@clean", 97: "reject@ingest"}
    return {seq: [kind for by, kind in kinds.items() if seq % by == by - 1] for seq in range(stories)}


def undisturbed(store: Store, folder: Path, stories: int) -> tuple[dict[State, int], list[Story]]:
    """What comes of the same job when nothing happens."""
    line = Line(store)
    job, ref = store.submit([plan(folder, stories, keywords(stories))])
    line.send([ref])
    line.drain()
    return Results(store.redis).job(job).counts, [bare(story) for story in Results(store.redis).stories(job)]


def bare(story: Story) -> Story:
    """Without what differs from run to run: ids, times, and the test's own command to take its time."""
    update: dict[str, object] = {"id": "", "job_id": "", "timings": Story().timings}
    return story.model_copy(update=update | {"keywords": [word for word in story.keywords if word != "sleep@all"]})


def compare(redis: "Redis", job: str, expected: tuple[dict[State, int], list[Story]]) -> None:
    found = Results(redis).job(job)
    check_ledger(redis, job)
    assert found.balanced
    assert (found.counts, [bare(story) for story in Results(redis).stories(job)]) == expected
    events = [event[b"event"] for _, event in redis.xrange(f"wm:{job}:events")]
    assert events.count(b"finished") == 1
    assert {stage.stories for stage in found.stages.values()} == {found.received}


def current(redis: "Redis", job: str) -> Job | None:
    with suppress(RedisError):
        return Results(redis).job(job)
    return None


def drive(redis: "Redis", job: str, *, seconds: float, every: tuple[float, float], blow: Callable[[], None]) -> int:
    """Strike at random intervals until the job has ended; returns how often."""
    deadline = time.monotonic() + seconds
    blows = 0
    while time.monotonic() < deadline:
        time.sleep(random.uniform(*every))
        found = current(redis, job)
        if found and found.state.ended:
            return blows
        blow()
        blows += 1
    raise AssertionError(f"not ended after {seconds} s and {blows} blows: {current(redis, job)}")


def kill_workers(
    redis: "Redis", settings: Settings, start: StartWorker, clerk: StartClerk, folder: Path, stories: int, blows: int
) -> None:
    expected = undisturbed(Store(redis, settings), folder, stories)
    workers: list[subprocess.Popen[bytes]] = [start(settings=settings) for _ in range(2)]
    job, ref = Store(redis, settings).submit([plan(folder, stories, keywords(stories), every=["sleep@all"])])
    Sender(create_celery(settings), settings)([ref])
    clerk(settings)
    left = blows

    def blow() -> None:
        nonlocal left
        if left <= 0:
            return
        left -= 1
        place = random.randrange(len(workers))
        victim = workers[place]
        children = Path(f"/proc/{victim.pid}/task/{victim.pid}/children").read_text().split()
        if left % 3 and children:
            with suppress(ProcessLookupError):
                os.kill(int(random.choice(children)), signal.SIGKILL)
        else:
            victim.kill()
            victim.wait()
            workers[place] = start(settings=settings, wait=False)

    struck = drive(redis, job, seconds=30 + 4 * blows, every=(0.05, 0.7), blow=blow)
    assert struck > 3, "the job was over before anything had happened"
    compare(redis, job, expected)


def test_workers_killed_at_random(
    redis: "Redis", settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    settings = settings.model_copy(update=HASTE)
    kill_workers(redis, settings, worker, clerk, tmp_path, 2000, blows=8)


@pytest.mark.chaos
def test_workers_killed_at_random_for_minutes(
    redis: "Redis", settings: Settings, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    settings = settings.model_copy(update=HASTE)
    kill_workers(redis, settings, worker, clerk, tmp_path, 20_000, blows=200)


def disturb_server(
    server: Server, start: StartWorker, clerk: StartClerk, folder: Path, stories: int, kills: int, cuts: int
) -> None:
    settings = quick(server.url, folder).model_copy(update=HASTE)
    redis = connect(server.url)
    store = Store(redis, settings)
    expected = undisturbed(store, folder, stories)
    start(settings=settings)
    start(settings=settings)
    job, ref = store.submit([plan(folder, stories, keywords(stories), every=["sleep@all"])])
    Sender(create_celery(settings), settings)([ref])
    clerk(settings)
    left = ["kill"] * kills + ["cut"] * cuts
    random.shuffle(left)

    def blow() -> None:
        match left.pop() if left else "":
            case "kill":
                server.process.kill()
                server.process.wait()
                time.sleep(0.3)
                server.restart()
            case "cut":
                with suppress(RedisError):
                    redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    assert drive(redis, job, seconds=60 + 5 * kills + cuts, every=(0.02, 0.1), blow=blow) >= kills + cuts
    compare(redis, job, expected)
    redis.close()


def test_a_server_killed_and_every_connection_cut(
    durable: Server, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    disturb_server(durable, worker, clerk, tmp_path, 2000, kills=1, cuts=50)


@pytest.mark.chaos
def test_a_server_killed_again_and_again(
    durable: Server, worker: StartWorker, clerk: StartClerk, tmp_path: Path
) -> None:
    disturb_server(durable, worker, clerk, tmp_path, 10_000, kills=15, cuts=200)
