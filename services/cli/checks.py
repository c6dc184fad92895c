"""What ``wiremill doctor`` looks at: each check says what it found, and what to do about it."""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Literal

from redis import RedisError

from shared import keys
from shared.celery_app import create_celery
from shared.errors import BadRequestError, NoRedisError, SpoolUnavailableError
from shared.models import Record
from shared.pipeline import INGEST, NAMES
from shared.servers import connect
from shared.settings import Settings
from shared.spool import open_spool
from shared.store import new_job_id
from wiremill.client import ApiError, Client

PYTHONS = ((3, 11), (3, 13))
REDIS = 7
"""The oldest Redis (or Valkey) that is expected to do; tests run on Valkey 9, compose on Redis 8."""
WAIT_SECONDS = 2.0
"""For workers to answer: those who work do so from their main process, at once."""
ROOM = 1_000_000_000
"""Bytes free in the spool below which one should be warned."""


class Found(Record):
    """What a check found."""

    check: str
    level: Literal["ok", "warn", "fail"]
    says: str
    do: str | None = None


def _ok(check: str, says: str) -> Found:
    return Found(check=check, level="ok", says=says)


def _warn(check: str, says: str, do: str) -> Found:
    return Found(check=check, level="warn", says=says, do=do)


def _fail(check: str, says: str, do: str) -> Found:
    return Found(check=check, level="fail", says=says, do=do)


def everything(settings: Settings, url: str, key: str) -> Iterator[Found]:
    """All checks, one after the other, as they are done."""
    yield python()
    redis: Any = connect(settings.store())
    try:
        yield from store(redis)
        yield from workers(settings)
        yield clerk(redis)
    except RedisError as error:
        yield _fail(
            "redis",
            f"cannot be used: {error}",
            "start one and set WIREMILL_REDIS_URL; `wiremill run` and `wiremill up` start their own",
        )
    finally:
        redis.close()
    yield from spool(settings)
    yield from models(settings)
    yield gateway(url, key)
    yield embedded()


def python() -> Found:
    """The version of Python."""
    now, (oldest, newest) = sys.version_info[:2], PYTHONS
    says = ".".join(map(str, sys.version_info[:3]))
    if now < oldest:
        return _fail("python", says, "install Python 3.11, 3.12 or 3.13")
    return _ok("python", says) if now <= newest else _warn("python", f"{says} is not tested", "use Python 3.13")


def store(redis: Any) -> Iterator[Found]:
    """Whether Redis is one that does, and keeps what it is given. Raises ``RedisError``."""
    info = redis.info()
    name = "valkey" if "valkey_version" in info else "redis"
    release = str(info.get(f"{name}_version", "?"))
    says = f"{name} {release}, {info.get('used_memory_human', '?')} used"
    major = release.split(".")[0]
    old = major.isdecimal() and int(major) < REDIS
    yield _fail("redis", says, f"update it to version {REDIS} or newer") if old else _ok("redis", says)
    policy = info.get("maxmemory_policy", "unknown")
    if policy == "noeviction":
        yield _ok("eviction", "noeviction")
    else:
        do = "set maxmemory-policy noeviction: Redis would throw jobs away when it is full"
        yield _fail("eviction", f"maxmemory-policy is {policy}", do)
    yield kept(info)


def kept(info: dict[str, Any]) -> Found:
    """Whether Redis, which says this of itself, would still know its jobs after a restart."""
    if not info.get("aof_enabled"):
        return _warn("aof", "off", "set appendonly yes: a restart of Redis loses all jobs")
    if info.get("aof_last_write_status", "ok") != "ok":
        return _fail("aof", "the last write failed", "see to the disk of Redis: it may be full")
    return _ok("aof", "on")


def workers(settings: Settings) -> Iterator[Found]:
    """Who answers for each queue: Celery's own ping. Raises ``RedisError``."""
    app = create_celery(settings)
    try:
        answers = app.control.inspect(timeout=WAIT_SECONDS).active_queues() or {}
    finally:
        app.close()
    serving = Counter(queue["name"] for queues in answers.values() for queue in queues)
    for name in (INGEST, *NAMES):
        number = serving[name]
        if number:
            yield _ok(f"worker {name}", f"{number} alive")
        else:
            yield _fail(f"worker {name}", f"none answered within {WAIT_SECONDS:g} s", f"start `wiremill worker {name}`")


