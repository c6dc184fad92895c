"""What a format is, and the ways of splitting that several formats share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.ingest.items import Item
from services.ingest.window import Window, nowhere
from shared.models import Story


@dataclass(frozen=True, slots=True)
class Format:
    """A feed format. Its ``name`` is what submitters may ask for, and what ``source.format`` says."""

    name: str
    description: str
    sniff: Callable[[bytes], bool]
    """Whether a file that begins with these bytes (64 KiB at most; a byte order mark is cut off) has this format."""
    split: Callable[[Window], Iterator[Item]]
    """Cuts the file into items; never raises."""
    parse: Callable[[str, str], Story]
    """``(text of the item, text of its head) → story``; raises ``ItemError``."""
    record: Callable[[str, str], Mapping[str, Any]] | None = None
    """For formats of named fields: the same, but → record, of which ``fields.story_from`` makes the story."""
    located: bool = True
    """Whether an item's extent is a byte range of the file."""
    bytewise: bool = False
    """Whether ``parse`` takes each byte as the character of its number (Latin-1): items that say part by part what
    their bytes mean."""


def whole_file(window: Window) -> Iterator[Item]:
    """The file is one item."""
    if chunk := window.take(nowhere):
        yield Item(chunk)
