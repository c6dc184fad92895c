"""Settle what a story's own words make certain, before its names are joined: "the North" is North Korea, or nothing."""

import re
from collections.abc import Mapping, Sequence

from services.entities.gazetteer import Gazetteer
from services.entities.rules import Span

QUANTITIES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})

_OPPOSITE = {"North": "South", "South": "North", "East": "West", "West": "East"}
_ALONE = re.compile(r"(?<=\b[Tt]he )(?:North|South|East|West)(?![\w-])(?!\s[^\W\da-z_])")
_OWNER = re.compile(r"([^'’]{2,60})['’]s?\s+(?=\S)")
_HOME = re.compile(r"\s+of\s+(\S.{1,60})\Z", re.DOTALL)
_PROPER = frozenset({"PERSON", "ORG", "LOC", "GPE", "FAC", "NORP"})
_CALENDAR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December",
    re.IGNORECASE,
)


def settle(body: str, spans: Sequence[Span], gazetteer: Gazetteer) -> tuple[list[Span], Mapping[str, str]]:
    """The names that stay, sorted and apart, and the listed names that lone points of the compass stand for.

    What is no name goes: "the ministry", and "the North" in a story that does not name both North and South of it.
    """
    halves = _halves(body, spans, gazetteer)
    kept: list[Span] = []
    has_capitals = any(map(str.isupper, body))
    for span in spans:
        text = body[span.start : span.end]
        if text in _OPPOSITE or (has_capitals and span.label in _PROPER and _is_common(text)):
            continue
        if _CALENDAR.fullmatch(text):
            kept.append(span._replace(label="DATE"))
        else:
            kept += _apart(text, span, gazetteer)
    if halves:
        kept = _with(kept, [Span(*match.span(), "GPE") for match in _ALONE.finditer(body) if match.group() in halves])
    return kept, halves


def _apart(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """A name and the listed place that it was taken together with: "Kim Jong Un of North Korea", "Seoul's Defense
    Ministry".
    """

    def is_place(name: str) -> bool:
        known = gazetteer.find(name)
        return known is not None and known.label == "GPE"

    if (owner := _OWNER.match(text)) and is_place(owner[1]):
        middle = span.start + owner.end(1)
        return [Span(span.start, middle, "GPE"), Span(span.start + owner.end(), span.end, span.label)]
    if span.label == "PERSON" and (home := _HOME.search(text)) and is_place(home[1]):
        return [
            Span(span.start, span.start + home.start(), "PERSON"),
            Span(span.start + home.start(1), span.end, "GPE"),
        ]
    return [span]


def _is_common(text: str) -> bool:
    return not any(letter.isupper() or letter.isdigit() for letter in text) and text.isascii()


def _halves(body: str, spans: Sequence[Span], gazetteer: Gazetteer) -> dict[str, str]:
    """What "the North" and "the South" are, if the story names a country of each kind, and one pair only."""
    names = {" ".join(body[span.start : span.end].split()) for span in spans if span.label in ("LOC", "GPE")}
    found: dict[str, set[str]] = {}
    for name in names:
        first, _, rest = name.partition(" ")
        known = gazetteer.find(name)
        if first in _OPPOSITE and known and known.label == "GPE" and f"{_OPPOSITE[first]} {rest}" in names:
            found.setdefault(first, set()).add(name)
    return {first: next(iter(meant)) for first, meant in found.items() if len(meant) == 1}


def _with(spans: Sequence[Span], more: Sequence[Span]) -> list[Span]:
    """All ``spans``, and those of ``more`` that meet none of them. Both are sorted."""
    together = list(spans)
    at = 0
    for span in more:
        while at < len(spans) and spans[at].end <= span.start:
            at += 1
        if at == len(spans) or span.end <= spans[at].start:
            together.append(span)
    return sorted(together)
