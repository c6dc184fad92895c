"""One story's way through the pipeline: which stage, when, how long, how many tries, and what was found out later."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field
from redis import Redis

from shared import keys
from shared.models import Dedup, Record, State, Story, StoryError, UtcTime
from shared.pipeline import NAMES
from shared.results import Results


class Passage(Record):
    """One time that the story's batch passed a stage."""

    stage: str
    at: UtcTime  # when the stage was done with the batch
    seconds: float | None = None  # spent on the story the last time it was in this stage: its share of the batch
    batch: int
    batch_seconds: float
    tries: int  # workers that took the batch; all but the last one died or went silent


class Happening(Record):
    """Something that happened to the story, or to its batch or job as a whole; long jobs forget the oldest ones."""

    at: UtcTime
    event: str  # e.g. ``queued``, ``read``, ``batch`` (through all stages), ``killed``, ``released``, ``retried``


class Amendments(Record):
    """What was found out about the story after it had been written."""

    dedup: Dedup | None = None
    superseded_by: str | None = None
    killed_by: str | None = None


class Trail(Record):
    """A story's way, from its receipt to its end."""

    id: str
    state: State
    received: UtcTime | None = None
    finished: UtcTime | None = None
    passages: list[Passage] = Field(default_factory=list)
    deaths: int = 0  # workers that died with the story in hand
    error: StoryError | None = None
    amendments: Amendments = Amendments()
    happenings: list[Happening] = Field(default_factory=list)


_OWN = ("amended", "killed", "released")
_OF_BATCH = ("batch", "retried")


def trail(redis: "Redis", job: str, seq: int) -> Trail:
    """The trail of a story; raises ``JobNotFoundError`` or ``StoryNotFoundError``."""
    results = Results(redis)
    story, batch = results.story(job, seq).public(), results.batch_of(job, seq)
    with redis.pipeline(transaction=False) as pipe:
        pipe.hmget(keys.of_job(job, "trail"), [f"{batch}:{stage}" for stage in NAMES])
        pipe.hget(keys.of_job(job, "death"), str(seq))
        pipe.hmget(keys.of_job(job, "amend"), [f"{seq}:{finding}" for finding in keys.FINDINGS])
        pipe.xrange(keys.of_job(job, "events"))
        lines, deaths, findings, events = pipe.execute()
    return Trail(
        id=story.id,
        state=story.state,
        received=story.timings.received,
        finished=story.timings.finished,
        passages=_passages(story, batch, lines),
        deaths=int(deaths or 0),
        error=story.error,
        amendments=_amendments(story, findings),
        happenings=[_happening(id, event) for id, event in events if _concerns(event, seq, batch)],
    )


def _passages(story: Story, batch: int, lines: list[bytes | None]) -> list[Passage]:
    rows = [
        (float(at), stage, float(seconds), int(tries))
        for stage, passed in zip(NAMES, lines, strict=True)
        for line in (passed or b"").decode().splitlines()
        for at, seconds, tries in [line.split(" ")]
    ]
    return [
        Passage(stage=stage, at=datetime.fromtimestamp(at, UTC), seconds=getattr(story.timings, stage), batch=batch,
                batch_seconds=seconds, tries=tries)
        for at, stage, seconds, tries in sorted(rows)
    ]  # fmt: skip


def _amendments(story: Story, findings: list[bytes | None]) -> Amendments:
    found: dict[str, Any] = {
        name: value.split(b" ", 1)[1].decode()
        for name, value in zip(keys.FINDINGS, findings, strict=True)
        if value is not None
    }
    if "dedup" in found:
        found["dedup"] = story.dedup  # overlaid already, and only what may be shown of it
    return Amendments(**found)


def _happening(id: bytes, event: dict[bytes, bytes]) -> Happening:
    return Happening(at=datetime.fromtimestamp(int(id.split(b"-")[0]) / 1000, UTC), event=event[b"event"].decode())


def _concerns(event: dict[bytes, bytes], seq: int, batch: int) -> bool:
    kind, detail = event[b"event"].decode(), event[b"detail"].decode()
    if kind in _OWN:
        return detail == str(seq)
    return kind not in _OF_BATCH or detail == str(batch)
