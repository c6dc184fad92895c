"""Reads a moment as wires write it out: ``0001 GMT MONDAY, MAY 4``, ``12. August, 10.00 Uhr``, ``151200Z MAY 24``.

What is left out comes from the time of publication: a day or a weekday alone is the next one, a date without a year
the one closest. Nothing is guessed where two readings differ: then there is no moment.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.ingest.homes import PLACE_NAMES, place_zone
from services.ingest.months import FILLERS, MONTHS, plain
from services.ingest.zones import military_zone, zone

_DAYS = (
    "monday mon montag lundi lunes lunedi segunda-feira maandag",
    "tuesday tue tues dienstag mardi martes martedi terca-feira dinsdag",
    "wednesday wed mittwoch mercredi miercoles mercoledi quarta-feira woensdag",
    "thursday thu thur thurs donnerstag jeudi jueves giovedi quinta-feira donderdag",
    "friday fri freitag vendredi viernes venerdi sexta-feira vrijdag",
    "saturday sat samstag sonnabend samedi sabado sabato zaterdag",
    "sunday sun sonntag dimanche domingo domenica zondag",
)
_WEEKDAYS = {word: number for number, words in enumerate(_DAYS) for word in words.split()}
_RELATIVE = {
    **dict.fromkeys("today tonight heute aujourd'hui hoy oggi hoje vandaag".split(), 0),
    **dict.fromkeys("tomorrow morgen demain domani amanha".split(), 1),
}
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?:,? (?:de |del )?(?P<year>(?:19|20)\d\d)\b)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<day>\d\d)(?:t|\b)",
        r"\b(?P<day>\d\d?)\.(?P<m>\d\d?)\.(?P<year>(?:19|20)?\d\d\b)?(?!\d)",
        r"\b(?P<a>\d\d?)/(?P<b>\d\d?)(?:/(?P<year>(?:19|20)?\d\d))?\b",
        rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?\b(?![:.h]\d|\d){_YEAR}",
        rf"\b(?P<day>\d\d?)(?:st|nd|rd|th|er|\.)? (?:de |of )?{_MONTH}(?!\w){_YEAR}",
    )
)
_MILITARY = re.compile(
    r"\b(?P<day>\d\d)(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d) ?(?P<letter>[A-IK-Z])\b"
    rf"(?: ?{_MONTH} ?(?P<year>(?:19|20)?\d\d)?\b)?"
)
_HALF = r"(?P<half>[ap])\.? ?m\b\.?"
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<hour>\d\d?)(?:[:.](?P<minute>[0-5]\d))? ?{_HALF}",
        r"\b(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d))(?::[0-5]\d(?:\.\d+)?)?",
        r"\b(?P<hour>[01]?\d|2[0-4])\.(?P<minute>[0-5]\d)(?!\d|\.\d)",
        r"\b(?P<hour>[01]?\d|2[0-4]) ?h(?: ?(?P<minute>[0-5]\d))?\b",
        r"\b(?P<hour>[01]?\d|2[0-4])(?: (?:uhr|heures|horas))\b(?: (?P<minute>[0-5]\d)\b)?",
        r"\b(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?= ?(?:z|hrs|hours|[a-z]{2,5}\b)|[,;)]|\s|\Z)",
        r"\b(?P<hour>[01]?\d|2[0-4]) (?=(?:gmt|utc)\b)",
        r"\b(?:ore|las|alle|as) (?P<hour>[01]?\d|2[0-4])\b(?![.:/]\d)",
        r"\b(?P<word>midnight|mitternacht|minuit|medianoche|mezzanotte|noon|midday|mittags?|midi|mediod[ií]a"
        r"|mezzogiorno)\b",
    )
)
_ZONE = re.compile(
    r"\s*[(/,]?\s*(?:uhr|hrs|hours|heures|horas)?\s*[(/,]?\s*(?P<zone>(?:GMT|UTC) ?[+-] ?\d\d?(?::?\d\d)?"
    r"|[+-]\d\d:?\d\d|[A-Z]{2,5}(?:/[A-Z]{2,5})?\b|Z\b)"
)
_PLACE = re.compile(
    r"\b(?:u\.?s\.? )?(?P<us>eastern|pacific|mountain)\b(?: (?:standard |daylight )?time\b)?"
    rf"|\b(?P<name>{PLACE_NAMES})(?: standard| daylight| summer)? time\b"
    r"|\b(?:heure de|hora de|ora di) (?P<of>[a-z]{4,10})\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\blocal(?:e)? time\b|\bortszeit\b|\bheure locale\b|\bhora local\b|\bora locale\b", re.IGNORECASE)
_NO_ZONES = FILLERS | {"and", "for", "or", "not", "use", "und", "et", "y"}
"""Words in capitals that may come after a time; any other is a zone that is not known."""
_AMBIGUOUS = {"IST": {"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"}, "CST": {"America/Chicago", "Asia/Shanghai"}}
"""Abbreviations that mean another zone elsewhere: believed if the agency's home is one of these."""
_DIGIT = re.compile(r"\d")
"""What is left of a time or date that was not understood."""
_ZONE_LENGTH = 12
_NEXT_WEEK = timedelta(days=7)


