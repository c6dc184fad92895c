"""Finds the elements of markup in a stream, without parsing what is around them."""

import re
from collections.abc import Iterator

from services.ingest.items import Chunk
from services.ingest.window import Window, before

_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_MAX_TAG = 240
"""Longest start tag of an element looked for: its name need only be in sight, its attributes need not."""


class _ElementEnd:
    """Finds the end tag of the element that begins at the start of the search, past any CDATA sections."""

    def __init__(self, name: bytes) -> None:
        self._markup = re.compile(rb"<!\[CDATA\[|</%b\s*>" % re.escape(name), re.IGNORECASE)
        self._in_cdata = False

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
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
    name_of = re.compile(rb"<([\w:-]+)")
    while gap := window.take(begin):
        if not gap.closed:
            return
        # The name is needed to find the end; the few bytes it takes are given back.
        tag = window.take(lambda buffer, at: (min(at + _MAX_TAG, len(buffer)) or None, at))
        if tag is None or tag.data is None or not (name := name_of.match(tag.data)):
            return
        window.rewind(tag.start)
        element = window.take(_ElementEnd(name[1]))
        if element is None:
            return
        yield gap, element
