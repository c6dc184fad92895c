"""IPTC ninjs 1.x, 2.x and 3.x (https://iptc.org/std/ninjs/): news in JSON.

Version 1 has ``headline`` and ``body_text``; 2 and 3 have lists (``headlines``, ``bodies``) of objects with a role and
a value; 3 writes its names in camel case. Associated items (pictures, mostly) are not read, but for the text of a
package that has none of its own.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.ingest.dates import parse_time
from services.ingest.formats import nitf
from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load
from services.ingest.items import ItemError
from services.ingest.release import read_release
from services.ingest.values import unique
from services.ingest.wire_json import (
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
from shared.models import Content, Dateline, Source, Story, Subject, Wire

_OTHER_TYPES = frozenset({"picture", "photo", "video", "audio", "graphic", "animation", "event", "planning"})
_NAMED = ("person", "people", "organisation", "organisations", "place", "places")
_ASIDE = frozenset({"caption", "creditline", "writer"})
"""Roles of descriptions that are not about the story."""

_IDENTITY = frozenset((b"uri", b"guid"))
_PARTS = frozenset(
    b"body_text body_xhtml body_html bodies headline headlines description_text descriptions pubstatus type".split()
)
_ROLES = re.compile(rb'"(?:bodies|headlines|descriptions)"\s*+:\s*+\[\s*+\{\s*+"(?:role|value|contenttype)"', re.I)
_NAMES_ITSELF = re.compile(rb'"name"\s*+:\s*+"(?:tt)?ninjs"', re.I)
_BLOCK = re.compile(r"<(?:p|br|div|h[1-6]|li|tr|blockquote)\b")
_CODE = re.compile(r"(?<![0-9a-zA-Z])[0-9]{8}(?![0-9a-zA-Z])")

split = splitter("items", "_items", "hits", "newsitems")


def parse(text: str, head: str = "") -> Story:
    """The story in one ninjs object; raises ``ItemError``."""
    return _story(_main_item(objects(load(text))[0]))


def _main_item(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item, or the only text in it if it is a package around that; ``associations`` are named in version 1."""
    given = item.get("associations")
    associated = objects(list(given.values()) if isinstance(given, dict) else given)
    inner = [one for one in associated if one.get("type") == "text" and _content(one)]
    if not inner or _content(item):
        return item
    if len(inner) > 1:
        raise ItemError("not-a-story", f"a ninjs package of {len(inner)} texts: hand over each by itself")
    return inner[0]


def _story(item: Mapping[str, Any]) -> Story:
    kind = (text_of(item.get("type")) or "").lower()
    if kind in _OTHER_TYPES or "eventdetails" in item:
        raise ItemError("not-a-story", f"a ninjs item of type {kind[:40] or 'event'}")
    headline = _main(item.get("headlines")) or line_of(item.get("headline")) or line_of(item.get("title"))
    note = joined(*texts(item.get("ednote")))
    issued = text_of(item.get("versioncreated"))
    release = read_release(text_of(item.get("embargoed")), field="embargoed", issued=issued)
    wire = wire_of(item.get("pubstatus"), [], release)
    return Story(
        source=_source(item),
        content=_content(item) or _instead(kind, wire, note or headline),
        headline=headline,
        slugline=line_of(item.get("slugline")),
        byline=line_of(item.get("byline")) or line_of(item.get("by")) or _names(item, "authors"),
        language=text_of(item.get("language")),
        published=parse_time(issued) or parse_time(item.get("firstcreated")),
        embargo_until=release.until,
        urgency=urgency_of(item.get("urgency")),
        subjects=[_subject(one) for name in ("subject", "subjects") for one in objects(item.get(name))],
        keywords=unique(
            [*texts(item.get("keywords")), *(line_of(o.get("name")) for n in _NAMED for o in objects(item.get(n)))]
        ),
        editor_note=note,
        rights=joined(*texts(item.get("copyrightnotice")), *texts(item.get("usageterms"))),
        dateline=_dateline(item),
        wire=wire,
    )


