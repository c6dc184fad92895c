"""Processes that die and are replaced, a job that they work on, and what must be true of it afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis, RedisError

from services.cli.processes import environment, start
from shared.celery_app import Sender, create_celery
from shared.models import Job, State, Story
from shared.pipeline import QUEUES
from shared.results import Results
from shared.settings import Settings
from shared.store import Store
from tests.conftest import ROOT, kill_group
from tests.core import Line, check_ledger
from tests.stages import plan

HASTE = {"lease_seconds": 1, "resend_seconds": 1.5, "sweep_seconds": 0.1, "fatal_deaths": 10**6}
"""What is lost is found again soon; and nothing is convicted, since blows at random hit the same story now and then."""

Outcome = tuple[dict[State, int], list[Story]]


class Crew:
    """Workers of the tests' own stages, and clerks. ``tend`` replaces whoever has died."""

    def __init__(
        self, settings: Settings, folder: Path, *, workers: int = 2, clerks: int = 1, env: Mapping[str, str] = {}
    ) -> None:
        self._log = folder / "crew.log"
        self._env = environment(settings) | {"PYTHONPATH": str(ROOT)} | env
        worker = [sys.executable, "-m", "tests.stages", "2", *QUEUES]
        clerk = [sys.executable, "-m", "services.cli", "clerk"]
        self.commands = {f"worker {n}": worker for n in range(workers)} | {f"clerk {n}": clerk for n in range(clerks)}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths = 0

    def tend(self) -> None:
        """Start whatever is not running."""
        for name, command in self.commands.items():
            process = self.running.get(name)
            if process is None or process.poll() is not None:
                self.deaths += process is not None
                self.running[name] = start(command, log=self._log, env=self._env)

    def end(self, names: Iterable[str] | None = None) -> None:
        """Kill processes, all of them if none is named, and whatever they started."""
        for name in self.running.keys() if names is None else names:
            kill_group(self.running[name])

    def children(self, name: str) -> list[int]:
        """The pool processes of a worker."""
        pid = self.running[name].pid
        with suppress(FileNotFoundError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []


def keywords(stories: int) -> dict[int, list[str]]:
    """Something of every end."""
    kinds = {37: "duplicate@dedup", 53: "raise@entities", 71: "killed@clean", 97: "reject@ingest"}
    return {seq: [kind for by, kind in kinds.items() if seq % by == by - 1] for seq in range(stories)}


def undisturbed(store: Store, folder: Path, stories: int) -> Outcome:
    """What comes of the job when nothing happens."""
    line = Line(store)
    job, ref = store.submit([plan(folder, stories, keywords(stories))])
    line.send([ref])
    line.drain()
    return Results(store.redis).job(job).counts, [bare(story) for story in Results(store.redis).stories(job)]


def submit(store: Store, settings: Settings, folder: Path, stories: int) -> str:
    """The same job, each stage taking a while over every story."""
    job, ref = store.submit([plan(folder, stories, keywords(stories), every=["sleep@all"])])
    Sender(create_celery(settings), settings)([ref])
    return job


def bare(story: Story) -> Story:
    """Without what differs from run to run: ids, times, and the test's own command to take its time."""
    update: dict[str, object] = {"id": "", "job_id": "", "timings": Story().timings}
    return story.model_copy(update=update | {"keywords": [word for word in story.keywords if word != "sleep@all"]})


def current(redis: "Redis", job: str) -> Job | None:
    """The job, or None while the server is away."""
    with suppress(RedisError):
        return Results(redis).job(job)
    return None


@dataclass
class Watch:
    """Drives a crew until a job has ended, and keeps the longest time in which nothing moved."""

    crew: Crew
    redis: "Redis"
    job: str
    stall: float = 0.0
    _moved: float = field(default_factory=time.monotonic)
    _seen: object = None

    def step(self) -> bool:
        """Replace the dead, look; whether the job has ended."""
        self.crew.tend()
        found = current(self.redis, self.job)
        seen = found and (found.received, found.counts, [stage.stories for stage in found.stages.values()])
        now = time.monotonic()
        self.stall = max(self.stall, now - self._moved)
        if seen and seen != self._seen:
            self._seen, self._moved = seen, now
        return bool(found and found.state.ended)

    def until_ended(self, *, seconds: float, blow: Callable[[], float] = lambda: 0.05) -> None:
        """Strike again and again; ``blow`` returns the seconds to wait for the next. Fails if it takes too long."""
        deadline = time.monotonic() + seconds
        while not self.step():
            assert time.monotonic() < deadline, f"not ended after {seconds} s: {current(self.redis, self.job)}"
            time.sleep(blow())


def compare(redis: "Redis", job: str, expected: Outcome) -> tuple[int, int]:
    """Fails unless the job came out as if nothing had happened; how many stories were lost, and how many doubled."""
    found = Results(redis).job(job)
    stories = [bare(story) for story in Results(redis).stories(job)]
    times = Counter(story.seq for story in stories)
    lost = sum(1 for story in expected[1] if not times[story.seq])
    doubled = times.total() - len(times)
    check_ledger(redis, job)
    assert found.balanced
    assert (lost, doubled) == (0, 0)
    assert (found.counts, stories) == expected
    events = [event[b"event"] for _, event in redis.xrange(f"wm:{job}:events")]
    assert events.count(b"finished") == 1
    assert {stage.stories for stage in found.stages.values()} == {found.received}
    return lost, doubled


def arm(folder: Path, points: Sequence[str], times: int) -> dict[str, str]:
    """Have so many processes die at each point; the environment that they need."""
    for point in points:
        (folder / point).mkdir(parents=True)
        for number in range(times):
            (folder / point / str(number)).touch()
    return {"WIREMILL_FAULTS": str(folder)}


def kill(pid: int) -> None:
    """``kill -9``; one that has gone already is fine."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
