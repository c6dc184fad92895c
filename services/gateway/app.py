"""The HTTP API, put together. Routes are thin: the store changes things, ``Results`` reads them."""

from importlib.metadata import version
from typing import NoReturn

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_openapi import APIBlueprint, Info, OpenAPI
from pydantic import ValidationError
from werkzeug.middleware.proxy_fix import ProxyFix

from services.gateway import (
    auth,
    clusters,
    docs,
    entities,
    events,
    health,
    jobs,
    login,
    metrics,
    problems,
    rates,
    results,
    uploads,
    webhooks,
)
from services.gateway.context import Context
from services.gateway.pages import routes as pages
from services.gateway.queries import refuse
from services.gateway.shapes import Problem
from shared.settings import Settings

BLUEPRINTS = (
    jobs.blueprint,
    events.blueprint,
    results.blueprint,
    entities.blueprint,
    clusters.blueprint,
    webhooks.blueprint,
    login.blueprint,
    health.blueprint,
    metrics.blueprint,
    docs.blueprint,
    pages.blueprint,
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
        security_schemes={"key": {"type": "http", "scheme": "bearer", "description": "An API key, `wm_…`."}},
        validation_error_model=Problem,
        validation_error_callback=_refuse,
    )
    app.openapi_version = "3.1.1"
    app.request_class = uploads.SpoolingRequest
    app.json = InOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.config["MAX_FORM_PARTS"] = uploads.MAX_FILES
    app.config["MAX_FORM_MEMORY_SIZE"] = uploads.MAX_TEXT
    made = Context.create(settings)
    made.attach(app)
    problems.register(app)
    app.before_request(auth.check)
    rates.register(app, settings, made.redis)
    proxies = settings.trusted_proxies
    if proxies:  # of what they say only the last so many entries: the client may have written the others
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
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
