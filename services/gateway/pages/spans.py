"""A text and the spans that mark it, cut into what a page shows one after the other.

Offsets count code points, as in the public record. Everything here is linear in the text and the number of spans.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from shared.models import Entity, Sentence

Value = TypeVar("Value")
_GAP = re.compile(r"\n(?:[ \t]*\n)+")


class Span(NamedTuple, Generic[Value]):
    """``text[start:end]`` and what it is marked with."""

    start: int
    end: int
    value: Value


class Piece(NamedTuple):
    """A stretch of text that is marked as one entity's name, or as none's."""

    text: str
    entity: Entity | None = None


class Run(NamedTuple):
    """Pieces that stand in one sentence of the summary (its number, from 1), or in none (0).

    ``first`` where the sentence begins: a sentence has one place to jump to, also where a paragraph ends within it.
    """

    pieces: list[Piece]
    sentence: int = 0
    first: bool = False


class Shown(NamedTuple):
    """The paragraphs of a text that are shown, and how many characters at its end are not."""

    paragraphs: list[list[Run]]
    hidden: int


def disjoint(spans: Iterable[Span[Value]]) -> list[Span[Value]]:
    """In order of place; of two that overlap the one that starts first stays, of two that start together the longer."""
    kept: list[Span[Value]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < span.end and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept


def tile(start: int, end: int, spans: Sequence[Span[Value]]) -> Iterator[Span[Value | None]]:
    """``[start, end)`` without a gap: the parts of ``disjoint`` spans that lie in it, and what lies between (None)."""
    at, place = start, bisect_right(spans, start, key=lambda span: span.end)
    while at < end:
        span = spans[place] if place < len(spans) else None
        if span is None or span.start >= end:
            yield Span(at, end, None)
            return
        if span.start > at:
            yield Span(at, span.start, None)
        yield Span(max(at, span.start), min(end, span.end), span.value)
        at, place = span.end, place + 1


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a text stand: what blank lines separate."""
    start = 0
    for gap in _GAP.finditer(text):
        if gap.start() > start:
            yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def cap(text: str, limit: int) -> int:
    """Where to stop showing a text of more than ``limit`` characters: between two words, if there are any."""
    if len(text) <= limit:
        return len(text)
    at = max(text.rfind(" ", limit // 2, limit), text.rfind("\n", limit // 2, limit))
    return at if at > 0 else limit


def body(text: str, entities: Sequence[Entity], summary: Sequence[Sentence], *, limit: int) -> Shown:
    """A story's body as a reader sees it: about ``limit`` characters of it, names and summary sentences marked."""
    names = disjoint(Span(name.start, name.end, entity) for entity in entities for name in entity.mentions)
    sentences = disjoint(Span(said.start, said.end, number) for number, said in enumerate(summary, 1))
    begins = {span.value: span.start for span in sentences}
    end = cap(text, limit)
    shown = [
        [
            Run(
                [Piece(text[piece.start : piece.end], piece.value) for piece in tile(run.start, run.end, names)],
                run.value or 0,
                run.value is not None and begins[run.value] == run.start,
            )
            for run in tile(start, min(stop, end), sentences)
        ]
        for start, stop in paragraphs(text)
        if start < end
    ]
    return Shown(shown, len(text) - end)
