"""What the routes work with: made once per app, asked for by each request."""

from dataclasses import dataclass
from typing import Self

from flask import Flask, current_app
from redis import Redis

from services.gateway.hub import Hub
from shared.celery_app import Sender, create_celery
from shared.keyring import Keyring
from shared.results import Results
from shared.servers import connect
from shared.settings import Settings
from shared.spool import Spool, open_spool
from shared.store import Store

_NAME = "wiremill"


@dataclass(frozen=True, slots=True)
class Context:
    """The store, for changing (``store``) and for reading (``results``); the spool; messages to workers (``send``);
    what happens to jobs (``hub``); the API keys (``keyring``).
    """

    settings: Settings
    redis: "Redis"
    store: Store
    results: Results
    spool: Spool
    send: Sender
    hub: Hub
    keyring: Keyring

    @classmethod
    def create(cls, settings: Settings) -> Self:
        """Connects to nothing until it is used."""
        redis = connect(settings.store())
        return cls(
            settings=settings,
            redis=redis,
            store=Store(redis, settings),
            results=Results(redis),
            spool=open_spool(settings),
            send=Sender(create_celery(settings), settings),
            hub=Hub(redis),
            keyring=Keyring(redis, admin_key_file=settings.admin_key_file),
        )

    def attach(self, app: Flask) -> None:
        """Have ``context()`` return this one in requests to ``app``."""
        app.extensions[_NAME] = self

    @staticmethod
    def of(app: Flask) -> "Context":
        """The context of an app."""
        found: Context = app.extensions[_NAME]
        return found


def context() -> Context:
    """The context of the app that handles the present request."""
    return Context.of(current_app)
