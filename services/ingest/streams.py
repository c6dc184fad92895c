"""Byte streams that never raise: a fault ends the stream, and stays with it for the reader to report."""

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import zstandard

from services.ingest.items import ItemError

HEAD = 65_536
"""Bytes looked at to tell what a stream holds."""

FAULTS: tuple[type[Exception], ...] = (
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
)
"""What unpackers and codecs raise on damaged input. Other ``OSError`` is the disk's fault, and worth a second try."""


class Readable(Protocol):
    """The one thing asked of a stream."""

    def read(self, size: int, /) -> bytes:
        """At most about ``size`` bytes; nothing at the end."""


@dataclass(slots=True)
class Allowance:
    """How many bytes may still be unpacked, here and in all that this is part of."""

    left: int
    parent: "Allowance | None" = None

    @property
    def spent(self) -> bool:
        """Whether more was asked for than there was, here or further out."""
        return self.left < 0 or (self.parent is not None and self.parent.spent)

    def spend(self, count: int) -> bool:
        """Take ``count`` bytes; false when there were not that many left."""
        self.left -= count
        within = self.left >= 0
        return (self.parent is None or self.parent.spend(count)) and within


class Checked:
    """A stream with a memory for faults, a peek, and a limit on what it may unpack to."""

    def __init__(
        self,
        stream: Readable,
        *,
        name: str,
        allowance: Allowance | None = None,
        inner: "Checked | None" = None,
        raw: BinaryIO | None = None,
    ) -> None:
        self.name = name
        self.raw = raw  # the same bytes as a file that can seek, if there is one
        # ``read1`` hands over what there is; ``read`` of a buffered stream loses it when a fault comes right behind.
        self._next_block: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._allowance = allowance
        self._inner = inner
        self._peeked = b""
        self._fault: ItemError | None = None

    @property
    def fault(self) -> ItemError | None:
        """Why the stream ended too early, if it did."""
        # The innermost fault is the cause: what reads a stream that was cut calls its own input truncated.
        return (self._inner.fault if self._inner else None) or self._fault

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes (fewer only at the end), which stay to be read."""
        if len(self._peeked) < size:
            self._peeked += self._gather(size - len(self._peeked))
        return self._peeked[:size]

    def read(self, size: int = -1, /) -> bytes:
        """``size`` bytes (default: a block), or fewer at the end, which is also where the stream is damaged."""
        size = size if size >= 0 else HEAD
        if self._peeked:
            block, self._peeked = self._peeked[:size], self._peeked[size:]
            return block
        return self._gather(size)

    def _gather(self, size: int) -> bytes:
        blocks: list[bytes] = []
        while size > 0 and (block := self._fetch(size)):
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)

    def _fetch(self, size: int) -> bytes:
        if self._fault:
            return b""
        try:
            block = self._next_block(size)
        except FAULTS as error:
            self._fault = ItemError(*describe(self.name, error))
            return b""
        if self._allowance and not self._allowance.spend(len(block)):
            detail = f"{self.name}: the rest was not unpacked, because it is too large for an archive of its size"
            self._fault = ItemError("unpacks-too-large", f"{detail}; hand the content over unpacked, or in parts")
            return b""
        return block


def describe(name: str, error: Exception) -> tuple[str, str]:
    """The rejection type and detail for what an unpacker or decoder raised on the stream ``name``."""
    if isinstance(error, UnicodeError):
        return "undecodable", f"{name}: the text ends here ({error}); convert the file to UTF-8"
    return "bad-archive", f"{name}: the data after this point cannot be unpacked ({error}); send the file again"


class ZstdReader:
    """Decompresses Zstandard frames, one after another, and notices a truncated one."""

    # A run-length block of four bytes unpacks to 128 KiB: small bites bound what one call returns (to 16 MiB).
    _BITE = 512

    def __init__(self, stream: Checked) -> None:
        self._stream = stream
        self._frame = self._new_frame()
        self._begun = False
        self._packed = b""
        self._out = b""

    @staticmethod
    def _new_frame() -> Any:
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; raises ``EOFError`` when the last frame is cut short."""
        while not self._out:
            self._packed = self._packed or self._stream.read(self._BITE)
            if not self._packed:
                if self._begun:
                    raise EOFError("the compressed file ends before its end marker")
                return b""
            if self._frame.eof:
                self._frame = self._new_frame()
            self._out = self._frame.decompress(self._packed)
            self._begun = not self._frame.eof
            self._packed = self._frame.unused_data if self._frame.eof else b""
        block, self._out = self._out[:size], self._out[size:]
        return block
