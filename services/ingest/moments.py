"""Reads a moment written in words: ``le 12 août 2014 à 10h15``, ``121015Z AUG 14``, ``Tue, 12 Aug 2014 10:15:00 EDT``.

The text becomes a row of tokens, one letter each, and ``_SHAPES`` lists the rows that are understood. Everything here
is linear in the length of the text.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from services.ingest.months import FILLERS, MONTHS, WEEKDAYS, plain
from services.ingest.zones import military_zone, zone


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, perhaps without its year."""

    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; ``24:00`` ends it, and second 60 is taken for 59."""

    hour: int = 0
    minute: int = 0
    second: int = 0
    microsecond: int = 0

    def on(self, day: date, zone: tzinfo) -> datetime:
        """The moment when clocks in ``zone`` show it; raises ``ValueError`` for a time that no clock shows."""
        at_midnight = self.hour == 24 and not (self.minute or self.second)
        second = 59 if self.second == 60 else self.second
        moment = datetime(
            day.year, day.month, day.day, 0 if at_midnight else self.hour, self.minute, second, self.microsecond, zone
        )
        return moment + timedelta(days=1) if at_midnight else moment


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says; ``zone`` is None where it says none."""

    day: Day
    clock: Clock
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # one letter of those in ``_DATES`` and ``_TIMES``
    text: str
    zone: tzinfo | None = None


# d: one or two digits; q: four digits; s: six digits (day, hour, minute); D: three numbers; M: month; T: time of day;
# P: a.m. or p.m.; Z: zone; L: the letter of a military zone other than Z.
_DATES = {
    "D": "numbers", "dMq": "day month year", "dMd": "day month year", "dM": "day month", "Mdq": "month day year",
    "Md": "month day", "qMd": "year month day",
}  # fmt: skip
_TIMES = {
    "": "", "T": "time", "TZ": "time zone", "TP": "time half", "TPZ": "time half zone", "dP": "hour half",
    "dPZ": "hour half zone", "qZ": "time zone", "q": "time",
}  # fmt: skip
_SHAPES: dict[str, tuple[str, ...]] = {
    # Date-time groups (ACP 121), as in the last line of an IPTC 7901 message.
    **{
        f"{digits}{letter}M{year}": (*names.split(), *["zone"] * bool(letter), "month", *["year"] * bool(year))
        for digits, names in (("s", "group"), ("dq", "day time"))
        for letter in ("", "Z", "L")
        for year in ("", "d", "q")
    },
    # ``date`` and ``ctime`` put the year last.
    "MdTq": ("month", "day", "time", "year"),
    "MdTZq": ("month", "day", "time", "zone", "year"),
}
for _date, _of_day in _DATES.items():
    for _time, _of_time in _TIMES.items():
        _SHAPES.setdefault(_date + _time, (*_of_day.split(), *_of_time.split()))
        _SHAPES.setdefault(_time + _date, (*_of_time.split(), *_of_day.split()))

_AP_TRAILER = re.compile(r"\A[A-Z]{2}-[A-Z]{2}-(\d\d)-(\d\d)-(\d\d) (?=\d{4})")
"""``AP-NY-08-13-11 0901EDT``: month, day, year, and the time."""

_TOKEN = re.compile(
    r"(?P<numbers>\d{1,4}(?P<sep>[-/.])\d{1,2}(?P=sep)(?:\d{4}|\d\d)(?!\d))"
    r"|(?P<clock>\d{1,2}(?: ?(?:h|uhr) ?|[:.])\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?(?![\d.:]*\d)"
    r"|\d{1,2} ?(?:h|uhr)\b|noon\b)"
    r"|(?P<half>[ap]\.?m\b\.?)"
    r"|(?P<digits>\d{6}|\d{4}|\d{1,2})(?!\d)(?:(?P<letter>(?-i:[A-Z]))(?![A-Za-z])|(?:st|nd|rd|th|er|o|a)\b)?"
    r"|(?P<offset>(?:utc|gmt)? ?[+-]\d\d?(?::?[0-5]\d)?(?!\d))"
    r"|(?P<word>[a-z]+(?:/[a-z_]+)*)"
    r"|\((?P<comment>[a-z ]{2,40})\)\Z"
    r"|(?P<nothing>[\s,.;|/'°-])",
    re.ASCII | re.IGNORECASE,
)
_DIGIT_KINDS = {1: "d", 2: "d", 4: "q", 6: "s"}
_TIME_KINDS = ("T", "P", "q", "s")  # what an offset may follow; after others a hyphen is only a hyphen


