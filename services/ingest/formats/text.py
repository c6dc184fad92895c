"""Plain text: a file is a story, or several with the marks between them that agencies end a story with."""

import re
from collections.abc import Iterator

from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError
from services.ingest.markup import is_xml
from services.ingest.window import Window, after
from shared.models import Content, Story

_END_MARK = r"(?:-[ ]?30[ ]?-|###|# # #|ENDS?|NNNN|\x03)"
_STORY_END = after(rf"^[ \t]{{0,20}}{_END_MARK}[ \t]{{0,20}}\r?\n|\f")
"""Only a mark alone on its line ends a story: the words occur within stories, too."""

_ONLY_MARKS = re.compile(rf"(?:[\x00-\x20]|{_END_MARK}(?=\s|$))*")
_NOT_TEXT = re.compile(rb"%PDF-|\{\\rtf|MZ|\x7fELF|\x89PNG|GIF8|\xff\xd8\xff", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def split(window: Window) -> Iterator[Item]:
    """The stories, each with the mark that ends it: taking that off is cleaning."""
    number = 0
    while chunk := window.take(_STORY_END):
        if (item := chunk.trimmed(b" \t\r\n\f")) and not _is_only_marks(item.data):
            number += 1
            yield Item(item, where=f"story {number}")


def _is_only_marks(data: bytes | None) -> bool:
    return data is not None and len(data) < 80 and _ONLY_MARKS.fullmatch(data.decode("latin-1")) is not None


def parse(text: str, head: str = "") -> Story:
    """The story as it came: what is headline, byline or body is for the cleaning to tell."""
    if not text.strip():
        raise ItemError("no-text", "there is only white space")
    return Story(content=Content(text=text))


def sniff(head: bytes) -> bool:
    """Whether it reads like text: no NUL, hardly any control characters (old wires use some), no known file type."""
    if not head or b"\0" in head or _NOT_TEXT.match(head) or is_xml(head):
        return False
    return len(_CONTROLS.findall(head)) <= max(4, len(head) * 0.05)


FORMAT = Format("text", "Plain text, one story a file, or several ended by -30-, ###, ENDS, NNNN", sniff, split, parse)
