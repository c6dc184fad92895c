"""The way back: from a cleaned body to the original text, and the original with its cuts marked.

Pure, and works on the public record alone: ``body`` and ``removed``. The original is the plain text as it came; for a
page it is the text extracted from it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from shared.models import Removal

LAYOUT = "layout"
"""The rule of cuts that change no word: line ends, spaces, characters that do not show."""


class Segment(NamedTuple):
    """A run of the original: kept if ``rule`` is ``None``, else cut because of ``reason``, with ``by`` in its place."""

    text: str
    rule: str | None = None
    reason: str = ""
    by: str = ""


class Replacement(NamedTuple):
    """``text`` stood at ``at`` in the original, and ``by`` stands there in the body."""

    at: int
    text: str
    by: str


def replacements(removed: Sequence[Removal]) -> list[Replacement]:
    """All places where body and original differ, in order."""
    return sorted(Replacement(at, cut.text, cut.by) for cut in removed for at in (cut.at, *cut.again))


def restore(body: str, removed: Sequence[Removal]) -> str:
    """The original that ``clean`` made ``body`` of."""
    pieces: list[str] = []
    at = length = 0  # how far the body is copied, and how long the original is so far
    for place, text, by in replacements(removed):
        kept = body[at : at + place - length]
        pieces += kept, text
        at += len(kept) + len(by)
        length = place + len(text)
    return "".join(pieces) + body[at:]


def segments(body: str, removed: Sequence[Removal]) -> list[Segment]:
    """The original in pieces, in its order: put together, their ``text`` is the original.

    What changed in layout alone counts as kept. Linear in the original.
    """
    return list(_segments(restore(body, removed), removed))


def _segments(original: str, removed: Sequence[Removal]) -> Iterator[Segment]:
    at = 0
    for cut in sorted((cut for cut in removed if cut.rule != LAYOUT), key=lambda cut: cut.at):
        if at < cut.at:
            yield Segment(original[at : cut.at])
        yield Segment(cut.text, cut.rule, cut.reason, cut.by)
        at = cut.at + len(cut.text)
    if at < len(original):
        yield Segment(original[at:])


class OffsetMap:
    """Takes spans of a body back to the original. Build one per story: it costs time linear in ``removed``."""

    def __init__(self, removed: Sequence[Removal]) -> None:
        cuts = replacements(removed)
        shifts = [0, *accumulate(len(cut.text) - len(cut.by) for cut in cuts)]
        self._shifts = shifts  # original minus body, before the first cut and after each
        self._starts = [cut.at - shift for cut, shift in zip(cuts, shifts, strict=False)]
        self._ends = [start + len(cut.by) for start, cut in zip(self._starts, cuts, strict=True)]
        self._cuts = cuts

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The shortest span of the original that ``body[start:end]`` was made of.

        One that begins or ends within a replacement takes in all that was replaced. Raises ``ValueError`` for what is
        no span.
        """
        if not 0 <= start <= end:
            raise ValueError(f"no span: {start} to {end}")
        passed = bisect_right(self._ends, start)  # cuts that end at or before the start, or replaced nothing there
        within = passed < len(self._cuts) and self._starts[passed] < start
        first = self._cuts[passed].at if within else start + self._shifts[passed]
        if start == end and not within:
            return first, first
        begun = bisect_left(self._starts, end)  # cuts that begin before the end
        if begun and self._ends[begun - 1] > end:
            cut = self._cuts[begun - 1]
            return first, cut.at + len(cut.text)
        return first, end + self._shifts[begun]
