"""Versions of an item and notices that kill it: told by the names that the wire itself gives them. Pure.

Texts say nothing here. A story goes by its provider's id (``source.guid``), and by its slugline for kill notices that
name it so (``wire.of``). Like ``decide``, the rule is about pairs and never about arrival: whichever of a pair comes to
the register second sees the other, and settles both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self

from services.dedup.order import descending, id_of, number_of, published_of
from services.dedup.ties import Tie
from shared.clusters import Kill
from shared.models import Dedup, Evidence, State, Story
from shared.stage import Amendment

_KINDS = ("story", "kill", "correction")
_NUMBERED = 0x80  # beside the kind: under this name the version's number counts
_VERSION_WORDS = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth)[ -]*(?:lds?|leads?|adds?|takes?)?\b"
    r"|\b(?:lds?|writethru|write-thru|sub|substitute|update \d*|urgent|bulletin|kill|advisory|correction|correx)\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(r"[^:]{1,40}:(?P<day>\d{8}):(?P<number>[^:]{1,40})", re.ASCII)
_EDITION = re.compile(r"^\W*(?:bc|am|pm|ap)[- ]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Version:
    """One story, or kill notice, under one of its names, by its order key. Only by the provider's own id are its
    versions ``numbered``.
    """

    order: bytes
    kind: str
    numbered: bool = False

    @property
    def kill(self) -> bool:
        """Whether it is a notice that kills what goes by this name."""
        return self.kind == "kill"

    @property
    def number(self) -> int:
        """The number of the version; 0 if that is unknown."""
        return number_of(self.order) if self.numbered else 0

    @property
    def published(self) -> int:
        """Unix seconds; 0 if that is unknown."""
        return published_of(self.order)

    @property
    def age(self) -> tuple[int, int]:
        """Sorts from the oldest version to the newest; equal for the same version sent twice."""
        return self.number, self.published

    @property
    def rank(self) -> str:
        """Sorts bytewise as ``age``; of the same version sent twice, the first has the higher."""
        return f"{self.number:08x}{self.published:08x}{descending(self.order)}"

    def pack(self) -> bytes:
        """As the register keeps it."""
        return bytes([_KINDS.index(self.kind) | (_NUMBERED if self.numbered else 0)]) + self.order

    @classmethod
    def unpack(cls, record: bytes) -> Self:
        """The inverse of ``pack``."""
        return cls(record[1:], _KINDS[record[0] & ~_NUMBERED], bool(record[0] & _NUMBERED))


def stem(slug: str) -> str:
    """A slugline without what changes from version to version: ``BC-Orsk-Ferry, 2nd Ld-Writethru`` → ``orsk ferry``."""
    bare = _VERSION_WORDS.sub(" ", _EDITION.sub("", slug[:200]))
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def versions(story: Story, order: bytes) -> dict[str, Version]:
    """The story as each of its names knows it."""
    kind = story.wire.kind if story.wire.kind in _KINDS else "story"
    kill = kind == "kill"
    provider = provider_of(story)
    slug = story.wire.of if kill else story.slugline
    here = Version(order, kind)
    found: dict[str, Version] = {}
    if slug and (bare := stem(slug)):
        found[f"slug\0{provider}\0{bare}"] = here
    if kill and story.wire.of:
        found[f"guid\0{provider}\0{story.wire.of.strip()}"] = here
    for day, message in _messages(story.source.guid or "", story.wire.of or "" if kill else None):
        found[f"number\0{provider}\0{day} {message}"] = here
    if story.source.guid:
        found[f"guid\0{provider}\0{story.source.guid}"] = Version(order, kind, numbered=True)
    return found


def _messages(guid: str, of: str | None) -> list[tuple[date, str]]:
    """The day and number of a teletype message, from its id ``TWS:20260512:tws0204``; of a notice, those of the message
    that it kills, which may be of the day before.
    """
    match = _MESSAGE.fullmatch(guid)
    if match is None:
        return []
    try:
        day = datetime.strptime(match["day"], "%Y%m%d").date()
    except ValueError:
        return []
    if of is None:
        return [(day, match["number"].casefold())]
    return [(day - timedelta(days=back), of.strip().casefold()) for back in (0, 1)] if of else []


Named = dict[str, Version]
"""A story as each of its names knows it."""
Others = dict[str, Sequence[Version]]
"""What else goes by each of them."""


def follow(named: Named, others: Others) -> list[Tie]:
    """What the versions of the same item are to each other: the later one follows the earlier."""
    name = _guid(named)
    return [
        _follows(min(pair, key=_order), max(pair, key=_order), name)
        for one in family(named, others)
        if (pair := (named[name], one))
    ]


def supersede(named: Named, others: Others) -> list[Amendment]:
    """Each version of the same item is superseded by the newest, the story itself among them."""
    found = family(named, others)
    if not found:
        return []
    every = [named[_guid(named)], *found]
    newest = max(every, key=lambda one: one.rank)
    return [
        Amendment(story_id=id_of(one.order), superseded_by=id_of(newest.order), rank=newest.rank)
        for one in every
        if one.age < newest.age
    ]


def family(named: Named, others: Others) -> list[Version]:
    """The other versions of the same item, by the provider's own id: neither notices, nor the same one sent again."""
    name = _guid(named)
    return [other for other in others[name] if not other.kill and other.age != named[name].age] if name else []


