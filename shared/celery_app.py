"""Celery, set up once for every service. It carries hints; the store holds the truth (``docs/adr``)."""

from collections.abc import Iterable
from typing import Any

import structlog
from amqp.exceptions import AMQPError
from celery import Celery
from kombu.exceptions import OperationalError
from redis import RedisError

from shared.messages import Ref
from shared.servers import broker
from shared.settings import Settings

log = structlog.get_logger()

FIRST, LATER = 0, 6
"""Priorities of messages. Redis serves the lower number first, RabbitMQ the higher one."""


def create_celery(settings: Settings) -> Celery:
    """A Celery app that sends and takes messages; it knows no task yet."""
    url, options = broker(settings.broker())
    app = Celery("wiremill", broker=url, set_as_current=False)
    app.conf.update(
        # A message is acknowledged after its work; a repeat is harmless (the commit is fenced).
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure=True,
        task_acks_on_timeout=False,
        worker_prefetch_multiplier=1,
        # Results live in the store.
        task_ignore_result=True,
        result_backend=None,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # Work in hand goes on when the broker is lost: its commit counts, whoever else gets the message again.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    if is_amqp(app):
        app.conf.update(task_queue_max_priority=LATER, broker_heartbeat=25)
    else:
        app.conf.broker_transport_options = options | _redis_options(settings)
    return app


def _redis_options(settings: Settings) -> dict[str, Any]:
    return {
        "visibility_timeout": max(900, 3 * settings.task_seconds),
        "unacked_restore_interval": 10,
        "priority_steps": [FIRST, LATER],
        "queue_order_strategy": "priority",
        "socket_keepalive": True,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "health_check_interval": 25,
    }


def is_amqp(app: Celery) -> bool:
    """Whether the broker is RabbitMQ."""
    return str(app.conf.broker_url).startswith("amqp")


class Sender:
    """Sends messages. One that cannot be sent is only logged: it is soon overdue, and the clerk sends it."""

    def __init__(self, app: Celery, settings: Settings) -> None:
        self._app = app
        self._fast = settings.fast_batches
        self._first, self._later = (LATER, FIRST) if is_amqp(app) else (FIRST, LATER)

    def __call__(self, refs: Iterable[Ref]) -> None:
        """Send each message to its stage's queue, the first batches of a job before those of longer ones."""
        for ref in refs:
            priority = self._first if ref.batch is None or ref.batch < self._fast else self._later
            try:
                self._app.send_task(ref.task, kwargs=ref.model_dump(), queue=ref.stage, priority=priority, retry=False)
            except (OperationalError, OSError, RedisError, AMQPError) as error:
                log.warning("message not sent", job=ref.job, batch=ref.batch, stage=ref.stage, error=str(error))
