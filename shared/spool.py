"""The spool: where what was handed over lies until it is read, for the gateway (writes), ingest (reads) and the clerk
(removes): a folder that they share, or an object store.

There a file's name is its job and its number; the name it came with is kept as data only.
"""

import os
import re
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Self

from shared.errors import BadRequestError, SpoolUnavailableError, TooLargeError
from shared.models import SpoolFile
from shared.settings import Settings
from shared.store import job_time

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_JOB = re.compile(r"[0-9a-f]{23}")
"""What ``new_job_id`` makes, with the milliseconds of its making first: whatever else lies there is not ours."""
PART = 8 * 1024 * 1024
"""Bytes of an upload that are held in memory, and sent to an object store at a time. S3 takes at most 10,000 parts."""


def display_name(name: str | None, *, default: str = "upload") -> str:
    """A name fit to be shown and logged: no folders, no control characters, at most 255 characters."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:255] or default


def open_spool(settings: Settings) -> "Spool":
    """The spool of the settings. Nothing is connected to before it is used; raises ``BadRequestError``."""
    return ObjectSpool(settings.spool_url) if settings.spool_url else FolderSpool(settings.spool_dir)


class Spool(ABC):
    """Files of jobs. Where a method has to reach for them elsewhere, it raises ``SpoolUnavailableError``."""

    @abstractmethod
    def create(self, job: str, place: int) -> tuple[str, IO[bytes]]:
        """A new file for a job, open for writing, and its path within the spool."""

    @abstractmethod
    def open(self, file: SpoolFile) -> BinaryIO:
        """A file of a job, for reading from any place of it."""

    @abstractmethod
    def remove(self, job: str) -> None:
        """Remove a job's files; nothing to remove is fine."""

    @abstractmethod
    def _names(self) -> Iterable[str]:
        """What lies here under names of its own, jobs and other things."""

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

    def discard(self, job: str) -> None:
        """Remove the files of what becomes no job. What cannot be reached now, the clerk removes as an orphan."""
        with suppress(SpoolUnavailableError):
            self.remove(job)

    def jobs(self, *, older: float) -> list[str]:
        """The jobs that have files here and were begun more than so many seconds ago."""
        before = job_time(time.time() - older)
        return [name for name in self._names() if _JOB.fullmatch(name) and name < before]


class FolderSpool(Spool):
    """A folder, on a disk or a network file system that the three services share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, job: str, place: int) -> tuple[str, IO[bytes]]:
        """In a folder of the job's."""
        path = f"{job}/{place}"
        (self._folder / job).mkdir(parents=True, exist_ok=True)
        return path, (self._folder / path).open("wb")

    def open(self, file: SpoolFile) -> BinaryIO:
        """An absolute path (``wiremill run`` on local files) is taken as it is."""
        return (self._folder / file.path).open("rb")

    def remove(self, job: str) -> None:
        """The job's folder, as far as that can be done."""
        shutil.rmtree(self._folder / job, ignore_errors=True)

    def _names(self) -> Iterable[str]:
        return [folder.name for folder in self._folder.glob("*/")]


class ObjectSpool(Spool):
    """An object store, by any of fsspec's names for one: ``s3://BUCKET/PREFIX``.

    What is written goes there in parts as it comes; what is read is fetched first, since a zip archive is read from its
    end, and since a network that fails while a feed is parsed would look like a feed that is broken. Credentials and
    the endpoint are the driver's own to find (for S3: ``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``, roles ...).
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._driver, _, self._root = self._url.partition("://")
        self._made: tuple[int, AbstractFileSystem] | None = None
        try:
            from fsspec import get_filesystem_class

            get_filesystem_class(self._driver)
        except (ImportError, ValueError) as error:
            raise BadRequestError(f"{url}: {error}; for s3:// install wiremill[s3]") from error

    @property
    def _store(self) -> "AbstractFileSystem":
        """All threads share one; a fork must not use its parent's."""
        from fsspec import filesystem

        if self._made is None or self._made[0] != os.getpid():
            made = filesystem(self._driver, use_listings_cache=False, skip_instance_cache=True)
            self._made = os.getpid(), made
        return self._made[1]

    def create(self, job: str, place: int) -> tuple[str, IO[bytes]]:
        """Others see it once it is closed."""
        path = f"{job}/{place}"
        with self._reached():
            sent: Any = _Sent(self._store.open(f"{self._root}/{path}", "wb", block_size=PART))
        return path, sent

    def open(self, file: SpoolFile) -> BinaryIO:
        """A copy, in a temporary file."""
        with ExitStack() as in_error:
            fetched = in_error.enter_context(tempfile.TemporaryFile())
            with (
                self._reached(FileNotFoundError),
                self._store.open(f"{self._root}/{file.path}", "rb", cache_type="none") as kept,
            ):
                shutil.copyfileobj(kept, fetched, PART)
            in_error.pop_all()
        fetched.seek(0)
        return fetched

    def remove(self, job: str) -> None:
        """All that lies under the job's name."""
        with self._reached(), suppress(FileNotFoundError):
            self._store.rm(f"{self._root}/{job}", recursive=True)

    def _names(self) -> Iterable[str]:
        found: list[str] = []
        with self._reached(), suppress(FileNotFoundError):  # nothing was ever written
            found = self._store.ls(self._root, detail=False)
        return [path.rstrip("/").rpartition("/")[2] for path in found]

    def _reached(self, *passes: type[Exception]) -> AbstractContextManager[None]:
        return _reaching(self._url, *passes)


class _Sent:
    """A file that goes to an object store as it is written: as much of one as those who write need."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, part: bytes) -> int:
        with _reaching(self._file.path):
            return int(self._file.write(part))

    def close(self) -> None:
        with _reaching(self._file.path):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _reaching(what: str, *passes: type[Exception]) -> Iterator[None]:
    """Drivers raise what their libraries raise, of all kinds. What ``passes`` is an answer like any other."""
    try:
        yield
    except passes:
        raise
    except Exception as error:
        says = str(error) or type(error).__name__
        raise SpoolUnavailableError(f"the object store did not do as asked ({what}: {says}); try again") from error
