"""NITF 3.x, the News Industry Text Format of the IPTC (NITF 3.0 to 3.6; DTD and schema alike)."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

from lxml import etree

from services.ingest.datelines import read_dateline
from services.ingest.dates import parse_time
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError
from services.ingest.management import urgency_of, wire_of_status
from services.ingest.release import Release, read_release, written_day
from services.ingest.values import unique
from services.ingest.window import Window
from services.ingest.wire_xml import (
    LANG,
    PREAMBLE,
    attribute,
    blocks,
    find,
    parse_element,
    split_elements,
    squeeze,
    text_of,
)  # fmt: skip
from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire

_SNIFF = re.compile(PREAMBLE + rb"<(?:[\w-]+:)?nitf[\s>]", re.DOTALL)
_NAMED = ("person", "org", "location", "event", "object.title", "function")
_RIGHTS_NOTES = ("cpyrt", "trademk")


def split(window: Window) -> Iterator[Item]:
    """The ``<nitf>`` elements."""
    return split_elements(window, names="nitf")


def parse(text: str, head: str = "") -> Story:
    """The story in one ``<nitf>`` element; raises ``ItemError``."""
    return story_from(parse_element(text, head))


def story_from(nitf: Any) -> Story:
    """The story in an ``<nitf>`` element without namespaces; raises ``ItemError``."""
    docdata, body_head = find(nitf, "head/docdata"), find(nitf, "body/body.head")
    issued = attribute(docdata, "date.issue", "norm")
    release = _release(docdata, issued)
    published = parse_time(issued) or release.until or parse_time(attribute(nitf, "head/pubdata", "date.publication"))
    headline = _headline(nitf, body_head)
    wire = _wire(docdata, release)
    return Story(
        source=_source(docdata, body_head),
        content=Content(text=_text(nitf, wire, headline)),
        headline=headline,
        slugline=attribute(docdata, "du-key", "key") or attribute(docdata, "fixture", "fix-id"),
        byline=_byline(body_head),
        dateline=_dateline(body_head, published),
        language=_language(nitf),
        published=published,
        embargo_until=release.until if release.findings else None,
        urgency=urgency_of(attribute(docdata, "urgency", "ed-urg")),
        subjects=_subjects(nitf, docdata),
        keywords=_keywords(docdata),
        editor_note=_notes(docdata, body_head),
        rights=_rights(docdata, body_head),
        wire=wire,
    )


def _headline(nitf: Any, body_head: Any) -> str | None:
    lines = (text_of(find(body_head, f".//{name}")) for name in ("hl1", "hl2", "hedline"))
    return next(filter(None, lines), None) or text_of(nitf.find("head/title"))


def _source(docdata: Any, body_head: Any) -> Source:
    return Source(
        provider=text_of(body_head.find("distributor"))
        or attribute(docdata, "del-list/from-src", "src-name")
        or attribute(docdata, "doc-id", "regsrc")
        or attribute(docdata, "doc.rights", "provider")
        or attribute(docdata, "doc.copyright", "holder"),
        guid=attribute(docdata, "doc-id", "id-string"),
        version=attribute(docdata, "du-key", "version"),
    )


def _release(docdata: Any, issued: str | None) -> Release:
    """When it may go out; without findings where that is no later than when it was issued."""
    written = attribute(docdata, "date.release", "norm") or text_of(docdata.find("date.release"))
    release = read_release(written, field="date.release", issued=issued)
    moment, day = parse_time(issued), written_day(issued)
    released = written_day(written)
    if release.until is None or moment is None:
        return release
    if release.until <= moment or (written and len(written) <= len("2024-03-05") and released == day):
        return Release(until=release.until)
    return release


def _wire(docdata: Any, release: Release) -> Wire:
    """What docdata says of the document's state, of another document's, and of its place in a series."""
    status = docdata.get("management-status")
    wire = wire_of_status(status, "management-status", release)
    other = wire_of_status(docdata.get("management-idref-status"), "management-idref-status", Release())
    about = squeeze(docdata.get("management-doc-idref"))
    if wire.kind == "story" and about and other.kind == "kill":
        wire.kind = "kill"
        wire.findings += other.findings
    wire.of = about
    _add_take(wire, find(docdata, "series"))
    if (correction := docdata.find("correction")) is not None:
        _add_correction(wire, correction)
    return wire


def _add_take(wire: Wire, series: Any) -> None:
    """``series.part`` 2 of ``series.totalpart`` 3. A story that is alone is often marked as part 1 of no series."""
    part, total = (_number(series.get(f"series.{name}")) for name in ("part", "totalpart"))
    if not part or max(part, total or 0) < 2:
        return
    wire.take, wire.more = part, bool(total and part < total)
    wire.of = wire.of or squeeze(series.get("series.name"))
    wire.findings.append(Finding(says="take", field="series.part", text=f"{part}"))
    if wire.more:
        wire.findings.append(Finding(says="more", field="series.totalpart", text=f"{total}"))


def _add_correction(wire: Wire, correction: Any) -> None:
    if wire.kind == "story":
        wire.kind = "correction"
    wire.of = squeeze(correction.get("id-string")) or wire.of
    wire.note = squeeze(correction.get("info")) or text_of(correction)
    wire.findings.append(Finding(says="correction", field="correction", text=wire.note or wire.of or ""))


def _number(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"[0-9]{1,4}", value) else None


def _text(nitf: Any, wire: Wire, headline: str | None) -> str:
    """The body, with the tag line that was to be printed below it; a kill may have none."""
    if text := body_of(nitf):
        return text
    if wire.kind in ("kill", "hold"):
        return wire.note or headline or wire.kind
    if nitf.find("body//media") is not None:
        raise ItemError("not-a-story", "it holds pictures or sound without text")
    raise ItemError("no-text", "its <body.content> is empty")


def body_of(nitf: Any) -> str:
    """The text of the body, or of the abstract where there is no body; empty if there is neither."""
    parts = [nitf.findall(f"body/{path}") for path in ("body.content", "body.end/tagline", "body.end/bibliography")]
    content, *end = ("\n\n".join(filter(None, map(blocks, part))) for part in parts)
    content = content or "\n\n".join(filter(None, map(blocks, nitf.findall("body/body.head/abstract"))))
    return "\n\n".join(filter(None, (content, *end))) if content else ""


def _byline(body_head: Any) -> str | None:
    """``By Ann Lee, Science Writer``: each byline with the title that is an element of its own."""
    return ", ".join(unique(map(signature, body_head.findall("byline")))) or None


def signature(byline: Any) -> str | None:
    """A byline on one line, its ``<byttl>`` behind a comma."""
    titles = unique(map(text_of, byline.findall(".//byttl")))
    names = deepcopy(byline)
    etree.strip_elements(names, "byttl", with_tail=False)
    name = (text_of(names) or "").strip(" ,;")
    return ", ".join(unique([name, *titles])) or None


def _dateline(body_head: Any, published: datetime | None) -> Dateline | None:
    """The dateline of the head; who distributes the story is its agency, unless the dateline names one."""
    written = body_head.find("dateline")
    text = text_of(written)
    if text is None:
        return None
    location = find(written, "location")
    read = read_dateline(text, published)
    return Dateline(
        text=text,
        place=text_of(location.find("city")) or text_of(location) or read.place,
        country=text_of(location.find("country")),
        date=written_day(attribute(written, "story.date", "norm")) or read.date,
        agency=read.agency or text_of(body_head.find("distributor")),
    )


def _language(nitf: Any) -> str | None:
    return squeeze(nitf.get(LANG) or find(nitf, "body").get(LANG) or nitf.get("baselang"))


def _subjects(nitf: Any, docdata: Any) -> list[Subject]:
    subjects = []
    for subject in nitf.iterfind("head/tobject/tobject.subject"):
        code = squeeze(subject.get("tobject.subject.refnum"))
        names = (squeeze(subject.get(f"tobject.subject.{part}")) for part in ("detail", "matter", "type"))
        subjects.append(Subject(code=code, name=next(filter(None, names), None)))
    for classifier in docdata.iterfind("identified-content/classifier"):
        label = squeeze(classifier.get("value"))
        subjects.append(Subject.of(label) if label else Subject(name=text_of(classifier)))
    return list({(one.code, one.name): one for one in subjects if one.code or one.name}.values())


def _keywords(docdata: Any) -> list[str]:
    keys = [squeeze(keyword.get("key")) or text_of(keyword) for keyword in docdata.iterfind("key-list/keyword")]
    named = (element for name in _NAMED for element in docdata.iterfind(f"identified-content/{name}"))
    return unique([*keys, *(text_of(element) or squeeze(element.get("value")) for element in named)])


def _notes(docdata: Any, body_head: Any) -> str | None:
    """The messages to editors, and the cautionary notes that are not about rights."""
    messages = [squeeze(message.get("info")) or text_of(message) for message in docdata.findall("ed-msg")]
    notes = [text_of(note) for note in body_head.findall("note") if note.get("noteclass") not in _RIGHTS_NOTES]
    return "\n".join(unique([*messages, *notes])) or None


def _rights(docdata: Any, body_head: Any) -> str | None:
    if written := text_of(body_head.find("rights")):
        return written
    notes = (text_of(note) for note in body_head.findall("note") if note.get("noteclass") in _RIGHTS_NOTES)
    if found := next(filter(None, notes), None):
        return found
    year, holder = (attribute(docdata, "doc.copyright", name) for name in ("year", "holder"))
    return " ".join(filter(None, ("Copyright" if year or holder else None, year, holder))) or None


def sniff(head: bytes) -> bool:
    """Whether the first element is ``<nitf>``."""
    return _SNIFF.match(head) is not None


FORMAT = Format("nitf", "NITF 3.x (IPTC News Industry Text Format)", sniff, split, parse)
