"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

What stands before the feed's items is their head: its title, language and authors. If it stands behind them, it comes
too late to be read: an item must not wait for the end of its file.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load
from services.ingest.items import ItemError
from services.ingest.values import unique
from services.ingest.wire_json import line_of, objects, splitter, text_of, texts
from shared.models import Content, Source, Story

_SNIFF = re.compile(rb'"version"\s*+:\s*+"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1')

split = splitter("items")


def parse(text: str, head: str = "") -> Story:
    """The story in an item; ``head`` is the feed up to its first item. Raises ``ItemError``."""
    item, feed = objects(load(text))[0], _feed(head)
    return Story(
        source=Source(
            guid=text_of(item.get("id")) or text_of(item.get("url")) or text_of(item.get("external_url")),
            provider=line_of(feed.get("title")),
        ),
        content=_content(item),
        headline=line_of(item.get("title")),
        byline=_byline(item) or _byline(feed),
        language=text_of(item.get("language")) or text_of(feed.get("language")),
        published=parse_time(item.get("date_published")) or parse_time(item.get("date_modified")),
        keywords=unique(line_of(tag) for tag in texts(item.get("tags"))),
    )


def _feed(head: str) -> Mapping[str, Any]:
    try:
        return objects(load(f"{head}]}}"))[0] if head else {}
    except ItemError:
        return {}


def _content(item: Mapping[str, Any]) -> Content:
    """The markup, if there is any: an item may also have the same text without it."""
    if html := text_of(item.get("content_html")):
        return Content(text=html, type="text/html")
    if plain := text_of(item.get("content_text")) or text_of(item.get("summary")):
        return Content(text=plain)
    raise ItemError("no-text", "neither content_html nor content_text")


def _byline(holder: Mapping[str, Any]) -> str | None:
    """Version 1.0 has one ``author``, 1.1 has ``authors``; an item's own go before the feed's."""
    people = [*objects(holder.get("authors")), *objects(holder.get("author"))]
    return ", ".join(unique(line_of(one.get("name")) for one in people)) or None


def sniff(head: bytes) -> bool:
    """Whether it is an object that names the version of the format."""
    return head.lstrip()[:1] == b"{" and _SNIFF.search(head) is not None


FORMAT = Format("jsonfeed", "JSON Feed 1.0 and 1.1", sniff, split, parse)