@dataclass(frozen=True, slots=True)
class Killing:
    """A notice kills a story that goes by ``name``."""

    story: Version
    notice: Version
    name: str

    def amendment(self) -> Amendment:
        """What is to be said of the story, wherever it is by now; of the one in hand, too, since others may find it to
        be a copy.
        """
        story, notice = id_of(self.story.order), id_of(self.notice.order)
        return Amendment(story_id=story, state=State.KILLED, killed_by=notice, rank=self.notice.rank)

    def mark(self) -> Kill:
        """What copies of the story are to know."""
        provider = self.name.split("\0")[1]
        return Kill(self.notice.rank, id_of(self.notice.order), provider, self.notice.published)


def killings(story: Story, named: Named, others: Others) -> list[Killing]:
    """The stories that a notice kills; of a story, the notice that kills it: the newest, if there are several."""
    pairs = [(name, mine, other) for name, mine in named.items() for other in others[name]]
    if story.wire.kind == "kill":
        dead = {
            other.order: Killing(other, mine, name)
            for name, mine, other in pairs
            if not other.kill and _kills(mine, other)
        }
        return [dead[order] for order in sorted(dead)]
    kills = [Killing(mine, other, name) for name, mine, other in pairs if other.kill and _kills(other, mine)]
    return [max(kills, key=lambda kill: (kill.notice.rank, kill.name))] if kills else []


def settle(story: Story, kills: Sequence[Killing]) -> Story:
    """The story, ended if it is killed. A kill notice ends so itself: it is for the desk, and its ``wire.note`` says
    why.
    """
    dedup = story.dedup or Dedup(cluster=story.id)
    if story.wire.kind == "kill":
        unknown = f"no story is known here as {story.wire.of or story.source.guid!r}"
        found = [_evidence(kill.name, id_of(kill.story.order)) for kill in kills]
        evidence = found or [Evidence(kind="not-found", detail=unknown)]
        killed_by = None
    elif kills:
        killed_by = id_of(kills[0].notice.order)
        evidence = [_evidence(kills[0].name, killed_by)]
    else:
        return story
    dedup = dedup.model_copy(update={"killed_by": killed_by, "evidence": [*dedup.evidence, *evidence]})
    return story.model_copy(update={"state": State.KILLED, "dedup": dedup})


def provider_of(story: Story) -> str:
    """The provider's name as names are compared."""
    return (story.source.provider or "").casefold()


def _follows(earlier: Version, later: Version, name: str) -> Tie:
    of = id_of(earlier.order)
    relation: Literal["update", "correction"] = "correction" if later.kind == "correction" else "update"
    return Tie(later.order, earlier.order, Dedup(relation=relation, of=of, cluster=of, evidence=[_evidence(name, of)]))


def _order(version: Version) -> bytes:
    return version.order


def _guid(named: Named) -> str:
    """The name that is the provider's own id of the story; '' if there is none."""
    return next((name for name, version in named.items() if name.startswith("guid\0") and not version.kill), "")


def _kills(notice: Version, story: Version) -> bool:
    """A notice kills what was sent before it; a version sent after it is the agency's substitute."""
    if notice.number and story.number:
        return notice.number >= story.number
    if notice.published and story.published:
        return notice.published >= story.published
    return True


def _evidence(name: str, id: str) -> Evidence:
    kind, provider, value = name.split("\0", 2)
    by = {"guid": "the provider's id", "slug": "the slugline", "number": "the day's message number"}[kind]
    return Evidence(kind=f"same-{kind}", detail=f"{id}: {by} {value!r} of {provider or 'an unnamed provider'}")
