"""The API's description and a page to read it on, with Swagger UI's own files: nothing comes from elsewhere."""

from importlib.resources import files
from typing import Any

import flask_openapi_swagger
from flask import Blueprint, Response, current_app

from services.gateway.auth import public
from services.gateway.examples import EXAMPLES

ASSETS = str(files(flask_openapi_swagger) / "templates" / "swagger")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wiremill: the API</title>
<link rel="icon" href="/docs/assets/images/swagger.svg">
<link rel="stylesheet" href="/docs/assets/css/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/js/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", deepLinking: true});\n'

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

blueprint = Blueprint("docs", __name__, static_folder=ASSETS, static_url_path="/docs/assets")


@blueprint.get("/openapi.json")
@public
def description() -> Any:
    """The API's description: OpenAPI 3.1."""
    described: dict[str, Any] = current_app.api_doc  # type: ignore[attr-defined]
    for name, example in EXAMPLES.items():
        described["components"]["schemas"][name]["examples"] = [example]
    return described


@blueprint.get("/docs")
@public
def page() -> Response:
    """The description, for reading and trying out."""
    response = Response(PAGE, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/docs/start.js")
@public
def start() -> Response:
    """Starts Swagger UI: a file of its own, since the page's policy allows no inline script."""
    return Response(START, mimetype="text/javascript")
