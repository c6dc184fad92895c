"""A cluster as a timeline: who told the story when, and what each version changed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.gateway.pages.words import RELATIONS
from shared.models import Cluster, Evidence, Member, Story


class Moment(NamedTuple):
    """A member of the cluster: what it is to the one that ``member.of`` names, and what it changed of it."""

    member: Member
    says: str
    changed: Sequence[Evidence]
    newest: bool  # superseded by none, though it supersedes another


def moments(cluster: Cluster, stories: Mapping[str, Story], *, most: int) -> list[Moment]:
    """The first ``most`` members, in order of time. Of those whose text is hidden, ``changed`` would quote it."""
    superseding = {member.superseded_by for member in cluster.members}
    return [
        Moment(member, _says(member), _changed(stories.get(member.id)), _newest(member, superseding))
        for member in cluster.members[:most]
    ]


def _says(member: Member) -> str:
    if member.head:
        return "the first to tell it"
    if member.state is None:
        return "its job has expired"
    return RELATIONS[member.relation or "original"]


def _changed(story: Story | None) -> Sequence[Evidence]:
    shown = story.public() if story else None
    return shown.dedup.evidence if shown and shown.body is not None and shown.dedup else ()


def _newest(member: Member, superseding: set[str | None]) -> bool:
    return member.id in superseding and member.superseded_by is None
