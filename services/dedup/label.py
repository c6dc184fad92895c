"""Does a story call itself a new version of one already sent? Pure."""

from typing import Literal

from shared.models import Story

Label = Literal["", "update", "correction"]


def label(story: Story) -> Label:
    """What ingest read from the wire's own fields and words."""
    return story.wire.kind if story.wire.kind in ("update", "correction") else ""
