"""How a job's numbers are told."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.pages.progress import Progress, duration, size
from shared.models import Job, JobState, Options, StageProgress, State
from shared.pipeline import NAMES

BEGAN = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


def job(state: JobState, received: int, pending: int = 0, *, passed: int = 0, **more: object) -> Job:
    counts = dict.fromkeys(State, 0) | {State.PENDING: pending, State.DONE: received - pending}
    stages = {name: StageProgress(stories=passed, seconds=1.5) for name in NAMES}
    return Job(id="j", state=state, created=BEGAN, received=received, counts=counts, stages=stages, **more)  # type: ignore[arg-type]


def at(found: Job, seconds: float) -> Progress:
    return Progress.of(found, BEGAN + dt.timedelta(seconds=seconds))


def test_nobody_knows_how_many_while_files_are_read():
    found = at(job(JobState.INGESTING, 100, 60, passed=40), 10)
    assert (found.percent, found.left, found.ended) == (None, None, 40)
    assert [stage.of for stage in found.stages] == [0, 100, 100, 100, 100]
    assert [stage.name for stage in found.stages] == ["ingest", *NAMES]


def test_rate_and_time_left():
    found = at(job(JobState.RUNNING, 400, 300, passed=100), 20)
    assert found.percent == 25
    assert found.left == pytest.approx(60)
    assert [found.rate(stage.passed) for stage in found.stages] == [20, 5, 5, 5, 5]
    assert [stage.seconds for stage in found.stages] == [None, 1.5, 1.5, 1.5, 1.5]


def test_nothing_has_ended_yet_so_nobody_can_tell():
    assert at(job(JobState.RUNNING, 400, 400), 20).left is None
    assert at(job(JobState.RUNNING, 400, 400), 0).rate(400) == 0


def test_the_end():
    found = at(job(JobState.FINISHED, 400, finished=BEGAN + dt.timedelta(seconds=8)), 3600)
    assert (found.percent, found.seconds, found.left, found.says) == (100, 8, None, "Finished: 400 stories.")
    assert at(job(JobState.FINISHED, 1), 1).says == "Finished: 1 story."


def test_a_stage_that_is_left_out_is_said_to_be():
    found = at(job(JobState.RUNNING, 2, options=Options(skip=frozenset({"entities"}))), 1)
    assert [stage.name for stage in found.stages if stage.skipped] == ["entities"]


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_not_a_hundred_percent_before_the_last_story(received: int, pending: int):
    pending = min(pending, received)
    percent = at(job(JobState.RUNNING, received, pending), 5).percent
    assert percent is not None
    assert (percent == 100) == (pending == 0)


@settings(deadline=None)  # what it counts, not how long it takes
@given(st.integers(10, 10**6))
def test_a_screen_reader_hears_of_a_running_job_ten_times_at_most(received: int):
    steps = range(0, received, max(1, received // 40))
    said = {at(job(JobState.RUNNING, received, received - ended), ended / 10).says for ended in steps}
    assert len(said) <= 10


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min"), (200, "3 min 20 s"),
        (660.4, "11 min"), (7500, "2 h 5 min"), (3599.9, "1 h 0 min"),
    ],
)  # fmt: skip
def test_durations(seconds: float, said: str):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (1437, "1.4 kB"), (999_700, "1.0 MB"),
        (23_400_000, "23 MB"), (4_000_000_000, "4.0 GB"), (5e12, "5000 GB"),
    ],
)  # fmt: skip
def test_sizes(count: float, said: str):
    assert size(count) == said
