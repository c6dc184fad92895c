"""Webhooks, as the submitter sees them: what became of each, and the secret to verify them with."""

from typing import Any

from flask import g
from flask_openapi import APIBlueprint
from pydantic import BaseModel

from services.gateway.auth import needs
from services.gateway.context import context
from services.gateway.problems import answers
from services.gateway.queries import JobPath, Nothing
from shared.errors import JobNotFoundError, UnknownParameterError
from shared.webhooks import Delivery, Webhooks


class Deliveries(BaseModel):
    """A job's webhooks, oldest first, with every attempt to deliver them."""

    deliveries: list[Delivery]


class Secrets(BaseModel):
    """Secrets that webhooks are signed with, newest first: after a change the one before goes on for a while."""

    secrets: list[str]


blueprint = APIBlueprint(
    "webhooks",
    __name__,
    url_prefix="/v1",
    abp_tags=[{"name": "Webhooks", "description": "To be told when a job has ended, and of what is found later."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.get("/jobs/<job>/deliveries", responses=answers({200: Deliveries}, JobNotFoundError, UnknownParameterError))
def read_deliveries(path: JobPath, query: Nothing) -> Any:
    """List a job's webhooks, and what came of each attempt to deliver them."""
    at = context()
    at.results.job(path.job)
    return Deliveries(deliveries=Webhooks(at.store).deliveries(path.job)).model_dump(mode="json")


@blueprint.get("/webhooks/secret", responses=answers({200: Secrets}, UnknownParameterError))
@needs("submit")
def read_secret(query: Nothing) -> Any:
    """Show the secret that webhooks are signed with (Standard Webhooks, `whsec_…`); made when first asked for."""
    return {"secrets": Webhooks(context().store).secrets(g.tenant)}


@blueprint.post("/webhooks/secret", responses=answers({200: Secrets}, UnknownParameterError))
def change_secret(query: Nothing) -> Any:
    """Make a new secret. Webhooks are signed with the one before, too, until the next change."""
    return {"secrets": Webhooks(context().store).change_secret(g.tenant)}
