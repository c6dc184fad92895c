"""Clusters of stories, read: who is a copy of whom, and which is the newest version, as of now.

A story's cluster is where the chain of ``dedup.of`` ends, related stories aside: the *head*, the earliest story that
tells it. The dedup stage keeps what the chain is made of (``services/dedup/index.py``); it is walked when a record is
read, so that a head that comes late, a kill or a newer version need not be written into a million copies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from redis import Redis

from shared.models import Dedup, Evidence, Story, split_id
from shared.script import Script

MEMBERS = 250
"""Members of a cluster that are listed, at most: each may lie in a batch of its own, which must be read for it."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A notice that killed a story. ``published`` is the notice's, in Unix seconds, 0 if unknown."""

    rank: str
    notice: str
    provider: str  # in lower case
    published: int

    def pack(self) -> str:
        """As the index keeps it: sorts as ``rank``."""
        return f"{self.rank} {self.notice} {self.published} {self.provider}"

    @classmethod
    def unpack(cls, mark: bytes) -> Self:
        """The inverse of ``pack``."""
        rank, notice, published, provider = mark.decode().split(" ", 3)
        return cls(rank, notice, provider, int(published))

    def reaches(self, copy: Story) -> bool:
        """Whether a copy of the story is withdrawn with it: unless the agency sent it again after the notice."""
        again = (copy.source.provider or "").casefold() == self.provider
        return not (again and copy.published and copy.published.timestamp() > self.published > 0)


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a story stands, by ids: the first story with the same text, if it is not that; the last story on the chain
    of those it is a copy of, or itself; the head; the newest version that supersedes it; and the kills of those it is
    a copy of, the nearest first.
    """

    same: str | None
    base: str
    head: str
    superseded_by: str | None
    kills: Sequence[Kill]


class Clusters:
    """The dedup index, as it is read. Raises ``redis.RedisError`` when the server is gone."""

    def __init__(self, redis: "Redis") -> None:
        self._trace = Script(redis, "trace")
        self._members = Script(redis, "members")

    def trace(self, ids: Sequence[str]) -> list[Trace | None]:
        """Where each of the stories stands; None for those not remembered."""
        arguments: list[str | bytes | int] = [part for id in ids for part in split_id(id)]
        return [_trace(*found) if found else None for found in (self._trace(arguments) if ids else ())]

    def members(self, id: str) -> tuple[str, list[str], bool] | None:
        """The head of a story's cluster, the ids of all of it in order of time, and whether there are more; None for a
        story not remembered.
        """
        found = self._members([*split_id(id), MEMBERS])
        if not found:
            return None
        more, *flat = found
        inside = sorted(zip(flat[::2], flat[1::2], strict=True))
        return flat[1].decode(), [member.decode() for _, member in inside], bool(more)


def _trace(same: bytes, base: bytes, head: bytes, superseded_by: bytes, kills: Sequence[bytes]) -> Trace:
    return Trace(
        same.decode() or None,
        base.decode(),
        head.decode(),
        superseded_by.decode() or None,
        [Kill.unpack(kill) for kill in kills],
    )


def placed(stories: Sequence[Story], clusters: Clusters) -> Iterator[Story]:
    """The stories with what their clusters say of them. Those not remembered say what was known when they were."""
    known = [(story.id, story.dedup.superseded_by) for story in stories if story.dedup]
    ids = list(dict.fromkeys(id for pair in known for id in pair if id))
    traces = dict(zip(ids, clusters.trace(ids), strict=True))
    for story in stories:
        trace = traces.get(story.id)
        yield _placed(story, story.dedup, trace, traces) if story.dedup and trace else story


def _placed(story: Story, dedup: Dedup, trace: Trace, traces: Mapping[str, Trace | None]) -> Story:
    update: dict[str, Any] = {"cluster": trace.head}
    if trace.same and dedup.relation == "exact":
        update["of"] = trace.same
    newer = traces.get(dedup.superseded_by or "")
    if dedup.superseded_by is None or (newer and newer.base == trace.base):  # a version that says nothing else
        update["superseded_by"] = trace.superseded_by
    kill = next((kill for kill in trace.kills if kill.reaches(story)), None)
    if kill and dedup.killed_by is None and story.id != kill.notice:
        detail = f"{kill.notice} killed what this is a copy of"
        update |= {
            "killed_by": kill.notice,
            "evidence": [*dedup.evidence, Evidence(kind="copy-of-killed", detail=detail)],
        }
    return story.model_copy(update={"dedup": dedup.model_copy(update=update)})
