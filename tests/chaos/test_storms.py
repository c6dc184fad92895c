"""Processes, the server and connections struck while a job runs: the outcome must be that of an undisturbed run."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis, RedisError

from services.cli.server import Server
from shared import keys
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store
from tests.chaos.conftest import Report
from tests.chaos.crew import HASTE, Crew, Watch, compare, current, kill, submit, undisturbed
from tests.conftest import quick

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds a worker's processes in /proc")

MakeCrew = Callable[..., Crew]
Apart = tuple["Redis", Settings]
long = pytest.mark.chaos
"""Left to ``make chaos``; a shorter form of the same test runs always."""


class Storm:
    """A job on a server of its own or a shared one, a crew, and what must come of it."""

    def __init__(self, redis: "Redis", settings: Settings, crew: Crew, folder: Path, stories: int) -> None:
        self.redis, self.crew = redis, crew
        store = Store(redis, settings)
        self._expected = undisturbed(store, folder, stories)
        crew.tend()
        self.job = submit(store, settings, folder, stories)
        self.watch = Watch(crew, redis, self.job)

    def under_way(self) -> None:
        """Wait until something has been done and not all."""
        while not ((found := current(self.redis, self.job)) and found.stages["clean"].stories):
            self.crew.tend()
            time.sleep(0.02)
        assert not found.state.ended, "the job was over before anything had happened"

    def strike(self, blow: Callable[[], None], *, times: int, every: tuple[float, float]) -> None:
        """Strike so often, at random intervals, and wait for the end."""
        left = times

        def once() -> float:
            nonlocal left
            if left:
                left -= 1
                blow()
            return random.uniform(*every)

        self.under_way()
        self.watch.until_ended(seconds=60 + 5 * times, blow=once)
        assert left < times / 2, f"the job was over after {times - left} of {times} blows"

    def compare(self) -> tuple[tuple[int, int], float]:
        """What was lost and doubled (or the test fails), and the longest stall."""
        return compare(self.redis, self.job, self._expected), self.watch.stall


@pytest.mark.parametrize(("stories", "blows"), [(2000, 8), pytest.param(20_000, 200, marks=long)])
def test_workers_killed_at_random(
    redis: "Redis", hasty: Settings, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, blows: int
) -> None:
    storm = Storm(redis, hasty, crew(hasty), tmp_path, stories)

    def blow() -> None:
        name = random.choice([name for name in storm.crew.running if name.startswith("worker")])
        children = storm.crew.children(name)
        if children and random.random() < 0.6:
            kill(random.choice(children))
        else:
            storm.crew.running[name].kill()

    storm.strike(blow, times=blows, every=(0.05, 0.7))
    report("kill -9 of workers and their processes, at random", blows, *storm.compare())


@pytest.mark.parametrize(("stories", "blows"), [(1500, 3), pytest.param(10_000, 60, marks=long)])
def test_clerks_killed_while_two_of_them_work(
    redis: "Redis", hasty: Settings, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, blows: int
) -> None:
    storm = Storm(redis, hasty, crew(hasty, clerks=2), tmp_path, stories)

    def blow() -> None:
        storm.crew.running[random.choice(("clerk 0", "clerk 1"))].kill()
        redis.delete(keys.CLERK)  # whoever comes next takes over, also from one that lives

    storm.strike(blow, times=blows, every=(0.1, 0.5))
    report("kill -9 of one of two clerks, the lock taken away", blows, *storm.compare())


@pytest.mark.parametrize(("stories", "blows"), [(3000, 2), pytest.param(20_000, 20, marks=long)])
def test_a_rolling_restart_does_nothing_twice(
    redis: "Redis", settings: Settings, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, blows: int
) -> None:
    storm = Storm(redis, settings, crew(settings), tmp_path, stories)
    places = ["worker 0", "worker 1"]

    def blow() -> None:
        process = storm.crew.running[places[0]]
        places.reverse()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    storm.strike(blow, times=blows, every=(0.3, 1.0))
    report("SIGTERM of one worker after the other", blows, *storm.compare())
    tries = [row.split()[-1] for rows in redis.hvals(keys.of_job(storm.job, "trail")) for row in rows.splitlines()]
    assert set(tries) == {b"1"}, "some batch was begun more than once"


@pytest.fixture
def apart(durable: Server, tmp_path: Path) -> Iterator[Apart]:
    """A client and hasty settings for a server of the test's own."""
    redis = connect(durable.url)
    yield redis, quick(durable.url, tmp_path).model_copy(update=HASTE)
    redis.close()


@pytest.mark.parametrize(("stories", "kills", "cuts"), [(2000, 1, 50), pytest.param(10_000, 15, 200, marks=long)])
def test_the_server_killed_and_every_connection_cut(
    durable: Server, apart: Apart, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, kills: int, cuts: int
) -> None:
    redis, settings = apart
    storm = Storm(redis, settings, crew(settings), tmp_path, stories)
    blows = ["kill"] * kills + ["cut"] * cuts
    random.shuffle(blows)

    def blow() -> None:
        if blows.pop() == "kill":
            durable.process.kill()
            durable.process.wait()
            time.sleep(0.3)
            durable.restart()
        else:
            with suppress(RedisError):
                redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    storm.strike(blow, times=kills + cuts, every=(0.02, 0.1))
    report(f"kill -9 of Redis with AOF ({kills}), all connections cut ({cuts})", kills + cuts, *storm.compare())


@pytest.mark.parametrize(("stories", "seconds"), [(1500, 3), pytest.param(5000, 30, marks=long)])
def test_the_server_hangs_for_a_while(
    durable: Server, apart: Apart, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, seconds: int
) -> None:
    redis, settings = apart
    storm = Storm(redis, settings, crew(settings), tmp_path, stories)
    storm.under_way()
    durable.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    durable.process.send_signal(signal.SIGCONT)
    storm.watch.until_ended(seconds=120)
    report(f"Redis hangs for {seconds} s", 1, *storm.compare())


@pytest.mark.parametrize(("stories", "seconds"), [(1500, 2), pytest.param(5000, 20, marks=long)])
def test_the_server_is_full_for_a_while(
    apart: Apart, crew: MakeCrew, tmp_path: Path, report: Report, stories: int, seconds: int
) -> None:
    redis, settings = apart
    storm = Storm(redis, settings, crew(settings), tmp_path, stories)
    storm.under_way()
    redis.config_set("maxmemory", "1mb")
    before: Any = current(redis, storm.job)
    time.sleep(seconds)
    during: Any = current(redis, storm.job)
    assert not during.state.ended
    assert during.balanced
    assert sum(s.stories for s in during.stages.values()) - sum(s.stories for s in before.stages.values()) < stories
    redis.config_set("maxmemory", "0")
    storm.watch.until_ended(seconds=120)
    report(f"Redis at maxmemory for {seconds} s", 1, *storm.compare())
