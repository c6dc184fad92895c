"""Connections to the store, and the broker as Celery has it: one server, or one that sentinels watch over."""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from redis import Redis
from redis.sentinel import Sentinel

from shared.errors import BadRequestError

SENTINEL_PORT = 26379
CONNECTIONS = 10_000
"""Of one process, at most: more than it has threads, each of which may wait for an answer. redis-py stops at 100."""
_WRITTEN = "sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME/DATABASE"


@dataclass(frozen=True, slots=True)
class Watched:
    """A Redis that moves: ``sentinels`` (host, port) know which server is the ``name`` of the moment.

    The password is the server's; the sentinels are asked without one.
    """

    sentinels: tuple[tuple[str, int], ...]
    name: str
    database: int
    login: str  # "USER:PASSWORD@", as in the URL, or ""

    @classmethod
    def of(cls, url: str) -> Self:
        """Read ``sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME/DATABASE``; raises ``BadRequestError``."""
        parts = urlsplit(url)
        login, at, places = parts.netloc.rpartition("@")
        name, _, database = parts.path.strip("/").partition("/")
        pairs = [place.partition(":") for place in places.split(",")]
        numbers = [port or str(SENTINEL_PORT) for _, _, port in pairs] + [database or "0"]
        if not name or not all(host for host, _, _ in pairs) or not all(number.isdecimal() for number in numbers):
            raise BadRequestError(f"the URL of a Redis with sentinels must look like {_WRITTEN}")
        *ports, chosen = map(int, numbers)
        hosts = [host for host, _, _ in pairs]
        return cls(tuple(zip(hosts, ports, strict=True)), name, chosen, login + at)


def connect(url: str) -> "Redis":
    """A client for the store. Connections are made when first used; raises ``BadRequestError``, ``ValueError``."""
    options: dict[str, Any] = {"socket_timeout": 60, "socket_connect_timeout": 5, "health_check_interval": 25}
    options["max_connections"] = CONNECTIONS
    if not is_watched(url):
        return Redis.from_url(url, **options)
    found = Watched.of(url)
    user, _, password = found.login.rstrip("@").partition(":")
    options |= {"db": found.database, "username": unquote(user) or None, "password": unquote(password) or None}
    asking = {"socket_timeout": 5, "socket_connect_timeout": 5}
    watch: Any = Sentinel  # Any: it has no types
    client: Redis = watch(found.sentinels, sentinel_kwargs=asking, **options).master_for(found.name)
    return client


def broker(url: str) -> tuple[str, dict[str, Any]]:
    """A broker's URL as Celery wants it, and the transport options that belong to it."""
    if not is_watched(url):
        return _verified(url), {}
    found = Watched.of(url)
    places = (f"sentinel://{found.login}{host}:{port}/{found.database}" for host, port in found.sentinels)
    return ";".join(places), {"master_name": found.name}


def _verified(url: str) -> str:
    """Kombu, other than redis-py, believes any server's certificate unless told not to."""
    if not url.startswith("rediss:") or "ssl_cert_reqs=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"


def is_watched(url: str) -> bool:
    """Whether sentinels are to be asked."""
    return url.startswith("sentinel:")
