"""Encodings in which bytes below 0x80 are not ASCII: UTF-16, UTF-32, ISO 2022. They are read as UTF-8.

No format's way of cutting a file into items works on them, so the whole stream is recoded before that.
"""

import codecs
import re
import unicodedata

from services.ingest.encoding import STATEFUL, declared_charset
from services.ingest.streams import Checked, Readable

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4_096  # bytes looked at
_SHORTEST = 8  # bytes without a mark that can be told
_LATIN, _OTHER = 0.9, 0.05
"""Share of two-byte units with a NUL: letters of ASCII in UTF-16; the spaces, digits and markup of other scripts."""

_ASCII = re.compile(rb"[\t\n\r\x20-\x7e]*")


def as_utf8(stream: Checked) -> tuple[Checked, bool]:
    """The stream in an encoding that extends ASCII, and whether its offsets are still those of the file."""
    head = stream.peek(_HEAD)
    codec = wide_codec(head) or _stateful_codec(head)
    if codec is None:
        return stream, True
    reader: Readable = Recoded(stream, codec)
    return Checked(reader, name=stream.name, inner=stream), False


def wide_codec(head: bytes) -> str | None:
    """The codec of a file in UTF-16 or UTF-32, told by its byte order mark, else by where its NULs are."""
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if marked or b"\0" not in head or len(head) < _SHORTEST:
        return marked
    head = head[: len(head) // 4 * 4]
    if not any(head[3::4]) and _is_text(head, "utf-32-le"):
        return "utf-32-le"
    if not any(head[::4]) and _is_text(head, "utf-32-be"):
        return "utf-32-be"
    share = _LATIN if _ASCII.fullmatch(head.replace(b"\0", b"")) else _OTHER
    halves = {"utf-16-le": head[1::2].count(0), "utf-16-be": head[::2].count(0)}
    codec = max(halves, key=halves.__getitem__)
    enough = halves[codec] >= share * len(head) / 2
    return codec if enough and _is_text(head, codec) else None


def _stateful_codec(head: bytes) -> str | None:
    """The 7-bit codec that markup declares, if its head is in it."""
    codec = declared_charset(head) if head.lstrip().startswith(b"<") else None
    return codec if codec in STATEFUL and _is_text(head, codec) else None


def _is_text(head: bytes, codec: str) -> bool:
    """Whether the head decodes, and into nothing but characters that text is made of."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return all(char.isspace() or unicodedata.category(char) not in ("Cc", "Cn", "Co") for char in text)


class Recoded:
    """A stream in another encoding, read as UTF-8. Offsets in it are not those of the file."""

    def __init__(self, stream: Checked, codec: str) -> None:
        self._stream = stream
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._taken = 0  # bytes of the file
        self._begun = False

    def read(self, size: int) -> bytes:
        """About ``size`` bytes; nothing at the end. Raises ``UnicodeError`` that names a wrong byte's position."""
        while block := self._stream.read(size):
            if text := self._decode(block):
                return text.encode()
        self._decode(b"", final=True)
        return b""

    def _decode(self, block: bytes, *, final: bool = False) -> str:
        waiting = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            position = self._taken - waiting + error.start
            raise UnicodeError(f"byte {position} is not valid {self._codec}: {error.reason}") from None
        self._taken += len(block)
        if text and not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        return text
