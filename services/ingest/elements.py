"""Finds the elements of markup in a stream, without parsing what is around them."""

import re
from collections.abc import Iterator

from services.ingest.items import Chunk
from services.ingest.window import Window, before

_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_START_TAG = re.compile(rb"<([\w:-]{1,40})[\s>]")
_MAX_TAG = 240
"""Bytes at the end of a block that may be the beginning of an end tag."""


class _ElementEnd:
    """Finds the end tag of the element that begins where the search does, past any CDATA sections."""

    def __init__(self) -> None:
        self._markup: re.Pattern[bytes] | None = None
        self._in_cdata = False

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
        if self._markup is None:
            if not (tag := _START_TAG.match(buffer, at)):
                return None, at
            self._markup = re.compile(rb"<!\[CDATA\[|</%b\s*>" % re.escape(tag[1]))
        while True:
            if self._in_cdata:
                end = buffer.find(_CDATA_END, at)
                if end < 0:
                    return None, max(at, len(buffer) - len(_CDATA_END))
                at, self._in_cdata = end + len(_CDATA_END), False
            match = self._markup.search(buffer, at)
            if match is None:
                return None, max(at, len(buffer) - _MAX_TAG)
            at = match.end()
            if match[0] != _CDATA:
                return at, at
            self._in_cdata = True


def elements(window: Window, *, names: str) -> Iterator[tuple[Chunk, Chunk]]:
    """Each element whose name matches the pattern ``names``, and what stands before it (from the element before)."""
    start = rf"<(?:[\w-]{{1,20}}:)?(?:{names})[\s>]"
    begin = before(start)
    while gap := window.take(begin):
        if not gap.closed:
            return
        if element := window.take(_ElementEnd()):
            yield gap, element
