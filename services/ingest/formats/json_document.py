"""A JSON document: one object, an array of objects, an object with such an array in it, or objects in a row.

The array is never held as a whole: its elements are found by counting brackets, and parsed one by one.
"""

import re
from collections.abc import Iterator

from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load, parse
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window, nowhere

_OPENING = re.compile(
    rb"""\s*+(?:\[|\{
        (?:\s*+"\w{1,40}"\s*+:\s*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*"|[\w.+-]++)\s*+,)*  # {"status": "ok", "total": 2,
        \s*+"(?:articles|items|stories|results|documents|docs|data)"\s*+:\s*+\[(?=\s*+\{))  # "articles": [{
    """,
    re.VERBOSE | re.DOTALL,
)
_RESUME = re.compile(rb',\s*(?=\{\s*")')
_GAP = b" \t\r\n,"
_GAP_AND_END = _GAP + b"]"
_OUTSIDE = re.compile(rb'["{}\[\],]')
_INSIDE = re.compile(rb'["\\\n]')
_CLOSES = {ord("}"): ord("{"), ord("]"): ord("[")}
_QUOTE, _BACKSLASH, _COMMA, _END = b'"\\,]'


class _Element:
    """Finds the end of one element: where its brackets are closed, or the comma or bracket behind it."""

    def __init__(self) -> None:
        self._open: list[int] = []
        self._in_string = False
        self.last = False  # the array ends here
        self.broken = False  # brackets do not match

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
        while match := (_INSIDE if self._in_string else _OUTSIDE).search(buffer, at):
            at = match.end()
            byte = buffer[at - 1]
            if self._in_string:
                # A string never holds a bare newline, so one that seems to has lost its closing quote.
                at += byte == _BACKSLASH
                self._in_string = byte == _BACKSLASH
            elif byte == _QUOTE:
                self._in_string = True
            elif self._ends_with(byte):
                return at, at
        return None, max(at, len(buffer))

    def _ends_with(self, byte: int) -> bool:
        if byte == _COMMA:
            return not self._open
        if byte not in _CLOSES:
            self._open.append(byte)
            return False
        if not self._open:
            self.last = byte == _END
            self.broken = not self.last
            return True
        self.broken = self._open.pop() != _CLOSES[byte]
        return self.broken or not self._open


def split(window: Window) -> Iterator[Item]:
    """The elements; a broken one costs, if at all possible, none of those behind it."""
    opening = window.take(_skip_opening)
    number = 0
    element = _Element()
    while not element.last and (chunk := window.take(element := _Element())):
        if (element.broken or not chunk.closed) and (cut := _cut(chunk)) and window.rewind(chunk.start + cut):
            chunk = chunk.cut(cut)
        if item := chunk.trimmed(_GAP_AND_END if element.last else _GAP):
            number += 1
            yield Item(item, where=f"element {number}", fault=_fault(item, element))
    rest = window.take(nowhere)
    if opening and opening.data and opening.data.strip() == b"[" and rest and (item := rest.trimmed()):
        yield Item(item, fault=ItemError("malformed-json", "there is something behind the end of the array"))


def _skip_opening(buffer: bytes, at: int) -> tuple[int | None, int]:
    """Finds the first element. The head of a document is in the first block."""
    match = _OPENING.match(buffer, at)
    return (match.end() if match else at, at) if buffer else (None, at)


def _cut(chunk: Chunk) -> int:
    """Where in a broken chunk the next element seems to begin; 0 if nowhere."""
    match = _RESUME.search(chunk.data, 1) if chunk.data else None
    return match.end() if match else 0


def _fault(chunk: Chunk, element: _Element) -> ItemError | None:
    if not chunk.data or chunk.data[:1] not in b"{[" or not (element.broken or not chunk.closed):
        return None
    detail = "a bracket does not match" if element.broken else "the file ends before the element does"
    return ItemError("malformed-json", detail)


def sniff(head: bytes) -> bool:
    """Whether the file begins like an object or an array of objects."""
    return re.match(rb'\s*(\{\s*["}]|\[\s*[\]{])', head) is not None


FORMAT = Format("json", "A JSON object, or an array of objects", sniff, split, parse, record=load)
