"""IPTC ninjs 3.1 (https://iptc.org/std/ninjs/), one object a line.

Its schema allows no properties of our own, so what it has no place for (cuts, kinships, timings) is left out; entities
keep their id as ``literal``, and the summary is a description of that role.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shared.models import Entity, State, Story, Subject

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"

KINDS: dict[str, tuple[str, ...]] = {
    "people": ("PERSON",),
    "organisations": ("ORG", "NORP"),
    "places": ("GPE", "LOC", "FAC"),
    "events": ("EVENT",),
    "objects": ("PRODUCT", "WORK_OF_ART", "LAW"),
}
"""Where entities of which types go; those of no such type have no place in ninjs."""

_STATUS = {State.WITHHELD: "withheld", State.KILLED: "canceled"}


def write(stories: Iterable[Story]) -> Iterator[bytes]:
    """A line a story."""
    for story in stories:
        yield json.dumps(ninjs(story), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def ninjs(story: Story) -> dict[str, Any]:
    """The ninjs object of a story, of what may be shown of it."""
    shown = story.public()
    found = {
        "uri": f"urn:wiremill:story:{shown.id}",
        "standard": STANDARD,
        "type": "text",
        "representationType": "full" if shown.state is State.DONE else "partial",
        "version": shown.source.version,
        "versionCreated": shown.published and shown.published.isoformat(),
        "embargoedUntil": shown.embargo_until and shown.embargo_until.isoformat(),
        "pubStatus": _STATUS.get(shown.state, "usable"),
        "urgency": shown.urgency if shown.urgency in range(1, 10) else None,
        "language": shown.language,
        "headlines": _text("main", shown.headline),
        "slugline": shown.slugline,
        "by": shown.byline,
        "located": shown.dateline and shown.dateline.place,
        "edNote": shown.editor_note,
        "usageTerms": shown.rights,
        "bodies": _text("main", shown.body),
        "descriptions": _text("summary", " ".join(sentence.text for sentence in shown.summary)),
        "subjects": [_subject(subject) for subject in shown.subjects],
        "infoSources": [{"name": shown.source.provider, "role": "provider"}] if shown.source.provider else None,
        "altIds": _ids(shown),
    }
    found |= {place: _named(shown.entities, types) for place, types in KINDS.items()}
    return {name: value for name, value in found.items() if value}


def _text(role: str, value: str | None) -> list[dict[str, str]] | None:
    return [{"role": role, "contentType": "text/plain", "value": value}] if value else None


def _subject(subject: Subject) -> dict[str, str]:
    found = {"name": subject.name} if subject.name else {}
    scheme, _, code = (subject.code or "").rpartition(":")
    if scheme == "medtop" and code.isdigit():
        return found | {"uri": MEDIA_TOPICS + code}
    return found | ({"literal": subject.code} if subject.code else {})


def _ids(story: Story) -> list[dict[str, str]]:
    ids = {"guid": story.source.guid, "custom": story.custom_id}
    return [{"role": role, "value": value} for role, value in ids.items() if value]


def _named(entities: Sequence[Entity], types: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": one.name, "literal": one.id} for one in entities if one.type in types]
