"""The store: Redis holds the truth about every job and story, and these are the only ways to change it.

Every change is one atomic script (``lua/``). Reading for people is in ``results``.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import structlog
import zstandard
from pydantic import BaseModel, TypeAdapter
from redis import Redis

from shared import keys, named
from shared.errors import (
    JobEndedError,
    JobNotFoundError,
    JobRunningError,
    NewerFormatError,
    NotWithheldError,
    StoryNotFoundError,
)
from shared.messages import Ref
from shared.models import BATCH, Options, Priority, SpoolFile, State, Story, StoryError, split_id, story_id
from shared.pipeline import FINISHED, INGEST, number
from shared.scripts import FORMAT, LETTERS, STATES, Scripts
from shared.settings import Settings
from shared.stage import Amendment

log = structlog.get_logger()

WEIGHTS: dict[Priority, float] = {"high": 4, "normal": 1, "low": 0.25}
"""A job's share of the pipeline, beside one of normal priority (``queue_up`` in ``lua/prelude.lua``)."""

LOST = "lost"
"""The error of a story of which nothing can be read any more, so that it cannot be retried."""


def new_job_id() -> str:
    """Fixed width, unguessable, and sorted by the time of its making (milliseconds, then chance)."""
    return f"{job_time(time.time())}{secrets.token_hex(6)}"


def job_time(seconds: float) -> str:
    """How the ids of jobs begin that were made at a Unix time."""
    return f"{int(seconds * 1000):011x}"


def pack(stories: Sequence[Story]) -> bytes:
    """A batch as it lies in the store. Defaults are written out: reading them back is twice as fast as making them."""
    return bytes([FORMAT]) + zstandard.compress(BATCH.dump_json(list(stories)), 3)


def unpack(blob: bytes) -> list[Story]:
    """The stories of a batch; raises ``NewerFormatError`` if this version of the code is too old for them."""
    if blob[0] > FORMAT:
        raise NewerFormatError(f"the batch has format {blob[0]}, and this process reads {FORMAT}; update it")
    return BATCH.validate_json(_json(blob))


def unpack_bodies(blob: bytes) -> list[str]:
    """The texts of a batch and nothing else, which is several times as fast; none of a batch of a newer format."""
    return [row.body or "" for row in _BODIES.validate_json(_json(blob))] if blob[0] <= FORMAT else []


def _json(blob: bytes) -> bytes:
    return zstandard.decompress(memoryview(blob)[1:])


class _Body(BaseModel):
    body: str | None = None


_BODIES = TypeAdapter(list[_Body])


