"""What cleaning did to a text, piece by piece, in the order of the original. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from services.clean.clean import clean
from services.clean.draft import LAYOUT
from services.clean.restore import restore
from shared.models import Removal, Story


class Piece(NamedTuple):
    """A run of the original: kept if ``rule`` is ``None``, else cut, with ``by`` in its place."""

    text: str
    rule: str | None = None
    by: str = ""


class Explanation(NamedTuple):
    """A cleaned story, the text that its cuts refer to, and that text in pieces."""

    story: Story
    original: str
    pieces: list[Piece]


def explain(story: Story) -> Explanation:
    """Clean ``story`` and set its text beside what became of it; raises ``ValueError`` if there is no text."""
    cleaned = clean(story)
    original = restore(cleaned.body or "", cleaned.removed)
    return Explanation(cleaned, original, list(pieces(original, cleaned.removed)))


def pieces(original: str, removed: list[Removal]) -> Iterator[Piece]:
    """The pieces of ``original``; layout, which changes no word, counts as kept."""
    at = 0
    for cut in sorted((cut for cut in removed if cut.rule != LAYOUT.id), key=lambda cut: cut.at):
        if at < cut.at:
            yield Piece(original[at : cut.at])
        yield Piece(cut.text, cut.rule, cut.by)
        at = cut.at + len(cut.text)
    if at < len(original):
        yield Piece(original[at:])
