"""Does a story call itself a new version of one already sent? Pure."""

import re
from typing import Literal

from shared.models import Story

Label = Literal["", "update", "correction"]

_CORRECTION = re.compile(
    r"^\W*(?:correct(?:ed|ion|ing|s)\b|eds?:\s*correct)|\((?:corrects|correcting|corrected)\b"
    r"|\b(?:refiled?|refiling)\b.{0,40}\bcorrect",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    r"^\W*update\s*\d*\s*(?:[-:]|$)|\b\d{1,2}(?:st|nd|rd|th)\s+(?:ld|lead|add|writethru)\b|\bwrite-?thr(?:u|ough)\b"
    r"|^\W*(?:lead|recasts|refiles?)\s*(?:\d+\s*)?[-:(]|\(\s*(?:adds?|updates?|updating|recasts|recasting|lead)\b"
    r"|\b(?:ld|sub)-?writethru\b|^\W*adds\b[^.]{0,80}[;)]",
    re.IGNORECASE,
)
_LINE = 160  # characters of a line in which a label can stand; slug lines and headlines are shorter


def label(story: Story) -> Label:
    """What the wire's own field says, or else the headline, the slugline or the first line (``UPDATE 2-``, ``1st Ld``,
    ``Writethru``, ``CORRECTED``, ``(Adds details)``)."""
    if story.wire.kind in ("update", "correction"):
        return story.wire.kind
    first = (story.body or "").lstrip()[:_LINE].partition("\n")[0]
    lines = [line[:_LINE] for line in (story.headline, story.slugline, first) if line]
    if any(_CORRECTION.search(line) for line in lines):
        return "correction"
    return "update" if any(_UPDATE.search(line) for line in lines) else ""
