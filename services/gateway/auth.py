"""Who asks, and whether they may: before every request, for every route, so that a new route is not open by oversight.

A GET needs the scope ``read``, any other method ``submit``, unless the route says otherwise (``needs``, ``public``).
What a route's ``job`` or ``story`` leads to must be of the caller's tenant; to others it does not exist. The
route of a ``cluster`` sees to it itself, since the job of the story that names it may have expired.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from werkzeug.http import dump_cookie

from services.gateway.context import context
from shared.errors import CrossSiteError, JobNotFoundError, NoKeyError, NotAllowedError
from shared.keyring import ANYBODY, NOBODY, Caller

COOKIE = "wiremill_key"
"""Carries the key of somebody who has logged in on the page."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
REALM = 'Bearer realm="wiremill"'
OF_JOB, OF_STORY = ("job",), ("story",)
"""Names of a route's arguments that hold a job's id, and those that hold a story's."""
_SCOPE = "wiremill_scope"

View = TypeVar("View", bound=Callable[..., Any])


def needs(scope: str) -> Callable[[View], View]:
    """Have a route ask for another scope than its method's; "" for none, and no key. Put next to the function."""

    def mark(view: View) -> View:
        setattr(view, _SCOPE, scope)
        return view

    return mark


public = needs("")
"""For routes that need no key."""


def scope_of(app: Flask, endpoint: str | None, method: str) -> str:
    """The scope that a route asks for; "" for none, also where there is no route."""
    if endpoint is None or endpoint.rpartition(".")[2] == "static":
        return ""
    own: str | None = getattr(app.view_functions[endpoint], _SCOPE, None)
    return own if own is not None else "read" if method in READING else "submit"


def listed_tenant() -> str | None:
    """The tenant whose jobs the caller may list; None for all."""
    return None if "admin" in g.scopes else g.tenant


def check() -> None:
    """Refuse a request that may not be. Sets ``g.tenant``, ``g.scopes`` and ``g.key_id``."""
    _require_same_site()
    scope = scope_of(current_app, request.endpoint, request.method)
    caller = _caller() if scope else NOBODY
    g.key_id, g.tenant, g.scopes = caller.key_id, caller.tenant, caller.scopes
    if not scope:
        return
    if not caller.may(scope):
        why = f'{REALM}, error="insufficient_scope", scope="{scope}"'
        raise NotAllowedError(f"this needs a key with the scope {scope!r}", headers={"WWW-Authenticate": why})
    if "admin" not in caller.scopes:
        for job in _jobs_named():
            if not context().results.belongs(job, caller.tenant):
                raise JobNotFoundError(f"there is no job {job!r}; it may have expired")


def _caller() -> Caller:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    by_cookie = not scheme and COOKIE in request.cookies
    token = request.cookies[COOKIE] if by_cookie else sent.strip() if scheme.lower() == "bearer" else ""
    if token:
        if caller := context().keyring.caller(token):
            return caller
        headers = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
        if by_cookie:  # or the browser would send it for ever
            headers["Set-Cookie"] = dump_cookie(COOKIE, max_age=0, httponly=True, samesite="Strict")
        raise NoKeyError("the key is unknown, was revoked or has expired", headers=headers)
    if context().settings.require_keys:
        raise NoKeyError("send an API key as `Authorization: Bearer wm_…`", headers={"WWW-Authenticate": REALM})
    return ANYBODY


def _jobs_named() -> list[str]:
    """The jobs that the request's path leads to."""
    named = {name: str(value) for name, value in (request.view_args or {}).items()}
    stories = [named[name].rpartition("-")[0] for name in OF_STORY if name in named]
    return [named[name] for name in OF_JOB if name in named] + stories


def _require_same_site() -> None:
    """Refuse what another site's page has a browser do here: its cookie, or its place in our network, is no consent.

    As Go's ``http.CrossOriginProtection``: a request with neither header was not sent by a browser.
    """
    if request.method in READING or "Authorization" in request.headers:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    other_origin = origin is not None and urlsplit(origin).netloc != request.host
    if other_origin if site is None else site not in ("same-origin", "none"):
        raise CrossSiteError("a page of another site sent this; use this gateway's own page, or send an API key")
