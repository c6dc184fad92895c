"""Reading the store: jobs, their progress, their stories. Nothing here changes anything."""

import json
import math
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from redis import Redis

from shared import keys
from shared.clusters import Clusters, placed
from shared.errors import ClusterNotFoundError, JobNotFoundError, StoryNotFoundError
from shared.models import (
    Cluster,
    Dedup,
    Job,
    JobState,
    Member,
    Options,
    StageProgress,
    State,
    Story,
    split_id,
)
from shared.named import mark, names
from shared.pipeline import NAMES
from shared.scripts import LETTERS, STATES
from shared.store import unpack, unpack_bodies

CHUNK = 100
"""Rows read from the store at a time."""
SPAN = 65_536
"""Stories whose states are looked through at a time."""

Place = tuple[float, str]
"""Where a job stands among all: when it was made, and its id."""
_STORY_ID = re.compile(r"[\w-]{1,100}-\d{1,10}", re.ASCII)


def _time(stamp: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(stamp), UTC) if stamp else None


def _job(job: str, row: dict[bytes, bytes]) -> Job:
    fields = {name.decode(): value.decode() for name, value in row.items()}
    return Job(
        id=job,
        state=JobState(fields["state"]),
        created=datetime.fromtimestamp(float(fields["created"]), UTC),
        finished=_time(fields.get("finished")),
        files=json.loads(fields["files"]),
        options=Options.model_validate_json(fields["options"]),
        tenant=fields["tenant"],
        received=int(fields["received"]),
        counts={state: int(fields.get(f"n:{state}", 0)) for state in State},
        stages={
            name: StageProgress(
                stories=int(fields.get(f"passed:{name}", 0)),
                seconds=round(float(fields.get(f"seconds:{name}", 0)), 3),
            )
            for name in NAMES
        },
        error=json.loads(fields["error"]) if "error" in fields else None,
    )


