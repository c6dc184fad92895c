"""An item of a feed that is not well-formed XML, as feedparser makes sense of it."""

from datetime import datetime
from io import BytesIO
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.formats.feed_channel import Channel
from services.ingest.formats.feed_item import MARKUP, author_name, unmarked
from services.ingest.items import ItemError
from services.ingest.values import unique
from services.ingest.wire_xml import squeeze
from shared.models import Content, Source, Story

_AS_UTF8 = {"content-type": "application/xml; charset=utf-8"}


def repaired(document: str, channel: Channel) -> Story:
    """The story in the first item of a feed; raises ``ItemError``."""
    import feedparser  # here, as most feeds are well-formed

    try:
        parsed = feedparser.parse(
            BytesIO(document.encode()), response_headers=_AS_UTF8, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # it raises whatever goes wrong in it, of any type
        raise ItemError("malformed-feed", f"{error}") from None
    if not parsed.entries:
        raise ItemError("malformed-feed", f"no item is found in it ({parsed.get('bozo_exception', 'not well-formed')})")
    entry = parsed.entries[0]
    title = squeeze(unmarked(entry.get("title") or ""))
    return Story(
        source=Source(guid=entry.get("id") or entry.get("link"), provider=_provider(entry) or channel.title),
        content=_content(entry, title),
        headline=title,
        byline=_byline(entry) or channel.author,
        language=squeeze(entry.get("language")) or channel.language,
        published=_published(entry),
        keywords=unique(squeeze(tag.get("label") or tag.get("term")) for tag in entry.get("tags", [])),
        rights=squeeze(entry.get("rights")) or channel.rights,
    )


def _content(entry: Any, title: str | None) -> Content:
    for part in (*entry.get("content", []), entry.get("summary_detail", {})):
        text = part.get("value", "").strip()
        if unmarked(text).strip():
            return Content(text=text, type="text/html" if MARKUP.search(text) else "text/plain")
    has = f"only a title ({title})" if title else "no title either"
    raise ItemError("no-text", f"neither content nor description has words in it; there is {has}")


def _provider(entry: Any) -> str | None:
    return squeeze(entry.get("source", {}).get("title") or entry.get("publisher"))


def _published(entry: Any) -> datetime | None:
    # Asked for "updated" that is not there, feedparser warns and gives "published".
    names = [name for name in ("published", "created", "updated") if name in entry]
    return next((moment for name in names if (moment := parse_time(entry[name]))), None)


def _byline(entry: Any) -> str | None:
    authors = entry.get("authors", [])
    # It cuts an address out of an author's name, but wrongly if the domain ends in more than four letters.
    given = [entry.get("author")] if len(authors) < 2 else [author.get("name") for author in authors]
    return ", ".join(unique(author_name(squeeze(name)) for name in given)) or None
