"""Log in on the page: the key, as a cookie that no script can read and no other site's page can have sent."""

from typing import Any

from flask import Blueprint, redirect, request

from services.gateway.auth import COOKIE, public
from services.gateway.context import context
from shared.errors import BadRequestError, NoKeyError

FORM = "application/x-www-form-urlencoded"
SECONDS = 12 * 3600
"""After which one logs in again."""

blueprint = Blueprint("login", __name__)


@blueprint.post("/login")
@public
def login() -> Any:
    """Take the form field ``key``; leads to the page."""
    if request.mimetype != FORM:
        raise BadRequestError(f"send the field `key` as {FORM}")
    key = request.form.get("key", "").strip()
    if context().keyring.caller(key) is None:
        raise NoKeyError("the key is unknown, was revoked or has expired", headers={"WWW-Authenticate": "Bearer"})
    response = redirect("/", 303)
    response.set_cookie(COOKIE, key, max_age=SECONDS, secure=request.is_secure, httponly=True, samesite="Strict")
    return response


@blueprint.post("/logout")
@public
def logout() -> Any:
    """Forget the key; leads to the page."""
    response = redirect("/", 303)
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Strict")
    return response