class Results:
    """What a person or program may ask about jobs. Raises ``redis.RedisError`` when the server is gone."""

    def __init__(self, redis: "Redis") -> None:
        self._redis: Any = redis  # Any: its types cannot know that answers are bytes
        self._clusters = Clusters(redis)

    def job(self, job: str) -> Job:
        """One job and its ledger; raises ``JobNotFoundError``."""
        row = self._redis.hgetall(keys.of_job(job, "job"))
        if not row:
            raise JobNotFoundError(f"there is no job {job!r}; it may have expired")
        return _job(job, row)

    def belongs(self, job: str, tenant: str) -> bool:
        """Whether there is such a job, and it is this tenant's."""
        return bool(self._redis.hget(keys.of_job(job, "job"), "tenant") == tenant.encode())

    def has(self, job: str) -> bool:
        """Whether there is such a job."""
        return bool(self._redis.exists(keys.of_job(job, "job")))

    def jobs(self, limit: int = 50) -> list[Job]:
        """The newest jobs, newest first."""
        return [job for _, job in islice(self.walk(), limit)]

    def walk(
        self,
        *,
        tenant: str | None = None,
        after: Place | None = None,
        newest: float = math.inf,
        oldest: float = -math.inf,
    ) -> Iterator[tuple[Place, Job]]:
        """Jobs of one tenant, or (None) of all, and their places, newest first: those made between two times, from the
        one that follows ``after`` on.
        """
        index = keys.JOBS if tenant is None else keys.jobs_of(tenant)
        top, seen = min(newest, after[0] if after else math.inf), 0
        while rows := self._redis.zrevrangebyscore(index, top, oldest, start=seen, num=CHUNK, withscores=True):
            places = [(score, job.decode()) for job, score in rows]
            with self._redis.pipeline(transaction=False) as pipe:
                for _, job in places:
                    pipe.hgetall(keys.of_job(job, "job"))
                found = pipe.execute()
            for place, row in zip(places, found, strict=True):
                if row and (after is None or place < after):
                    yield place, _job(place[1], row)
            last = places[-1][0]
            seen = (seen if last == top else 0) + sum(score == last for score, _ in places)
            top = last

    def wait(self, job: str, seconds: float) -> Job:
        """The job once it has ended, or as it stands after ``seconds``. Sleeps on its event stream, does not poll."""
        deadline = time.monotonic() + seconds
        stream = keys.of_job(job, "events")
        # Where to listen from is read before the state: what happens in between is then heard, not missed.
        newest = self._redis.xrevrange(stream, count=1)
        seen = newest[0][0] if newest else b"0"
        found = self.job(job)
        while not found.state.ended and (left := deadline - time.monotonic()) > 0:
            heard = self._redis.xread({stream: seen}, block=max(1, int(min(left, 20) * 1000)), count=1000)
            if not heard:
                continue
            events = heard[0][1]
            seen = events[-1][0]
            if any(event.get(b"event") in (b"finished", b"cancelled") for _, event in events):
                break
        return self.job(job)

    def stories(self, job: str, *, start: int = 0, states: frozenset[State] | None = None) -> Iterator[Story]:
        """The job's stories from seq ``start`` on, in order, a batch at a time: those that have ended, or those in
        ``states``. Raises ``JobNotFoundError``.
        """
        self.job(job)
        wanted = states or frozenset(State) - {State.PENDING}
        letters = re.compile("[" + "".join(LETTERS[state] for state in wanted) + "]")
        seq = self._next(job, start, letters)
        while seq is not None:
            batch, offset = self._locate(job, seq)
            rows = self._batch(job, batch)[offset:]
            yield from (story for story in rows if story.state in wanted)
            seq = self._next(job, seq + len(rows), letters) if rows else None

    def naming(self, job: str, entity: str, *, start: int = 0) -> Iterator[Story]:
        """The job's stories, from seq ``start`` on, that may be shown and name an entity (by its id)."""
        wanted, first = mark(entity), self._locate(job, start)[0]
        batches = int(self._redis.hget(keys.of_job(job, "job"), "batches") or 0)
        for low in range(first, batches, CHUNK):
            numbers = range(low, min(low + CHUNK, batches))
            for batch, marks in zip(numbers, self._redis.hmget(keys.of_job(job, "named"), numbers), strict=True):
                for story in self._batch(job, batch) if marks and names(marks, wanted) else ():
                    if story.seq >= start and any(one.id == entity for one in story.public().entities):
                        yield story

    def story(self, job: str, seq: int) -> Story:
        """One story; raises ``JobNotFoundError`` or ``StoryNotFoundError``."""
        found = self.job(job)
        if not 0 <= seq < found.received:
            raise StoryNotFoundError(f"job {job} has no story {seq}; it received {found.received}")
        batch, offset = self._locate(job, seq)
        return self._batch(job, batch)[offset]

    def batch_of(self, job: str, seq: int) -> int:
        """The number of the batch that holds a story."""
        return self._locate(job, seq)[0]

    def some(self, ids: Collection[str]) -> dict[str, Story]:
        """Stories by their ids, of any jobs, a batch read once; without those that are no more."""
        found: dict[str, Story] = {}
        for (job, batch), places in self._places(ids).items():
            rows = self._batch(job, batch)
            found |= {id: rows[offset] for offset, id in places if offset < len(rows)}
        return found

    def bodies(self, ids: Collection[str]) -> dict[str, str]:
        """The texts of stories by their ids, of any jobs, whatever became of them; without those that are no more."""
        batches = self._places(ids)
        with self._redis.pipeline(transaction=False) as pipe:
            for job, batch in batches:
                pipe.hget(keys.of_job(job, "blob"), str(batch))
            blobs = pipe.execute()
        found: dict[str, str] = {}
        for places, blob in zip(batches.values(), blobs, strict=True):
            rows = unpack_bodies(blob) if blob else []
            found |= {id: rows[offset] for offset, id in places if offset < len(rows)}
        return found

    def cluster(self, id: str, *, tenant: str | None = None) -> Cluster:
        """The cluster of a story, by its id; raises ``ClusterNotFoundError``, also if it is not the ``tenant``'s."""
        return self.cluster_told(id, tenant=tenant)[0]

    def cluster_told(self, id: str, *, tenant: str | None = None) -> tuple[Cluster, dict[str, Story]]:
        """Likewise, and those of its stories that are still known, by their ids.

        All its stories are of one tenant; whose, the job of any of them says that has not expired.
        """
        found = self._clusters.members(id) if _STORY_ID.fullmatch(id) else None
        head, ids, more = found or ("", [], False)
        stories = self.some(ids)
        if not stories or (tenant is not None and not self.belongs(next(iter(stories.values())).job_id, tenant)):
            raise ClusterNotFoundError(f"no story is known as {id[:100]!r}; it may never have been, or be forgotten")
        return Cluster(id=head, members=[_member(one, stories.get(one), head) for one in ids], more=more), stories

    def why_killed(self, story: Story) -> str:
        """Who withdrew a killed story, and in what words, as far as that is still known."""
        notice, by = story, story.dedup.killed_by if story.dedup else None
        if by:
            with suppress(JobNotFoundError, StoryNotFoundError):
                notice = self.story(*split_id(by))
        said = notice.wire.note or notice.headline or "no reason was given"
        what = "was killed" if story.state is State.KILLED else "is a copy of a story that was killed"
        return f"{story.id} {what}" + (f" by {by}" if by else "") + f": {said}"

    def _next(self, job: str, seq: int, letters: re.Pattern[str]) -> int | None:
        """The first seq from ``seq`` on whose state has one of the letters; batches without any are never read."""
        while outcome := self._redis.getrange(keys.of_job(job, "outcome"), seq, seq + SPAN - 1).decode():
            if found := letters.search(outcome):
                return seq + found.start()
            seq += SPAN
        return None

    def _places(self, ids: Collection[str]) -> dict[tuple[str, int], list[tuple[int, str]]]:
        """By batch (of a job), where in it the stories are."""
        batches: dict[tuple[str, int], list[tuple[int, str]]] = {}
        stories = [split_id(id) for id in ids]
        for id, (job, _), (batch, offset) in zip(ids, stories, self._located(stories), strict=True):
            batches.setdefault((job, batch), []).append((offset, id))
        return batches

    def _locate(self, job: str, seq: int) -> tuple[int, int]:
        """The batch that holds a seq, and where in it."""
        return self._located([(job, seq)])[0]

    def _located(self, stories: Sequence[tuple[str, int]]) -> list[tuple[int, int]]:
        """Likewise of many, by job and seq, in one round trip."""
        with self._redis.pipeline(transaction=False) as pipe:
            for job, seq in stories:
                pipe.zrevrangebyscore(keys.of_job(job, "first"), seq, "-inf", start=0, num=1, withscores=True)
            found = pipe.execute()
        return [
            (int(rows[0][0]), seq - int(rows[0][1])) if rows else (0, seq)
            for (_, seq), rows in zip(stories, found, strict=True)
        ]

    def _batch(self, job: str, batch: int) -> list[Story]:
        """A batch as the ledger has it now: its blob, the states of its stories, and later findings over both."""
        with self._redis.pipeline() as pipe:
            pipe.zscore(keys.of_job(job, "first"), str(batch))
            pipe.zscore(keys.of_job(job, "first"), str(batch + 1))
            pipe.hget(keys.of_job(job, "job"), "received")
            first, follower, received = pipe.execute()
            if first is None:
                return []
            seqs = range(int(first), int(received if follower is None else follower))
            # Read in one instant, or a story could be ``done`` with the text of the stage before.
            pipe.getrange(keys.of_job(job, "outcome"), seqs.start, seqs.stop - 1)
            pipe.hget(keys.of_job(job, "blob"), str(batch))
            pipe.hmget(keys.of_job(job, "amend"), [f"{seq}:{part}" for seq in seqs for part in keys.FINDINGS])
            letters, blob, values = pipe.execute()
        if blob is None:  # it has expired since
            return []
        kinds = len(keys.FINDINGS)
        stories = [
            _overlaid(story, STATES[letter], values[place * kinds : (place + 1) * kinds])
            for place, (story, letter) in enumerate(zip(unpack(blob), letters.decode(), strict=True))
        ]
        return list(placed(stories, self._clusters))


def _overlaid(story: Story, state: State, findings: Sequence[bytes | None]) -> Story:
    update: dict[str, Any] = {} if story.state is state else {"state": state}
    found = {
        part: value.split(b" ", 1)[1] for part, value in zip(keys.FINDINGS, findings, strict=True) if value is not None
    }
    if found:
        dedup, other = story.dedup or Dedup(), found.pop("dedup", None)
        if other and dedup.relation != "exact":  # what has the same words as another is nothing else besides
            dedup = Dedup.model_validate_json(other)
        update["dedup"] = dedup.model_copy(update={part: value.decode() for part, value in found.items()})
    if update.get("state") is State.DUPLICATE:
        update |= {"entities": [], "summary": []}
    return story.model_copy(update=update) if update else story


def _member(id: str, story: Story | None, head: str) -> Member:
    if story is None:
        return Member(id=id, head=id == head)
    found = story.dedup or Dedup()
    return Member(
        id=id,
        head=id == head,
        headline=story.headline,
        provider=story.source.provider,
        published=story.published,
        version=story.source.version,
        state=story.state,
        relation=found.relation,
        of=found.of,
        superseded_by=found.superseded_by,
        killed_by=found.killed_by,
    )
