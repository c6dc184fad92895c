"""dpa digitalwires: the JSON of the German agency dpa and of its partners, as their wireQ API hands it over."""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.datelines import read_dateline
from services.ingest.dates import parse_time
from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load
from services.ingest.items import ItemError
from services.ingest.release import Release, read_release
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
from shared.models import Content, Finding, Source, Story, Subject, Wire

_NAMES_ITSELF = re.compile(rb'"format"\s*+:\s*+"digitalwires@')
_SUBJECTS = frozenset(("dnltype:dpasubject", "dnltype:subject", "dnltype:geosubject"))
_SIGNALS: dict[str, Kind] = {"correction": "correction", "update": "update"}
_GENRES: dict[str, Kind] = {"27": "advisory", "32": "advisory"}
"""Genres that speak to editors, by the end of their code in ``dpatextgenre``: ``Achtung`` and ``Vorschau``."""

_NOT_NOTES = ("closingline", "contacts", "picture")
"""Ends of the roles of notes that are no message: the sign-off line, persons' addresses, what pictures there are."""

split = splitter("entries", "items")


def parse(text: str, head: str = "") -> Story:
    """The story in one digitalwires entry; raises ``ItemError``."""
    entry = objects(load(text))[0]
    categories = objects(entry.get("categories"))
    published = parse_time(entry.get("version_created")) or parse_time(entry.get("updated"))
    release = _release(entry)
    wire = wire_of(entry.get("pubstatus"), _findings(entry, categories), release, note=_notes(entry, ":correction"))
    headline = line_of(entry.get("headline"))
    return Story(
        source=_source(entry, categories),
        content=_content(entry) or _instead(entry, wire, headline),
        headline=headline,
        byline=line_of(entry.get("byline")),
        language=text_of(entry.get("language")),
        published=published,
        embargo_until=release.until,
        urgency=urgency_of(entry.get("urgency")),
        subjects=[subject for one in categories if text_of(one.get("type")) in _SUBJECTS if (subject := _subject(one))],
        keywords=unique(line_of(one.get("name")) for one in categories if one.get("type") == "dnltype:keyword"),
        editor_note=_notes(entry),
        rights=joined(*texts(entry.get("copyrightnotice")), *texts(entry.get("usageterms"))),
        dateline=read_dateline(line, published) if (line := _dateline(entry, categories)) else None,
        wire=wire,
    )


def _source(entry: Mapping[str, Any], categories: list[Mapping[str, Any]]) -> Source:
    """The agency that wrote it: the ``provider`` of a partner's story is often dpa, which only passes it on."""
    named = {type: line_of(one.get("name")) for one in reversed(categories)
             if (type := one.get("type")) in ("dnltype:infosource", "dnltype:provider")}  # fmt: skip
    return Source(
        guid=text_of(entry.get("urn")) or text_of(entry.get("entry_id")),
        version=text_of(entry.get("version")),
        provider=named.get("dnltype:infosource") or line_of(entry.get("creditline")) or named.get("dnltype:provider"),
    )


def _content(entry: Mapping[str, Any]) -> Content | None:
    body = "\n".join([*texts(entry.get("article_html")), *texts(entry.get("infobox_html"))])
    return Content(text=body, type="text/html") if body else None


def _instead(entry: Mapping[str, Any], wire: Wire, headline: str | None) -> Content:
    """What stands for the article of a kill that has none; raises ``ItemError`` if that is not what it is."""
    if wire.kind in ("kill", "hold"):
        return Content(text=wire.note or headline or wire.kind)
    media = unique(text_of(one.get("type")) for one in objects(entry.get("associations")))
    held = ", ".join(media)[:80] or "nothing else"
    raise ItemError("not-a-story" if media else "no-text", f"there is no article; it holds {held}")


def _findings(entry: Mapping[str, Any], categories: list[Mapping[str, Any]]) -> list[Finding]:
    genres = [text_of(one.get("qcode")) for one in categories if one.get("type") == "dnltype:genre"]
    own = [genre for genre in genres if genre and genre.startswith("dpatextgenre:")]
    return findings(_SIGNALS, [text_of(entry.get("signal"))], field="signal") + findings(_GENRES, own, field="genre")


def _release(entry: Mapping[str, Any]) -> Release:
    """The embargo; if only a note speaks of one, a person must read it."""
    issued = text_of(entry.get("version_created"))
    release = read_release(text_of(entry.get("embargoed")), field="embargoed", issued=issued)
    note = _notes(entry, ":embargo")
    if release.until or release.withheld or not note:
        return release
    return Release(withheld=note, findings=(Finding(says="embargo", field="ednotes", text=note),))


def _notes(entry: Mapping[str, Any], role: str = "") -> str | None:
    """The notes to editors whose role ends with ``role``, a line each."""
    notes = ((text_of(note.get("role")) or "", text_of(note.get("ednote"))) for note in objects(entry.get("ednotes")))
    return joined(*(note for given, note in notes if given.endswith(role) and not given.endswith(_NOT_NOTES)))


def _subject(category: Mapping[str, Any]) -> Subject | None:
    code, name = text_of(category.get("qcode")), line_of(category.get("name"))
    if code is None:
        return Subject.of(name) if name else None
    return Subject(code=code, name=name if name != code.rpartition(":")[2] else None)


def _dateline(entry: Mapping[str, Any], categories: list[Mapping[str, Any]]) -> str | None:
    """``Berlin (dpa) -``, or at least the place where the story was written."""
    located = (line_of(one.get("name")) for one in categories if one.get("type") == "dnltype:located")
    return line_of(entry.get("dateline")) or next(filter(None, located), None)


def sniff(head: bytes) -> bool:
    """Whether it is JSON that names the format, or has its members."""
    found = keys(head)
    return {b"entry_id", b"article_html"} <= found or (bool(found) and _NAMES_ITSELF.search(head) is not None)


FORMAT = Format("dpa", "dpa digitalwires (JSON)", sniff, split, parse)
