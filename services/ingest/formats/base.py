"""What a format is, and the ways of splitting that several formats share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


def whole_file(window: Window) -> Iterator[Item]:
    """The file is one item."""
    if chunk := window.take(nowhere):
        yield Item(chunk)
