"""What a kind of furniture is."""

from typing import NamedTuple

from services.clean.draft import Rule


class Furniture(NamedTuple):
    """A kind of line: its rule, what it looks like, and what it tells about the story."""

    rule: Rule
    pattern: str
    field: str | None = None  # the story's field that ``(?P<found>…)`` fills
