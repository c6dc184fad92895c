"""AP Media API: the JSON of the Associated Press (https://developer.ap.org/ap-media-api/, Content metadata fields).

An item of the API only links to its text (``renditions``), and is refused with that reason. Whoever puts the NITF text
that was fetched for it into the item (``body.nitf``, as AP's own archive does with ``main.nitf``) has a story.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load
from services.ingest.items import ItemError
from services.ingest.release import read_release
from services.ingest.values import unique
from services.ingest.wire_json import (
    Kind,
    findings,
    joined,
    keys,
    line_of,
    objects,
    splitter,
    text_of,
    texts,
    urgency_of,
    wire_of,
)
from services.ingest.wire_xml import blocks, parse_element
from shared.models import Content, Dateline, Finding, Source, Story, Subject

_OWN = frozenset(
    b"editorialpriority editorialrole editorialtypes headline_extended headline_seo datelinelocation bylines"
    b" textformat foreignkeys".split()
)
_NAMED = ("person", "organisation", "place")
_HOLDERS = ("body", "story", "main")
_TEXTS = ("body_nitf", "nitf", "body", "content", "body_text")
_MARKED = re.compile(r"<(?:p|block|hl2|nitf|body\.content)\b")
_PRIORITIES = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5}
"""Urgency by the priority of the older wire: flash, bulletin, urgent, regular, deferred."""

_TYPES: dict[str, Kind] = {
    "kill": "kill",
    "elimination": "kill",
    "disregard": "kill",
    "withhold": "hold",
    "hold": "hold",
    "holdforrelease": "hold",
    "advisory": "advisory",
    "correction": "correction",
    "corrective": "correction",
    "clarification": "correction",
    "lead": "update",
    "writethru": "update",
    "newsalert": "alert",
    "flash": "alert",
    "bulletin": "alert",
}

split = splitter("items")


def parse(text: str, head: str = "") -> Story:
    """The story in an item or in the answer around it; raises ``ItemError``."""
    item = _unwrapped(load(text))
    kind = (text_of(item.get("type")) or "text").lower()
    if kind != "text":
        raise ItemError("not-a-story", f"an AP item of type {kind[:40]}")
    headline = line_of(item.get("headline")) or line_of(item.get("headline_extended"))
    note = joined(*texts(item.get("ednote")))
    issued = text_of(item.get("versioncreated"))
    release = read_release(text_of(item.get("embargoed")), field="embargoed", issued=issued)
    wire = wire_of(item.get("pubstatus"), _findings(item), release)
    content = _content(item)
    if content is None and wire.kind in ("kill", "hold"):
        content = Content(text=note or headline or wire.kind)
    if content is None:
        raise ItemError("no-text", "the item only links to its text (renditions): hand over the NITF file itself")
    return Story(
        source=_source(item),
        content=content,
        headline=headline,
        slugline=line_of(item.get("slugline")) or line_of(item.get("title")),
        byline=_byline(item),
        language=text_of(item.get("language")),
        published=parse_time(issued) or parse_time(item.get("firstcreated")),
        embargo_until=release.until,
        urgency=urgency_of(item.get("urgency")) or _PRIORITIES.get(text_of(item.get("editorialpriority")) or ""),
        subjects=[subject for one in _direct(item, "subject") if (subject := _subject(one))],
        keywords=unique(
            [*texts(item.get("keywords")), *(line_of(o.get("name")) for n in _NAMED for o in _direct(item, n))]
        ),
        editor_note=note,
        rights=joined(*texts(item.get("copyrightnotice")), *texts(item.get("usageterms"))),
        dateline=_dateline(item),
        wire=wire,
    )


def _unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("data", "item"):
        if isinstance(inner := record.get(name), dict):
            record = inner
    return objects(dict(record))[0]


def _source(item: Mapping[str, Any]) -> Source:
    altids = next(iter(objects(item.get("altids"))), {})
    guid = text_of(altids.get("itemid")) or text_of(item.get("uri"))
    return Source(guid=guid, version=text_of(item.get("version")), provider=line_of(item.get("provider")) or "AP")


def _content(item: Mapping[str, Any]) -> Content | None:
    """The text, if it is in the item."""
    rendition = [nitf for one in objects(item.get("renditions")) for nitf in objects(one.get("nitf"))]
    holders = [item, *(holder for name in _HOLDERS for holder in objects(item.get(name))), *rendition]
    given = (text_of(holder.get(name)) for holder in holders for name in _TEXTS)
    text = next(filter(None, given), None)
    if text is None:
        return None
    return _from_nitf(text) if _MARKED.search(text) else Content(text=text)


def _from_nitf(text: str) -> Content | None:
    """The paragraphs of a NITF document, of its ``<body.content>``, or of what is inside that."""
    start, end = text.find("<body.content"), text.rfind("</body.content>")
    inner = text[text.find(">", start) + 1 : end] if 0 <= start < end else text
    try:
        body = blocks(parse_element(f"<body.content>{inner}</body.content>"))
    except ItemError as error:
        if error.type != "malformed-xml":
            raise
        return Content(text=inner, type="text/html")
    return Content(text=body) if body else None


def _findings(item: Mapping[str, Any]) -> list[Finding]:
    fields = ("editorialtypes", "editorialrole", "signals")
    return [found for field in fields for found in findings(_TYPES, texts(item.get(field)), field=field)]


def _byline(item: Mapping[str, Any]) -> str | None:
    people = objects(item.get("bylines"))
    return ", ".join(unique(line_of(one.get("by")) or line_of(one.get("name")) for one in people)) or None


def _direct(item: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """Without the broader terms that AP adds to each."""
    return [one for one in objects(item.get(field)) if "ancestor" not in texts(one.get("rels"))]


def _subject(subject: Mapping[str, Any]) -> Subject | None:
    code, name = text_of(subject.get("code")), line_of(subject.get("name"))
    return Subject(code=code, name=name if name != code else None) if code or name else None


def _dateline(item: Mapping[str, Any]) -> Dateline | None:
    where = next(iter(objects(item.get("datelinelocation"))), {})
    place, country = line_of(where.get("city")), line_of(where.get("countryname"))
    text = line_of(item.get("located")) or ", ".join(filter(None, (place, country)))
    return Dateline(text=text, place=place or text, country=country) if text else None


def sniff(head: bytes) -> bool:
    """Whether it is JSON with AP's identifiers and at least one member of its own."""
    found = keys(head)
    return {b"altids", b"itemid"} <= found and bool(found & _OWN)


FORMAT = Format("ap_media", "AP Media API (JSON)", sniff, split, parse)
