"""Versions of an item and notices that kill it: told by the names that the wire itself gives them. Pure.

Texts say nothing here. A story goes by its provider's id (``source.guid``), and by its slugline for kill notices that
name it so (``wire.of``). Like ``decide``, the rule is about pairs and never about arrival: whichever of a pair comes to
the register second sees the other, and settles both.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self

from services.dedup.decide import finding_rank
from services.dedup.order import id_of
from shared.models import Dedup, Evidence, State, Story
from shared.stage import Amendment

_HEAD = struct.Struct(">BIQ")
_KINDS = ("story", "kill", "correction")
_VERSION_WORDS = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth)[ -]*(?:lds?|leads?|adds?|takes?)?\b"
    r"|\b(?:lds?|writethru|write-thru|sub|substitute|update \d*|urgent|bulletin|kill|advisory|correction|correx)\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(r"[^:]{1,40}:(?P<day>\d{8}):(?P<number>[^:]{1,40})", re.ASCII)
_EDITION = re.compile(r"^\W*(?:bc|am|pm|ap)[- ]+", re.IGNORECASE)
_MAX_NUMBER = 0xFFFFFFFF
_MAX_DIGITS = 11  # one more than the largest has: a longer number is larger


@dataclass(frozen=True, slots=True)
class Version:
    """One story, or kill notice, under one of its names. ``number`` and ``published`` (Unix s) are 0 if unknown."""

    order: str
    kind: str
    number: int
    published: int

    @property
    def kill(self) -> bool:
        """Whether it is a notice that kills what goes by this name."""
        return self.kind == "kill"

    @property
    def rank(self) -> str:
        """Sorts bytewise from the oldest version to the newest."""
        return f"{self.number:010d}{self.published:010d}{self.order}"

    def pack(self) -> bytes:
        """As the register keeps it."""
        return _HEAD.pack(_KINDS.index(self.kind), self.number, self.published) + self.order.encode()

    @classmethod
    def unpack(cls, record: bytes) -> Self:
        """The inverse of ``pack``."""
        kind, number, published = _HEAD.unpack_from(record)
        return cls(record[_HEAD.size :].decode(), _KINDS[kind], number, published)


def stem(slug: str) -> str:
    """A slugline without what changes from version to version: ``BC-Orsk-Ferry, 2nd Ld-Writethru`` → ``orsk ferry``."""
    bare = _VERSION_WORDS.sub(" ", _EDITION.sub("", slug[:200]))
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def versions(story: Story, order: str) -> dict[str, Version]:
    """The story as each of its names knows it."""
    published = max(0, int(story.published.timestamp())) if story.published else 0
    number = story.source.version or ""
    numbered = min(int(number[:_MAX_DIGITS]), _MAX_NUMBER) if number.isascii() and number.isdecimal() else 0
    kind = story.wire.kind if story.wire.kind in _KINDS else "story"
    kill = kind == "kill"
    provider = (story.source.provider or "").casefold()
    slug = story.wire.of if kill else story.slugline
    found: dict[str, Version] = {}
    if slug and (bare := stem(slug)):
        found[f"slug\0{provider}\0{bare}"] = Version(order, kind, 0, published)
    if kill and story.wire.of:
        found[f"guid\0{provider}\0{story.wire.of.strip()}"] = Version(order, kind, 0, published)
    for day, message in _numbered(story.source.guid or "", story.wire.of or "" if kill else None):
        found[f"number\0{provider}\0{day} {message}"] = Version(order, kind, 0, published)
    if story.source.guid:
        found[f"guid\0{provider}\0{story.source.guid}"] = Version(order, kind, numbered, published)
    return found


def _numbered(guid: str, of: str | None) -> list[tuple[date, str]]:
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


def settle(
    story: Story, named: dict[str, Version], others: dict[str, Sequence[Version]]
) -> tuple[Story, list[Amendment]]:
    """The story and what it means for the ``others`` of its names: which are killed, which superseded.

    A kill notice ends as killed itself: it is for the desk, and its ``wire.note`` says why.
    """
    if story.wire.kind == "kill":
        return _notice(story, named, others)
    story, amendments = _in_line(story, named, others)
    notices = [
        (notice.rank, notice.order, name)
        for name, mine in named.items()
        for notice in others[name]
        if notice.kill and _kills(notice, mine)
    ]
    if notices:
        rank, order, name = max(notices)
        # Said of itself, too: what later stories may find of it would otherwise hide this.
        amendments.append(Amendment(story_id=story.id, killed_by=id_of(order), rank=rank))
        story = _amended(story, killed_by=id_of(order), evidence=[_evidence(name, id_of(order))])
        story = story.model_copy(update={"state": State.KILLED})
    return story, amendments


def _notice(
    story: Story, named: dict[str, Version], others: dict[str, Sequence[Version]]
) -> tuple[Story, list[Amendment]]:
    victims = {
        other.order: name
        for name, mine in named.items()
        for other in others[name]
        if not other.kill and _kills(mine, other)
    }
    unknown = f"no story is known here as {story.wire.of or story.source.guid!r}"
    evidence = [_evidence(name, id_of(order)) for order, name in sorted(victims.items())]
    killed = _amended(story, evidence=evidence or [Evidence(kind="not-found", detail=unknown)])
    return killed.model_copy(update={"state": State.KILLED}), [
        Amendment(story_id=id_of(order), state=State.KILLED, killed_by=story.id, rank=named[name].rank)
        for order, name in sorted(victims.items())
    ]


def family(named: dict[str, Version], others: dict[str, Sequence[Version]]) -> list[Version]:
    """The other versions of the same item, by the provider's own id: neither notices, nor the same one sent again."""
    name = _guid(named)
    return [other for other in others[name] if not other.kill and _age(other) != _age(named[name])] if name else []