class Moment(NamedTuple):
    """What was read."""

    until: datetime | None  # in UTC; None if it cannot be told
    found: bool  # whether there is a day or a time at all
    rest: str  # of the text


class _Day(NamedTuple):
    year: int | None = None
    month: int | None = None
    day: int | None = None


def read_moment(text: str, *, near: datetime | None, home: ZoneInfo | None, language: str | None = None) -> Moment:
    """The moment that ``text`` names. ``near`` is the time of publication, ``home`` the zone of a time without one."""
    text = " ".join(plain(text).split())
    try:
        return _read(text, near, home, language or "")
    except (ValueError, OverflowError):
        return Moment(None, True, text)


def _read(text: str, near: datetime | None, home: ZoneInfo | None, language: str) -> Moment:
    if military := _MILITARY.search(text):
        return _military(military, near, text)
    date_match, day = _find_date(text, home, language)
    rest = _without(text, date_match) if date_match else text
    rest, weekday, shift = _weekday(rest)
    clock_match = next((match for pattern in _TIMES if (match := pattern.search(rest))), None)
    found = bool(date_match or clock_match or weekday is not None or shift is not None)
    zoned, place = _zone_after(rest, clock_match, home) if clock_match else (home, None)
    left = _without(rest, clock_match, place) if clock_match else rest
    if date_match and day is None:
        return Moment(None, True, left)
    if zoned is None or not found:
        return Moment(None, found, left)
    if near is None and not (day and day.year):
        return Moment(None, True, left)
    local = near.astimezone(zoned) if near else None
    clock, days = _clock(clock_match) if clock_match else (time(), 1)
    if day is not None:
        when = _date(day, local, weekday)
    elif weekday is not None:
        when = _next_weekday(weekday, local, clock, days) if local else None
    elif shift is not None:
        when = local.date() + timedelta(days=shift) if local else None
    else:
        when = _next_day(local, clock, days) if local and clock_match else None
    if when is None:
        return Moment(None, True, left)
    until = (datetime.combine(when, clock, zoned) + timedelta(days=days)).astimezone(UTC)
    left = _without_same(left, until)
    return Moment(None if _DIGIT.search(left) else until, True, left)


def _without_same(text: str, until: datetime) -> str:
    """The text without the same time in other zones: ``9 p.m. EDT (0100 GMT)``."""
    for pattern in _TIMES[:-1]:
        for match in reversed(list(pattern.finditer(text))):
            zoned, place = _zone_after(text[: match.end() + _ZONE_LENGTH], match, None)
            if zoned is not None and until.astimezone(zoned).time() == _clock(match)[0]:
                text = _without(text, match, place)
    return text


def _without(text: str, *matches: re.Match[str] | None) -> str:
    ends = sorted((match.span() for match in matches if match), reverse=True)
    for start, end in ends:
        text = text[:start] + " , " + text[end:]
    return text


def _military(match: re.Match[str], near: datetime | None, text: str) -> Moment:
    zoned = military_zone(match["letter"])
    if zoned is None or (near is None and not match["year"]):
        return Moment(None, True, _without(text, match))
    month = MONTHS[match["month"].lower()] if match["month"] else None
    year = _full_year(match["year"])
    clock, days = _clock(match)
    local = near.astimezone(zoned) if near else None
    if month is None:
        assert local is not None
        when = _closest(int(match["day"]), local.date())
    else:
        when = _date(_Day(year, month, int(match["day"])), local, None)
    until = datetime.combine(when, clock, zoned) + timedelta(days=days) if when else None
    return Moment(until.astimezone(UTC) if until else None, True, _without(text, match))


