"""ANPA 1312, the wire service transmission guidelines of American agencies (89-3), as AP, NYT and others send them.

``SYN SYN SOH service number US selector; priority category format keyword month-day words; STX slug line, headings,
text; ETX agency-desk-date time EOT``. The priorities are mapped to urgency by ``_URGENCY``. A message is identified
by agency, day, service and number (see ``identity``); the words behind its slug (``1st Ld-Writethru``) are the version.
"""

import re
from datetime import UTC, date, datetime

from services.ingest.formats.anpa1312_headings import RELEASE, read_control, read_headings, read_slug, slug_of
from services.ingest.formats.base import Format
from services.ingest.formats.transmission import ETX, STX, cut_off, identity, messages, moment, printable, read_release
from services.ingest.items import ItemError
from services.ingest.zones import zone as zone_of
from shared.models import Content, Source, Story, Subject

_HEADER = (
    r"(?P<service>[A-Za-z])(?P<number>\d{4})(?:\x1f|[ \t])?[ ]?(?P<selector>[^\r\n\x02]{0,16})(?:\r?\n|\r)"
    r"(?P<priority>[A-Za-z]) ?(?P<category>[A-Za-z])(?P<format>[\x11-\x14 ]{1,8})(?P<keyword>[^\r\n\x02]{0,80})"
)
_HEAD = re.compile(rf"\x01*\s{{0,20}}{_HEADER}")
_SNIFF = re.compile(rb"[\s\x00\x16\x7f]{0,200}\x01+" + _HEADER.encode())
_COUNTS = re.compile(r"(?:\s+\d\d-\d\d)?(?:\s+\d{3,5})?\Z")
_CREDIT = re.compile(r"\((?P<agency>[A-Z][A-Za-z]{1,9})\) ?[_—-]")
_TRAILER = re.compile(
    r"(?:(?P<agency>[A-Z]{2,6})-)?(?:(?P<desk>[A-Z]{1,4})-)?(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4}|\d\d)"
    r" {1,3}(?P<hour>\d\d)(?P<minute>\d\d) ?(?P<zone>[A-Z]{1,4})\b[ <]*"
)
_END = re.compile(r"\^?END<?")

_URGENCY = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "w": 6, "a": 7, "s": 8}
"""Flash, bulletin, urgent, regular, deferred; advances for weekdays, the weekend and Sunday, which have time."""

_CATEGORIES = {"a": "Domestic news", "e": "Entertainment", "f": "Financial", "i": "International", "l": "Lifestyle",
               "p": "Politics", "s": "Sports", "t": "Travel", "v": "Advisories", "w": "Washington"}  # fmt: skip


def parse(text: str, head: str = "") -> Story:
    """The story in one message; raises ``ItemError``."""
    header = _HEAD.match(text)
    if header is None:
        raise ItemError("malformed-message", "there is no ANPA 1312 header")
    above, started, message = text[header.end() :].partition(STX)
    raw, _, trailer = (message if started else above).partition(ETX)
    raw, sent = _sent(raw, trailer)
    keyword = _COUNTS.sub("", printable(header["keyword"])).strip()
    plain = _plain(raw)
    first, _, rest = plain.partition("\n")
    slug = read_slug(first, keyword=keyword)
    headings = read_headings(rest if slug else plain)
    body = headings.body if headings.body.strip() else headings.headline  # an alert is a headline and no more
    if not body:
        raise ItemError("no-text", "there is nothing between STX and ETX")
    credit = _CREDIT.search(headings.body, 0, 1_000)
    provider = sent["agency"] if sent and sent["agency"] else credit["agency"] if credit else None
    slug = slug or slug_of(keyword)
    priority, category = header["priority"].lower(), header["category"].lower()
    published = _published(sent)
    release = read_release(headings.notes, advances=RELEASE, sent=published, provider=provider)
    wire = read_control(slug, release=release, category=category)
    wire.findings.extend(cut_off(text))
    return Story(
        source=Source(
            provider=provider,
            guid=identity(provider, _day(sent), header["service"], header["number"]),
            version=slug.version,
        ),
        content=Content(text=body),
        headline=headings.headline,
        byline=headings.byline,
        slugline=slug.slugline or None,
        editor_note="\n".join(headings.notes) or None,
        rights=headings.rights,
        embargo_until=release.until,
        published=published,
        urgency=_URGENCY.get(priority),
        subjects=[Subject(code=f"anpa:{category}", name=_CATEGORIES.get(category))],
        wire=wire,
    )


def _plain(raw: str) -> str:
    """The text with what the typesetting codes stand for: quotes, dashes, halves, fixed spaces."""
    text = re.sub(r"(?<! )\x10(?! )", " ", raw) if "\x10" in raw else raw  # DLE is a fixed space
    text = text.replace("\x08^", "")  # BS starts a row of a table, ^ its head
    text = printable(text).replace("``", "“").replace("''", "”").replace(" _ ", " — ")
    text = re.sub(r"(?<=[;\d])\{|(?<=\s)\{(?=;)", "½", text)
    return "\n".join("" if _END.fullmatch(line) else line for line in text.lstrip("\n").split("\n")).rstrip()


def _sent(raw: str, trailer: str) -> tuple[str, re.Match[str] | None]:
    """The text without a trailer that is its last line, and the one there or behind ETX."""
    found = _TRAILER.search(trailer)
    kept, _, last = raw.rstrip().rpartition("\n")
    inside = _TRAILER.fullmatch(last.strip(" \t\r^"))
    return (kept, found or inside) if inside else (raw, found)


def _published(sent: re.Match[str] | None) -> datetime | None:
    zone = zone_of(sent["zone"]) if sent else None
    if sent is None or zone is None:
        return None
    year, month, day, hour, minute = (int(sent[name]) for name in ("year", "month", "day", "hour", "minute"))
    return moment(year, month, day, hour, minute, zone)


def _day(sent: re.Match[str] | None) -> date | None:
    """The day as it is written, whatever the zone."""
    noon = moment(int(sent["year"]), int(sent["month"]), int(sent["day"]), 12, 0, UTC) if sent else None
    return noon and noon.date()


def sniff(head: bytes) -> bool:
    """Whether it starts with SOH, service level and story number, and a line of priority and category."""
    return _SNIFF.match(head) is not None


FORMAT = Format("anpa1312", "ANPA 1312 wire stories (AP, NYT)", sniff, messages, parse)
