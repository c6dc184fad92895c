"""Comma-, semicolon- or tab-separated rows under a row of column names (RFC 4180)."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from services.ingest.fields import KNOWN_NAMES, TEXT_NAMES, squash, story_from
from services.ingest.formats.base import Format
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window
from shared.models import Story

_DELIMITERS = ",;\t|"
_MAX_HEAD = 65_536
_ROW_PARTS = re.compile(rb'["\n]')

csv.field_size_limit(1 << 30)  # the size of an item is limited already


class _Row:
    """Finds the end of a row: a newline that is not within quotes."""

    def __init__(self) -> None:
        self._quoted = False

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
        while match := _ROW_PARTS.search(buffer, at):
            at = match.end()
            if match[0] == b'"':
                self._quoted = not self._quoted
            elif not self._quoted:
                return at, at
        return None, len(buffer)


def split(window: Window) -> Iterator[Item]:
    """The rows behind the first, each with the first as its head."""
    head = window.take(_Row())
    if head is None:
        return
    names = head.data or b""
    try:
        delimiter = delimiter_of(names[:_MAX_HEAD].decode("latin-1"))
    except ItemError as error:
        yield Item(head, where="row 1", fault=error)
        return
    number = 1
    while chunk := window.take(_Row()):
        number += 1
        if (cut := _cut(chunk, delimiter)) and window.rewind(chunk.start + cut):
            chunk = chunk.cut(cut)
        if item := chunk.trimmed(b"\r\n"):
            yield Item(item, where=f"row {number}", head=names)


def _cut(chunk: Chunk, delimiter: str) -> int:
    """Where the first line of a chunk ends that a stray quote made of several rows; 0 if it is one row."""
    if not chunk.data or b"\n" not in chunk.data.rstrip():
        return 0
    try:
        _cells(chunk.data.decode("latin-1"), delimiter)
    except ItemError:
        return chunk.data.index(b"\n") + 1
    return 0


def parse(text: str, head: str) -> Story:
    """The story in a row; raises ``ItemError``."""
    return story_from(record(text, head))


def record(text: str, head: str) -> Mapping[str, str]:
    """The cells of a row under the names of their columns; raises ``ItemError``."""
    names, delimiter = _columns(head)
    values = _cells(text, delimiter)
    if len(values) > len(names):
        raise ItemError("malformed-csv", f"{len(values)} cells under {len(names)} column names; is a quote missing?")
    return dict(zip(names, values, strict=False))


@lru_cache(maxsize=8)
def _columns(head: str) -> tuple[list[str], str]:
    """The column names, and the delimiter between them."""
    delimiter = delimiter_of(head)
    return _cells(head, delimiter), delimiter


def delimiter_of(head: str) -> str:
    """The delimiter under which most column names are known ones, or else that of which there are most."""

    def fitness(delimiter: str) -> tuple[int, int]:
        names = set(map(squash, _cells(head, delimiter)))
        return len(KNOWN_NAMES & names), len(names)

    return max(_DELIMITERS, key=fitness)


def _cells(row: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise ItemError("malformed-csv", f"{error}") from None


def sniff(head: bytes) -> bool:
    """Whether the first line holds two or more known column names, one of them that of the text."""
    names = {squash(name) for name in _first_row(head)}
    return len(names & KNOWN_NAMES) >= 2 and bool(names & TEXT_NAMES)


def has_columns(head: bytes, names: Collection[str]) -> bool:
    """Whether the first line holds these column names."""
    return set(names) <= set(_first_row(head))


def _first_row(head: bytes) -> list[str]:
    first = head.lstrip().split(b"\n", 1)[0][:4096].strip()
    try:
        row = first.decode()
    except UnicodeDecodeError:
        row = first.decode("latin-1")
    try:
        return _cells(row, delimiter_of(row))
    except ItemError:
        return []


FORMAT = Format("csv", "Rows under a row of column names; comma, semicolon, tab or |", sniff, split, parse, record)
