"""Errors as RFC 9457 problem details: ``application/problem+json`` with type, title, status, detail."""

import errno
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, json, request
from redis import RedisError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.errors import (
    BadRequestError,
    CrossSiteError,
    NoKeyError,
    NotAllowedError,
    SpoolFullError,
    StoreUnavailableError,
    TooLargeError,
    TooManyRequestsError,
    WiremillError,
    title_of,
)

log = structlog.get_logger()

TYPE = "application/problem+json"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
EVERYWHERE = (
    *(BadRequestError, NoKeyError, NotAllowedError, CrossSiteError, TooManyRequestsError),
    *(StoreUnavailableError, WiremillError),
)
"""What any request may meet with."""


def answers(good: Mapping[int, Any], *kinds: type[WiremillError]) -> dict[Any, Any]:
    """A route's responses, for the API's description: what it answers when all is well, and a problem document for
    each status it may answer otherwise, with an example of each kind.
    """
    by_status: dict[int, dict[str, Any]] = defaultdict(dict)
    all_kinds: tuple[type[WiremillError], ...] = (*kinds, *EVERYWHERE)
    for kind in all_kinds:
        example = _body(kind.slug, title_of(kind), kind.status, f"{title_of(kind)}.", "/v1/jobs")
        by_status[kind.status][kind.slug] = {"summary": title_of(kind), "value": example}
    return {**good} | {status: _document(examples) for status, examples in sorted(by_status.items())}


def _document(examples: dict[str, Any]) -> dict[str, Any]:
    what = " ".join(f"{example['summary']}." for example in examples.values())
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {"description": what, "content": {TYPE: content}}


def _body(slug: str, title: str, status: int, detail: str, instance: str) -> dict[str, Any]:
    kind = f"urn:wiremill:problem:{slug}"
    return {"type": kind, "title": title, "status": status, "detail": detail, "instance": instance}


def _answer(slug: str, title: str, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    body = _body(slug, title, status, detail, request.path)
    return Response(json.dumps(body), status=status, content_type=TYPE, headers=dict(headers))


def problem_of(error: WiremillError) -> Response:
    """The problem document that says so."""
    return _answer(error.slug, error.title, error.status, error.detail, error.headers)


def _from_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    kept = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after", "location")}
    return _answer("http", error.name, error.code or 500, error.description or error.name, kept)


def register(app: Flask) -> None:
    """Make every error of an app a problem document; never a stack trace."""
    limit = app.config["MAX_CONTENT_LENGTH"]

    def too_large(_: RequestEntityTooLarge) -> Response:
        most = f"more than {limit:,} bytes or {app.config['MAX_FORM_PARTS']:,} files"
        return problem_of(TooLargeError(f"{most}; split it into several submissions"))

    def unreachable(error: RedisError) -> Response:
        log.error("store not reached", error=str(error))
        return problem_of(StoreUnavailableError("the store cannot be reached; nothing was lost, try again"))

    def unwritten(error: OSError) -> Response:
        if error.errno not in _NO_ROOM:
            return unexpected(error)
        log.error("no room in the spool", error=str(error))
        return problem_of(SpoolFullError("the disk for uploads is full; nothing of this one was kept, try later"))

    def unexpected(_: Exception) -> Response:
        log.exception("unexpected", path=request.path)
        return problem_of(WiremillError("something went wrong here; the log says what"))

    app.register_error_handler(WiremillError, problem_of)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(RedisError, unreachable)
    app.register_error_handler(OSError, unwritten)
    app.register_error_handler(Exception, unexpected)