@dataclass(frozen=True, slots=True)
class Lease:
    """A unit of work, taken. Its batch's stories with the state that the ledger says, and how many died over which.

    Of a job to be read: ``cuts``, the files (by place) that kill their readers, and how many stories the job may have
    received when such a file is given up.
    """

    ref: Ref
    token: str
    tries: int
    blob: bytes = b""
    first: int = 0
    letters: str = ""
    deaths: dict[int, int] = field(default_factory=dict)
    cuts: dict[int, int] = field(default_factory=dict)
    options: Options = Options()

    def stories(self) -> list[Story]:
        """A fresh copy of the batch; the ledger's states override what was written with it."""
        stories = unpack(self.blob)
        return [
            story if story.state is STATES[letter] else story.model_copy(update={"state": STATES[letter]})
            for story, letter in zip(stories, self.letters, strict=True)
        ]

    def remains(self) -> list[Story]:
        """What the ledger knows of a batch that cannot be read: its stories without text, in their states."""
        return [
            Story(id=story_id(self.ref.job, seq), job_id=self.ref.job, seq=seq, state=STATES[letter])
            for seq, letter in enumerate(self.letters, self.first)
        ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change came to (``OK`` or why not), and the messages to send now."""

    status: str
    sends: list[Ref] = field(default_factory=list)
    lease: Lease | None = None


def _refs(rows: Iterable[Sequence[bytes]]) -> list[Ref]:
    return [
        Ref.of_unit(job.decode(), unit.decode(), 0 if unit == b"ingest" else int(stage)) for job, unit, stage in rows
    ]


class Store:
    """The ledger's only writer. All methods raise ``redis.RedisError`` when the server cannot be reached."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self.redis: Any = redis  # Any: its types cannot know that answers are bytes
        self.settings = settings
        self._scripts = Scripts(redis)
        self.clock: Callable[[], float | None] = lambda: None  # None: the server's

    def run(self, script: str, *arguments: str | bytes | float) -> Any:
        """Run a script of ``lua/`` with what the prelude asks for put before its own arguments."""
        limits = (self.settings.job_window, self.settings.total_window, self.settings.resend_seconds)
        return self._scripts(script, self.clock() or "", *limits, *arguments)

    def submit(
        self,
        files: Sequence[SpoolFile],
        *,
        options: Options = Options(),
        job: str | None = None,
        tenant: str = "",
    ) -> tuple[str, Ref]:
        """Create a job, which is ``tenant``'s; returns its id and the message that has it read."""
        job = job or new_job_id()
        listing = json.dumps([file.model_dump() for file in files])
        kept = 3600 * (options.retention_hours or self.settings.retention_hours)
        self.run("submit", job, listing, options.model_dump_json(), tenant, WEIGHTS[options.priority], kept)
        return job, Ref(job=job, stage=INGEST)

    def append(self, lease: Lease, batch: int, stories: Sequence[Story]) -> Answer:
        """Add the next batch to a job that is being read. A batch already there stays as it is (``SEEN``)."""
        letters = "".join(LETTERS[story.state] for story in stories)
        return self._answer(self.run("append", lease.ref.job, lease.token, batch, pack(stories), letters))

    def seal(self, job: str, *, error: StoryError | None = None) -> list[Ref]:
        """All files are read: what was received is final."""
        return _refs(self.run("seal", job, error.model_dump_json() if error else ""))

    def begin(self, ref: Ref) -> Answer:
        """Take a unit of work: ``OK`` with a lease, ``BUSY`` or ``STALE``."""
        stage = INGEST if ref.batch is None else number(ref.stage)
        token = secrets.token_hex(8)
        limits = (self.settings.lease_seconds, self.settings.fatal_deaths)
        row = self.run("begin", ref.job, ref.unit, stage, token, *limits)
        status = row[0].decode()
        if status != "OK":
            return Answer(status, _refs(row[1]) if len(row) > 1 else [])
        _, tries, blob, first, letters, pairs, asked = row
        who = dict(zip(map(int, pairs[::2]), map(int, pairs[1::2]), strict=True))
        deaths, cuts = ({}, who) if ref.batch is None else (who, {})
        options = Options.model_validate_json(asked)
        return Answer("OK", lease=Lease(ref, token, tries, blob, first, letters.decode(), deaths, cuts, options))

    def renew(self, lease: Lease, *, in_hand: int | None = None) -> bool:
        """Keep a lease, naming the story (seq) or file (place) in hand; False when it has gone to somebody else."""
        hand = "" if in_hand is None else in_hand
        seconds = self.settings.lease_seconds
        return bool(self.run("renew", lease.ref.job, lease.ref.unit, lease.token, seconds, hand) == 1)

    def commit(self, lease: Lease, stories: Sequence[Story], *, seconds: float) -> Answer:
        """Move a batch on, with what its stage made of it; the ledger moves in the same instant."""
        embargoes = {
            story.seq: story.embargo_until.timestamp()
            for story in stories
            if story.state is State.WITHHELD and story.embargo_until and story.wire.withheld is None
        }
        letters = "".join(LETTERS[story.state] for story in stories)
        ref, blob = lease.ref, pack(stories)
        rest = (letters, seconds, json.dumps(embargoes), named.marks(stories))
        return self._answer(self.run("commit", ref.job, ref.unit, number(ref.stage), lease.token, blob, *rest))

    def amend(self, amendments: Sequence[Amendment]) -> int:
        """Record later findings about stories already written; returns how many stories were changed."""
        rows = []
        for amendment in amendments:
            job, seq = split_id(amendment.story_id)
            parts = [
                text
                for part in keys.FINDINGS
                if (value := getattr(amendment, part)) is not None
                for text in (part, value if isinstance(value, str) else value.model_dump_json())
            ]
            letter = LETTERS[amendment.state] if amendment.state else ""
            rows.append([job, seq, letter, amendment.rank, parts])
        return int(self.run("amend", json.dumps(rows))) if rows else 0

    def cancel(self, job: str) -> list[Ref]:
        """Stop a job; raises ``JobNotFoundError``, ``JobEndedError``."""
        self._require(job)
        answer = self._answer(self.run("cancel", job))
        if answer.status == "ENDED":
            raise JobEndedError(f"job {job} has already ended; there is nothing to cancel")
        return answer.sends

    def retry(self, job: str) -> tuple[int, list[Ref]]:
        """Take a job's failed stories up again, where they failed; returns how many, and the messages to send.

        Raises ``JobNotFoundError``; ``JobRunningError`` while it is still being read; ``JobEndedError`` if cancelled.
        """
        state = self._require(job)
        if state == "cancelled":
            raise JobEndedError(f"job {job} was cancelled; submit its files again instead")
        if state != "finished":
            raise JobRunningError(f"job {job} is {state}; retry once it has finished")
        outcome = (self.redis.get(keys.of_job(job, "outcome")) or b"").decode()
        total, sends = 0, []
        firsts = self.redis.zrange(keys.of_job(job, "first"), 0, -1, withscores=True)
        bounds = [*((int(batch), int(first)) for batch, first in firsts), (len(firsts), len(outcome))]
        for (batch, first), (_, end) in pairwise(bounds):
            if "f" in outcome[first:end]:
                moved, refs = self._retry_batch(job, batch)
                total += moved
                sends += refs
        return total, sends

    def _retry_batch(self, job: str, batch: int) -> tuple[int, list[Ref]]:
        blob = self.redis.hget(keys.of_job(job, "blob"), str(batch))
        stories = unpack(blob) if blob else []
        failed = {
            story.seq: story.error.stage
            for story in stories
            if story.state is State.FAILED and story.error and story.error.type != LOST
        }
        stage = min(map(number, failed.values()), default=FINISHED)
        if stage == FINISHED:
            return 0, []
        letters = "".join("p" if story.seq in failed else "." for story in stories)
        fresh = [
            story.model_copy(update={"state": State.PENDING}) if story.seq in failed else story for story in stories
        ]
        moved, rows = self.run("retry", job, batch, stage, pack(fresh), letters, blob)
        return int(moved), _refs(rows)

    def release(self, job: str, seq: int) -> None:
        """Let a withheld story out, on a person's word. One that is out already stays so.

        Raises ``JobNotFoundError``, ``StoryNotFoundError``, ``NotWithheldError``.
        """
        received = self.redis.hget(keys.of_job(job, "job"), "received")
        if not 0 <= seq < int(received or 0):
            self._require(job)
            raise StoryNotFoundError(f"job {job} has no story {seq}")
        letter = self.run("release", job, seq).decode()
        if letter not in (LETTERS[State.WITHHELD], LETTERS[State.DONE]):
            raise NotWithheldError(
                f"story {story_id(job, seq)} is {STATES[letter]}; only a withheld one can be released"
            )

    def sweep(self, limit: int = 100) -> list[Ref]:
        """The clerk's round; returns the messages to send (again)."""
        ahead = 2 * max(self.settings.lease_seconds, self.settings.resend_seconds)
        return _refs(self.run("sweep", limit, ahead))

    def expired(self, limit: int = 100) -> list[str]:
        """Jobs that ended longer ago than they are to be kept."""
        now = self.clock() or self.redis.time()[0]
        return [job.decode() for job in self.redis.zrangebyscore(keys.EXPIRY, "-inf", now, start=0, num=limit)]

    def forget(self, jobs: Iterable[str]) -> None:
        """Remove all that is known of jobs."""
        for job in jobs:
            outcome = self.redis.get(keys.of_job(job, "outcome")) or b""
            tenant = (self.redis.hget(keys.of_job(job, "job"), "tenant") or b"").decode()
            withheld = [
                f"{job}:{seq}" for seq, letter in enumerate(outcome.decode()) if STATES[letter] is State.WITHHELD
            ]
            with self.redis.pipeline() as pipe:
                if withheld:
                    pipe.zrem(keys.EMBARGO, *withheld)
                pipe.unlink(*(keys.of_job(job, part) for part in keys.JOB_PARTS))
                pipe.zrem(keys.JOBS, job)
                pipe.zrem(keys.jobs_of(tenant), job)
                pipe.zrem(keys.EXPIRY, job)
                pipe.execute()

    def unknown(self, jobs: Sequence[str]) -> list[str]:
        """Those of some ids that are no job's."""
        with self.redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.exists(keys.of_job(job, "job"))
            return [job for job, known in zip(jobs, pipe.execute(), strict=True) if not known]

    def _require(self, job: str) -> str:
        state = self.redis.hget(keys.of_job(job, "job"), "state")
        if state is None:
            raise JobNotFoundError(f"there is no job {job!r}; it may have expired")
        return str(state.decode())

    @staticmethod
    def _answer(row: Any) -> Answer:
        status, sends = row
        return Answer(status.decode(), _refs(sends))
