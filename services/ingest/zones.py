"""Time zones as wires write them: offsets, abbreviations, IANA names, and the letters of military time."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:UTC|GMT|UT)? ?([+-])(\d\d?)(?::?([0-5]\d))?", re.ASCII | re.IGNORECASE)
_LARGEST_OFFSET = 14  # hours: Kiribati
_IANA = re.compile(r"[A-Za-z_]{2,20}(?:/[A-Za-z_-]{2,20}){1,2}")
_MILITARY = "YXWVUTSRQPON" + "Z" + "ABCDEFGHIKLM"
"""From UTC−12 to UTC+12 (ACP 121); J is local time, which nobody else can know."""

_HOURS = {
    "UTC GMT UT Z WET": 0,
    "BST WEST CET MEZ MET HEC WAT": 1,
    "CEST MESZ MEST HAEC EET OEZ CAT SAST": 2,
    "EEST OESZ MSK EAT TRT": 3,
    "GST": 4,
    "PKT": 5,
    "IST": 5.5,
    "NPT": 5.75,
    "BDT": 6,
    "ICT WIB": 7,
    "HKT SGT MYT PHT WITA AWST": 8,
    "JST KST WIT": 9,
    "ACST": 9.5,
    "AEST": 10,
    "ACDT": 10.5,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "HST": -10,
    "AKST": -9,
    "PST AKDT": -8,
    "MST PDT": -7,
    "CST MDT": -6,
    "EST CDT COT PET": -5,
    "EDT AST VET CLT": -4,
    "NST": -3.5,
    "ADT ART BRT CLST": -3,
    "NDT": -2.5,
}
"""UTC offset by abbreviation. Of those with several meanings: BST is British Summer Time, CST and EST are North
American, AST is Atlantic, GST is the Gulf's, and IST is Indian (PTI, ANI and IANS write it; Irish or Israeli wires must
be read with a ``default_zone`` and no abbreviation, or an offset)."""

_SEASONAL = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
"""Abbreviations that mean summer or winter time, whichever it was."""

_FIXED = {name: timezone(timedelta(hours=hours)) for names, hours in _HOURS.items() for name in names.split()}


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo | None:
    """``+02:00``, ``GMT+2``, ``CEST``, ``ET`` or ``Europe/Berlin`` as a time zone; None for what is none of these."""
    if name.upper() in _FIXED:
        return _FIXED[name.upper()]
    if offset := _OFFSET.fullmatch(name):
        return _from_offset(offset)
    if name in _SEASONAL or _IANA.fullmatch(name):
        try:
            return ZoneInfo(_SEASONAL.get(name, name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return None


def _from_offset(match: re.Match[str]) -> timezone | None:
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > _LARGEST_OFFSET:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if match[1] == "-" else offset) if offset else UTC


def military_zone(letter: str) -> tzinfo | None:
    """``Z`` is UTC, ``A`` an hour east of it, ``N`` an hour west; None for ``J`` and whatever else is no zone."""
    hours = _MILITARY.find(letter) - 12 if len(letter) == 1 else -13
    return timezone(timedelta(hours=hours)) if hours >= -12 else None
