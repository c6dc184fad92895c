"""Finds the embargo that a line of the wire states, and reads when it ends.

``HOLD FOR RELEASE 9 p.m. EDT``, ``Sperrfrist: 12. August, 10.00 Uhr``, ``EMBARGO JUSQU'A 18H00 GMT``. News is full of
other embargoes, so the words must open the line (or be in a note to editors), and say until when or stand as a label.
"""

import re
from datetime import datetime
from typing import NamedTuple

from services.ingest.homes import home_zone
from services.ingest.lines import Line
from services.ingest.release_time import read_moment

_TO_WHOM = r"(?i:(?:eds?|editors?|note|attention|achtung|attn|strictly|strict|under|sous|bajo)\b[\s:.,–—*(-]{1,5}){0,2}"
_OPENING = re.compile(r"[\s(\[*+#=<>/!«\"-]{0,8}" + _TO_WHOM)
_UNTIL = re.compile(
    r"(?P<en>(?:this (?:story|item|article) (?:is|was) )?embargo(?:ed)?[\s:-]{1,3}"
    r"(?:until|till?|to|before|for(?: release| publication| use)?(?: at| on| until)?)\b"
    r"|(?:hold )?for (?:release|publication|use)[\s:]{1,2}(?:(?:at|on|after|from|not before|in)\b)?"
    r"|hold (?:for release )?until(?: after)?\b"
    r"|(?:not for|no|not to be|do not|must not be) (?:publication|publish(?:ed)?|released?|used?|broadcast)"
    r"(?: or \w{3,12})? (?:before|until|prior to)\b"
    r"|release time\b)"
    r"|(?P<de>sperrfrist(?:ende)?(?: bis| endet)?|sperrvermerk|gesperrt bis|embargo bis"
    r"|zur veröffentlichung (?:ab|am|nicht vor))"
    r"|(?P<fr>embargo jusqu['’ ]?\s?(?:à|a|au|en)?\b|embargo(?: le| à| au)\b|ne pas (?:publier|diffuser) avant)"
    r"|(?P<es>embarg(?:o|ad[oa]) hasta|no (?:publicar|difundir)(?: antes de(?:l)?| hasta))"
    r"|(?P<it>embargo (?:fino )?(?:alle|al|a)\b|non (?:pubblicare|diffondere) prima del(?:le|l)?)"
    r"|(?P<pt>embarg(?:o|ad[oa]) at[eé])|(?P<nl>embargo tot)"
    r"|(?P<any>embargo(?:ed)?)(?=\s?[:*!–—-])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"EMBARGO(?:ED)?(?:\s?[:!*)\]–—-]|\s?\Z|(?= (?:UNTIL|TILL?|TO|FOR|HASTA|JUSQU|BIS|FINO|TOT|AT[EÉ])\b)"
    r"|(?= (?:until|till?|hasta|jusqu)))"
    r"|Embargoed\s?(?::|\Z)|SPERRFRIST\b|Sperrfrist(?:ende)?\s?[:!]|Sperrvermerk:|HOLD FOR RELEASE\b"
    r"|(?:Not for publication|NOT FOR PUBLICATION) (?:before|BEFORE|until|UNTIL)"
)
"""Words that can only be an embargo, so that one whose time cannot be read keeps the story in."""
_LIFTED = re.compile(
    r"(?:embargo(?: (?:is|has been|now|est|ha sido|wurde|ist))* (?:lifted|lev[eé]e?|levantado|aufgehoben|expired)"
    r"|(?:die )?sperrfrist (?:ist |wurde |hiermit )*(?:aufgehoben|entf[äa]llt|abgelaufen))\s?(?:[.:!)*–—-]|\Z)",
    re.IGNORECASE,
)
_NO_EMBARGO = re.compile(
    r"\s*(?:immediate|immediately|upon receipt|on receipt|now|anytime|any time|sofort|none|no\b|keine)", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W\d_]{3,}")
_FILLERS = frozenset(
    "and the thereafter after then editions edition papers weekend release publication use time hours hrs noon uhr ore"
    " heures horas las alle del frei von for not before until".split()
)
"""What may stand around the time in an embargo that is not shouted."""
_TAIL = 140  # characters in which the time must stand
_SENTENCE_END = re.compile(r"(?<=[a-zA-Z)\d]{4})[.;](?=\s+[A-ZÀ-Þ])|[)\]=<](?=\s|\Z)|\*{2,}")
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl")


class Embargo(NamedTuple):
    """What a line says: ``until`` when (UTC), None if that cannot be read; or that there is none any more."""

    words: str
    until: datetime | None
    lifted: bool = False


def find_embargo(
    line: Line, *, published: datetime | None, provider: str | None = None, language: str | None = None
) -> Embargo | None:
    """The embargo that ``line`` states; None if it states none.

    ``published`` gives the year and the day that are left out; ``provider`` and ``language``, the zone.
    """
    text = line.paragraph
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    in_note = line.place == "note"
    if lifted := (_LIFTED.search(text) if in_note else _LIFTED.match(text, start)):
        return Embargo(lifted[0].strip(), None, lifted=True)
    label = _LABEL.match(text, start) or (_LABEL.search(text) if in_note else None)
    until = _UNTIL.match(text, start) or (_UNTIL.search(text) if in_note else None)
    if label and not until:
        return Embargo(_bare(text[label.start() : label.start() + _TAIL]), None)
    if not until:
        return None
    tail = text[until.end() : until.end() + _TAIL]
    if _NO_EMBARGO.match(tail.lstrip(" :")):
        return None
    if end := _SENTENCE_END.search(tail):
        tail = tail[: end.start()]
    spoken = next((name for name in _LANGUAGES if until.groupdict()[name]), None)
    moment = read_moment(
        tail, near=published, home=home_zone(provider, language or spoken), language=language or spoken
    )
    words = _bare(until[0] + tail)
    if moment.until is not None and _is_stated(line, moment.rest, shouted=label is not None):
        return Embargo(words, moment.until)
    if label or (moment.found and _is_stated(line, moment.rest, shouted=False)):
        return Embargo(words, None)
    return None


def _bare(words: str) -> str:
    """Without the bracket that closes what was opened before them."""
    words = words.strip(" (:*-=")
    return words.rstrip(") ") if words.count(")") > words.count("(") else words


def _is_stated(line: Line, rest: str, *, shouted: bool) -> bool:
    """Whether the words are the wire's own: there is nothing but the time after them, or they are shouted or a note.

    ``Embargo until Friday on the talks' results, says minister`` is news.
    """
    return shouted or line.place == "note" or not (set(_WORDS.findall(rest.lower())) - _FILLERS)
