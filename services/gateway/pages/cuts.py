"""The original of a story with its cuts marked and numbered."""

from typing import NamedTuple

from services.gateway.pages.spans import cap
from shared.cuts import segments
from shared.models import Story


class Part(NamedTuple):
    """A run of the original; one that was cut has a ``number``, from 1, and says why."""

    text: str
    number: int = 0
    rule: str = ""
    reason: str = ""
    by: str = ""


class Original(NamedTuple):
    """What is shown of it, and how many characters at its end are not. ``notes`` are the cuts among ``parts``."""

    parts: list[Part]
    notes: list[Part]
    hidden: int


def original(story: Story, *, limit: int) -> Original:
    """About ``limit`` characters of the text that ``body`` was made of. A cut that is too long is shown in part."""
    parts: list[Part] = []
    left, hidden, number = limit, 0, 0
    for segment in segments(story.body or "", story.removed):
        end = cap(segment.text, left) if left > 0 else 0
        hidden += len(segment.text) - end
        left -= end
        if end or (left > 0 and segment.rule):
            number += segment.rule is not None
            shown = segment.text[:end] + ("…" if end < len(segment.text) else "")
            parts.append(Part(shown, number if segment.rule else 0, segment.rule or "", segment.reason, segment.by))
    return Original(parts, [part for part in parts if part.number], hidden)


def count(story: Story) -> int:
    """Cuts that a reader would notice."""
    return sum(1 for segment in segments(story.body or "", story.removed) if segment.rule)
