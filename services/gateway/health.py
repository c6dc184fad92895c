"""Whether the gateway lives, and whether it is of use."""

from typing import Any

from flask_openapi import APIBlueprint

from services.gateway.auth import public
from services.gateway.context import context
from services.gateway.problems import answers
from services.gateway.shapes import Health

blueprint = APIBlueprint(
    "health",
    __name__,
    abp_tags=[{"name": "Health", "description": "For whoever runs it."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.get("/healthz", responses={200: Health})
@public
def healthy() -> Any:
    """Say that the process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz", responses=answers({200: Health}))
@public
def ready() -> Any:
    """Say that the store answers, too."""
    context().redis.ping()
    return {"status": "ok", "store": "ok"}
