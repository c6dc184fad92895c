"""The text of an IPTC 7901 message: where its title ends, its byline and dateline, what stands below it for editors."""

import re
from contextlib import suppress
from datetime import date, datetime

from services.ingest.datelines import read_dateline
from services.ingest.dates import infer_year
from services.ingest.formats.iptc7901_notes import is_byline
from shared.models import Dateline

CREDIT = re.compile(r"\((?P<agency>[A-Za-z]{2,10})(?P<more>[-/][^()\n]{1,30})?\)\.? {0,2}[-–—=]")
"""``(dpa/lni) -``: whose story it is."""

_WORD = r"[^\W\d_a-zß-öø-ÿ][\w.'’]*"
_PLACE = (
    rf"{_WORD}(?:(?: ?/ ?|[ -])(?:{_WORD}|am|an|auf|aan|de|del|den|der|des|du|e|im|in|la|le|les|of|on|sur)\b){{0,6}}"
)
_DATELINE = re.compile(
    rf"^[ \t]*(?:\((?P<first>[A-Za-z/-]{{2,24}})\) ?[-–] ?(?P<after>{_PLACE}, \d{{1,2}} [A-Za-z]{{3,9}}) ?[-–]"
    rf"|(?P<place>{_PLACE})(?P<rest>,[^()\n=]{{2,50}}| \d{{1,2}}[./ ][^()\n=]{{1,24}})?"
    r" ?\((?P<agency>[A-Za-z][A-Za-z/-]{1,24})\)(?P<dash>\.? {0,2}[-–—=])?)",
    re.MULTILINE,
)
_DAY_AND_MONTH = re.compile(r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})\b")
_TITLE_END = re.compile(r"[ \t]?=[ \t]*(?:\n|\Z)")
_LONGEST_BLOCK = 1_500  # characters of a title with the notes around it
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_INDENTED = re.compile(r"\t|  ")
_NOTEPAD = re.compile(r"^# (?:Notizblock|(?:dpa[ -])?(?:Notebook|Notepad))[ \t]*$", re.MULTILINE | re.IGNORECASE)
_CLOSING = re.compile(r"\n(?P<line>(?:dpa|sda|ats|apa)(?: [\w/]{1,9}){1,7})\Z")
_END_OF_TEXT = re.compile(r"\n[ \t]*\./\.\S{0,8}\Z")


def find_dateline(body: str, sent: datetime | None, provider: str | None) -> Dateline | None:
    """``PARIS, 12 juin (AFP) -``, ``(ANSA) - ROMA, 12 LUG -``, ``BRUXELLES 31/07 (BELGA) =``, ``Bern (sda)``."""
    for match in _DATELINE.finditer(body, 0, 2_000):
        agency = match["agency"] or match["first"]
        if match["first"] or match["dash"] or agency == provider:
            place = match["after"] or match["place"] + (match["rest"] or "")
            day = _DAY_AND_MONTH.search(place)
            found = read_dateline(f"{place[: day.start()] if day else place} ({agency})", sent)
            text = " ".join(match[0].split())
            return found.model_copy(update={"text": text, "date": _day(day, sent) if day else found.date})
    return None


def _day(match: re.Match[str], sent: datetime | None) -> date | None:
    with suppress(ValueError):
        return infer_year(int(match["month"]), int(match["day"]), sent) if sent else None
    return None


def split_title(text: str) -> tuple[str, str]:
    """The title block, and what follows.

    With dpa and SDA, it ends with ``=``; with others it is what stands flush left above a blank or an indented line.
    """
    text = text.lstrip("\n")
    end = _TITLE_END.search(text, 0, _LONGEST_BLOCK)
    if end:
        block = text[: end.start()]
        if not _BLANK_LINE.search(block) and not _INDENTED.match(block.rpartition("\n")[2]):
            return block, text[end.end() :]
    lines = text[:_LONGEST_BLOCK].split("\n")
    height = next((at for at, line in enumerate(lines) if not line or _INDENTED.match(line)), 1)
    block = "\n".join(lines[:height])
    rest = text[len(block) :]
    is_text = CREDIT.search(block) or height > 6 or (len(block) > 160 and block.endswith("."))
    is_text = is_text or (not rest.strip() and block.endswith("."))
    return ("", text) if is_text else (block, rest)


def split_byline(body: str) -> tuple[str, str | None]:
    """The body without a byline that is its first line, and the byline."""
    first, _, rest = body.lstrip("\n").partition("\n")
    byline = is_byline(first)
    return (rest, byline) if byline else (body, None)


def split_remarks(body: str) -> tuple[str, list[str]]:
    """The body without what dpa puts below it for editors, nor the sign that it ends (``./.``); and the remarks."""
    remarks = []
    if mark := _NOTEPAD.search(body):
        remarks.append(body[mark.end() :].strip())
        body = body[: mark.start()]
    body = _END_OF_TEXT.sub("", body.rstrip())
    if closing := _CLOSING.search(body, max(0, len(body) - 100)):
        remarks.append(closing["line"])
        body = body[: closing.start()]
    return body, [remark for remark in remarks if remark]
