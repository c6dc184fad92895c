"""``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header): one submission, however often it is sent."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from redis import Redis
from redis.exceptions import LockError
from redis.lock import Lock

from shared import keys
from shared.errors import KeyBusyError, KeyReusedError

KEPT_SECONDS = 24 * 3600
CLAIM_SECONDS = 60
"""After which a gateway that died in the middle of an upload no longer holds the key."""


class Claim:
    """The right to submit under a key, while the upload is under way. Without a key there is nothing to claim."""

    def __init__(self, redis: Any = None, name: str = "", lock: Lock | None = None) -> None:
        self._redis, self._name, self._lock = redis, name, lock
        self._renew_at = time.monotonic() + CLAIM_SECONDS / 3

    def beat(self) -> None:
        """To be called while bytes come in, so that a long upload keeps its claim; raises ``KeyBusyError``."""
        if self._lock and time.monotonic() >= self._renew_at:
            try:
                self._lock.reacquire()
            except LockError:
                raise KeyBusyError("this upload stalled, and the key went to another one") from None
            self._renew_at = time.monotonic() + CLAIM_SECONDS / 3

    def earlier(self, fingerprint: str) -> str | None:
        """The job of an earlier submission under the key; raises ``KeyReusedError`` if that was another one."""
        kept = self._redis.get(self._name) if self._lock else None
        if kept is None:
            return None
        job, was = kept.decode().split(" ")
        if was != fingerprint:
            raise KeyReusedError(f"the key was used for job {job}, with other files or options; take a new key")
        return str(job)

    def keep(self, fingerprint: str, job: str) -> None:
        """Remember the submission. Before it is made: if this gateway dies in between, it can be sent again."""
        if self._lock:
            self._redis.set(self._name, f"{job} {fingerprint}", ex=KEPT_SECONDS)

    def forget(self) -> None:
        """The submission failed: the key is free."""
        if self._lock:
            self._redis.delete(self._name)


def claim(redis: "Redis", tenant: str, key: str | None) -> Any:
    """A context in which a ``Claim`` is held; raises ``KeyBusyError`` while somebody else holds it."""
    return _held(redis, keys.submission(hashlib.sha256(f"{tenant}\0{key}".encode()).hexdigest())) if key else _NONE


_NONE = nullcontext(Claim())


@contextmanager
def _held(redis: "Redis", name: str) -> Iterator[Claim]:
    lock = redis.lock(f"{name}:lock", timeout=CLAIM_SECONDS, thread_local=False)
    if not lock.acquire(blocking=False):
        raise KeyBusyError("a submission with this key is under way; wait for it, or send the same again later")
    try:
        yield Claim(redis, name, lock)
    finally:
        with suppress(LockError):
            lock.release()
