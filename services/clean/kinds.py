"""What a kind of furniture is."""

from typing import NamedTuple

from services.clean.draft import Rule


class Furniture(NamedTuple):
    """A kind of line: its rule, what it looks like, and what it tells about the story.

    Case is ignored, and ``pattern`` is in small letters but for what stands in ``(?-i:…)``.
    """

    rule: Rule
    pattern: str
    field: str | None = None  # the story's field that ``(?P<found>…)`` fills

    @property
    def tells_capitals(self) -> bool:
        """Whether case matters to a part of the pattern."""
        return "(?-i:" in self.pattern
