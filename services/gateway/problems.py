"""Errors as RFC 9457 problem details: ``application/problem+json`` with type, title, status, detail."""

import structlog
from flask import Flask, Response, json, request
from redis import RedisError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.errors import StoreFullError, StoreUnavailableError, TooLargeError, WiremillError

log = structlog.get_logger()

TYPE = "application/problem+json"


def _answer(*, slug: str, title: str, status: int, detail: str) -> Response:
    body = {"type": f"urn:wiremill:problem:{slug}", "title": title, "status": status, "detail": detail}
    response = Response(json.dumps(body | {"instance": request.path}), status=status, content_type=TYPE)
    if status in (StoreFullError.status, StoreUnavailableError.status):
        response.headers["Retry-After"] = "10"
    return response


def _from_wiremill(error: WiremillError) -> Response:
    return _answer(slug=error.slug, title=error.title, status=error.status, detail=error.detail)


def _from_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    name = error.name
    response = _answer(slug="http", title=name, status=error.code or 500, detail=error.description or name)
    for header, value in error.get_headers():
        if header.lower() == "allow":
            response.headers[header] = value
    return response


def register(app: Flask) -> None:
    """Make every error of an app a problem document; never a stack trace."""
    limit = app.config["MAX_CONTENT_LENGTH"]

    def too_large(_: RequestEntityTooLarge) -> Response:
        most = f"more than {limit:,} bytes or {app.config['MAX_FORM_PARTS']:,} files"
        return _from_wiremill(TooLargeError(f"{most}; split it into several submissions"))

    def unreachable(error: RedisError) -> Response:
        log.error("store not reached", error=str(error))
        return _from_wiremill(StoreUnavailableError("the store cannot be reached; nothing was lost, try again"))

    def unexpected(_: Exception) -> Response:
        log.exception("unexpected", path=request.path)
        return _from_wiremill(WiremillError("something went wrong here; the log says what"))

    app.register_error_handler(WiremillError, _from_wiremill)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(RedisError, unreachable)
    app.register_error_handler(Exception, unexpected)
