"""Two stories side by side, with what stands in both marked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.gateway.pages.spans import Span, cap, disjoint, paragraphs, tile
from shared.models import State, Story


class Marked(NamedTuple):
    """A stretch of text; ``value`` if it stands in the other story, too."""

    text: str
    value: bool


class Side(NamedTuple):
    """One of the two: ``paragraphs`` is None where there is no text to show, and ``absent`` says why."""

    which: str
    story: Story
    paragraphs: list[list[Marked]] | None
    hidden: int
    absent: str

    @property
    def marked(self) -> bool:
        """Whether anything in it is marked."""
        return any(piece.value for paragraph in self.paragraphs or () for piece in paragraph)


def sides(story: Story, other: Story, *, limit: int) -> list[Side]:
    """The story that this one was found to be related to, and this one, with the passages that both have marked."""
    shared = [span for found in story.dedup.evidence for span in found.spans] if story.dedup else []
    return [
        _side("The other story", other, [(span.of_start, span.of_end) for span in shared], limit=limit),
        _side("This story", story, [(span.start, span.end) for span in shared], limit=limit),
    ]


def _side(which: str, story: Story, spans: Sequence[tuple[int, int]], *, limit: int) -> Side:
    story = story.public()
    if story.body is None:
        silent = story.withdrawn or story.state is State.WITHHELD
        absent = "Its text is not shown." if silent else "It has no text."
        return Side(which, story, None, 0, absent)
    end = cap(story.body, limit)
    marks = disjoint(Span(start, stop, True) for start, stop in spans)
    return Side(which, story, list(_marked(story.body, end, marks)), len(story.body) - end, "")


def _marked(text: str, end: int, marks: Sequence[Span[bool]]) -> Iterator[list[Marked]]:
    for start, stop in paragraphs(text):
        if start < end:
            yield [
                Marked(text[piece.start : piece.end], bool(piece.value)) for piece in tile(start, min(stop, end), marks)
            ]
