"""Maps records with named fields (JSON, CSV) to stories: one table of the names in use."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.items import ItemError
from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire

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


_NO = frozenset(("0", "false", "no", "none", "null", "n/a", "-"))
"""What tables have in the place of an embargo where there is none."""

_MAX_DIGITS = 10


def squash(name: str) -> str:
    """``Published_At`` and ``publishedAt`` are the same name."""
    return re.sub(r"[\W_]+", "", name).lower()


_SQUASHED = {field: tuple(map(squash, names)) for field, names in NAMES.items()}
TEXT_NAMES = frozenset(_SQUASHED["text"] + _SQUASHED["html"])
KNOWN_NAMES = frozenset(name for names in _SQUASHED.values() for name in names)


def story_from(record: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> Story:
    """The story in a record; raises ``ItemError`` when it has no text.

    ``fields`` says for a story field (a key of ``NAMES``) which field of the record it is read from, and no other then:
    a name or a path (``article.body.0.value``).
    """
    values = _values(record, fields or {})
    return Story(
        content=_content(values, record, fields.get("text") if fields else None),
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
        subjects=[Subject.of(label) for label in _labels(values["subjects"])],
        keywords=_labels(values["keywords"]),
        wire=_wire(values["embargo_until"]),
        **{name: _first_string(values[name]) for name in _PLAIN},
    )


def _values(record: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, list[Any]]:
    """What the record has for each story field, best first."""
    given = {squash(name): value for name, value in record.items() if _is_given(value)}
    values = {field: [given[name] for name in names if name in given] for field, names in _SQUASHED.items()}
    if "text" in fields and "html" not in fields:
        values["html"] = []  # which would be preferred
    for field, path in fields.items():
        value = lookup(record, path)
        values[field] = [value] if _is_given(value) else []
    return values


def lookup(value: Any, path: str) -> Any:
    """What stands at a path: the names of fields and the places in lists (from 0), with dots between; None if nothing.

    A name that holds dots itself is found, too; a name asked of a list is asked of each element.
    """
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        name, _, rest = path.partition(".")
        key = name if name in value else next((key for key in value if squash(key) == squash(name)), None)
        return None if key is None else lookup(value[key], rest) if rest else value[key]
    if isinstance(value, list):
        place, _, rest = path.partition(".")
        if not (place.isascii() and place.isdecimal()):
            return [found for element in value if _is_given(found := lookup(element, path))]
        element = value[int(place)] if len(place) < _MAX_DIGITS and int(place) < len(value) else None
        return lookup(element, rest) if rest else element
    return None


def _is_given(value: Any) -> bool:
    return value is not None and value != "" and value != []


_PLAIN = ("headline", "slugline", "language", "editor_note", "rights", "custom_id")


def _content(values: Mapping[str, list[Any]], record: Mapping[str, Any], path: str | None) -> Content:
    for value in values["html"]:
        if text := _first_string([value]):
            return Content(text=text, type="text/html")
    for value in values["text"]:
        if text := "\n\n".join(_strings(value)):
            return Content(text=text, type="text/html" if _HTML.search(text) else "text/plain")
    place = repr(path) if path else "a field called body, text, content or the like"
    found = ", ".join(list(record)[:8])[:200] or "none"
    raise ItemError("no-text", f"no text in {place} (its fields: {found})")


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


def _wire(embargo: list[Any]) -> Wire:
    """Fails closed: an embargo that cannot be read is for a person to release."""
    text = "true" if True in embargo else _first_string(embargo)
    if not text or text.casefold() in _NO:
        return Wire()
    finding = Finding(says="embargo", field="embargo_until", text=text)
    return Wire(withheld=None if _first_time(embargo) else text, findings=[finding])


def _dateline(text: str | None) -> Dateline | None:
    return Dateline(text=text) if text else None
