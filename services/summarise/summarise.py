"""Pick the sentences that tell the story: the lead, unless something later is clearly better.

The first sentences of a news story are hard to beat as its summary. A small learned model (``model.py``) weighs what
can be seen of each sentence (``features.py``); what is no sentence of the story is never considered (``furniture.py``).
"""

from collections.abc import Sequence
from itertools import islice

from services.summarise.features import Candidate, candidate, features
from services.summarise.furniture import after_dateline, is_furniture, is_prose
from services.summarise.model import Model, default
from shared.models import Entity, Sentence
from shared.sentences import sentences

MAX_CHARACTERS = 3_000
"""Characters of the body that are considered, and 300 more for each sentence wanted: a summary comes from the top."""
MAX_CANDIDATES = 16
"""Sentences that are considered for a summary of up to five, and three times as many as wanted for a longer one."""

_DUPLICATE_OVERLAP = 0.7
"""Share of the shorter sentence's words found in the other from which the two say the same."""


def summarise(
    body: str,
    *,
    limit: int,
    headline: str | None = None,
    entities: Sequence[Entity] = (),
    model: Model | None = None,
) -> list[Sentence]:
    """At most ``limit`` sentences of ``body``, in text order, without overlap, no two nearly the same.

    Offsets count code points, ``body[start:end] == text``. Empty when the body holds no prose (nothing at all, a
    list, a table). Time is bounded: only the top of the body is read.
    """
    spans = top(body, limit)
    if len(spans) == 1 and not is_furniture(body[slice(*spans[0])]):
        return [_sentence(body, *spans[0])]
    candidates = candidates_of(body, spans, limit)
    model = model or default()
    scores = model.scores(features(candidates, headline=headline, entities=entities))
    chosen = choose(candidates, scores, limit=limit, model=model)
    return [_sentence(body, candidates[at].start, candidates[at].end) for at in chosen]


def candidates_of(body: str, spans: Sequence[tuple[int, int]], limit: int) -> list[Candidate]:
    """Those of the sentences ``spans`` that may be chosen, in text order."""
    every = (candidate(body, start, end) for start, end in spans)
    prose = (one for one in every if is_prose(one.text, len(one.written)))
    return list(islice(prose, max(MAX_CANDIDATES, 3 * limit)))


def choose(candidates: Sequence[Candidate], scores: Sequence[float], *, limit: int, model: Model) -> list[int]:
    """Which candidates make the summary, in text order: one after the other the best that says something new."""
    left = {at: score + (model.lead_margin if at < limit else 0.0) for at, score in enumerate(scores)}
    chosen: list[int] = []
    said = dict.fromkeys(left, 0.0)
    while left and len(chosen) < limit:
        best = max(left, key=lambda at: left[at] - model.redundancy * said[at])
        chosen.append(best)
        del left[best]
        for at in list(left):
            shared = _shared(candidates[at].words, candidates[best].words)
            said[at] = max(said[at], shared)
            if shared >= _DUPLICATE_OVERLAP:
                del left[at]
    return sorted(chosen)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter sentence's words that are found in the other."""
    return len(one & other) / min(len(one), len(other))


def top(body: str, limit: int) -> list[tuple[int, int]]:
    """The sentences at the top of the body, as far as a summary of ``limit`` looks, the first without its dateline."""
    characters = MAX_CHARACTERS + 300 * limit
    spans = sentences(body[:characters])
    if len(body) > characters and len(spans) > 1:
        spans.pop()  # cut in two by the limit
    if spans:
        start, end = spans[0]
        spans[0] = start + after_dateline(body[start:end]), end
    return spans


def _sentence(body: str, start: int, end: int) -> Sentence:
    return Sentence(text=body[start:end], start=start, end=end)
