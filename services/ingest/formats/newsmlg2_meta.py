"""What a NewsML-G2 item says about itself: ``itemMeta``, ``contentMeta``, ``rightsInfo``, and its message's header.

Concepts are named by a QCode (``medtop:20000523``), a URI or a literal, and may have names in several languages,
beside them or in an ``assert`` of the item (NewsML-G2 specification, "Generic Property Types").
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.ingest.datelines import read_dateline
from services.ingest.dates import parse_time
from services.ingest.formats.newsmlg2_wire import embargo_of, ending, notes_of, wire_of
from services.ingest.values import unique
from services.ingest.wire_xml import LANG, find, text_of
from shared.models import Dateline, Source, Story, Subject

_SUBJECT_CODE = re.compile(r"(?:^subj:|/subjectcode/)(?:subj:)?([0-9]{8})$")
_MEDIA_TOPIC = re.compile(r"(?:^medtop:|/mediatopic/)(?:medtop:)?([0-9]{8})$")
_SUBHEADLINES = ("sub", "subtitle", "subheadline", "subhead", "kicker", "deck")
_ZONES = re.compile(r"\b(?:GMT|UTC|Z|T|[ECMP][SD]T|CES?T|BST)\b|(?<=\d)[TZ]")
_SIGNING = ("author", "writer", "reporter", "journalist", "byline")


def story_about(item: Any, header: Any) -> Story:
    """All but the text of the story in an item without namespaces. ``header``: that of its message, or None."""
    concepts = _Concepts(item)
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    message = item.makeelement("header") if header is None else header
    published = _first_time(meta, content, message)
    return Story(
        source=Source(
            provider=concepts.label(meta.find("provider")) or text_of(message.find("sender")),
            guid=_value(item, "guid") or text_of(message.find("transmitId")),
            version=_value(item, "version"),
        ),
        headline=_headline(content, concepts) or text_of(concepts.best(meta.findall("title"))),
        slugline=text_of(concepts.best(content.findall("slugline"))),
        byline=_byline(content, concepts),
        dateline=_dateline(content, concepts, published),
        language=concepts.language,
        published=published,
        embargo_until=embargo_of(item).until,
        urgency=_urgency(text_of(content.find("urgency")) or text_of(message.find("priority"))),
        subjects=_subjects(content, concepts),
        keywords=unique(map(text_of, content.findall("keyword"))),
        editor_note="\n".join(unique(text for _, text in notes_of(item))) or None,
        rights=_rights(item, concepts),
        wire=wire_of(item, header),
    )


class _Concepts:
    """The concepts that an item refers to, with their names in its language."""

    def __init__(self, item: Any) -> None:
        tag = item.find("contentMeta/language")
        inline = item.find("contentSet/*")
        own = [None if tag is None else tag.get("tag"), item.get(LANG), None if inline is None else inline.get(LANG)]
        self.language = next((value.strip() for value in own if value and value.strip()), None)
        self._asserted = {key: found for found in item.iterfind("assert") for key in _keys(found)}

    def best(self, elements: Iterable[Any]) -> Any:
        """The first element in the item's language, else the first; None if there is none."""
        found = list(elements)
        return next(filter(self._fits, found), found[0] if found else None)

    def name(self, concept: Any) -> str | None:
        """The name given with the concept, or asserted of it elsewhere in the item."""
        asserted = (self._asserted[key] for key in _keys(concept) if key in self._asserted)
        return next((name for one in (concept, *asserted) if (name := text_of(self.best(one.findall("name"))))), None)

    def label(self, concept: Any) -> str | None:
        """Its name, its literal, the end of its code, or its URI: for want of better."""
        if concept is None:
            return None
        code = ending(concept.get("qcode"))
        return self.name(concept) or _value(concept, "literal") or code or _value(concept, "uri") or text_of(concept)

    def _fits(self, element: Any) -> bool:
        language = element.get(LANG)
        return not language or not self.language or _primary(language) == _primary(self.language)


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _keys(concept: Any) -> list[str]:
    return [value for name in ("qcode", "uri", "literal") if (value := _value(concept, name))]


