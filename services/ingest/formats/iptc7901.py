"""IPTC 7901, the text transmission format (revision 5, 1995), with the habits of dpa, AFP, SDA/ATS, Belga and ANSA.

``SOH service number, priority, category, words, options; keywords; STX title, text; ETX day, time EOT``. Its priority
(1 flash to 6) is taken as urgency as it is; a message is identified by agency, day and number (see ``identity``).
What stands in brackets above or below the title is for editors, and so is what dpa calls the notepad (contacts,
corrections, links): both become ``editor_note``.
"""

import re
from datetime import date, datetime
from typing import NamedTuple

from services.ingest.formats.base import Format
from services.ingest.formats.iptc7901_notes import read_notes
from services.ingest.formats.iptc7901_text import (
    CREDIT,
    find_dateline,
    split_byline,
    split_remarks,
    split_title,
)
from services.ingest.formats.transmission import (
    ETX,
    PLAIN_HEADER,
    SESSION,
    STX,
    cut_off,
    identity,
    messages,
    moment,
    month_of,
    printable,
)
from services.ingest.items import ItemError
from services.ingest.zones import zone as zone_of
from shared.models import Content, Source, Story, Subject

_HEADER = (
    r"(?P<service>[A-Za-z]{1,10})[ -]?(?P<number>\d{2,6}) +(?P<priority>\d) +(?P<category>[A-Za-z]{1,5})"
    r"(?: +(?P<words>\d{1,5}))?(?P<options>[ \t/][^\r\n\x02]{0,80})?[ \t]*"
)
_HEAD = re.compile(rf"\x01*\s*{_HEADER}(?=[\r\n\x02]|\Z)")
_SNIFF = re.compile(rb"[\s\x00\x16\x7f]{0,200}\x01+\s{0,20}" + _HEADER.encode() + rb"[\r\n\x02]")
_SNIFF_PLAIN = re.compile(SESSION.encode() + PLAIN_HEADER.encode() + rb"\r?\n[^\r\n]{1,200}/\s")
_BEFORE = re.compile(SESSION)

_AGENCY = re.compile(
    r"(?<![A-Za-z])(?P<agency>[A-Za-z]{2,8})(?:-[A-Za-z]{2,6})?(?:[ -]{0,5}\d{1,6}\b|-\.{2,6})(?P<refers>.{0,60})"
)
_LANGUAGE = re.compile(r"\s*(?P<letter>[FENDIS]) (?=[A-Z]{2,8}-[\d.])")
_LANGUAGES = {"F": "fr", "E": "en", "N": "nl", "D": "de", "I": "it", "S": "es"}

_TIME = re.compile(
    r"^[ \t]*(?:[A-Za-z]{2,6} )?(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)"
    r"(?: {0,2}(?P<zone>[A-Z]{1,5}|[+-]\d\d:?\d\d)(?= ))?"
    r" {0,2}(?P<month>[A-Za-zÀ-ÿ]{3,9})\.? {1,2}(?P<year>\d{4}|\d\d)[ \t]*$",
    re.MULTILINE,
)
_LOCAL = {"dpa": "Europe/Berlin"}
"""Agencies that give local time, and no zone. For all others it is UTC, as the standard has it."""


class _Sent(NamedTuple):
    """The date-time group: the day as it is written (None for no day of the calendar), and the time in UTC."""

    day: date | None = None
    time: datetime | None = None


def parse(text: str, head: str = "") -> Story:
    """The story in one message; raises ``ItemError``."""
    header = _HEAD.match(text, _start(text))
    if header is None:
        raise ItemError("malformed-message", "there is no IPTC 7901 header")
    keywords, message = _keywords(text[header.end() :])
    body, _, trailer = message.partition(ETX)
    provider, refers = _provider(header["options"] or "", body)
    body, sent = _sent(printable(body), printable(trailer), provider)
    title, body = split_title(body)
    body, byline = split_byline(body)
    body, remarks = split_remarks(body)
    notes = read_notes(title, options=refers, sent=sent.time, provider=provider)
    body = body.strip("\n") or notes.headline or ""  # a flash is a title and no more
    if not body.strip():
        raise ItemError("no-text", "there is nothing between STX and ETX")
    language = _LANGUAGE.match(header["options"] or "")
    notes.wire.findings.extend(cut_off(text) if STX in text else [])
    return Story(
        source=Source(provider=provider, guid=identity(provider, sent.day, header["service"], header["number"])),
        content=Content(text=body),
        headline=notes.headline,
        slugline=keywords or None,
        keywords=[word.strip() for word in keywords.split("/") if word.strip()],
        byline=notes.byline or byline,
        published=sent.time,
        dateline=find_dateline(body, sent.time, provider),
        urgency=int(header["priority"]) if header["priority"] in "12345678" else None,
        subjects=[Subject(code=f"iptc7901:{header['category'].lower()}")],
        language=_LANGUAGES[language["letter"]] if language else None,
        embargo_until=notes.embargo_until,
        editor_note="\n".join([*notes.lines, *remarks]) or None,
        wire=notes.wire,
    )


def _start(text: str) -> int:
    before = _BEFORE.match(text)
    return before.end() if before else 0


def _keywords(text: str) -> tuple[str, str]:
    """The line of keywords, and the message behind STX. Where archives dropped STX, the line ends with ``/``."""
    above, started, message = text.partition(STX)
    if not started:
        above, _, message = text.strip("\r\n").partition("\n")
        if not above.rstrip().endswith("/"):
            return "", text
    return " ".join(printable(above).split()).rstrip("/ "), message


def _provider(options: str, body: str) -> tuple[str | None, str]:
    """The agency, and what the header says behind its number.

    In ``lni 0123`` and ``(dpa/lni)`` the header names the service, and the credit whose it is.
    """
    named = _AGENCY.search(options)
    credit = CREDIT.search(body, 0, 2_000)
    refers = named["refers"].strip() if named else ""
    if named is None or (credit and credit["more"] and credit["more"][1:] == named["agency"]):
        return credit["agency"] if credit else None, refers
    return named["agency"], refers


def _sent(body: str, trailer: str, provider: str | None) -> tuple[str, _Sent]:
    """The body without a date-time group at its end, and the one there or behind ETX."""
    found = _TIME.search(trailer)
    last = next(reversed(list(_TIME.finditer(body, max(0, len(body) - 200)))), None)
    if last and not body[last.end() :].strip():
        body = body[: last.start()]
        found = found or last
    if found is None:
        return body, _Sent()
    year, month = int(found["year"]), month_of(found["month"])
    zone = zone_of(found["zone"] or _LOCAL.get(provider or "", "UTC"))
    if zone is None or not month:
        return body, _Sent()
    time = moment(year, month, int(found["day"]), int(found["hour"]), int(found["minute"]), zone)
    return body, _Sent(time.astimezone(zone).date(), time) if time else _Sent()


def sniff(head: bytes) -> bool:
    """Whether it starts with a header of service, number, priority and category (without SOH: and with keywords)."""
    return (_SNIFF.match(head) or _SNIFF_PLAIN.match(head)) is not None


FORMAT = Format("iptc7901", "IPTC 7901 wire messages (dpa, AFP, SDA, Belga)", sniff, messages, parse)
