"""How a NewsML-G2 item is to be handled: publishing status, signals, embargo and notes to editors.

IPTC's vocabularies for these are ``pubstatusg2`` and ``signal`` (http://cv.iptc.org/newscodes/); agencies have their
own beside them, of which the plain words are read.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from services.ingest.release import Release, read_release
from services.ingest.wire_xml import blocks, squeeze, text_of
from shared.models import Finding, Wire

Kind = Literal["story", "update", "correction", "kill", "hold", "advisory", "brief", "alert"]

_STATUS: dict[str, Kind] = {"canceled": "kill", "cancelled": "kill", "withheld": "hold", "embargoed": "hold"}
_SIGNALS: dict[str, Kind] = {
    "kill": "kill",
    "withdrawal": "kill",
    "correction": "correction",
    "update": "update",
    "writethru": "update",
    "advisory": "advisory",
    "alert": "alert",
    "flash": "alert",
    "newsalert": "alert",
}
_ADVISORIES = frozenset(("advisory", "daybook", "vorschau", "achtung"))
"""Genres that speak to editors, by the end of their code or their name."""

_GRAVEST: tuple[Kind, ...] = ("kill", "hold", "correction", "update", "alert", "advisory")
"""Where an item says more than one thing of itself, which one its kind is."""

_FORMER = ("previousversion", "evolvedfrom", "replaces", "corrects", "updates")
_NOT_NOTES = ("closingline", "contacts", "picture")
"""Ends of the roles of notes that are no message: the sign-off line, persons' addresses, what pictures there are."""


def ending(code: str | None) -> str:
    """What a QCode or URI ends with: ``text`` for ``ninat:text`` and ``http://…/ninature/text``."""
    return re.split(r"[:/#]", (code or "").strip())[-1]


def wire_of(item: Any, header: Any) -> Wire:
    """What the item says of itself as a transmission; ``header`` is that of its message, or None."""
    embargo = embargo_of(item)
    findings = [*_findings(item, header), *embargo.findings]
    kind = next((kind for kind in _GRAVEST if any(found.says == kind for found in findings)), "story")
    correction = [text for role, text in notes_of(item) if role.endswith(("correction", "correctionshort"))]
    return Wire(
        kind=kind,
        of=_former(item) if kind in ("update", "correction", "kill") else None,
        note=next(iter(correction), None),
        withheld=embargo.withheld or _held(findings, embargo),
        findings=findings,
    )


def _findings(item: Any, header: Any) -> Iterator[Finding]:
    for status in item.iterfind("itemMeta/pubStatus"):
        if says := _STATUS.get(_word(status)):
            yield Finding(says=says, field="pubStatus", text=_quoted(status))
    signals = [*item.iterfind("itemMeta/signal"), *([] if header is None else header.iterfind("signal"))]
    for signal in signals:
        if says := _SIGNALS.get(_word(signal)):
            yield Finding(says=says, field="signal", text=_quoted(signal))
    for genre in item.iterfind("contentMeta/genre"):
        named = (_word(genre), *((text_of(name) or "").lower() for name in genre.iterfind("name")))
        if not _ADVISORIES.isdisjoint(named):
            yield Finding(says="advisory", field="genre", text=text_of(genre.find("name")) or _quoted(genre))


def _word(concept: Any) -> str:
    return ending(concept.get("qcode") or concept.get("uri") or concept.get("literal")).lower()


def _quoted(concept: Any) -> str:
    return concept.get("qcode") or concept.get("uri") or concept.get("literal") or ""


def embargo_of(item: Any) -> Release:
    """When the item may be published: an ``embargoed`` without a time means at no time yet (specification, 2.0)."""
    embargo = item.find("itemMeta/embargoed")
    if embargo is None:
        return Release()
    issued = text_of(item.find("itemMeta/versionCreated"))
    if text := text_of(embargo):
        return read_release(text, field="embargoed", issued=issued)
    finding = Finding(says="embargo", field="embargoed", text="")
    return Release(withheld="embargoed until further notice", findings=(finding,))


def _held(findings: list[Finding], embargo: Release) -> str | None:
    """Why a person must release it, other than an embargo whose end is known."""
    held = (found.text for found in findings if found.says == "hold")
    return next((text for text in held if not (embargo.until and ending(text).lower() == "embargoed")), None)


def _former(item: Any) -> str | None:
    """The item that this one takes the place of; versions of an item share its own id."""
    for link in item.iterfind("itemMeta/link"):
        target = squeeze(link.get("residref"))
        if target and target != item.get("guid") and ending(link.get("rel")).lower() in _FORMER:
            return target
    return None


def notes_of(item: Any) -> list[tuple[str, str]]:
    """The notes to editors, as (end of the role, text); those of restricted publicity are left out.

    A marked-up note sums up the others for the screen, so it counts only where it is alone.
    """
    plain: list[tuple[str, str]] = []
    marked: list[tuple[str, str]] = []
    for note in item.iterfind("itemMeta/edNote"):
        role = ending(note.get("role")).lower()
        if note.get("pubconstraint") or role.endswith(_NOT_NOTES):
            continue
        text = _marked_up(note) if len(note) else text_of(note)
        if text:
            (marked if len(note) else plain).append((role, text))
    return plain or marked


def _marked_up(note: Any) -> str:
    for part in note.findall(".//*[@class]"):
        if part.getparent() is not None and re.search(r"\b(?:nonpublic|closingline)\b", part.get("class")):
            part.clear(keep_tail=True)
    return blocks(note)
