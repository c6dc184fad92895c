"""What the wire formats with control characters (IPTC 7901, ANPA 1312) share: messages, controls, the time sent."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from services.ingest.embargo import find_embargo
from services.ingest.formats.character_sets import in_utf8
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.lines import note_lines
from services.ingest.months import MONTHS, plain
from services.ingest.window import Window
from shared.models import Finding

SOH, STX, ETX, EOT = "\x01", "\x02", "\x03", "\x04"

PLAIN_HEADER = r"[A-Z]{2,4}\d{3,4} [1-8] [A-Z]{1,3} \d{3,5}(?: [^\r\n]{0,80})?"
"""The header line of IPTC 7901 as archives have it that dropped the control characters; strict, as nothing else
marks a message there."""

SESSION = r"(?:\[[\w :-]{10,24}\])?\s{0,20}"
"""When a receiver opened the line (``[31-JUL-97  00:00]``), in front of what it received."""

_LEAD = re.compile(rb"[\x00\x01\x0c\x16\x7f\s]*" + SESSION.encode())
_END = re.compile(rb"[\x01\x04]")
_PLAIN_END = re.compile(rb"[\x01\x04]|\n(?=" + PLAIN_HEADER.encode() + rb"\r?\n)")
_LONGEST_HEADER = 120

_FILL = b"\x00\x0c\x16\x7f \t\r\n"  # NUL, FF, SYN, DEL: sent to fill time
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INSTRUCTION = re.compile(r"\x0c[^\x0b\n]{0,200}\x0b")  # to the typesetting machine
_KILLED_WORD = re.compile(r" ?[^\s\x18]{0,60}\x18")  # CAN takes back the word before it

_DUTCH_MONTHS = {"mrt": 3, "maa": 3, "mei": 5}


class _MessageEnd:
    """Finds the end of a message: behind its EOT, or where the next one starts without it."""

    def __init__(self) -> None:
        self._end: re.Pattern[bytes] | None = None

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
        if self._end is None:
            lead = _LEAD.match(buffer, at)
            assert lead is not None
            if lead.end() == len(buffer):
                return None, at
            at, self._end = lead.end(), _END if b"\x01" in lead[0] else _PLAIN_END
        match = self._end.search(buffer, at)
        if match is None:
            return None, max(at, len(buffer) - _LONGEST_HEADER)
        end = match.start() if match[0] == b"\x01" else match.end()
        return end, end


def messages(window: Window) -> Iterator[Item]:
    """The messages in a file, each with its own byte range. One without an end is read, too: see ``cut_off``."""
    number = 0
    while chunk := window.take(_MessageEnd()):
        item = chunk.trimmed(_FILL)
        if item is None or item.data == b"\x04":
            continue
        number += 1
        yield _item(item, f"message {number}")


def _item(chunk: Chunk, where: str) -> Item:
    """The message in UTF-8, as far as its own character sets have to be resolved for that."""
    if chunk.data is None:
        return Item(chunk, where=where)
    try:
        return Item(replace(chunk, data=in_utf8(chunk.data)), where=where)
    except UnicodeDecodeError as error:
        detail = f"byte 0x{error.object[error.start]:02x} is not in {error.encoding}, the character set designated"
        return Item(chunk, where=where, fault=ItemError("undecodable", detail))


def printable(text: str) -> str:
    """The text with ``\\n`` line ends and without control characters, its indents kept, and blanks at line ends cut."""
    if "\x0b" in text:
        text = _INSTRUCTION.sub("", text)
    if "\x18" in text:
        text = _KILLED_WORD.sub("", text)
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip() for line in text.split("\n"))


def cut_off(message: str) -> list[Finding]:
    """What to say of a message that was cut off in transmission."""
    if ETX in message or EOT in message:
        return []
    return [Finding(says="truncated", field="transmission", text="neither ETX nor EOT ends the message")]


def month_of(name: str) -> int | None:
    """The month that a name or an abbreviation of it means, in the languages of the agencies; None if it is none."""
    name = plain(name).lower()
    begun = {number for word, number in MONTHS.items() if word.startswith(name)}
    return MONTHS.get(name) or _DUTCH_MONTHS.get(name) or (begun.pop() if len(begun) == 1 else None)


def moment(year: int, month: int, day: int, hour: int, minute: int, zone: tzinfo) -> datetime | None:
    """The time in UTC (a year of two digits is of 1970 to 2069); None for one that the calendar does not have."""
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def identity(provider: str | None, day: date | None, service: str, number: str) -> str | None:
    """``dpa:20140812:bdt0123``: agency, day of transmission, service and its number, which starts again every day.

    None where a part is lacking, and for number 0, which gateways give that do not count.
    """
    return f"{provider}:{day:%Y%m%d}:{service}{number}" if provider and day and number.strip("0") else None


class Release(NamedTuple):
    """What notes to editors say of the release: the time, or why a person must decide on it."""

    until: datetime | None
    withheld: str | None
    findings: list[Finding]


def read_release(
    notes: list[str], *, advances: re.Pattern[str], sent: datetime | None, provider: str | None
) -> Release:
    """The embargo in notes; one that is not read in full, or is only called an advance, withholds the story."""
    until, withheld, findings = None, None, []
    for line in note_lines("\n".join(notes)):
        embargo = find_embargo(line, published=sent, provider=provider)
        words = embargo.words if embargo else line.text if advances.match(line.text) else None
        if words is None or (embargo and embargo.lifted):
            continue
        findings.append(Finding(says="embargo", field="editor_note", text=words))
        if embargo and embargo.until:
            until = max(until, embargo.until) if until else embargo.until
        else:
            withheld = withheld or words
    return Release(until, withheld, findings)
