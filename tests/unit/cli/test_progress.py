import io
import time

import pytest
from rich.console import Console

from services.cli.progress import Watch
from shared.models import Job, JobState, StageProgress
from shared.pipeline import NAMES


def job(state: JobState, received: int, passed: int) -> Job:
    stages = {name: StageProgress(stories=passed) for name in NAMES}
    return Job(id="a", state=state, created="2026-06-20T08:00:00Z", received=received, stages=stages)  # type: ignore[arg-type]


def shown(*jobs: Job, terminal: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written when a job stands like this, and a second later like that."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, get_time=lambda: now[0])
    with Watch(console) as watch:
        for found in jobs:
            now[0] += 1
            watch.show(found)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_terminal_shows_rates_and_the_time_left(monkeypatch: pytest.MonkeyPatch):
    steps = [job(JobState.RUNNING, 1000, passed) for passed in (0, 100, 200, 300)]
    text = shown(*steps, terminal=True, monkeypatch=monkeypatch)
    assert "300/1000" in text
    assert "100/s" in text
    assert "0:00:07\x1b[0m left" in text  # (1000 - 300) / 100


def test_the_end_is_not_told_before_it_is_known(monkeypatch: pytest.MonkeyPatch):
    steps = [job(JobState.INGESTING, 100 + passed, passed) for passed in (0, 100, 200)]
    text = shown(*steps, terminal=True, monkeypatch=monkeypatch)
    assert "200/?" in text
    assert "left" not in text


def test_elsewhere_a_line_when_something_changed(monkeypatch: pytest.MonkeyPatch):
    steps = [job(JobState.RUNNING, 10, passed) for passed in (0, 0, 5)]
    text = shown(*steps, terminal=False, monkeypatch=monkeypatch)
    assert text.splitlines() == [
        f"a running: ingest 10 {' '.join(f'{name} {passed}' for name in NAMES)}" for passed in (0, 5)
    ]
