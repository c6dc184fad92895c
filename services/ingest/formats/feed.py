"""RSS 0.9x, 1.0 and 2.0, and Atom (RFC 4287), with the usual extensions (``content:encoded``, Dublin Core).

A feed is cut into its items, and each is parsed as a feed of one: so memory is bounded by one item, and a broken item
costs only itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import feedparser

from services.ingest.dates import parse_time
from services.ingest.elements import elements
from services.ingest.formats.base import Format
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window
from shared.models import Content, Source, Story

_ROOT = re.compile(r"<((?:[\w-]+:)?(?:rss|feed|RDF))[\s>]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_PREAMBLE = rb"(?:<\?[\w-]+[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>|\s)*+"
_SNIFF = re.compile(_PREAMBLE + rb"<(?:[\w-]+:)?(?:rss|feed|RDF)[\s>]", re.DOTALL)
_MAX_HEAD = 262_144
"""Bytes before the first item, at most: they are parsed again with every item."""

_AS_UTF8 = {"content-type": "application/xml; charset=utf-8"}


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
    document = (head + text + _closing(head)).encode()
    parsed = feedparser.parse(
        BytesIO(document), response_headers=_AS_UTF8, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.entries:
        raise ItemError("malformed-feed", f"no item is found in it ({parsed.get('bozo_exception', 'not well-formed')})")
    entry, feed = parsed.entries[0], parsed.feed
    return Story(
        source=Source(guid=entry.get("id") or entry.get("link"), provider=_provider(entry, feed)),
        content=_content(entry),
        headline=_plain(entry.get("title")),
        byline=_byline(entry),
        language=_plain(entry.get("language") or feed.get("language")),
        published=_published(entry),
        keywords=list(dict.fromkeys(tag.term for tag in entry.get("tags", []) if tag.get("term"))),
        rights=_plain(entry.get("rights") or feed.get("rights")),
    )


def _closing(head: str) -> str:
    """The end tags that a feed cut off behind an item lacks."""
    root = _ROOT.search(head)
    channel = "</channel>" if "<channel" in head and "</channel" not in head else ""
    return channel + (f"</{root[1]}>" if root else "")


def _content(entry: Any) -> Content:
    """The fullest text: the content element, else the summary."""
    parts = [*entry.get("content", []), entry.get("summary_detail", {})]
    for part in parts:
        text = part.get("value", "").strip()
        if text:
            return Content(text=text, type="text/html" if _MARKUP.search(text) else "text/plain")
    raise ItemError("no-text", "neither content nor description")


def _provider(entry: Any, feed: Any) -> str | None:
    return _plain(entry.get("source", {}).get("title") or entry.get("publisher") or feed.get("title"))


def _published(entry: Any) -> datetime | None:
    # Asked for "updated" that is not there, feedparser warns and gives "published".
    names = [name for name in ("published", "updated") if name in entry]
    return next((moment for name in names if (moment := parse_time(entry[name]))), None)


def _byline(entry: Any) -> str | None:
    names = [author.get("name") for author in entry.get("authors", [])]
    return _plain(", ".join(dict.fromkeys(filter(None, names))) or entry.get("author"))


def _plain(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None


def sniff(head: bytes) -> bool:
    """Whether the first element is that of a feed."""
    return _SNIFF.match(head) is not None


FORMAT = Format("feed", "RSS or Atom", sniff, split, parse)
