"""Reads the ways in which feeds write a date and time."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_SECONDS = 10_000_000_000  # a larger number counts milliseconds (the year 2286 is far away)
_PATTERNS = ("%d-%b-%Y %H:%M:%S.%f", "%d-%b-%Y %H:%M:%S", "%d %B %Y", "%B %d, %Y", "%d/%m/%Y %H:%M", "%Y/%m/%d")


def parse_time(value: object) -> datetime | None:
    """A time in UTC from ISO 8601, RFC 2822, seconds or milliseconds since 1970, or wire notation; None if it is none.

    A time without a zone is taken as UTC.
    """
    if isinstance(value, bool):
        return None
    try:
        moment = _parse(value)
        return moment and (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _parse(value: object) -> datetime | None:
    if isinstance(value, int | float):
        seconds = value / 1000 if abs(value) > _MAX_SECONDS else value
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(text)
        except (ValueError, TypeError, IndexError):
            continue
    for pattern in _PATTERNS:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None
