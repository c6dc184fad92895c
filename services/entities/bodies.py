"""Whose ministry it is: every state has a Supreme Court and an Army, and those of two must not share a key."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.entities.gazetteer import Gazetteer, Known
from services.entities.rules import Span

_ALONE = "Parliament|Senate|Cabinet|Army|Navy|Treasury|Government|Ministry"
"""Bodies that most states have one of."""
_FIELD = (
    "Defen[cs]e|Foreign|External|Interior|Internal|Home|Affairs|Homeland|National|State|Federal|Central|Supreme"
    "|Constitutional|Appeals?|High|Lower|Upper|Finance|Econom(?:y|ic|ics)|Justice|Education|Agriculture|Fisheries|Health"
    "|Trade|Industry|Commerce|Labou?r|Employment|Energy|Oil|Petroleum|Mines|Mining|Environment|Climate|Transport"
    "|Transportation|Tourism|Culture|Sports?|Youth|Communications?|Information|Intelligence|Security|Housing|Planning"
    "|Science|Technology|Research|Water|Resources|Welfare|Social|Development|Human|Rights|Public|Unification|Electoral"
    "|Elections?|Legislative|Air|Coast|Border|Revenue|Customs|Police"
)
"""What tells one of a state's bodies from its others."""
_KIND = (
    f"{_ALONE}|Department|Commission|Council|Assembly|Court|House|Force|Guard|Bank|Police|Agency|Office|Service|Bureau"
)
_BODY = (
    rf"(?:{_ALONE})|(?:(?:{_FIELD}) (?:and |& )?)+(?:{_KIND})"
    rf"|(?:{_KIND}) (?:of|for) (?:the )?(?:{_FIELD})(?:(?:,| and|, and| &)? (?:{_FIELD}))*|House of Representatives"
)
_GENERAL = re.compile(_BODY)
_OWNED = re.compile(rf"(?P<owner>\S.{{0,40}}?)(?:['’]s?)? (?P<body>{_BODY})")
_OF = re.compile(rf"(?P<body>{_BODY}) of (?:the )?(?P<owner>\S.{{0,40}})")
_BETWEEN = re.compile(r"(?:['’]s?)?\s+")


def bodies(body: str, spans: Sequence[Span], gazetteer: Gazetteer) -> Mapping[int, Known]:
    """State bodies by where their names start: ``Defense Ministry (South Korea)`` for "Seoul's Defense Ministry".

    One that is named without its state is that of the only state whose body of this name the story speaks of, if any.
    ``spans`` are sorted and do not overlap.
    """
    named: dict[int, tuple[str, str | None]] = {}
    states: dict[str, set[str]] = defaultdict(set)
    for before, span in zip([None, *spans], spans, strict=False):
        if span.label == "ORG" and (parts := _parts(body, before, span)):
            owner, name = parts
            listed = gazetteer.find(name)
            if listed and not _GENERAL.fullmatch(listed.canonical):  # there is one only: the CIA
                continue
            state = gazetteer.state(owner)
            named[span.start] = name, state
            if state:
                states[name].add(state)
    found: dict[int, Known] = {}
    for start, (name, state) in named.items():
        if state := state or (next(iter(states[name])) if len(states[name]) == 1 else None):
            found[start] = Known("ORG", f"{name} ({state})")
    return found


def _parts(body: str, before: Span | None, span: Span) -> tuple[str, str] | None:
    """Whose body it is said to be, if anybody's, and what it is called without that; None if it is no such body."""
    text = " ".join(body[span.start : span.end].split())
    if _GENERAL.fullmatch(text):
        near = before and _BETWEEN.fullmatch(body, before.end, span.start)
        return body[before.start : before.end] if before and near else "", text
    owned = _OWNED.fullmatch(text) or _OF.fullmatch(text)
    return (owned["owner"], owned["body"]) if owned else None
