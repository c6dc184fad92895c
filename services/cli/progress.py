"""A job's progress per stage: bars with rates and times left on a terminal, else a line when something changed."""

from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from shared.models import Job, JobState
from shared.pipeline import INGEST, NAMES


class Rate(ProgressColumn):
    """Stories a second: of late, or all in all once the stage is through."""

    def render(self, task: Task) -> Text:
        """Called by rich."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed", justify="right")


class Left(TimeRemainingColumn):
    """Time left, of a stage that is not through and of which it can be told."""

    def render(self, task: Task) -> Text:
        """Called by rich."""
        known = task.time_remaining is not None and not task.finished
        return Text.assemble(super().render(task), " left") if known else Text("")


class Watch:
    """Shows a job whenever it is told how it stands."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TimeElapsedColumn(),
            Left(),
            console=console,
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
            self._bars = {name: self._progress.add_task(name, total=None) for name in (INGEST, *NAMES)}
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._progress.stop()

    def show(self, job: Job) -> None:
        """The job as it stands now."""
        sealed = job.state not in (JobState.QUEUED, JobState.INGESTING)
        passed = {INGEST: job.received} | {name: stage.stories for name, stage in job.stages.items()}
        if self._bars:
            for name, bar in self._bars.items():
                self._progress.update(bar, completed=passed[name], total=job.received if sealed else None)
            return
        line = f"{job.id} {job.state}: " + " ".join(f"{name} {passed[name]}" for name in (INGEST, *NAMES))
        if line != self._last:
            self._last = line
            self._console.print(line, highlight=False, soft_wrap=True)
