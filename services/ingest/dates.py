"""Reads the ways in which feeds write a date and time.

A text is a moment only if every word of it is understood (``moments`` says what is), so that ``9 p.m. local time`` is
none rather than a wrong one. What is ambiguous is decided by fixed rules, in this order:

- a number, or a text of one, counts seconds since 1970, or milliseconds; with 8, 12 or 14 digits that make a date it is
  one (``20140812101500``);
- four digits in front are the year, and month and day follow (ISO 8601);
- ``3/4/2014`` is day, month, year; only if that cannot be (``8/13/2014``) month, day, year;
- a year of two digits lies in 1969 to 2068 (POSIX);
- a moment without a zone is in ``default_zone``, a date without a time its midnight there.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

from services.ingest.moments import Clock, Day, read_moment
from services.ingest.months import MONTHS, plain
from services.ingest.zones import zone

_MAX_LENGTH = 100  # characters
_MAX_SECONDS = 10_000_000_000  # a larger number counts milliseconds (the year 2286 is far away)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_ISO = re.compile(
    r"(\d{4})(?P<dash>[-/.]?)(\d\d)(?P=dash)(\d\d)"
    r"(?:(?:[Tt_]| {0,3})(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9})\d*)?)?)?"
    r" ?(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?|[A-Z][A-Za-z_/-]{1,30})?",
    re.ASCII,
)
_AHEAD = timedelta(days=7)
"""How far after publication a dateline's date may lie: time zones, and stories sent ahead for the weekend."""

_DAY_MONTH = re.compile(
    r"(?<![\w.,:])(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°)?[. ]{0,2}(?:de )?(?P<month>[A-Za-z]{3,10})\b"
)
_MONTH_DAY = re.compile(r"(?<!\w)(?P<month>[A-Za-z]{3,10})\.? ?(?P<day>\d{1,2})(?![\d:])")
_YEAR = re.compile(r"\.?,? (?:de )?((?:18|19|20|21)\d\d)\b")


def parse_time(value: object, *, default_zone: str | None = None, near: datetime | None = None) -> datetime | None:
    """The moment in UTC that ``value`` states; None if it states none.

    ``default_zone`` (an offset, abbreviation or IANA name; UTC if not given) is that of a text without one. ``near`` is
    a moment close to which a text without a year must lie; without it such a text is no moment. Raises nothing,
    whatever the value; a ``default_zone`` that is none raises ``ValueError``.
    """
    own = zone(default_zone) if default_zone else UTC
    if own is None:
        raise ValueError(f"there is no time zone {default_zone!r}")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    with suppress(ValueError, OverflowError, OSError):
        text = value.strip() if isinstance(value, str) else str(value)
        if len(text) <= _MAX_LENGTH:
            moment = _iso(text, own) or _epoch(text) or _in_words(text, own, near)
            return moment.astimezone(UTC) if moment else None
    return None


def _iso(text: str, default_zone: tzinfo) -> datetime | None:
    """ISO 8601, with or without separators, a zone by name included."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    where = zone(match["zone"]) if match["zone"] else default_zone
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if where is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    hour, minute, second = (int(digits or 0) for digits in match.group(5, 6, 7))
    clock = Clock(hour, minute, second, int((match[8] or "0").ljust(6, "0")[:6]))
    return clock.on(date(year, month, day), where)


def _epoch(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text) or len(text) < 9:
        return None
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if abs(seconds) > _MAX_SECONDS else seconds, UTC)


def _in_words(text: str, default_zone: tzinfo, near: datetime | None) -> datetime | None:
    moment = read_moment(text)
    if moment is None:
        return None
    day = _on_calendar(moment.day, near)
    return moment.clock.on(day, moment.zone or default_zone) if day else None


def _on_calendar(day: Day, near: datetime | None) -> date | None:
    if day.year is not None:
        return date(day.year, day.month, day.day)
    return infer_year(day.month, day.day, near) if near else None


def infer_year(month: int, day: int, near: datetime) -> date | None:
    """The last such day before ``near`` or at most a week after it; None if there is none within a year of it.

    A dateline of 30 December in a story of 2 January is last year's; one of 2 January in a story of 30 December is
    next year's.
    """
    latest = near.date() + _AHEAD if near.date() < date.max - _AHEAD else date.max
    for year in (latest.year, latest.year - 1):
        with suppress(ValueError):  # 29 February, or a day that no month has
            found = date(year, month, day)
            if found <= latest:
                return found
    return None


def dateline_date(text: str, published: datetime | None) -> date | None:
    """The date in a dateline (``SALVADOR, Feb 26 (Reuters) -``); a missing year is inferred from ``published``."""
    text = plain(text[:_MAX_LENGTH])
    for pattern in (_MONTH_DAY, _DAY_MONTH):
        for match in pattern.finditer(text):
            month = MONTHS.get(match["month"].lower())
            if month is None:
                continue
            year = _YEAR.match(text, match.end())
            with suppress(ValueError):
                if year:
                    return date(int(year[1]), month, int(match["day"]))
                return infer_year(month, int(match["day"]), published) if published else None
    return None
