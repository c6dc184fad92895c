"""One job's events to many who watch it: read from the store once in this process, however many they are.

A thread follows each job that is watched. Whoever watches waits on a condition; what came before they did, or while
they were too slow, they read from the store themselves.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import structlog
from redis import Redis, RedisError

from services.gateway.shapes import job_body
from shared import keys
from shared.errors import JobNotFoundError
from shared.results import Results

log = structlog.get_logger()

PACE_SECONDS = 0.25
"""Between two looks at a job: a watcher is woken at most so often."""
LISTEN_SECONDS = 2
"""After which a job is looked at although nothing happened: stages move on between events."""
KEPT = 256
"""Events that a channel keeps for those who fall behind a little."""

Id = tuple[int, int]
"""A stream entry's id, for comparing."""


def parse_id(text: str) -> Id:
    """``1700000000000-0`` as numbers."""
    time, _, place = text.partition("-")
    return int(time), int(place)


def _text(id: Id) -> str:
    return f"{id[0]}-{id[1]}"


def newest_id(redis: Any, job: str) -> Id:
    """The id of the newest event of a job."""
    newest = redis.xrevrange(keys.of_job(job, "events"), count=1)
    return parse_id(newest[0][0].decode()) if newest else (0, 0)


def written(id: Id, event: dict[bytes, bytes]) -> bytes:
    """An event as Server-Sent Events have it."""
    kind = event[b"event"].decode()
    data = json.dumps({"event": kind, "detail": event[b"detail"].decode(), "at": id[0] / 1000})
    return f"id: {_text(id)}\nevent: {kind}\ndata: {data}\n\n".encode()


class News(NamedTuple):
    """Events, oldest first; the job as it stands after them; whether that was all, and nothing more will come."""

    events: list[tuple[Id, bytes]]
    snapshot: bytes
    over: bool


class Channel:
    """What happens to one job."""

    def __init__(self, redis: "Redis", job: str, is_open: Callable[[], bool]) -> None:
        self._is_open = is_open
        self._redis: Any = redis  # Any: its types cannot know that answers are bytes
        self._results, self._job, self._stream = Results(redis), job, keys.of_job(job, "events")
        self._news = threading.Condition()
        self._events: deque[tuple[Id, bytes]] = deque(maxlen=KEPT)
        self._floor = self._newest = newest_id(redis, job)
        self._snapshot = b""
        self._over = False
        self.watchers = 0

    def follow(self) -> None:
        """Read the job's events until it has ended, or nobody watches any more, or the gateway is to stop."""
        try:
            while self.watchers and self._is_open() and self._look():
                time.sleep(PACE_SECONDS)
        except (RedisError, JobNotFoundError) as error:
            log.info("no longer followed", job=self._job, why=str(error))
        with self._news:
            self._over = True
            self._news.notify_all()

    def _look(self) -> bool:
        """Wait for events and pass them on; False once the job has ended and there are no more."""
        job = partial(self._results.job, self._job)
        ended = job().state.ended  # read before the events: then those of its end are there
        block = None if ended or not self._snapshot else LISTEN_SECONDS * 1000
        heard = self._redis.xread({self._stream: _text(self._newest)}, block=block, count=KEPT)
        events = [(parse_id(id.decode()), event) for id, event in heard[0][1]] if heard else []
        # Its files never change, and may be thousands.
        body = json.dumps({name: value for name, value in job_body(job()).items() if name != "files"})
        with self._news:
            for id, event in events:
                if len(self._events) == KEPT:
                    self._floor = self._events[0][0]
                self._events.append((id, written(id, event)))
                self._newest = id
            self._snapshot = f"event: job\ndata: {body}\n\n".encode()
            self._news.notify_all()
        return bool(events) or not ended

    def news(self, after: Id, snapshot: bytes, seconds: float) -> News:
        """What there is beyond ``after`` and ``snapshot``; waits for it, for some time."""
        with self._news:
            self._news.wait_for(lambda: self._over or self._newest > after or self._snapshot != snapshot, seconds)
            newest, floor, snapshot, over = self._newest, self._floor, self._snapshot, self._over
            kept = [(id, text) for id, text in self._events if id > after]
        if after < floor:
            rows = self._redis.xrange(self._stream, f"({_text(after)}", _text(newest))
            kept = [(id, written(id, event)) for id, event in ((parse_id(id.decode()), event) for id, event in rows)]
        return News(kept, snapshot, over)

    @property
    def over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self._over


class Hub:
    """The channels of this process, one for each job that is watched.

    Once ``is_open`` says no (the gateway is to stop), streams end soon; whoever watched connects again, to another one.
    """

    def __init__(self, redis: "Redis") -> None:
        self.is_open: Callable[[], bool] = lambda: True
        self._redis = redis
        self._lock = threading.Lock()
        self._channels: dict[str, Channel] = {}

    @contextmanager
    def watching(self, job: str) -> Iterator[Channel]:
        """The channel of a job, for as long as somebody watches it."""
        with self._lock:
            channel = self._channels.get(job)
            if channel is None or channel.over:
                channel = self._channels[job] = Channel(self._redis, job, lambda: self.is_open())
                channel.watchers += 1
                threading.Thread(target=channel.follow, name="events", daemon=True).start()
            else:
                channel.watchers += 1
        try:
            yield channel
        finally:
            with self._lock:
                channel.watchers -= 1
                if not channel.watchers and self._channels.get(job) is channel:
                    del self._channels[job]
