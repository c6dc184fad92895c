"""What the page says of a story, in a few words: its title, its state and why, its names by kind."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.models import Entity, State, Story

OPENING = 90
"""Characters of a text that stand for a headline."""
LINE = 500
"""Characters of a headline, a name, a reason that are shown: some feeds put whole stories there."""
NAMES = 40
"""Names of a kind that are listed, the most salient first."""
NOT_TOLD = "no time was given"

MEANS: dict[State, str] = {
    State.PENDING: "still in the pipeline",
    State.DONE: "cleaned, tagged and summarised",
    State.DUPLICATE: "a copy of a story seen before",
    State.KILLED: "withdrawn by its agency; its text is not shown",
    State.WITHHELD: "not to be published yet; its text is not shown",
    State.REJECTED: "could not be read as a story",
    State.FAILED: "a stage gave up on it; it can be retried",
    State.CANCELLED: "its job was cancelled first",
}

# Direction overrides let a text be read in another order than it has; a file's name could pretend to end otherwise.
_OVERRIDES = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


def visible(text: str) -> str:
    """Text with what would steer the reading direction made visible; as long as before, so that offsets hold."""
    return text.translate(_OVERRIDES)


def line(text: str) -> str:
    """What should be a line, made visible: one that would fill the screen is cut."""
    return visible(text if len(text) <= LINE else text[:LINE] + "…")


class Kind(NamedTuple):
    """Names that are shown alike: ``slug`` is the class that styles them."""

    slug: str
    title: str


_KINDS: dict[str, Kind] = {
    "PERSON": (people := Kind("person", "People")),
    "ORG": (organisations := Kind("org", "Organisations")),
    "GPE": (places := Kind("place", "Places")),
    "LOC": places,
    "FAC": places,
    "NORP": (groups := Kind("group", "Nationalities and groups")),
}
OTHER = Kind("other", "Dates and other")
KINDS: tuple[Kind, ...] = (people, organisations, places, groups, OTHER)


def kind(entity: Entity) -> Kind:
    """How an entity of this type is shown."""
    return _KINDS.get(entity.type, OTHER)


def by_kind(entities: Iterable[Entity]) -> list[tuple[Kind, list[Entity]]]:
    """The entities of a story, most salient first, under the kinds that there are."""
    ranked = sorted(entities, key=lambda entity: (-entity.salience, entity.name))
    groups = ((each, [entity for entity in ranked if kind(entity) is each]) for each in KINDS)
    return [(each, found) for each, found in groups if found]


def title(story: Story) -> str:
    """The headline; without one what went wrong, or the opening words."""
    if story.headline and story.headline.strip():
        return story.headline
    if story.error:
        return story.error.title
    opening = re.split(r"\n", (story.body or "")[:1000].strip(), maxsplit=1)[0]
    return textwrap.shorten(opening, OPENING, placeholder=" …") or story.slugline or "(no headline)"


class Reason(NamedTuple):
    """Why a story stands where it stands, and the id of the story that this is about, if any."""

    text: str
    story: str | None = None


def why(story: Story) -> Reason | None:
    """In a line; None where the state says it all."""
    dedup = story.dedup
    match story.state:
        case State.KILLED:
            return Reason(story.wire.note or "killed by a notice of its agency", dedup.killed_by if dedup else None)
        case _ if dedup and dedup.killed_by:
            return Reason("what it is a copy of was withdrawn by its agency", dedup.killed_by)
        case State.DUPLICATE if dedup:
            return Reason(_alike(story), dedup.of)
        case State.WITHHELD if story.wire.withheld:
            return Reason(f"on hold: {story.wire.withheld}")
        case State.WITHHELD:
            until = f"{story.embargo_until:%-d %B %Y, %H:%M} UTC" if story.embargo_until else NOT_TOLD
            return Reason(f"embargoed until {until}")
        case State.REJECTED | State.FAILED if story.error:
            return Reason(f"{story.error.title}: {story.error.detail}" if story.headline else story.error.detail)
        case State.DONE if dedup and dedup.superseded_by:
            return Reason("there is a later version", dedup.superseded_by)
        case State.DONE if dedup and dedup.of:
            return Reason(RELATIONS[dedup.relation], dedup.of)
    return None


RELATIONS = {
    "original": "the first of its kind",
    "exact": "the same text, word for word",
    "near": "nearly the same text",
    "update": "a later version",
    "correction": "a correction",
    "related": "about the same event",
}


def _alike(story: Story) -> str:
    assert story.dedup
    score = story.dedup.score
    alike = f", {score:.0%} alike" if score is not None and story.dedup.relation != "exact" else ""
    return RELATIONS[story.dedup.relation] + alike


def measure(value: float) -> str:
    """What an ``Evidence`` measured: a share as percent, a count as it is."""
    return f"{value:.0%}" if value <= 1 else f"{value:,.6g}"


def names(files: Sequence[str], most: int = 2) -> str:
    """``a.txt, b.xml and 3 more``."""
    shown = ", ".join(files[:most])
    left = len(files) - most
    return f"{shown} and {left:,} more" if left > 0 else shown
