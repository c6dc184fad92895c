"""Make a Celery worker for some of the stages. What a stage needs is loaded once, before the pool forks."""

import gc
import importlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from celery import Celery, bootsteps
from celery.signals import setup_logging
from celery.worker.consumer import Consumer
from redis import Redis

from shared.celery_app import Sender, create_celery
from shared.errors import BadRequestError
from shared.messages import Ref
from shared.pipeline import INGEST, QUEUES
from shared.runner import Run, Send, follow, run_ingest, run_stage
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store

HEARTBEAT_SECONDS = 5


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
    """Touches a file from the worker's own event loop: a loop that hangs stops touching it."""

    requires: ClassVar[set[str]] = {"celery.worker.components:Timer"}

    def start(self, worker: Any) -> None:
        """Called by Celery when the worker is up."""
        path: Path | None = worker.app.conf.get("wiremill_heartbeat_file")
        if path:
            worker.timer.call_repeatedly(HEARTBEAT_SECONDS, path.touch)


class LastingConsumer(Consumer):  # type: ignore[misc]
    """Celery's consumer, which outlives a Redis whose loss shows first on the connection for remote control.

    Kombu 5.7 closes a channel by reading what it waits for; where that read fails the channel stays half open, and
    Celery 5.7, closing it again, ends the worker over an ``AttributeError``. Nothing is read from a lost server.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Called by Celery, which then connects anew."""
        channel = self.connection._default_channel
        if getattr(channel, "_in_poll", None):
            channel._in_poll = None
        super().on_connection_error_after_connected(exc)


Prepare = Callable[[Settings, "Redis"], Any]
"""What each ``services/*/tasks.py`` has: loads what the stage needs, returns its function (``Process`` or ``Read``)."""


def preparation(name: str) -> Prepare:
    """How a stage prepares itself."""
    prepare: Prepare = importlib.import_module(f"services.{name}.tasks").prepare
    return prepare


def create_worker(
    settings: Settings, names: Sequence[str], *, lookup: Callable[[str], Prepare] = preparation
) -> Celery:
    """A Celery app with the tasks of the named stages (``ingest`` is one).

    ``lookup`` finds a stage's ``prepare``; benchmarks and tests put their own stages in. Raises ``BadRequestError``
    for a name that is no stage.
    """
    if unknown := [name for name in names if name not in QUEUES]:
        raise BadRequestError(f"no such stage: {', '.join(unknown)}; there are {', '.join(reversed(QUEUES))}")
    app = create_celery(settings)
    app.conf.wiremill_heartbeat_file = settings.heartbeat_file
    app.steps["worker"].add(Heartbeat)
    app.conf.worker_consumer = LastingConsumer
    redis = connect(settings.store())
    store, send = Store(redis, settings), Sender(app, settings)
    runs: dict[str, Run] = {}
    done = partial(follow, runs, send, fast=settings.fast_batches, seconds=settings.task_seconds / 100)
    for name in names:
        run = run_ingest if name == INGEST else run_stage
        runs[name] = _bound(run, store, lookup(name)(settings, redis))
        # How long reading takes is the reader's own affair (``Deadline``). The limit must stay below the broker's
        # visibility timeout, or a message comes back while its work goes on.
        limit = None if name == INGEST else settings.task_seconds
        _register(app, name, done, limit)
    # Connections must not be shared with the pool's processes.
    redis.connection_pool.disconnect()
    return app


def _bound(run: Callable[[Store, Send, Any, Ref], None], store: Store, work: Any) -> Run:
    return lambda send, ref: run(store, send, work, ref)


def _register(app: Celery, name: str, run: Callable[[Ref], None], limit: int | None) -> None:
    def task(**message: Any) -> None:
        run(Ref(**message))

    app.task(name=f"wiremill.{name}", shared=False, time_limit=limit)(task)


def _leave_logging_alone(**_: Any) -> None:
    """Celery sets up no logging when somebody listens to its signal."""


def work(app: Celery, names: Sequence[str], *, processes: int) -> None:
    """Run a worker until it is told to stop (SIGTERM: finish what is in hand)."""
    queues = ",".join(queue for queue in QUEUES if queue in names)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    pool = ["--pool", "prefork", "--concurrency", str(processes)]
    name = ["--hostname", f"{'-'.join(names)}@%h"]
    # Celery would set the root logger's level; its own lines (two per task) are of no use.
    setup_logging.connect(_leave_logging_alone)
    logging.getLogger("celery").setLevel(logging.WARNING)
    # What is loaded stays: the collector need not look through it again and again, nor write to pages that forks share.
    gc.collect()
    gc.freeze()
    app.worker_main(["--quiet", "worker", "--queues", queues, *name, *pool, *quiet])
