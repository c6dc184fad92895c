"""Cuts a stream into items, holding no more of it than one item."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from services.ingest.items import Chunk
from services.ingest.streams import Readable

BLOCK = 1 << 18
MAX_REREAD = 2_000_000
"""Bytes of a file that may be read again behind broken items (and those of one more item): bounds the time taken."""

_OVERLAP = 256
"""Longest delimiter looked for: one that straddles two blocks is found when the second has come."""

Finder = Callable[[bytes, int], tuple[int | None, int]]
"""``(buffer, at) → (end of the item in buffer, or None if it is not in sight; where to go on looking)``."""


def before(pattern: str) -> Finder:
    """Finds where ``pattern`` begins."""
    return _regex_finder(re.compile(b"(?=%b)" % pattern.encode(), re.MULTILINE | re.IGNORECASE))


def after(pattern: str) -> Finder:
    """Finds where ``pattern`` ends."""
    return _regex_finder(re.compile(pattern.encode(), re.MULTILINE))


def _regex_finder(pattern: re.Pattern[bytes]) -> Finder:
    def find(buffer: bytes, at: int) -> tuple[int | None, int]:
        match = pattern.search(buffer, at)
        return (match.end(), match.end()) if match else (None, max(at, len(buffer) - _OVERLAP))

    return find


def line(buffer: bytes, at: int) -> tuple[int | None, int]:
    """Finds the end of a line, its newline included."""
    newline = buffer.find(b"\n", at)
    return (None, len(buffer)) if newline < 0 else (newline + 1, newline + 1)


def nowhere(buffer: bytes, at: int) -> tuple[int | None, int]:
    """Finds nothing: the item is the rest of the file."""
    return None, len(buffer)


class Window:
    """A forward-only view of a stream. ``offset`` is where it stands, in bytes from the start of the stream."""

    def __init__(self, stream: Readable, *, limit: int, ratio: int = 200) -> None:
        self._stream = stream
        self._limit = limit
        self.ratio = ratio  # bytes that may be unpacked from each of the file's
        self._buffer = b""
        self._start = 0  # offset of the buffer's first byte
        self._at = 0  # where in the buffer the next item begins
        self._ended = False
        self._reread = 0

    @property
    def limit(self) -> int:
        """Bytes that an item may have."""
        return self._limit

    @property
    def offset(self) -> int:
        """Where the next item begins."""
        return self._start + self._at

    @contextmanager
    def as_file(self) -> Iterator[BinaryIO]:
        """All of the stream as a file that can seek: itself, or (from within an archive) a copy on disk.

        Instead of ``take``, not beside it. What an archive may unpack to is limited already.
        """
        raw = getattr(self._stream, "raw", None)
        if raw is not None:
            raw.seek(0)
            yield raw
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(cast(BinaryIO, self._stream), copy)
            copy.seek(0)
            yield cast(BinaryIO, copy)

    def take(self, find: Finder) -> Chunk | None:
        """The bytes up to where ``find`` says, or up to the end of the file; None when nothing is left.

        Of a chunk larger than the limit, only its extent is kept.
        """
        start, scan, kept = self.offset, self._at, True
        while True:
            stop, scan = find(self._buffer, scan)
            if stop is not None:
                break
            if not kept or scan - self._at > self._limit:
                kept = False
                self._at = min(scan, len(self._buffer))
            before = self._at
            if not self._more():
                break
            scan -= before
        closed = stop is not None
        stop = len(self._buffer) if stop is None else stop
        data = self._buffer[self._at : stop] if kept and stop - self._at <= self._limit else None
        self._at = stop
        if not closed and self.offset == start:
            return None
        return Chunk(start, self.offset, data, closed)

    def rewind(self, offset: int) -> bool:
        """Go back into the chunk taken last, which must have been kept; false if that has been done too much."""
        if self._reread > MAX_REREAD:
            return False
        self._reread += self.offset - offset
        self._at = offset - self._start
        return True

    def _more(self) -> bool:
        """Read another block behind what is held; false at the end of the stream."""
        held = self._buffer[self._at :]
        # Reading as much as is held keeps the copying linear in the size of an item.
        block = b"" if self._ended else self._stream.read(max(BLOCK, len(held)))
        self._ended = not block
        if self._ended:
            return False
        self._start += self._at
        self._at = 0
        self._buffer = held + block
        return True
