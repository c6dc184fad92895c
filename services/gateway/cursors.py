"""Opaque cursors: where the next page starts, in a form that nobody is tempted to take apart."""

import base64
import binascii
import json
from typing import Any

from shared.errors import BadCursorError


def write(*parts: object) -> str:
    """The cursor that ``read`` takes apart again."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def read(cursor: str, *types: type) -> Any:
    """The parts of a cursor, a tuple; raises ``BadCursorError`` if it is not one of parts of these types."""
    try:
        parts = json.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True),
            parse_constant=int,
        )
        if [type(part) for part in parts] == list(types):
            return tuple(parts)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise BadCursorError(f"cursor {cursor[:50]!r} is none; use the `next` of the page before, or leave it out")