def _in_line(
    story: Story, named: dict[str, Version], others: dict[str, Sequence[Version]]
) -> tuple[Story, list[Amendment]]:
    """Among the versions of the same item: all follow the oldest, and each is superseded by the newest."""
    versions = family(named, others)
    if not versions:
        return story, []
    name = _guid(named)
    mine = named[name]
    oldest, newest = (pick([mine, *versions], key=lambda one: one.rank) for pick in (min, max))
    amendments = [
        Amendment(story_id=id_of(one.order), superseded_by=id_of(newest.order), rank=newest.rank)
        for one in (mine, *versions)
        if _age(one) < _age(newest)
    ]
    if oldest is mine:
        following = [(one, _follows(one, mine, name)) for one in versions]
        amendments += [
            Amendment(story_id=id_of(one.order), dedup=dedup, rank=finding_rank(dedup)) for one, dedup in following
        ]
    elif story.state is State.PENDING:  # or it is a copy, in all its words
        story = story.model_copy(update={"dedup": _follows(mine, oldest, name)})
    if _age(mine) < _age(newest):
        story = _amended(story, superseded_by=id_of(newest.order))
    return story, amendments


def _follows(version: Version, oldest: Version, name: str) -> Dedup:
    of = id_of(oldest.order)
    relation: Literal["update", "correction"] = "correction" if version.kind == "correction" else "update"
    return Dedup(relation=relation, of=of, cluster=of, evidence=[_evidence(name, of)])


def _guid(named: dict[str, Version]) -> str:
    """The name that is the provider's own id of the story; '' if there is none."""
    return next((name for name, version in named.items() if name.startswith("guid\0") and not version.kill), "")


def _amended(story: Story, *, evidence: Sequence[Evidence] = (), **findings: str) -> Story:
    dedup = story.dedup or Dedup(cluster=story.id)
    update = {**findings, "evidence": [*dedup.evidence, *evidence]}
    return story.model_copy(update={"dedup": dedup.model_copy(update=update)})


def _age(version: Version) -> tuple[int, int]:
    return version.number, version.published


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
