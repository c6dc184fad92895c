"""The Reuters-21578 collection: Reuters stories of 1987 in SGML (README of the collection, version 1.0, section VI).

Its text holds the control characters of the wire as references (``&#2;``), which go; ``<UNKNOWN>`` is the header
as transmitted, of which the slugline is kept.
"""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime

from services.ingest.dates import parse_time
from services.ingest.elements import elements
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError
from services.ingest.window import Window
from shared.models import Content, Dateline, Source, Story, Subject, Wire

_PROVIDER = "Reuters"
_FILLER = "Blah blah blah."
"""What the collection has for the body of a story that was only a headline."""

_KEYWORDS = ("PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")
_TAG = re.compile(r"<(/?)(TITLE|DATELINE|AUTHOR|BODY)>")
_LABEL = re.compile(r"<D>([^<]*)</D>")
_NEWID = re.compile(r'<REUTERS\b[^>]{0,400}?\bNEWID="(\d+)"')
_TEXT = re.compile(r'<TEXT(?: TYPE="(\w+)")?\s*>')
_SLUGLINE = re.compile(r"\b((?:BC|AM|PM)-[^\s,]+)")
_STRAY_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DATELINE = re.compile(r"(?P<place>.+?),\s*(?P<month>[A-Z][a-z]+|[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})\b", re.DOTALL)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def split(window: Window) -> Iterator[Item]:
    """The ``<REUTERS>`` elements."""
    for number, (_, chunk) in enumerate(elements(window, names="REUTERS"), 1):
        fault = None if chunk.closed else ItemError("bad-archive", "the file ends within the story; send it again")
        yield Item(chunk, where=f"story {number}", fault=fault)


def parse(text: str, head: str = "") -> Story:
    """The story in one ``<REUTERS>`` element; raises ``ItemError``."""
    start = _TEXT.search(text)
    if start is None:
        raise ItemError("no-text", "there is no <TEXT> element")
    parts = _parts(text[start.end() :].partition("</TEXT>")[0])
    published = parse_time(_plain(_element(text, "DATE")))
    headline = " ".join(parts["TITLE"].split()) or None
    body = parts["BODY"] or parts[""].replace(_FILLER, "").lstrip("*\n ") or headline
    slugline = _SLUGLINE.search(html.unescape(_element(text, "UNKNOWN")))
    newid = _NEWID.match(text)
    if not body or not body.strip():
        raise ItemError("no-text", "its <TEXT> is empty")
    return Story(
        source=Source(provider=_PROVIDER, guid=newid[1] if newid else None),
        content=Content(text=body),
        headline=headline,
        slugline=slugline[1] if slugline else None,
        byline=" ".join(parts["AUTHOR"].split()) or None,
        published=published,
        subjects=[Subject.of(topic) for topic in _labels(text, "TOPICS")],
        keywords=[label for name in _KEYWORDS for label in _labels(text, name)],
        dateline=dateline(parts["DATELINE"], published),
        wire=Wire(kind="brief" if start[1] == "BRIEF" else "story"),
    )


def _parts(text: str) -> dict[str, str]:
    """The text under each tag, and under ``""`` what is under none. Some end tags are missing in the collection."""
    parts: dict[str, list[str]] = {"": [], "TITLE": [], "DATELINE": [], "AUTHOR": [], "BODY": []}
    inside, at = "", 0
    for match in _TAG.finditer(text):
        parts[inside].append(text[at : match.start()])
        inside, at = "" if match[1] else match[2], match.end()
    parts[inside].append(text[at:])
    return {tag: _plain("".join(part)) for tag, part in parts.items()}


def _plain(text: str) -> str:
    return _STRAY_CONTROLS.sub("", html.unescape(text)).strip("\n")


def _element(text: str, name: str) -> str:
    start = text.find(f"<{name}>")
    end = text.find(f"</{name}>", start)
    return text[start + len(name) + 2 : end] if 0 <= start < end else ""


def _labels(text: str, name: str) -> list[str]:
    return [html.unescape(label) for label in _LABEL.findall(_element(text, name))]


def dateline(text: str, published: datetime | None) -> Dateline | None:
    """``SALVADOR, Feb 26 -`` taken apart; the year is that of ``published``."""
    text = " ".join(text.split())
    if not text:
        return None
    match = _DATELINE.match(text)
    if match is None or match["month"][:3].lower() not in _MONTHS:
        return Dateline(text=text)
    day = _date(published, _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"]))
    return Dateline(text=text, place=match["place"].strip(), date=day)


def _date(published: datetime | None, month: int, day: int) -> date | None:
    if published is None:
        return None
    # A story of January may carry a dateline of December.
    year = published.year - (month == 12 and published.month == 1)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def sniff(head: bytes) -> bool:
    """Whether there is a ``<REUTERS`` element with the collection's own attribute."""
    return head.lstrip()[:1] == b"<" and b"<REUTERS " in head and b"NEWID=" in head


FORMAT = Format("reuters21578", "The Reuters-21578 collection (SGML)", sniff, split, parse)
