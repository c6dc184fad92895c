"""Whether the gateway lives, and whether it is of use."""

from typing import Any

from flask import Blueprint

from services.gateway.context import context

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthy() -> Any:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> Any:
    """The store answers, too."""
    context().redis.ping()
    return {"status": "ok", "store": "ok"}
