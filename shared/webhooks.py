"""Webhooks: what is to be said, to whom, and how often that was tried. Delivered by ``services/clerk``.

What is said is put down by the scripts (``notify`` in ``lua/prelude.lua``) in the same instant as the change that it
tells of. Signed as Standard Webhooks 1.0 specify.
"""

import base64
import hmac
import json
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from pydantic import Field

from shared import keys
from shared.models import JobState, Record, State, UtcTime, story_id
from shared.store import Store

LEASE_SECONDS = 120.0
"""Longer than an attempt takes, the look-up of a name included."""
KEPT_ATTEMPTS = 1000
"""Attempts of one job that are remembered, at most."""
SECRET_BYTES = 32


class EventData(Record):
    """What a webhook is about: a job as it stood then, and of single stories which."""

    job: str
    state: JobState
    received: int
    counts: dict[State, int]
    stories: list[str] = Field(default_factory=list)  # ids, where it is about stories


class WebhookEvent(Record):
    """The body of a webhook. Of single stories there are events only once their job has ended."""

    type: Literal["job.finished", "job.cancelled", "story.killed", "story.released"]
    timestamp: UtcTime
    data: EventData


class Attempt(Record):
    """One attempt to deliver: what was answered (``status``), or why nothing was."""

    at: UtcTime
    seconds: float
    status: int | None = None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it arrived."""
        return self.status is not None and 200 <= self.status < 300


class Delivery(Record):
    """A webhook and how it fared; ``id`` is its ``webhook-id``, the same at every attempt."""

    id: str
    event: WebhookEvent
    state: Literal["pending", "delivered", "dead"]
    next_attempt: UtcTime | None = None
    attempts: list[Attempt] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that is due."""

    job: str
    number: int
    url: str
    tenant: str
    event: WebhookEvent
    failures: int = 0

    @property
    def id(self) -> str:
        """The same however often it is sent, so that the receiver can tell a repeat."""
        return message_id(self.job, self.number)


def message_id(job: str, number: int) -> str:
    """The ``webhook-id`` of a job's webhook."""
    return f"msg_{job}_{number}"


def sign(whsecs: list[str], id: str, at: int, body: bytes) -> str:
    """The value of ``webhook-signature``: a signature for each secret, so that a receiver may change its own later."""
    said = f"{id}.{at}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(base64.b64decode(whsec.removeprefix("whsec_")), said, sha256)).decode()
        for whsec in whsecs
    )


def wait_after(failures: int, age: float, *, wait: float, life: float) -> float | None:
    """Seconds until a webhook of an ``age`` (seconds) is tried again, or None: it is given up.

    ``wait`` seconds, twice as long after each of the ``failures`` before, but a sixth of its ``life`` (seconds) at
    most; and up to a fifth more, so that not all come back at once.
    """
    again = min(wait * 2.0 ** min(failures, 64), life / 6) * random.uniform(1, 1.2)  # nosec B311 # no secret
    return again if age + again <= life else None


class Webhooks:
    """The store's side of webhooks. Raises ``redis.RedisError`` when the server cannot be reached."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._redis: Any = store.redis

    def take(self, limit: int) -> list[Notice]:
        """Webhooks that are due, leased for ``LEASE_SECONDS``."""
        return [
            Notice(job.decode(), number, url.decode(), tenant.decode(), _event(job.decode(), said), failures)
            for job, number, url, tenant, said, failures in self._store.run("due", limit, LEASE_SECONDS)
        ]

    def put_off(self, notices: Sequence[Notice], seconds: float) -> None:
        """Give back what was not tried, for a while."""
        whole, millionths = self._redis.time()
        at = whole + millionths / 1e6 + seconds
        self._redis.zadd(keys.WEBHOOKS, {f"{notice.job}:{notice.number}": at for notice in notices}, xx=True)

    def settle(self, notice: Notice, attempt: Attempt) -> None:
        """Record an attempt. What failed is tried again (``wait_after``); 410 (gone) ends it at once."""
        outcome: str | float = "delivered"
        if not attempt.ok:
            settings = self._store.settings
            wait, life = settings.webhook_retry_seconds, settings.webhook_hours * 3600
            age = (attempt.at - notice.event.timestamp).total_seconds()
            again = wait_after(notice.failures, age, wait=wait, life=life)
            outcome = again if again and attempt.status != 410 else "dead"
        line = json.dumps([notice.number, attempt.model_dump(mode="json")])
        self._store.run("settle", notice.job, notice.number, line, outcome, KEPT_ATTEMPTS)

    def deliveries(self, job: str) -> list[Delivery]:
        """A job's webhooks, oldest first; none for a job that has none, or is none."""
        with self._redis.pipeline() as pipe:
            pipe.hgetall(keys.of_job(job, "hooks"))
            pipe.lrange(keys.of_job(job, "deliveries"), 0, -1)
            hooks, lines = pipe.execute()
        said = {name.decode(): value for name, value in hooks.items()}
        numbers = sorted(int(name) for name in said if name.isdigit())
        attempts: dict[int, list[Attempt]] = {number: [] for number in numbers}
        for line in lines:
            number, attempt = json.loads(line)
            attempts[number].append(Attempt.model_validate(attempt))
        due = self._redis.zmscore(keys.WEBHOOKS, [f"{job}:{number}" for number in numbers]) if numbers else []
        return [
            Delivery(
                id=message_id(job, number),
                event=_event(job, said[str(number)]),
                state=said.get(f"{number}:state", b"pending").decode(),
                next_attempt=None if at is None else datetime.fromtimestamp(at, UTC),
                attempts=attempts[number],
            )
            for number, at in zip(numbers, due, strict=True)
        ]

    def secrets(self, tenant: str) -> list[str]:
        """A tenant's secrets, made when first asked: the one in use and, after a change, the one before it."""
        self._redis.hsetnx(keys.SECRETS, tenant, _new_secret())
        return str(self._redis.hget(keys.SECRETS, tenant).decode()).split(" ")

    def change_secret(self, tenant: str) -> list[str]:
        """A new secret; the one before signs beside it until the next change."""
        both = [_new_secret(), self.secrets(tenant)[0]]
        self._redis.hset(keys.SECRETS, tenant, " ".join(both))
        return both


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _event(job: str, said: bytes) -> WebhookEvent:
    """What a script put down. The same every time, so that all attempts have the same body."""
    row = json.loads(said)
    data = EventData(
        job=job,
        state=row["state"],
        received=row["received"],
        counts={state: row["counts"][state] for state in State},
        stories=[story_id(job, seq) for seq in row.get("seqs", [])],
    )
    return WebhookEvent(type=row["type"], timestamp=datetime.fromtimestamp(row["at"], UTC), data=data)
