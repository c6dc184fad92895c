"""Small stages for testing the core. A story's keywords say what happens to it: ``what@stage``.

``raise`` fails, ``raise-once`` fails until it has failed once, ``die`` kills the worker, ``sleep`` takes 2 ms,
``duplicate`` and ``killed`` end it, ``lose`` is a faulty stage that returns one story too few, ``unwritable`` one whose
text is no Unicode.

Each stage signs the stories it has worked on in ``subjects``, so that a test can see a stage skipped or done twice.

``python -m tests.stages PROCESSES STAGE…`` is a worker made of them.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from celery.signals import worker_ready
from redis import Redis

from shared.logs import configure
from shared.models import Content, Job, Options, SpoolFile, State, Story, Subject
from shared.pipeline import INGEST, NAMES
from shared.runner import Opening, Read
from shared.settings import Settings
from shared.stage import Process, Result
from shared.worker import Prepare, create_worker, work


class StageFailedError(Exception):
    """What ``raise`` raises."""


def plan(
    folder: Path, stories: int, keywords: Mapping[int, Sequence[str]] | None = None, *, every: Sequence[str] = ()
) -> SpoolFile:
    """A file that the test's ingest stage reads as so many stories."""
    path = folder / f"plan-{time.time_ns()}.json"
    rows = [[*every, *(keywords or {}).get(seq, ())] for seq in range(stories)]
    path.write_text(json.dumps(rows))
    return SpoolFile(name=path.name, path=str(path), size=path.stat().st_size)


def stories_of(rows: Sequence[Sequence[str]], *, first: int = 0) -> list[Story]:
    """Stories as the test's ingest stage makes them."""
    return [
        Story.rejected(type="bad", title="Bad", detail="told so", source=Story().source)
        if f"reject@{INGEST}" in keywords
        else Story(headline=f"story {seq}", keywords=list(keywords), content=Content(text=f"text {seq} " * 20))
        for seq, keywords in enumerate(rows, first)
    ]


def _prepare_ingest(settings: Settings, redis: "Redis") -> Read:
    def read(job: Job, opening: Opening) -> Iterator[list[Story]]:
        seq = 0
        for place, file in enumerate(job.files):
            cut = opening(place)
            rows = json.loads(Path(file.path).read_text())
            for start in range(0, len(rows), settings.batch_stories):
                batch = rows[start : start + settings.batch_stories]
                if cut is not None and seq >= cut:
                    break
                if any(f"slow@{INGEST}" in row for row in batch):
                    time.sleep(0.9)
                if any(f"hang@{INGEST}" in row for row in batch):
                    time.sleep(3600)
                if any(f"raise@{INGEST}" in row for row in batch):
                    raise StageFailedError("the file is bad from here on")
                yield stories_of(batch, first=seq)
                seq += len(batch)

    return read


def _prepare_stage(stage: str) -> Process:
    def work_on(story: Story) -> Story:
        update: dict[str, Any] = {"subjects": [*story.subjects, Subject(name=stage)]}
        for keyword in story.keywords:
            what, _, where = keyword.partition("@")
            if where not in (stage, "all"):
                continue
            if what == "raise" or (what == "raise-once" and story.error is None):
                raise StageFailedError(f"told to at {stage}")
            if what == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if what == "hang":
                time.sleep(3600)
            if what == "sleep":
                time.sleep(0.002)
            if what in (State.DUPLICATE, State.KILLED):
                update["state"] = State(what)
            if what == "unwritable":
                update["headline"] = "\ud800"
        if stage == NAMES[0]:
            update |= {"body": story.content.text if story.content else story.body, "content": None}
        return story.model_copy(update=update)

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        made = [work_on(story) for story in stories]
        return Result([story for story in made if f"lose@{stage}" not in story.keywords])

    return process


def lookup(name: str) -> Prepare:
    """How a stage of the tests prepares itself."""
    if name == INGEST:
        return _prepare_ingest
    return lambda settings, redis: _prepare_stage(name)


def main() -> None:
    """A worker, until it is told to stop."""
    processes, *names = sys.argv[1:]
    settings = Settings()
    configure(settings, "test")
    worker_ready.connect(lambda **_: print("worker is up", flush=True), weak=False)
    work(create_worker(settings, names, lookup=lookup), names, processes=int(processes))


if __name__ == "__main__":
    main()
