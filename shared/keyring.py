"""API keys: who may ask for what. Shown once when made; kept is only their SHA-256.

A key is 256 bits of chance, so a fast hash is enough: there is no dictionary to try, as there is for passwords. Keys
are found by that hash, so no secret is ever compared, and the time that a look-up takes tells nothing of value.
"""

import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from shared import keys
from shared.errors import BadRequestError
from shared.models import Record, UtcTime

if TYPE_CHECKING:  # the command line needs the names of the scopes, and should not wait for more
    from redis import Redis

Scope = Literal["submit", "read", "metrics", "admin"]
"""``submit``: hand over, cancel, retry, release. ``read``: jobs and stories. ``metrics``: the numbers at ``/metrics``.
``admin``: all of these, of all tenants."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "wm_"
"""Begins every key, so that one which lies where it should not can be told (and scanners find it)."""
MIN_ADMIN_KEY = 32
USED_SECONDS = 3600
"""How exactly it is noted when a key was last used."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}|")


class ApiKey(Record):
    """A key, without the key. ``id`` is the beginning of its SHA-256."""

    id: str
    name: str
    tenant: str = ""
    scopes: frozenset[Scope]
    created: UtcTime
    expires: UtcTime | None = None
    used: UtcTime | None = None  # to the hour


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request."""

    key_id: str
    tenant: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether this is allowed."""
        return scope in self.scopes or "admin" in self.scopes


ANYBODY = Caller("", "", frozenset({"submit", "read", "metrics"}))
"""Where no keys are asked for: everything, but nothing of tenants with keys."""
NOBODY = Caller("", "", frozenset())
"""Where it does not matter who asks."""


class Keyring:
    """All keys. Raises ``redis.RedisError`` when the server cannot be reached."""

    def __init__(self, redis: "Redis", *, admin_key_file: Path | None = None) -> None:
        """Raises ``OSError`` for a file that cannot be read, ``BadRequestError`` for a key in it that is too short."""
        self._redis: Any = redis  # Any: its types cannot know that answers are bytes
        self._admin = _read_key(admin_key_file) if admin_key_file else None

    def create(
        self, name: str, *, scopes: frozenset[Scope], tenant: str = "", expires: datetime | None = None
    ) -> tuple[str, ApiKey]:
        """A new key: what to send, which nobody can show again, and what is kept of it."""
        if not _TENANT.fullmatch(tenant):
            raise BadRequestError(f"tenant {tenant[:70]!r} must be of a to z, 0 to 9, - and _, 63 characters at most")
        token = PREFIX + secrets.token_urlsafe(32)
        digest = _digest(token)
        now = datetime.now(UTC).replace(microsecond=0)
        key = ApiKey(id=digest[:12], name=name, tenant=tenant, scopes=scopes, created=now, expires=expires)
        self._redis.hset(keys.API_KEYS, digest, key.model_dump_json(exclude={"used"}))
        return token, key

    def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        used = self._redis.hgetall(keys.API_KEYS_USED)
        found = [_key(row, used.get(digest)) for digest, row in self._redis.hgetall(keys.API_KEYS).items()]
        return sorted(found, key=lambda key: key.created)

    def revoke(self, id: str) -> ApiKey | None:
        """Take a key back, by its id; it is refused from then on. Returns it, or None when there is none."""
        for digest, row in self._redis.hgetall(keys.API_KEYS).items():
            if digest.decode()[:12] == id:
                self._redis.hdel(keys.API_KEYS, digest)
                self._redis.hdel(keys.API_KEYS_USED, digest)
                return _key(row, None)
        return None

    def caller(self, token: str) -> Caller | None:
        """Who sends this key; None for one that is unknown, revoked or has expired."""
        if self._admin and hmac.compare_digest(token.encode(), self._admin):
            return Caller("admin", "", frozenset({"admin"}))
        digest = _digest(token)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(keys.API_KEYS, digest)
            pipe.hget(keys.API_KEYS_USED, digest)
            row, used = pipe.execute()
        if row is None:
            return None
        key, now = _key(row, used), time.time()
        if key.expires and key.expires.timestamp() <= now:
            return None
        if float(used or 0) + USED_SECONDS < now:
            self._redis.hset(keys.API_KEYS_USED, digest, int(now))
        return Caller(key.id, key.tenant, frozenset(key.scopes))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _key(row: bytes, used: bytes | None) -> ApiKey:
    return ApiKey(**json.loads(row), used=datetime.fromtimestamp(int(used), UTC) if used else None)


def _read_key(path: Path) -> bytes:
    key = path.read_bytes().strip()
    if len(key) < MIN_ADMIN_KEY:
        raise BadRequestError(f"the key in {path} has {len(key)} characters; make one with `openssl rand -hex 32`")
    return key
