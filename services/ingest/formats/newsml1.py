"""NewsML 1.0 to 1.2 of the IPTC, as AFP, Belga, EFE, Kyodo, Reuters, TASS and others send it.

Each NewsItem is a story; what the NewsEnvelope before it says, holds for all.
"""

import re
from collections.abc import Iterator
from typing import Any

from services.ingest.datelines import read_dateline
from services.ingest.dates import parse_time
from services.ingest.formats import nitf as nitf_format
from services.ingest.formats.base import Format
from services.ingest.formats.newsml1_text import Part, formal_name, headline_part, main_parts
from services.ingest.items import Item, ItemError
from services.ingest.management import purpose_of, urgency_of, wire_of_status
from services.ingest.release import Release, read_release, written_day
from services.ingest.values import unique
from services.ingest.window import Window
from services.ingest.wire_xml import LANG, PREAMBLE, find, parse_element, split_elements, squeeze, text_of
from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire

_SNIFF = re.compile(PREAMBLE + rb"<(?:[\w-]+:)?News(?:ML|Item)[\s>]", re.DOTALL)
_ENVELOPE, _ENVELOPE_END = "<NewsEnvelope", "</NewsEnvelope>"
_NOTES = re.compile(r"advisory|note|instruct|editor|attention|warning", re.IGNORECASE)
_EMBARGO = re.compile(r"embargo", re.IGNORECASE)
_KEYWORD = re.compile(r"keywords?", re.IGNORECASE)


def split(window: Window) -> Iterator[Item]:
    """The ``<NewsItem>`` elements, each with the envelope of its document in its head."""
    return split_elements(window, names="NewsItem")


def parse(text: str, head: str = "") -> Story:
    """The story in one ``<NewsItem>``; raises ``ItemError``."""
    start, end = head.find(_ENVELOPE), head.find(_ENVELOPE_END)
    envelope = parse_element(head[start : end + len(_ENVELOPE_END)], head) if 0 <= start < end else None
    return story_from(parse_element(text, head), envelope)


def story_from(item: Any, envelope: Any = None) -> Story:
    """The story in a NewsItem without namespaces; raises ``ItemError`` for one that has no text of its own."""
    root, envelope = find(item, "NewsComponent"), find(item, "none") if envelope is None else envelope
    wire, until = _management(item)
    parts = main_parts(root)
    path = parts[0].path if parts else (root,)
    lines = [component.find("NewsLines") for component in path if component.find("NewsLines") is not None]
    headline = _line(lines, "HeadLine") or headline_part(root) or _from_nitf(parts, ".//hl1")
    published = _published(item, envelope)
    return Story(
        source=_source(item, envelope, path),
        content=Content(text=_text(root, parts, wire, headline)),
        headline=headline,
        slugline=_line(lines, "SlugLine") or text_of(find(item, "Identification/NameLabel")),
        byline=_byline(lines, parts),
        dateline=_dateline(_line(lines, "DateLine"), path, parts, published),
        language=_language(item, path),
        published=published,
        embargo_until=until,
        urgency=urgency_of(formal_name(item, "NewsManagement/Urgency") or formal_name(envelope, "Priority")),
        subjects=_subjects(path),
        keywords=_keywords(lines, path),
        editor_note=_notes(item, lines),
        rights=_rights(lines, path),
        wire=wire,
    )


def _text(root: Any, parts: list[Part], wire: Wire, headline: str | None) -> str:
    """The body; a kill may have none."""
    if parts:
        return "\n\n".join(part.text for part in parts)
    if wire.kind in ("kill", "hold"):
        return wire.note or headline or wire.kind
    if root.find(".//NewsItemRef") is not None or root.find(".//TopicSet") is not None:
        raise ItemError("not-a-story", "a package or vocabulary: it refers to other items and has no text of its own")
    media = unique(formal_name(item, name) for item in root.iter("ContentItem") for name in ("MediaType", "MimeType"))
    what = ", ".join(name for name in media if "text" not in name.lower())
    raise ItemError("not-a-story", f"it has no text but captions ({what[:200] or 'data of another kind'})")


