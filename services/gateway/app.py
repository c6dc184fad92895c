"""The HTTP API, put together. Routes are thin: the store changes things, ``Results`` reads them."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from services.gateway import health, jobs, problems, results, uploads
from services.gateway.context import Context
from shared.settings import Settings

BLUEPRINTS = (
    jobs.blueprint,
    results.blueprint,
    health.blueprint,
)


class InOrder(DefaultJSONProvider):
    """Leaves the members of objects in the order they have: states, stages."""

    sort_keys = False


def create_app(settings: Settings) -> Flask:
    """The gateway; connects to nothing until the first request."""
    app = Flask("wiremill")
    app.request_class = uploads.SpoolingRequest
    app.json = InOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.config["MAX_FORM_PARTS"] = uploads.MAX_FILES
    Context.create(settings).attach(app)
    problems.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
