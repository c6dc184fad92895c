"""The HTTP API, put together. Routes are thin: the store changes things, ``Results`` reads them."""

from importlib.metadata import version
from typing import NoReturn

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_openapi import APIBlueprint, Info, OpenAPI
from pydantic import ValidationError

from services.gateway import docs, entities, events, health, jobs, problems, results, uploads
from services.gateway.context import Context
from services.gateway.queries import refuse
from services.gateway.shapes import Problem
from shared.settings import Settings

BLUEPRINTS = (
    jobs.blueprint,
    events.blueprint,
    results.blueprint,
    entities.blueprint,
    health.blueprint,
    docs.blueprint,
)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Of every response that does not say otherwise: none is a page to be framed, or kept without asking again."""


class InOrder(DefaultJSONProvider):
    """Leaves the members of objects in the order they have: states, stages."""

    sort_keys = False


def create_app(settings: Settings) -> Flask:
    """The gateway; connects to nothing until the first request."""
    app = OpenAPI(
        "wiremill",
        info=Info(title="Wiremill", version=version("wiremill"), description="Wire feeds in, clean stories out."),
        doc_ui=False,
        validation_error_model=Problem,
        validation_error_callback=_refuse,
    )
    app.openapi_version = "3.1.1"
    app.request_class = uploads.SpoolingRequest
    app.json = InOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.config["MAX_FORM_PARTS"] = uploads.MAX_FILES
    Context.create(settings).attach(app)
    problems.register(app)
    for blueprint in BLUEPRINTS:
        if isinstance(blueprint, APIBlueprint):
            app.register_api(blueprint)
        else:
            app.register_blueprint(blueprint)
    app.after_request(_with_headers)
    return app


def _refuse(error: ValidationError) -> NoReturn:
    raise refuse(error)


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