def _line(lines: list[Any], name: str) -> str | None:
    """The NewsLine of that name that is nearest to the text."""
    return next(filter(None, (text_of(group.find(name)) for group in lines)), None)


def _from_nitf(parts: list[Part], path: str) -> str | None:
    found = (text_of(part.nitf.find(path)) for part in parts if part.nitf is not None)
    return next(filter(None, found), None)


def _source(item: Any, envelope: Any, path: tuple[Any, ...]) -> Source:
    """The agency is the Provider, or who sent it; the Source of the copy (a company, for its own releases) is not."""
    identifier = find(item, "Identification/NewsIdentifier")
    provider, day, own, revision = (
        text_of(identifier.find(name)) for name in ("ProviderId", "DateId", "NewsItemId", "RevisionId")
    )
    composed = ":".join(filter(None, ("urn:newsml", provider, day, own, revision))) if own else None
    parties = (formal_name(component, "AdministrativeMetadata/Provider/Party") for component in path)
    sender = formal_name(envelope, "SentFrom/Party")
    return Source(
        provider=next(filter(None, parties), None) or sender or provider,
        guid=text_of(identifier.find("PublicIdentifier")) or composed,
        version=revision,
    )


def _published(item: Any, envelope: Any) -> Any:
    """When this revision was made, or else the first one, or when it was sent."""
    times = (text_of(item.find(f"NewsManagement/{name}")) for name in ("ThisRevisionCreated", "FirstCreated"))
    moments = (parse_time(text) for text in (*times, text_of(envelope.find("DateAndTime"))))
    return next(filter(None, moments), None)


def _management(item: Any) -> tuple[Wire, Any]:
    """What NewsManagement and the identifier say of the item, and the end of its embargo."""
    management = find(item, "NewsManagement")
    status = formal_name(management, "Status")
    release = _release(item, management, status)
    wire = wire_of_status(status, "Status", release)
    for path in ("NewsManagement/Instruction", "NewsManagement/NewsItemType", "NewsComponent//Genre"):
        for element in item.iterfind(path):
            label = squeeze(element.get("FormalName"))
            kind = purpose_of(label)
            if label and kind != "story":
                wire.findings.append(Finding(says=kind, field=element.tag, text=label))
                wire.kind = kind if wire.kind == "story" else wire.kind
    _add_revision(wire, find(item, "Identification/NewsIdentifier"))
    if wire.kind == "hold":
        wire.withheld = wire.withheld or next(found.text for found in wire.findings if found.says == "hold")
    return wire, release.until


def _release(item: Any, management: Any, status: str | None) -> Release:
    """The time at which an embargoed item becomes usable; or an embargo in a property or line of its own."""
    issued = text_of(management.find("ThisRevisionCreated"))
    if (status or "").lower() in ("embargoed", "withheld"):
        for change in management.iterfind("StatusWillChange"):
            if (formal_name(change, "FutureStatus") or "usable").lower() == "usable":
                return read_release(text_of(change.find("DateAndTime")), field="StatusWillChange", issued=issued)
    for element in item.iter("Property", "NewsLine"):
        name = formal_name(element, "NewsLineType") if element.tag == "NewsLine" else element.get("FormalName")
        value = text_of(element.find("NewsLineText")) if element.tag == "NewsLine" else squeeze(element.get("Value"))
        if name and value and _EMBARGO.search(name):
            return read_release(value, field=name, issued=issued)
    return Release()