def clerk(redis: Any) -> Found:
    """Whether somebody makes the clerk's rounds: it holds a lock that expires. Raises ``RedisError``."""
    if redis.exists(keys.CLERK):
        return _ok("clerk", "alive")
    return _fail("clerk", "there is none", "start `wiremill clerk`: without it, what is lost stays lost")


def spool(settings: Settings) -> Iterator[Found]:
    """Whether uploads can be written, and whether there is room for them."""
    if settings.spool_url:
        yield _object_spool(settings)
        return
    folder = settings.spool_dir
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield _fail("spool", f"{folder} cannot be written to: {error.strerror}", "mend that, or set WIREMILL_SPOOL_DIR")
        return
    yield _ok("spool", f"{folder} can be written to" if folder.exists() else f"{folder} can be made when it is needed")
    room = shutil.disk_usage(there).free
    says = f"{room / 1e9:,.1f} GB free"
    if room < ROOM:
        yield _fail("room", says, "make room there")
    elif room < settings.max_upload_bytes:
        yield _warn("room", f"{says}; an upload may have {settings.max_upload_bytes / 1e9:,.1f} GB", "make room there")
    else:
        yield _ok("room", says)


def _object_spool(settings: Settings) -> Found:
    url, job = settings.spool_url, new_job_id()
    try:
        store = open_spool(settings)
        file = store.write(job, 0, "doctor", [b"well"], limit=4)
        with store.open(file) as read:
            said = read.read()
        store.remove(job)
    except (SpoolUnavailableError, BadRequestError, FileNotFoundError) as error:
        return _fail("spool", str(error), "see to WIREMILL_SPOOL_URL, its credentials and its endpoint")
    if said != b"well":
        return _fail("spool", f"{url} gave back other bytes than it was given", "use another object store")
    return _ok("spool", f"{url} can be written to and read")


def models(settings: Settings) -> Iterator[Found]:
    """Whether the models of the stages that are installed here can be loaded."""
    if find_spec("spacy"):
        do = "set WIREMILL_ENTITY_MODEL to `fast`, `rules`, an installed spaCy package, or a path to a model"
        yield _loads("entity model", settings.entity_model, lambda: _entity_model(settings.entity_model), do)
    yield _loads("summary weights", "their file", _summary_weights, "install wiremill again: a file of it is damaged")
    if settings.summary_model:
        do = "see WIREMILL_SUMMARY_MODEL; without it, summaries are extracts"
        yield _loads("summary model", settings.summary_model, lambda: _summary_model(settings), do)


def _entity_model(name: str) -> None:
    from services.entities.gazetteer import load
    from services.entities.tagger import load_tagger

    load_tagger(name, load())


def _summary_weights() -> None:
    from services.summarise.words import default

    default()


def _summary_model(settings: Settings) -> None:
    from services.summarise.tasks import load_writer

    load_writer(settings)


def _loads(check: str, name: str, load: Callable[[], None], do: str) -> Found:
    try:
        load()
    except Exception as error:  # whatever a model of somebody's own may raise
        return _fail(check, f"{name} cannot be loaded: {error}".split("\n", 1)[0], do)
    return _ok(check, f"{name} loads")


def gateway(url: str, key: str) -> Found:
    """Whether the gateway answers, and is of our version."""
    ours = version("wiremill")
    try:
        with Client(url, key=key, timeout=10, attempts=1) as client:
            theirs = client.version()
    except ApiError as error:
        return _fail("gateway", str(error).partition(";")[0], "start `wiremill gateway`, or set WIREMILL_URL")
    if theirs == ours:
        return _ok("gateway", f"{url} is of version {theirs}, as is this command")
    return _warn("gateway", f"{url} is of version {theirs}, this command of {ours}", "update the older one")


def embedded() -> Found:
    """Whether ``wiremill run`` and ``up`` can start a server."""
    from services.cli.server import find_server

    if "WIREMILL_REDIS_URL" in os.environ:
        return _ok("embedded", "`wiremill run` and `up` use WIREMILL_REDIS_URL")
    try:
        return _ok("embedded", f"`wiremill run` and `up` start {find_server().name}")
    except NoRedisError as error:
        return _warn("embedded", "`wiremill run` and `up` find no server to start", str(error))