def read_moment(text: str) -> Moment | None:
    """The moment that ``text`` states, if all of it is understood; raises ``ValueError`` if it cannot be."""
    tokens = _tokens(plain(_AP_TRAILER.sub(r"\2/\1/\3 ", text)))
    names = _SHAPES.get("".join(token.kind for token in tokens)) if tokens else None
    return _moment(dict(zip(names, tokens, strict=True))) if names and tokens else None


def _tokens(text: str) -> list[_Token] | None:
    """The tokens of ``text`` without what says nothing; None if there is anything else in it."""
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at = match.end()
        previous = tokens[-1].kind if tokens else ""
        if match["offset"] and previous not in _TIME_KINDS:
            if "-" not in match[0]:
                return None
            at = match.start() + match[0].index("-") + 1
            continue
        found = _token(match, previous)
        if found is None:
            return None
        tokens += found
    # French, Spanish and Italian abbreviate Tuesday like March.
    months = [number for number, token in enumerate(tokens) if token.kind == "M"]
    if len(months) == 2 and tokens[months[0]].text == "mar":
        del tokens[months[0]]
    return tokens


def _token(match: re.Match[str], previous: str) -> list[_Token] | None:
    """What was matched, as no, one or two tokens; None if it is not understood."""
    text = match[0]
    if match["numbers"]:
        return [_Token("D", text)]
    if match["clock"]:
        return [_Token("T", "12:00" if text.lower() == "noon" else text)]
    if match["digits"]:
        token = _Token(_DIGIT_KINDS[len(match["digits"])], match["digits"])
        return [token, _letter(match["letter"])] if match["letter"] else [token]
    if match["offset"]:
        return _zone(text.strip())
    if match["comment"]:
        return [] if previous == "Z" else _zone(match["comment"])
    if match["half"] and previous in ("T", "d"):
        return [_Token("P", text)]
    return _word(text) if match["word"] or match["half"] else []


def _letter(letter: str) -> _Token:
    return _Token("Z" if letter == "Z" else "L", letter, military_zone(letter))


def _zone(name: str) -> list[_Token] | None:
    where = zone(name)
    return [_Token("Z", name, where)] if where else None


def _word(text: str) -> list[_Token] | None:
    word = text.lower()
    if word in MONTHS:
        return [_Token("M", word)]
    return [] if word in WEEKDAYS or word in FILLERS else _zone(text)


def _moment(fields: dict[str, _Token]) -> Moment | None:
    """The moment that the tokens state; raises ``ValueError`` for one that cannot be."""
    texts = {name: token.text for name, token in fields.items()}
    where = fields["zone"].zone if "zone" in fields else None
    if "zone" in fields and where is None:  # the letter J
        return None
    if "group" in texts:
        texts |= {"day": texts["group"][:2], "time": texts["group"][2:]}
    day = _numeric_day(texts["numbers"]) if "numbers" in texts else _named_day(texts)
    return Moment(day, _clock(texts), where)


def _numeric_day(text: str) -> Day:
    """``2014-08-12``, ``12/8/14`` or ``8/13/2014``: see ``dates`` for the rule."""
    first, second, third = re.split("[-/.]", text)
    if len(first) == 4:
        return Day(int(third), int(second), _year(first))
    day, month = int(first), int(second)
    if month > 12:
        day, month = month, day
    return Day(day, month, _year(third))


def _named_day(texts: dict[str, str]) -> Day:
    return Day(int(texts["day"]), MONTHS[texts["month"]], _year(texts["year"]) if "year" in texts else None)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) < 3:
        return year + (2000 if year < 69 else 1900)
    if not 1800 <= year < 2200:
        raise ValueError(f"the year {year}")
    return year


def _clock(texts: dict[str, str]) -> Clock:
    text = texts.get("time") or texts.get("hour")
    if not text:
        return Clock()
    if len(text) == 4 and text.isdigit():
        return Clock(int(text[:2]), int(text[2:]))
    hour, minute, second, fraction = ([*re.findall(r"\d+", text), "0", "0", "0"])[:4]
    microsecond = int(fraction.ljust(6, "0")[:6])
    return Clock(_hour(int(hour), texts.get("half")), int(minute), int(second), microsecond)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} {half}")
    return hour % 12 + (12 if half[0] in "pP" else 0)
