"""A story's record as a list to read: where it came from, what it says of itself, how it went through the stages."""

import datetime as dt
from typing import NamedTuple

from services.gateway.pages.progress import duration
from shared.models import Dateline, Story, Subject
from shared.trail import Passage, Trail


class Step(NamedTuple):
    """One step of the trail."""

    at: dt.datetime
    name: str
    says: str


def facts(story: Story) -> list[tuple[str, str]]:
    """Name and value of whatever is known, in the order in which an editor would ask."""
    source, dateline = story.source, story.dateline or Dateline(text="")
    at = f"bytes {source.byte_range[0]:,} to {source.byte_range[1]:,}" if source.byte_range else None
    rows = {
        "file": source.file,
        "place in it": at,
        "format": source.format,
        "guid": source.guid,
        "version": source.version,
        "your id": story.custom_id,
        "language": story.language,
        "urgency": str(story.urgency) if story.urgency else None,
        "place": _joined(dateline.place, dateline.country),
        "agency": dateline.agency,
        "subjects": _joined(*(_subject(subject) for subject in story.subjects)),
        "keywords": _joined(*story.keywords),
        "embargoed until": f"{story.embargo_until:%-d %b %Y, %H:%M}" if story.embargo_until else None,
        "editor’s note": story.editor_note,
        "rights": story.rights,
    }
    return [(name, value) for name, value in rows.items() if value]


def steps(trail: Trail) -> list[Step]:
    """What happened to a story, in the order in which it happened."""
    found = [Step(event.at, event.event, "") for event in trail.happenings if event.event in _ITS_OWN]
    found += [Step(passed.at, passed.stage, _passed(passed)) for passed in trail.passages]
    if trail.received:
        found.append(Step(trail.received, "received", ""))
    if trail.finished:
        found.append(Step(trail.finished, "finished", _deaths(trail.deaths)))
    return sorted(found, key=_place)


def _place(step: Step) -> tuple[dt.datetime, int, dt.datetime]:
    """Receipt and end are known to the second: within one second the one comes first, the other last."""
    return step.at.replace(microsecond=0), {"received": 0, "finished": 2}.get(step.name, 1), step.at


_ITS_OWN = ("amended", "killed", "released", "retried")


def _passed(passage: Passage) -> str:
    spent = "nothing to do" if passage.seconds is None else _short(passage.seconds)
    return spent + (f", try {passage.tries}" if passage.tries > 1 else "")


def _deaths(deaths: int) -> str:
    return f"{deaths} {'worker' if deaths == 1 else 'workers'} died with it in hand" if deaths else ""


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _subject(subject: Subject) -> str:
    return subject.name or subject.code or ""


def _short(seconds: float) -> str:
    return duration(seconds) if seconds >= 0.05 else f"{1000 * seconds:.1f} ms"
