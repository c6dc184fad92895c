"""How long to wait before something is asked for again. Pure."""

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_SECONDS = 0.5
MOST_SECONDS = 60.0
"""The longest wait between two tries; a server that asks for more is not asked again."""
LATER = frozenset({429, 503})
"""Statuses by which a server says that it did nothing, and may do it later."""
UNSURE = frozenset({502, 504})
"""Statuses of a proxy that does not know what the server did."""


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row: twice as long each time, up to a half less by chance."""
    return min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures - 1, 16)) * random.uniform(0.5, 1)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds from ``now`` that ``Retry-After`` (RFC 9110, 10.2.3) asks for; None if it says nothing that is one."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", said, re.ASCII):
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
