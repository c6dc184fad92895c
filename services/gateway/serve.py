"""The gateway under gunicorn: one process, threads that wait."""

import sys
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger as GunicornLogger

from services.gateway.app import create_app
from services.gateway.context import Context
from shared.settings import Settings

SHARED_MEMORY = "/dev/shm"  # nosec B108 # gunicorn's heartbeat files have no names there


class Logger(GunicornLogger):  # type: ignore[misc]
    """gunicorn's own lines, through the root logger: structured like all others."""

    def setup(self, cfg: Any) -> None:
        """Called by gunicorn with its configuration."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def _close_streams_with(worker: Any) -> None:
    """Event streams would otherwise hold up a worker that is told to stop until its patience is at an end."""
    Context.of(worker.wsgi).hub.is_open = lambda: bool(worker.alive)


class Application(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up from our settings instead of a file or command line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Threads, since most requests wait for Redis or for a long poll."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "worker_class": "gthread",
            "logger_class": Logger,
            "threads": self._settings.gateway_threads,
            "timeout": 120,
            "graceful_timeout": 30,
            "worker_tmp_dir": SHARED_MEMORY if sys.platform == "linux" else None,
            "control_socket_disable": True,
            "post_worker_init": _close_streams_with,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app, made in the worker process."""
        return create_app(self._settings)


def serve(settings: Settings) -> NoReturn:
    """Serve until SIGTERM."""
    Application(settings).run()
    sys.exit(0)
