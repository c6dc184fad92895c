"""The clerk's rounds. Running two does no harm, so a lock with an expiry is enough to keep it to one."""

import secrets
import signal
import time
from threading import Event

import structlog
from redis import RedisError

from services.clerk.courier import Courier
from shared import keys
from shared.celery_app import Sender, create_celery
from shared.errors import SpoolUnavailableError
from shared.faults import reach
from shared.servers import connect
from shared.settings import Settings
from shared.spool import open_spool
from shared.store import Store

log = structlog.get_logger()

EXPIRE_SECONDS = 60
LOCK_SECONDS = 15
ORPHAN_SECONDS = 24 * 3600
"""Age of an upload without a job from which its gateway is taken to have died over it."""


class Clerk:
    """Sends overdue messages again, lets waiting batches in, lifts embargoes, delivers webhooks, expires old jobs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._redis = connect(settings.store())
        self._store = Store(self._redis, settings)
        self._send = Sender(create_celery(settings), settings)
        self._courier = Courier(self._store)
        self._spool = open_spool(settings)
        self._name = secrets.token_hex(8).encode()
        self._expire_at = 0.0

    def round(self) -> int:
        """One round; returns how many messages it sent. Does nothing while another clerk is at work."""
        if not self._is_the_clerk():
            return 0
        refs = self._store.sweep()
        reach("clerk.swept")
        self._send(refs)
        reach("clerk.sent")
        if refs:
            log.info("sent again or released", messages=len(refs))
        self._courier.round()
        if time.monotonic() >= self._expire_at:
            self._expire_at = time.monotonic() + EXPIRE_SECONDS
            self._expire()
        return len(refs)

    def stop(self) -> None:
        """Finish what is in hand."""
        self._courier.stop()

    def _expire(self) -> None:
        """Files before the job that knows of them: whoever dies in between, the next round finds it again."""
        expired = self._store.expired()
        for job in expired:
            self._spool.remove(job)
            log.info("job expired", job=job)
        reach("clerk.removed")
        self._store.forget(expired)
        for job in self._store.unknown(self._spool.jobs(older=ORPHAN_SECONDS)):
            self._spool.remove(job)
            log.info("upload removed that became no job", job=job)

    def _is_the_clerk(self) -> bool:
        if self._redis.set(keys.CLERK, self._name, nx=True, ex=LOCK_SECONDS):
            return True
        mine = self._redis.get(keys.CLERK) == self._name
        if mine:
            self._redis.expire(keys.CLERK, LOCK_SECONDS)
        return mine


def run(settings: Settings) -> None:
    """Make rounds until SIGTERM or SIGINT."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clerk = Clerk(settings)
    while not stop.is_set():
        try:
            clerk.round()
        except RedisError as error:
            log.warning("store not reached", error=str(error))
        except SpoolUnavailableError as error:
            log.warning("spool not reached", error=str(error))
        if settings.heartbeat_file:
            settings.heartbeat_file.touch()
        stop.wait(settings.sweep_seconds)
    clerk.stop()