def _source(item: Mapping[str, Any]) -> Source:
    provider = line_of(item.get("source")) or _names(item, "infosources") or line_of(item.get("copyrightholder"))
    guid = text_of(item.get("uri")) or text_of(item.get("guid"))
    return Source(guid=guid, version=text_of(item.get("version")), provider=provider)


def _content(item: Mapping[str, Any]) -> Content | None:
    """The body: the form that keeps its paragraphs; a description only where there is no body."""
    bodies = [(_type(body), text_of(body.get("value")) or "") for body in objects(item.get("bodies"))]
    plain = [text for type, text in bodies if text and not re.search("html|xml|nitf", type)]
    plain += texts(item.get("body_text"))
    marked = [text for type, text in bodies if text and "html" in type]
    marked += texts(item.get("body_xhtml")) + texts(item.get("body_html"))
    if marked and not (plain and ("\n" in plain[0] or not _BLOCK.search(marked[0]))):
        return Content(text=marked[0], type="text/html")
    if plain:
        return Content(text=plain[0])
    for type, text in bodies:
        if text and "nitf" in type:
            return nitf.parse(text[max(text.find("<nitf"), 0) :]).content
    described = [d for d in objects(item.get("descriptions")) if text_of(d.get("role")) not in _ASIDE]
    first = unique([*(text_of(d.get("value")) for d in described), *texts(item.get("description_text"))])
    return Content(text=first[0]) if first else None


def _type(body: Mapping[str, Any]) -> str:
    return (text_of(body.get("contenttype")) or text_of(body.get("role")) or "").lower()


def _instead(kind: str, wire: Wire, words: str | None) -> Content:
    """What stands for the body of a kill that has none; raises ``ItemError`` if that is not what it is."""
    if wire.kind in ("kill", "hold"):
        return Content(text=words or wire.kind)
    what = "not-a-story" if kind == "composite" else "no-text"
    raise ItemError(what, f"a ninjs item of type {kind[:40] or 'unknown'} without a body")


def _main(value: Any) -> str | None:
    headlines = objects(value)
    found = [one for one in headlines if one.get("role") == "main"] or headlines
    return line_of(found[0].get("value")) if found else None


def _names(item: Mapping[str, Any], field: str) -> str | None:
    return ", ".join(unique(line_of(one.get("name")) for one in objects(item.get(field)))) or None


def _subject(subject: Mapping[str, Any]) -> Subject:
    """Its IPTC code, from wherever it stands, else the agency's own; and its name."""
    name = line_of(subject.get("name"))
    given = [text_of(subject.get(field)) for field in ("uri", "scheme", "code", "literal")]
    whole = " ".join(filter(None, given))[:500]
    if code := _CODE.search(whole):
        return Subject(code=("medtop:" if re.search(r"mediatopic|medtop", whole) else "") + code[0], name=name)
    own = given[2] or given[3]
    return Subject(code=own if own != name else None, name=name) if name else Subject.of(own or given[0] or "unknown")


def _dateline(item: Mapping[str, Any]) -> Dateline | None:
    """``Grosseto, Italy``. That its end is a country, and no region, must be said by one of the item's places."""
    located = line_of(item.get("located"))
    if located is None:
        return None
    place, _, rest = located.partition(",")
    last = rest.rpartition(",")[2].strip()
    countries = (line_of(one.get("name")) for name in ("place", "places") for one in objects(item.get(name))
                 if "iso3166" in (text_of(one.get("scheme")) or text_of(one.get("uri")) or ""))  # fmt: skip
    return Dateline(text=located, place=place.strip() or located, country=last if last and last in countries else None)


def sniff(head: bytes) -> bool:
    """Whether it is JSON with members that only ninjs has together."""
    found = keys(head)
    if not found & _IDENTITY:
        return False
    if b"versioncreated" in found and found & _PARTS:
        return True
    return _ROLES.search(head) is not None or _NAMES_ITSELF.search(head) is not None


FORMAT = Format("ninjs", "IPTC ninjs 1 to 3 (JSON)", sniff, split, parse)
