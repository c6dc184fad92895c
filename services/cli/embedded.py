"""The whole pipeline on this machine, for one command: a Redis, workers, a clerk; all real, all gone afterwards."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from services.cli.processes import Fleet
from services.cli.server import Server, url_of
from shared.celery_app import Sender, create_celery
from shared.models import Job, Options, SpoolFile
from shared.results import Results
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store

REDIS, SPOOL = "redis", "spool"
POLL_SECONDS = 0.1
LEASE_SECONDS = 5.0
"""Shorter than the default: all processes are on one machine, and somebody is watching."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A pipeline that is running."""

    settings: Settings
    redis: "Redis"
    fleet: Fleet

    def submit(self, files: Sequence[SpoolFile], options: Options = Options()) -> str:
        """Hand files over as one job; returns its id."""
        job, ref = Store(self.redis, self.settings).submit(files, options=options)
        Sender(create_celery(self.settings), self.settings)([ref])
        return job

    def watch(self, job: str, show: Callable[[Job], None]) -> Job:
        """Keep the processes alive and ``show`` the job until it has ended."""
        results = Results(self.redis)
        while True:
            self.fleet.tend()
            found = results.job(job)
            show(found)
            if found.state.ended:
                return found
            time.sleep(POLL_SECONDS)


def _spool(folder: Path) -> dict[str, object]:
    """Settings of a spool beside the rest, wherever others have theirs."""
    return {"spool_dir": folder / SPOOL, "spool_url": ""}


def settings_of(settings: Settings, folder: Path) -> Settings:
    """Settings with which to reach a pipeline that runs with its files in ``folder``; raises ``NoRedisError``."""
    chosen = _spool(folder)
    if "WIREMILL_REDIS_URL" not in os.environ:
        chosen["redis_url"] = url_of(folder / REDIS)
    return settings.model_copy(update=chosen)


@contextmanager
def embedded(
    settings: Settings, folder: Path, *, processes: int | None = None, gateway: bool = False, durable: bool = False
) -> Iterator[Embedded]:
    """Start a pipeline whose files live in ``folder``; uses ``WIREMILL_REDIS_URL`` when that is set."""
    folder.mkdir(parents=True, exist_ok=True)
    server = None if "WIREMILL_REDIS_URL" in os.environ else Server(folder / REDIS, durable=durable)
    chosen = _spool(folder)
    if server:
        chosen["redis_url"] = server.url
    if "lease_seconds" not in settings.model_fields_set:
        chosen["lease_seconds"] = LEASE_SECONDS
    settings = settings.model_copy(update=chosen)
    fleet = Fleet(settings, folder, processes=processes or os.cpu_count() or 2, gateway=gateway)
    try:
        fleet.tend()
        yield Embedded(settings, connect(settings.store()), fleet)
    finally:
        fleet.stop()
        if server:
            server.stop()
