"""When a story may go out, from the fields in which a format says so. What cannot be read keeps it in."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.ingest.dates import parse_time
from shared.models import Finding

_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)\Z")
_HAS_TIME = re.compile(r"\d[T ]\d")
_DAY = re.compile(r"([12]\d{3})-?([01]\d)-?([0-3]\d)(?!\d)")


class Release(NamedTuple):
    """The moment of release; or, if there is one that cannot be read, the words for the person who must decide."""

    until: datetime | None = None
    withheld: str | None = None
    findings: tuple[Finding, ...] = ()


def read_release(text: str | None, *, field: str, issued: str | None = None) -> Release:
    """The release time in a structured field: ISO 8601, or what else ``parse_time`` reads.

    One without a zone is in that of ``issued``, a time as the agency wrote it. A day without a time begins in that
    zone; if there is none, where it begins last on earth, as nothing may go out too early.
    """
    text = (text or "").strip()
    if not text:
        return Release()
    finding, zone = Finding(says="embargo", field=field, text=text), _zone(issued)
    moment = parse_time(text, default_zone=zone)
    if moment is None:
        return Release(withheld=text, findings=(finding,))
    if zone is None and not _HAS_TIME.search(text):
        moment += timedelta(hours=12)
    return Release(until=moment, findings=(finding,))


def _zone(written: str | None) -> str | None:
    written = (written or "").strip()
    zone = _ZONE.search(written) if _HAS_TIME.search(written) else None
    return zone[0] if zone else None


def written_day(text: str | None) -> date | None:
    """The day that an ISO 8601 time names: that of the place where it was written, not that in UTC."""
    match = _DAY.match((text or "").strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
