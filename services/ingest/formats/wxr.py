"""WordPress eXtended RSS 1.0 to 1.2: what a WordPress site exports.

Posts and pages are stories, other post types (attachments, menu items, revisions, styles) are not, nor is what is in
the bin. A draft, pending or private post is withheld until a person releases it; one scheduled for later is embargoed
until then.
"""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.formats import feed
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError
from services.ingest.values import unique
from services.ingest.window import Window
from services.ingest.wire_xml import parse_element, squeeze, text_of
from shared.models import Content, Finding, Source, Story, Subject, Wire

_STORIES = ("post", "page", "")
_UNPUBLISHED = ("draft", "pending", "private", "auto-draft")
_BINNED = ("trash", "inherit")
_SNIFF = re.compile(rb"""xmlns:wp\s*=\s*["']https?://wordpress\.org/export/""")
_ENCODED = "encoded"
_CONTENT, _EXCERPT = "content", "excerpt"
_PREFIXED = re.compile(r"(</?)(content|excerpt):encoded(?=[\s>/])")
_NO_DATE = "0000"


def split(window: Window) -> Iterator[Item]:
    """The items, each with the channel's own elements as its head."""
    return feed.split(window)


def parse(text: str, head: str) -> Story:
    """The story in an item; raises ``ItemError``."""
    # Two elements are told apart by their namespaces alone, which the parsing drops.
    item = parse_element(_PREFIXED.sub(r"\1\2-encoded", text), head)
    kind, status = _text(item, "post_type") or "", (_text(item, "status") or "publish").lower()
    if kind not in _STORIES:
        raise ItemError("not-a-story", f"a WordPress {kind[:40]}, neither post nor page")
    if status in _BINNED:
        raise ItemError("not-a-story", f"its status is {status}")
    published = _published(item)
    return Story(
        source=Source(guid=_text(item, "guid") or _text(item, "link"), provider=_channel(head, "title")),
        content=_content(item),
        headline=_text(item, "title"),
        slugline=_text(item, "post_name"),
        byline=_text(item, "creator"),
        language=_channel(head, "language"),
        published=published,
        subjects=[Subject(name=name) for name in _terms(item, "category")],
        keywords=_terms(item, "post_tag", "tag"),
        embargo_until=published if status == "future" else None,
        wire=_wire(status, published, _text(item, "post_password")),
    )


def _text(item: Any, name: str) -> str | None:
    return text_of(item.find(name))


def _content(item: Any) -> Content:
    for name in (f"{_CONTENT}-{_ENCODED}", f"{_EXCERPT}-{_ENCODED}", "description"):
        element = item.find(name)
        text = "".join(element.itertext()).strip() if element is not None else ""
        if text:
            return Content(text=text, type="text/html")
    raise ItemError("no-text", "neither content nor excerpt")


def _published(item: Any) -> datetime | None:
    """``wp:post_date_gmt``; drafts have zeros there, and ``pubDate`` in the year −1."""
    given = (_text(item, name) for name in ("post_date_gmt", "pubDate", "post_date"))
    return next(
        (moment for text in given if text and not text.startswith(_NO_DATE) and (moment := parse_time(text))), None
    )


def _terms(item: Any, *domains: str) -> list[str]:
    return unique(squeeze(term.text) for term in item.iter("category") if term.get("domain", "category") in domains)


def _wire(status: str, published: datetime | None, password: str | None) -> Wire:
    field, text = ("wp:post_password", "set") if password else ("wp:status", status)
    if password or status in _UNPUBLISHED or (status == "future" and not published):
        finding = Finding(says="hold", field=field, text=text)
        return Wire(kind="hold", withheld=f"{field}: {text}", findings=[finding])
    if status == "future":
        return Wire(findings=[Finding(says="embargo", field=field, text=status)])
    return Wire()


def _channel(head: str, name: str) -> str | None:
    """An element of the channel itself, which stands before the authors, categories and items."""
    match = re.search(rf"<channel[^>]*>.*?<{name}>([^<]{{0,300}})</{name}>", head, re.DOTALL)
    return squeeze(html.unescape(match[1])) if match else None


def sniff(head: bytes) -> bool:
    """Whether it is a feed that declares the export namespace."""
    return feed.sniff(head) and _SNIFF.search(head) is not None


FORMAT = Format("wxr", "WordPress export (WXR)", sniff, split, parse)
