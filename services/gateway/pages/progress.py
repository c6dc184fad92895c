"""A job's numbers as a person reads them: how far each stage is, how fast, how long it will still take."""

import datetime as dt
import math
from typing import NamedTuple, Self

from shared.models import Job, JobState, State
from shared.pipeline import INGEST, STAGES

STEP = 10
"""Percent between two announcements to a screen reader: one a second would talk over everything else."""


class Row(NamedTuple):
    """One stage: ``passed`` stories ``of`` those read so far; in the reading itself ``of`` is 0 until all are known."""

    name: str
    does: str
    passed: int
    of: int
    seconds: float | None = None  # of workers' time; of the reading it is not known
    skipped: bool = False


class Progress(NamedTuple):
    """The whole job."""

    stages: list[Row]
    ended: int  # stories that have come to their end
    percent: int | None  # None while the number of stories is not known
    seconds: float  # since it was handed over, until now or its end
    left: float | None  # seconds that it will still take, about; None when it has ended, or nobody can tell
    counts: list[tuple[State, int]]  # states that some stories are in, in the order of the ledger
    says: str  # one sentence, which changes seldom

    @classmethod
    def of(cls, job: Job, now: dt.datetime) -> Self:
        """The job as it stands at ``now``."""
        sealed = job.state not in (JobState.QUEUED, JobState.INGESTING)
        seconds = max(0.0, ((job.finished or now) - job.created).total_seconds())
        pending = job.counts.get(State.PENDING, 0)
        ended = job.received - pending
        percent = _percent(ended, job.received) if sealed else None
        return cls(
            stages=_rows(job, sealed=sealed),
            ended=ended,
            percent=percent,
            seconds=seconds,
            left=pending * seconds / ended if sealed and ended and not job.state.ended else None,
            counts=[(state, count) for state, count in job.counts.items() if count],
            says=_says(job, ended, percent),
        )

    def rate(self, stories: int) -> float:
        """So many stories, a second."""
        return stories / self.seconds if self.seconds else 0.0


def _rows(job: Job, *, sealed: bool) -> list[Row]:
    stages = [(stage, job.stages[stage.name]) for stage in STAGES]
    return [Row(INGEST, "read the files", job.received, job.received if sealed else 0)] + [
        Row(stage.name, stage.does, at.stories, job.received, at.seconds, stage.name in job.options.skip)
        for stage, at in stages
    ]


def _percent(part: int, whole: int) -> int:
    """Whole percent, never 100 before all is done."""
    return 100 * part // whole if whole else 100


def _says(job: Job, ended: int, percent: int | None) -> str:
    stories = f"{job.received:,} {'story' if job.received == 1 else 'stories'}"
    match job.state:
        case JobState.QUEUED:
            return "Waiting for a worker to read the files."
        case JobState.INGESTING:
            return "Reading the files; stories are already on their way."
        case JobState.RUNNING:
            return f"At least {(percent or 0) // STEP * STEP} % of {stories} have come to their end."
        case JobState.FINISHED:
            return f"Finished: {stories}."
        case JobState.CANCELLED:
            lost = job.counts.get(State.CANCELLED, 0)
            return f"Cancelled: {job.received - lost:,} of {stories} had come to their end."


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``: as exact as anybody wants to know."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 and whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """Bytes as a file manager shows them: ``812 bytes``, ``1.4 kB``, ``23 MB``."""
    if count < 1000:
        return f"{count:.0f} bytes"
    power = min(3, int(math.log10(max(count, 1) * 1.0005) // 3))
    count /= 1000**power
    return f"{count:.1f} {_UNITS[power]}" if count < 9.95 else f"{count:.0f} {_UNITS[power]}"


_UNITS = ("bytes", "kB", "MB", "GB")
