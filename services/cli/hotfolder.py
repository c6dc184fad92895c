"""A folder into which others put files: each becomes a job, and is moved away when that has ended.

A file stays where it landed until its job has ended, so where it lies *is* the state: after a crash it is handed over
again, under the same Idempotency-Key, which gives the same job (for 24 hours). The key is made of what would make it
another submission: the file's name and bytes, and the options.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from services.cli.common import lost
from shared.models import Job, JobState, Options, State, Story
from wiremill.client import ApiError, Client

Where = Literal["done", "failed"]
DONE: Where = "done"
FAILED: Where = "failed"
PARTIAL = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", "~")
"""How the names of files end that are not whole yet, whatever brings them."""
AT_ONCE = 16
"""Files whose jobs are under way, at most: the others wait in the folder, not in the gateway."""
TOLD = 1000
"""Stories of which an ``.error.txt`` tells, at most."""
JOB_NOT_FOUND = "job-not-found"

Mark = tuple[int, int, int]
"""Size, time of change and inode of a file: it has not changed while these have not."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file. ``place`` is where it is now, relative to the folder."""

    file: str
    what: Literal["submitted", "done", "failed", "changed"]
    job: str | None = None
    place: str | None = None
    why: str | None = None


def mark_of(path: Path) -> Mark | None:
    """None for what is no file any more."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


class Landing:
    """Tells which files in a folder are whole: those that have not changed for ``settle`` seconds.

    It looks again and again instead of being told by the system (inotify): that does not see what comes over a network
    mount, where wires often come, and does not say either when a file is whole.
    """

    def __init__(self, folder: Path, settle: float) -> None:
        self._folder, self._settle = folder, settle
        self.seen: dict[Path, tuple[Mark, float]] = {}

    def whole(self, now: float) -> list[Path]:
        """Look, and return the files that are whole, the oldest first; ``now`` in seconds, of any clock."""
        before, self.seen = self.seen, {}
        for path in self._landed():
            if mark := mark_of(path):
                known = before.get(path)
                self.seen[path] = known if known and known[0] == mark else (mark, now)
        found = [path for path, (_, since) in self.seen.items() if now - since >= self._settle]
        return sorted(found, key=lambda path: (self.seen[path][0][1], path.name))

    def _landed(self) -> Iterator[Path]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and not entry.name.lower().endswith(PARTIAL) and entry.is_file():
                    yield Path(entry.path)


class Hotfolder:
    """The folder and a gateway; ``tell`` hears of each file what became of it."""

    def __init__(
        self, folder: Path, client: Client, options: Options, *, settle: float, tell: Callable[[Report], None]
    ) -> None:
        self._folder, self._client, self._options, self._tell = folder, client, options, tell
        self._landing = Landing(folder, settle)
        self._jobs: dict[Path, tuple[str, Mark | None]] = {}
        for name in (DONE, FAILED):
            (folder / name).mkdir(exist_ok=True)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and nothing waits."""
        return not self._jobs and not self._landing.seen

    def round(self, now: float) -> None:
        """Look once. Raises ``ApiError`` when the gateway can take nothing now: nothing is lost, look again later."""
        for path, (job, mark) in list(self._jobs.items()):
            self._follow(path, job, mark)
        for path in self._landing.whole(now):
            if len(self._jobs) >= AT_ONCE:
                break
            if path not in self._jobs:
                self._submit(path)

    def _submit(self, path: Path) -> None:
        mark = mark_of(path)
        try:
            key = submission_key(path, self._options)
            job = self._client.submit([path], self._options, idempotency_key=key)
        except FileNotFoundError:  # somebody took it away
            return
        except OSError as error:
            self._move(path, FAILED, why=f"it cannot be read: {error.strerror}; mend that and put it back")
            return
        except ApiError as error:
            if not is_refusal(error):
                raise
            self._move(path, FAILED, why=f"the gateway refused it: {error}")
            return
        self._jobs[path] = (job.id, mark)
        self._tell(Report(path.name, "submitted", job.id))

    def _follow(self, path: Path, id: str, mark: Mark | None) -> None:
        try:
            job = self._client.job(id)
        except ApiError as error:
            if error.slug != JOB_NOT_FOUND:
                raise
            del self._jobs[path]  # it has expired: the file is handed over again
            return
        if not job.state.ended:
            return
        if mark_of(path) == mark:
            failed = job.error or job.state is JobState.CANCELLED or (job.received and lost(job) == job.received)
            self._move(path, FAILED if failed else DONE, job=job)
        else:
            self._tell(Report(path.name, "changed", id, why="it changed meanwhile, and is handed over again"))
        del self._jobs[path]

    def _move(self, path: Path, where: Where, *, job: Job | None = None, why: str = "") -> None:
        place = free(self._folder / where, path.name)
        if job and (where == FAILED or lost(job)):
            why = reason(job, self._client.stories(job.id, state=[State.REJECTED, State.FAILED]))
        if why:  # before the file is moved: whoever dies in between does both again
            place.with_name(f"{place.name}.error.txt").write_text(f"{path.name}: {why}\n", encoding="utf-8")
        try:
            path.rename(place)
        except FileNotFoundError:  # somebody took it away
            return
        first = why.split("\n", 1)[0] or None
        self._tell(Report(path.name, where, job.id if job else None, str(place.relative_to(self._folder)), first))


def submission_key(path: Path, options: Options) -> str:
    """The Idempotency-Key of a file: the same for the same name, bytes and options. Raises ``OSError``."""
    said = json.dumps([path.name, options.model_dump(mode="json")], sort_keys=True)
    start = hashlib.blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16)
    with path.open("rb") as file:
        return f"watch-{hashlib.file_digest(file, start.copy).hexdigest()}"


def is_refusal(error: ApiError) -> bool:
    """Whether the gateway will never take it, as it is: what is wrong is neither a key nor the moment."""
    return 400 <= error.status < 500 and error.status not in (401, 403, 408, 409, 429)


def free(folder: Path, name: str) -> Path:
    """A place in a folder at which there is nothing: by that name, or with a number before what it ends with."""
    place, number = folder / name, 0
    while place.exists():
        number += 1
        place = folder / f"{Path(name).stem}.{number}{Path(name).suffix}"
    return place


def reason(job: Job, stories: Iterator[Story]) -> str:
    """What was lost of a file, and why: a line for the job, and one for each of the stories."""
    all_in_all = f"{lost(job)} of {job.received} stories were lost (job {job.id}, {job.state})"
    lines = [f"{job.error.title}: {job.error.detail}; {all_in_all}" if job.error else all_in_all]
    for place, story in enumerate(stories):
        if place == TOLD:
            lines.append("… and more")
            break
        span = story.source.byte_range
        where = f"bytes {span[0]}–{span[1]}" if span else story.id
        lines.append(
            f"{where}: {story.error.title}: {story.error.detail}" if story.error else f"{where}: {story.state}"
        )
    return "\n".join(lines)
