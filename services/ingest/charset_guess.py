"""Tells the charset of text that is not UTF-8 and does not say what it is, by chardet's statistics of languages.

``docs/adr/0004-ingest-libraries.md`` has the measurements that the numbers here come from.
"""

import codecs
from functools import cached_property

from services.ingest.streams import HEAD

_CANDIDATES = (
    "cp1252", "iso-8859-1", "mac-roman", "cp1250", "iso-8859-2", "cp1251", "koi8-r", "cp1253", "cp1254", "cp1255",
    "cp1256", "shift_jis", "cp932", "euc-jp", "gb18030", "big5", "euc-kr", "cp949",
)  # fmt: skip
_WESTERN = frozenset({"cp1252", "iso8859-1", "ascii"})
_FEWEST = 4  # bytes beyond ASCII; fewer are no evidence: one curly quote is a letter in every other charset
_UNSURE = 0.05  # chardet's confidence in noise, and in UTF-8 that was damaged, is below this
_ENOUGH = 4_096  # bytes to judge by


def charset_of(data: bytes) -> str | None:
    """The Python codec that ``data``, which is not UTF-8, is most probably in; None for Windows-1252 or no idea."""
    return _judged(_telling(data))


class FileGuess:
    """The same for the items of one file: decided once, if the file's ``head`` tells; else for each item alone.

    Nothing is done before an item asks, so a file in UTF-8 costs nothing.
    """

    def __init__(self, head: bytes) -> None:
        # The last line may be cut within a character of UTF-8.
        self._head = head if len(head) < HEAD else head.rpartition(b"\n")[0]

    @cached_property
    def _telling(self) -> bytes:
        return _telling(self._head)

    @cached_property
    def _decision(self) -> str | None:
        return _judged(self._telling)

    def __call__(self, data: bytes) -> str | None:
        """The codec of an item of the file; None for Windows-1252 or no idea."""
        return self._decision if _weight(self._telling) >= _FEWEST else charset_of(data)


def _telling(data: bytes) -> bytes:
    """The first lines of ``data`` that are not UTF-8: markup, and items of another origin, would only blur them."""
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if size >= _ENOUGH:
            break
        try:
            line.decode()
        except UnicodeDecodeError:
            lines.append(line)
            size += len(line)
    return b"\n".join(lines)[:_ENOUGH]


def _weight(data: bytes) -> int:
    return len(data) - len(data.decode("ascii", "ignore"))


def _judged(data: bytes) -> str | None:
    if _weight(data) < _FEWEST:
        return None
    import chardet  # here, as it costs 40 MB and 0.15 s, and most files are in UTF-8

    answer = chardet.detect(data, include_encodings=_CANDIDATES)
    if not answer["encoding"] or answer["confidence"] < _UNSURE:
        return None
    codec = codecs.lookup(answer["encoding"]).name
    return None if codec in _WESTERN else codec
