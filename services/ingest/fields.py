"""Maps records with named fields (JSON, CSV) to stories: one table of the names in use."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.items import ItemError
from shared.models import Content, Dateline, Source, Story

NAMES: dict[str, tuple[str, ...]] = {
    "html": ("html", "body_html", "content_html", "html_body"),
    "text": (
        "body_text",
        "body",
        "text",
        "content_text",
        "content",
        "article",
        "article_body",
        "main_text",
        "full_text",
        "story",
        "description",
        "summary",
    ),
    "headline": ("headline", "title", "head"),
    "slugline": ("slugline", "slug"),
    "byline": ("byline", "author", "authors", "creator", "by"),
    "language": ("language", "lang"),
    "published": (
        "published",
        "published_at",
        "pub_date",
        "date_published",
        "publish_date",
        "published_date",
        "date",
        "datetime",
        "created",
        "created_at",
        "version_created",
        "timestamp",
    ),
    "embargo_until": ("embargo_until", "embargo", "embargoed", "embargoed_until"),
    "urgency": ("urgency", "priority"),
    "subjects": ("subjects", "subject", "topics", "categories", "category", "section"),
    "keywords": ("keywords", "tags"),
    "editor_note": ("editor_note", "ed_note", "editors_note", "note_to_editors"),
    "rights": ("rights", "copyright", "copyright_notice", "usage_terms", "license"),
    "dateline": ("dateline",),
    "custom_id": ("custom_id",),
    "guid": ("guid", "id", "uri", "url", "link", "_id", "article_id", "story_id"),
    "provider": ("provider", "source", "publisher", "agency", "publication", "site"),
    "version": ("version",),
}
"""Story field → the names it comes under, best first. Case, ``_`` and ``-`` do not matter."""

_HTML = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|a|b|i|em|strong|span|img|blockquote|figure|article)\b[^<>]{0,500}>", re.IGNORECASE
)
_INNER = ("name", "title", "text", "value", "rendered", "content", "literal", "id")
"""Where an object in the place of a string keeps its string."""


def squash(name: str) -> str:
    """``Published_At`` and ``publishedAt`` are the same name."""
    return re.sub(r"[\W_]+", "", name).lower()


_SQUASHED = {field: tuple(map(squash, names)) for field, names in NAMES.items()}
TEXT_NAMES = frozenset(_SQUASHED["text"] + _SQUASHED["html"])
KNOWN_NAMES = frozenset(name for names in _SQUASHED.values() for name in names)


def story_from(record: Mapping[str, Any]) -> Story:
    """The story in a record; raises ``ItemError`` when it has no text."""
    given = {squash(name): value for name, value in record.items() if value is not None and value != ""}
    values = {field: [given[name] for name in names if name in given] for field, names in _SQUASHED.items()}
    return Story(
        content=_content(values, record),
        source=Source(
            guid=_first_string(values["guid"]),
            provider=_first_string(values["provider"]),
            version=_first_string(values["version"]),
        ),
        dateline=_dateline(_first_string(values["dateline"])),
        published=_first_time(values["published"]),
        embargo_until=_first_time(values["embargo_until"]),
        urgency=_urgency(_first_string(values["urgency"])),
        byline=", ".join(_strings(values["byline"][0])) or None if values["byline"] else None,
        subjects=_labels(values["subjects"]),
        keywords=_labels(values["keywords"]),
        **{name: _first_string(values[name]) for name in _PLAIN},
    )


_PLAIN = ("headline", "slugline", "language", "editor_note", "rights", "custom_id")


def _content(values: Mapping[str, list[Any]], record: Mapping[str, Any]) -> Content:
    for value in values["html"]:
        if text := _first_string([value]):
            return Content(text=text, type="text/html")
    for value in values["text"]:
        if text := "\n\n".join(_strings(value)):
            return Content(text=text, type="text/html" if _HTML.search(text) else "text/plain")
    found = ", ".join(list(record)[:8])[:200] or "none"
    raise ItemError("no-text", f"no text in a field called body, text, content or the like (its fields: {found})")


def _strings(value: Any) -> list[str]:
    """The strings in a value that may be a string, an object around one, or a list of either."""
    parts = value if isinstance(value, list) else [value]
    return [text for part in parts if (text := _string(part))]


def _string(value: Any) -> str:
    if isinstance(value, dict):
        value = next((value[key] for key in _INNER if isinstance(value.get(key), str)), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _first_string(values: list[Any]) -> str | None:
    return next((texts[0] for value in values if (texts := _strings(value))), None)


def _first_time(values: list[Any]) -> datetime | None:
    return next((moment for value in values if (moment := parse_time(value))), None)


def _labels(values: list[Any]) -> list[str]:
    """A list of labels, which may also come as one string with commas or semicolons."""
    texts = [text for value in values for text in _strings(value)]
    labels = [label.strip() for text in texts for label in re.split(r"[;,|]", text)] if len(texts) == 1 else texts
    return list(dict.fromkeys(filter(None, labels)))


def _urgency(value: str | None) -> int | None:
    return int(value) if value and len(value) == 1 and value in "12345678" else None


def _dateline(text: str | None) -> Dateline | None:
    return Dateline(text=text) if text else None
