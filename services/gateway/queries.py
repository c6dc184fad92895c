"""What a query string asks for, checked; each raises ``BadRequestError`` with what would have been right."""

import re

from flask import request

from shared.errors import BadCursorError, BadRequestError
from shared.models import Job, State

MAX_PAGE = 1000


def number(name: str, default: float, *, most: float) -> float:
    """A number from 0 on; one above ``most`` is cut to it."""
    given = request.args.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", given):
        raise BadRequestError(f"{name}={given[:50]!r} is not a number; give one from 0 to {most:g}")
    return min(float(given), most)


def limit(default: int) -> int:
    """How many rows a page is to have, at most."""
    rows = int(number("limit", default, most=MAX_PAGE))
    if rows < 1:
        raise BadRequestError(f"limit must be from 1 to {MAX_PAGE}")  # a page of nothing would come after itself
    return rows


def states() -> frozenset[State] | None:
    """States of stories, None for no choice: ``state=done,failed`` or several ``state=``."""
    given = [name for part in request.args.getlist("state") for name in part.split(",") if name]
    try:
        return frozenset(map(State, given)) or None
    except ValueError:
        raise BadRequestError(f"state must be one of {', '.join(State)}") from None


def start(job: Job) -> int:
    """The seq at which a page of a job's results starts; raises ``BadCursorError``."""
    cursor = request.args.get("cursor", "s0")
    match = re.fullmatch(r"s(\d{1,12})", cursor)
    if not match or int(match[1]) > job.received:
        raise BadCursorError(f"cursor {cursor[:50]!r} is none; use the `next` of the page before, or leave it out")
    return int(match[1])