def _closest(day: int, near: date) -> date | None:
    """The day of that number, in the month that brings it closest."""
    first = near.replace(day=1)
    months = ((first - timedelta(days=1)).replace(day=1), first, (first + timedelta(days=31)).replace(day=1))
    days = [month.replace(day=day) for month in months if day <= _length(month)]
    return min(days, key=lambda one: abs(one - near), default=None)


def _length(first: date) -> int:
    return ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day


def _full_year(text: str | None) -> int | None:
    return (
        None if not text else int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)
    )


def _find_date(text: str, home: ZoneInfo | None, language: str) -> tuple[re.Match[str] | None, _Day | None]:
    for pattern in _DATES:
        if match := pattern.search(text):
            found = match.groupdict()
            if found.get("a"):
                return match, _slashed(match, home, language)
            month = int(found["m"]) if found.get("m") else MONTHS[found["month"].lower()]
            return match, _Day(_full_year(found.get("year")), month, int(found["day"]))
    return None, None


def _slashed(match: re.Match[str], home: ZoneInfo | None, language: str) -> _Day | None:
    """``05/04``: the month comes first in America only. None if it could be either."""
    first, second, year = int(match["a"]), int(match["b"]), _full_year(match["year"])
    american = (home is not None and str(home).startswith("America/")) or language.lower() == "en-us"
    if first == second or second > 12 or (american and first <= 12):
        return _Day(year, first, second)
    if first > 12 or home is not None or language[:2].lower() in ("de", "fr", "es", "it", "pt", "nl"):
        return _Day(year, second, first)
    return None


def _weekday(text: str) -> tuple[str, int | None, int | None]:
    """The text without its weekday or ``tomorrow``, and what these say."""
    for match in re.finditer(r"[a-z]+(?:['’-][a-z]+)?", text, re.IGNORECASE):
        word = match[0].lower().replace("’", "'")
        if word in _WEEKDAYS:
            return _without(text, match), _WEEKDAYS[word], None
        if word in _RELATIVE:
            return _without(text, match), None, _RELATIVE[word]
    return text, None, None


def _clock(match: re.Match[str]) -> tuple[time, int]:
    """The time of day, and a day more for midnight, which ends its day."""
    found = match.groupdict()
    if word := (found.get("word") or "").lower():
        return (
            (time(), 1)
            if word.startswith(("midn", "mitternacht", "minuit", "medianoche", "mezzanotte"))
            else (time(12), 0)
        )
    hour, minute = int(found["hour"]), int(found.get("minute") or 0)
    if half := found.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(match[0])
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return (time(0, minute), 1) if hour == 24 else (time(hour, minute), 0)


def _zone_after(text: str, clock: re.Match[str], home: ZoneInfo | None) -> tuple[tzinfo | None, re.Match[str] | None]:
    """The zone that is named after the time; else the agency's. None where it is neither."""
    if place := _PLACE.search(text):
        return place_zone(place["us"] or place["name"] or place["of"]), place
    if local := _LOCAL.search(text):
        return None, local
    match = _ZONE.match(text, clock.end())
    if match is None:
        return home, None
    name = match["zone"].split("/")[0].replace(" ", "")
    if name in _AMBIGUOUS and home is not None:
        return (home if str(home) in _AMBIGUOUS[name] else zone(name)), match
    if name == "IST":
        return None, match
    known = zone(name)
    if known is None and name.lower() in _NO_ZONES:
        return home, None
    return known, match


def _date(day: _Day, local: datetime | None, weekday: int | None) -> date | None:
    """The date; without a year, the closest to publication. None if the weekday that is given is another."""
    assert day.month is not None and day.day is not None
    if day.year is not None:
        when = date(day.year, day.month, day.day)
    else:
        assert local is not None
        years = [year for year in (local.year - 1, local.year, local.year + 1) if _exists(year, day.month, day.day)]
        if not years:
            return None
        when = min((date(year, day.month, day.day) for year in years), key=lambda one: abs(one - local.date()))
    return when if weekday is None or when.weekday() == weekday else None


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= _length(date(year, month, 1))


def _next_weekday(weekday: int, local: datetime, clock: time, days: int) -> date:
    when = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    passed = datetime.combine(when, clock, local.tzinfo) + timedelta(days=days) <= local
    return when + _NEXT_WEEK if passed else when


def _next_day(local: datetime, clock: time, days: int) -> date:
    """The day of the next such time; midnight ends the day it is written on."""
    passed = datetime.combine(local.date(), clock, local.tzinfo) + timedelta(days=days) <= local
    return local.date() + timedelta(days=1) if passed else local.date()
