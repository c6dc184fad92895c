"""Does a story call itself a new version of one already sent? Pure."""

from typing import Literal

from services.dedup.order import version_of
from shared.models import Story

Label = Literal["", "update", "correction"]
NUMBERS = range(2, 1000)
"""Version numbers that say so. Larger ones are dates, or count something else."""


def label(story: Story) -> Label:
    """What ingest read from the wire's own fields and words."""
    if story.wire.kind in ("update", "correction"):
        return story.wire.kind
    return "update" if version_of(story) in NUMBERS else ""
