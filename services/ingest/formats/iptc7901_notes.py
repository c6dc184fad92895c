"""The title block of an IPTC 7901 message: headline and byline, and what its notes in brackets tell editors."""

import re
from datetime import datetime
from typing import NamedTuple

from services.ingest.formats.transmission import Release, read_release
from shared.models import Finding, Wire

_NOTE = re.compile(
    r"^[ \t]*\((?P<note>(?:[^()]|\([^()\n]{0,200}\)){1,600})\)[ \t]*$"
    r"|^[ \t]*(?P<line>Sperrfrist\b[^\n]*|(?:Embargo|Sperrvermerk) ?:[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_FLASH = re.compile(
    r"^[ \t]*(?P<word>EXTRA|EIL|BLITZ|URGENT[EI]?|FLASH|ALERTE?|BULLETIN|ULTIM'ORA)[ \t!:]*$", re.MULTILINE
)
_NAME = r"[A-ZÀ-Þ][\w.'’-]*"
_BYLINE = re.compile(
    rf"[ \t]*((?:Von|By|Par|Di|Por|Door|Af|Av) {_NAME}"
    rf"(?:(?:, ?| ?/ ?| )(?:{_NAME}|und|and|et|en|og|och|de|da|di|del|della|van|von|der|den|dpa|sda|afp|ats|in|aus|e"
    r"|y)){0,15})[ \t]*"
)
_KINDS = (
    ("kill", r"\bkill|storn(?:o\b|ier)|zur(?:ü|ue)ck(?:gezogen|ziehen|zuziehen)|annul(?:ation|é|lat|lé)|withdraw"),
    ("hold", r"\bhold\b|zur(?:ü|ue)ckhalten|nicht (?:zur ver(?:ö|oe)ffentlichung|ver(?:ö|oe)ffentlichen)"),
    ("correction", r"berichtig|korrektur|korrigiert|\bcor\b|\bcorrect(?:ion|ed|s|if)?\b|\bcorrecci|re(?:ct|tt)ific"),
    ("update", r"neufassung|\bneu\b|aktualisier|\bupdat|actualis|mise à jour|\blead\b|aggiorna"),
    ("advisory", r"vorschau|hinweis an|planungshinweis|advisory|\bagenda\b|prévisions|avis aux"),
    ("alert", r"eil(?:meldung)?|blitz(?:meldung)?|flash|urgent[ei]?|alerte?|bulletin|ultim'ora"),
)
"""What notes make of a story, the gravest first; an alert must be the whole note."""

_ADVANCE = re.compile(r"(?:.{0,60}\b)?(?:sperrfrist|sperrvermerk|embargo)\b", re.IGNORECASE)
_TAKE = re.compile(r"\b(?:Teil|Take|Partie|Part) (\d{1,2})\b|\b(\d{1,2})\.? ?(?:Teil|Take)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<!\S)[A-Za-z]{0,6}\d{3,6}(?!\S)")


class Notes(NamedTuple):
    """What a title block says."""

    headline: str | None
    byline: str | None
    lines: list[str]
    embargo_until: datetime | None
    wire: Wire


def is_byline(line: str) -> str | None:
    """The byline that a line is; None for any other line."""
    match = _BYLINE.fullmatch(line)
    return match[1] if match else None


def read_notes(title: str, *, options: str, sent: datetime | None, provider: str | None) -> Notes:
    """Take a title block apart; ``options`` is what the header has behind the agency's number (``COR 703``)."""
    lines = [" ".join((note["note"] or note["line"]).split()) for note in _NOTE.finditer(title)]
    lines += [flash["word"] for flash in _FLASH.finditer(title)]
    rest = _FLASH.sub("", _NOTE.sub("", title)).split("\n")
    bylines = [byline for line in rest if (byline := is_byline(line))]
    headline = " ".join(" ".join(line for line in rest if not is_byline(line)).split())
    release = read_release(lines, advances=_ADVANCE, sent=sent, provider=provider)
    wire = _wire(lines, options, release)
    return Notes(headline or None, bylines[0] if bylines else None, lines, release.until, wire)


def _wire(notes: list[str], options: str, release: Release) -> Wire:
    fields = [("note", note) for note in notes] + ([("options", options)] if options else [])
    findings = [Finding(says=kind, field=field, text=text) for field, text in fields for kind in _kinds(text)]
    kind = next((kind for kind, _ in _KINDS if any(found.says == kind for found in findings)), "story")
    note = next((found.text for found in findings if found.says == kind), None)
    reference = _REFERENCE.search(options)
    takes = [(match, field, text) for field, text in fields if (match := _TAKE.search(text))]
    findings += [Finding(says="take", field=field, text=text) for _, field, text in takes]
    return Wire.model_validate({
        "kind": kind,
        "note": note,
        "take": int(takes[0][0][1] or takes[0][0][2]) if takes else None,
        "of": reference[0] if reference else None,
        "withheld": note if kind == "hold" else release.withheld,
        "findings": findings + release.findings,
    })  # fmt: skip


def _kinds(text: str) -> list[str]:
    return [
        kind
        for kind, words in _KINDS
        if (re.fullmatch if kind == "alert" else re.search)(words, text.strip(), re.IGNORECASE)
    ]
