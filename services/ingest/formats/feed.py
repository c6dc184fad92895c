"""RSS 0.9x, 1.0 and 2.0, and Atom (RFC 4287), with the usual extensions (``content:encoded``, Dublin Core).

A feed is cut into its items, and each is parsed alone: so memory is bounded by one item, and a broken item costs only
itself. What is well-formed is read from its XML, which is faster; feedparser makes sense of the rest.
"""

import re
from collections.abc import Iterator

from services.ingest.elements import elements
from services.ingest.formats.base import Format
from services.ingest.formats.feed_channel import channel_of, closing
from services.ingest.formats.feed_item import element_in, story_in
from services.ingest.formats.feed_repair import repaired
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window
from services.ingest.wire_xml import PREAMBLE
from shared.models import Story

_SNIFF = re.compile(PREAMBLE + rb"<(?:[\w-]+:)?(?:rss|feed|RDF)[\s>]", re.DOTALL)
_MAX_HEAD = 262_144
"""Bytes before the first item, at most."""


def split(window: Window) -> Iterator[Item]:
    """The items or entries, each with the feed's own elements as its head."""
    head = b""
    for number, (gap, chunk) in enumerate(elements(window, names="item|entry"), 1):
        if number == 1:
            head = gap.data or b""
            if fault := _refusal(gap):
                yield Item(gap, fault=fault)
                return
        where = f"item {number}"
        fault = None if chunk.closed else ItemError("malformed-feed", "the file ends before the item does")
        yield Item(chunk, where=where, head=head, fault=fault)


def _refusal(head: Chunk) -> ItemError | None:
    """Why a feed that begins like this is not read at all."""
    if head.data is None or len(head.data) > _MAX_HEAD:
        return ItemError("malformed-feed", f"there is no item in its first {_MAX_HEAD} bytes")
    if b"<!ENTITY" in head.data:
        return ItemError("unsafe-xml", "a feed must not declare entities: remove the <!ENTITY …> from its DOCTYPE")
    return None


def parse(text: str, head: str) -> Story:
    """The story in an item; raises ``ItemError``."""
    channel = channel_of(head)
    item = element_in(text, channel)
    if item is None:
        return repaired(head + text + closing(head), channel)
    return story_in(item, channel)


def sniff(head: bytes) -> bool:
    """Whether the first element is that of a feed."""
    return _SNIFF.match(head) is not None


FORMAT = Format("feed", "RSS or Atom", sniff, split, parse)