def _value(element: Any, name: str) -> str | None:
    return (element.get(name) or "").strip() or None


def _headline(content: Any, concepts: _Concepts) -> str | None:
    """The main headline: by its role, its rank, or its place."""
    headlines = [one for one in content.iterfind("headline") if text_of(one)]
    main = [one for one in headlines if ending(one.get("role")).lower() not in _SUBHEADLINES] or headlines
    named = [one for one in main if ending(one.get("role")).lower() in ("main", "title", "headline")]
    ranked = sorted(named or main, key=lambda one: _rank(one.get("rank")))
    return text_of(concepts.best(ranked))


def _rank(value: str | None) -> int:
    return int(value) if value and re.fullmatch(r"[0-9]{1,6}", value) else 1


def _byline(content: Any, concepts: _Concepts) -> str | None:
    """The line as written, else those creators that are said to be its authors."""
    if line := text_of(concepts.best(content.findall("by"))):
        return line
    return ", ".join(unique(concepts.name(one) for one in content.iterfind("creator") if _signs(one))) or None


def _signs(creator: Any) -> bool:
    role, type = ending(creator.get("role")).lower(), ending(creator.get("type")).lower()
    return role in _SIGNING or (type == "person" and not role)


def _dateline(content: Any, concepts: _Concepts, published: datetime | None) -> Dateline | None:
    """The dateline, or where there is none, the place of origin.

    Some agencies have a mere time in it, and their bureau as the place: those tell nothing about the story's dateline.
    """
    located = content.find("located")
    place = None if located is None else concepts.name(located) or _value(located, "literal")
    country = _country(located, concepts)
    line = text_of(concepts.best(content.findall("dateline")))
    if line is None:
        return Dateline(text=place, place=place, country=country) if place else None
    if parse_time(line) or not re.search(r"[^\W\d_]", _ZONES.sub("", line)):
        return None
    dateline = read_dateline(line, published)
    same = place and dateline.place and place.split(",")[0].casefold() == dateline.place.split(",")[0].casefold()
    return dateline.model_copy(update={"country": country}) if same else dateline


def _country(located: Any, concepts: _Concepts) -> str | None:
    broader = [] if located is None else located.findall(".//broader")
    countries = [one for one in broader if ending(one.get("type")).lower() == "country"] or broader[-1:]
    return next(filter(None, map(concepts.name, countries)), None)


def _first_time(meta: Any, content: Any, message: Any) -> datetime | None:
    paths = ((meta, "versionCreated"), (content, "contentModified"), (content, "contentCreated"),
             (meta, "firstCreated"), (message, "sent"))  # fmt: skip
    return next((time for part, name in paths if (time := parse_time(text_of(part.find(name))))), None)


def _urgency(value: str | None) -> int | None:
    return int(value) if value in tuple("12345678") else None


def _subjects(content: Any, concepts: _Concepts) -> list[Subject]:
    subjects: dict[tuple[str | None, str | None], Subject] = {}
    for subject in content.iterfind("subject"):
        main = subject.find("mainConcept")
        concept = subject if main is None else main
        code = _code(concept)
        name = concepts.name(concept) or (None if code else _value(concept, "literal"))
        if code or name:
            subjects.setdefault((code, name), Subject(code=code, name=name))
    return list(subjects.values())


def _code(concept: Any) -> str | None:
    """IPTC's codes in one form, whether by QCode or URI; others as they are."""
    code = _value(concept, "qcode") or _value(concept, "uri")
    if code and (match := _MEDIA_TOPIC.search(code)):
        return f"medtop:{match[1]}"
    match = _SUBJECT_CODE.search(code) if code else None
    return f"subj:{match[1]}" if match else code


def _rights(item: Any, concepts: _Concepts) -> str | None:
    """Notice and terms, a line each; the holder's name where there is no notice."""
    notices = [text_of(one) for one in item.iterfind("rightsInfo/copyrightNotice")]
    terms = [text_of(one) for one in item.iterfind("rightsInfo/usageTerms")]
    holders = [concepts.label(one) for one in item.iterfind("rightsInfo/copyrightHolder")]
    return "\n".join(unique([*(notices if any(notices) else holders), *terms])) or None