def _add_revision(wire: Wire, identifier: Any) -> None:
    """Revision 2 of an item, with ``PreviousRevision`` 1, is an update of it."""
    revision = find(identifier, "RevisionId")
    number, previous = text_of(revision) or "", revision.get("PreviousRevision") or ""
    if not (re.fullmatch(r"[0-9]{1,6}", number) and re.fullmatch(r"[0-9]{1,6}", previous)):
        return
    if int(number) < 2 or int(previous) < 1:
        return
    wire.kind = "update" if wire.kind == "story" else wire.kind
    wire.revision = int(number)
    wire.findings.append(Finding(says="update", field="RevisionId", text=number))
    parts = [text_of(identifier.find(name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    wire.of = ":".join(["urn:newsml", *filter(None, parts), previous]) if all(parts) else None


def _byline(lines: list[Any], parts: list[Part]) -> str | None:
    if line := _line(lines, "ByLine"):
        return ", ".join(unique([line, _line(lines, "ByLineTitle")]))
    found = (nitf.find("body/body.head/byline") for part in parts if (nitf := part.nitf) is not None)
    return next((nitf_format.signature(byline) for byline in found if byline is not None), None)


def _dateline(line: str | None, path: tuple[Any, ...], parts: list[Part], published: Any) -> Dateline | None:
    """The line taken apart, with what the metadata say of its place (``Location`` of origin) and day."""
    text = line or _from_nitf(parts, "body/body.head/dateline")
    located = _located(path)
    text = text or located.get("City")
    if not text:
        return None
    read = read_dateline(text, published)
    days = (text_of(component.find("DescriptiveMetadata/DateLineDate")) for component in path)
    return Dateline(
        text=read.text,
        place=located.get("City") or read.place,
        country=located.get("Country"),
        date=read.date or next(filter(None, map(written_day, days)), None),
        agency=read.agency,
    )


def _located(path: tuple[Any, ...]) -> dict[str, str]:
    """``Country`` and ``City`` of the place that the story comes from."""
    for component in path:
        for location in component.iterfind("DescriptiveMetadata/Location"):
            if (location.get("HowPresent") or "Origin").lower() in ("origin", "dateline", "filedfrom"):
                found = {one.get("FormalName"): squeeze(one.get("Value")) for one in location.iterfind(".//Property")}
                return {name: value for name, value in found.items() if name and value}
    return {}


def _language(item: Any, path: tuple[Any, ...]) -> str | None:
    for component in path:
        if language := formal_name(component, "DescriptiveMetadata/Language") or component.get(LANG):
            return language
    return squeeze(item.get(LANG))


def _subjects(path: tuple[Any, ...]) -> list[Subject]:
    subjects = []
    for component in path:
        for code in component.iterfind("DescriptiveMetadata/SubjectCode"):
            names = code.iter("Subject", "SubjectMatter", "SubjectDetail")
            subjects += [Subject.of(name) for name in (squeeze(one.get("FormalName")) for one in names) if name]
    return list({(one.code, one.name): one for one in subjects}.values())


def _keywords(lines: list[Any], path: tuple[Any, ...]) -> list[str]:
    written = (text_of(line) for group in lines for line in group.iterfind("KeywordLine"))
    split_up = [word.strip() for line in written if line for word in re.split(r"[;,]", line)]
    properties = (one for component in path for one in component.iterfind("DescriptiveMetadata/Property"))
    named = [squeeze(one.get("Value")) for one in properties if _KEYWORD.fullmatch(one.get("FormalName") or "")]
    return unique([*split_up, *named])


def _notes(item: Any, lines: list[Any]) -> str | None:
    """The lines of a type that speaks to editors (AFP: ``AdvisoryLine``)."""
    typed = (line for group in lines for line in group.iterfind("NewsLine"))
    notes = [
        text_of(one.find("NewsLineText")) for one in typed if _NOTES.search(formal_name(one, "NewsLineType") or "")
    ]
    return "\n".join(unique(notes)) or None


def _rights(lines: list[Any], path: tuple[Any, ...]) -> str | None:
    written = [_line(lines, "CopyrightLine"), _line(lines, "RightsLine")]
    for component in path:
        holders = component.iterfind("RightsMetadata/Copyright/CopyrightHolder")
        written += [text_of(one) for one in holders] if not any(written) else []
        written += [text_of(one) for one in component.iterfind("RightsMetadata/UsageRights")]
    return "\n".join(unique(written)) or None


def sniff(head: bytes) -> bool:
    """Whether the first element is ``<NewsML>``, or a ``<NewsItem>`` alone; NewsML-G2 writes them in lower case."""
    return _SNIFF.match(head) is not None


FORMAT = Format("newsml1", "NewsML 1.0 to 1.2 (IPTC)", sniff, split, parse)
