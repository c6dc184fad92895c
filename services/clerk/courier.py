"""Deliver webhooks from threads, so that a slow receiver keeps nobody waiting: not the clerk, not another receiver."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import structlog
from redis import RedisError

from services.clerk.post import post
from shared.settings import Settings
from shared.store import Store
from shared.webhooks import Notice, Webhooks, sign

log = structlog.get_logger()

THREADS = 16
PER_HOST = 4
"""Deliveries to one receiver at the same time, at most: one that hangs holds up its own only."""
PUT_OFF_SECONDS = 1.0
LOOKS = 64
"""How often a round looks for more, at most: past so many of one receiver that is slow."""


class Courier:
    """Takes webhooks that are due and delivers them. Any number may do so at once: each holds what it took by a lease.

    Whoever dies between a delivery and its record has it delivered again, under the same id: at least once.
    """

    def __init__(self, store: Store) -> None:
        self._settings: Settings = store.settings
        self._webhooks = Webhooks(store)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._busy: Counter[str] = Counter()
        self._lock = threading.Lock()

    def round(self) -> int:
        """Start on what is due, as far as there are threads; returns how many deliveries began. Waits for none."""
        started = 0
        for _ in range(LOOKS):
            taken = self._webhooks.take(THREADS)
            waiting = [notice for notice in taken if not self._start(notice)]
            started += len(taken) - len(waiting)
            if waiting:
                self._webhooks.put_off(waiting, PUT_OFF_SECONDS)
            if len(taken) < THREADS or not self._free():
                break
        return started

    def _free(self) -> bool:
        with self._lock:
            return self._busy.total() < THREADS

    def _start(self, notice: Notice) -> bool:
        """Have a thread deliver it, unless all are busy or too many already serve its host."""
        host = urlsplit(notice.url).netloc
        with self._lock:
            if self._busy.total() >= THREADS or self._busy[host] >= PER_HOST:
                return False
            self._busy[host] += 1
        self._threads.submit(self._deliver, notice, host)
        return True

    def _deliver(self, notice: Notice, host: str) -> None:
        try:
            body = notice.event.model_dump_json(exclude_defaults=True).encode()
            now = int(time.time())
            headers: dict[bytes | str, bytes | str] = {
                "Content-Type": "application/json",
                "User-Agent": "wiremill",
                "webhook-id": notice.id,
                "webhook-timestamp": str(now),
                "webhook-signature": sign(self._webhooks.secrets(notice.tenant), notice.id, now, body),
            }
            attempt = post(notice.url, headers, body, allow_private=self._settings.webhook_allow_private)
            self._webhooks.settle(notice, attempt)
            log.info("webhook", id=notice.id, host=host, status=attempt.status, error=attempt.error)
        except RedisError as error:
            log.warning("webhook not settled, to be sent again", id=notice.id, error=str(error))
        except Exception:
            log.exception("webhook not sent", id=notice.id)
        finally:
            with self._lock:
                self._busy[host] -= 1
                if not self._busy[host]:
                    del self._busy[host]

    def stop(self) -> None:
        """Finish the deliveries in hand; what has not begun is left to the next clerk."""
        self._threads.shutdown(wait=True, cancel_futures=True)
