"""The spool: a folder for what was handed over, shared by the gateway (writes), ingest (reads) and the clerk (removes).

On disk a file's name is its job and its number; the name it came with is kept as data only.
"""

import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from shared.errors import TooLargeError
from shared.models import SpoolFile

_JOB = re.compile(r"[0-9a-f]{23}")
"""What ``new_job_id`` makes: whatever else lies in the folder is not ours."""


def display_name(name: str | None, *, default: str = "upload") -> str:
    """A name fit to be shown and logged: no folders, no control characters, at most 255 characters."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:255] or default


class Spool:
    """Files of jobs, under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, job: str, place: int) -> tuple[str, BinaryIO]:
        """A new file for a job, open for writing, and its path within the spool."""
        path = f"{job}/{place}"
        (self._folder / job).mkdir(parents=True, exist_ok=True)
        return path, (self._folder / path).open("w+b")

    def write(self, job: str, place: int, name: str, chunks: Iterable[bytes], *, limit: int) -> SpoolFile:
        """Write a file as it arrives; raises ``TooLargeError`` past ``limit`` bytes."""
        path, file = self.create(job, place)
        size = 0
        with file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLargeError(f"{name}: more than {limit:,} bytes; split it into several submissions")
                file.write(chunk)
        return SpoolFile(name=name, path=path, size=size)

    def size(self, path: str) -> int:
        """Bytes of a file that was written here."""
        return (self._folder / path).stat().st_size

    def open(self, file: SpoolFile) -> BinaryIO:
        """A file of a job, for reading. An absolute path (``wiremill run`` on local files) is taken as it is."""
        return (self._folder / file.path).open("rb")

    def jobs(self, *, older: float) -> list[str]:
        """The jobs that have files here, the newest written more than so many seconds ago."""
        now = time.time()
        folders = [folder for folder in self._folder.glob("*/") if _JOB.fullmatch(folder.name)]
        return [folder.name for folder in folders if now - folder.stat().st_mtime > older]

    def remove(self, job: str) -> None:
        """Remove a job's files; nothing to remove is fine."""
        shutil.rmtree(self._folder / job, ignore_errors=True)
