"""Pick the sentences that tell the story: the lead, unless something later is clearly better.

The first sentences of a news story are hard to beat as its summary. A small learned model (``words.py``) says how
likely each word belongs into a summary; sentences are taken one after the other, each for the words it adds. What is
no sentence of the story is never considered (``furniture.py``).
"""

from collections.abc import Mapping, Sequence

from services.summarise.candidates import Candidate, candidates_of, form, leans, shared, top, word_count
from services.summarise.furniture import is_furniture
from services.summarise.words import Model, default, expected, features
from shared.models import Entity, Sentence

SAYS_THE_SAME = 0.7
"""Share of the shorter sentence's words found in the other from which the two say the same."""
LEANING = 0.3
"""What a sentence loses, in expected words, that leans on one before it which is not chosen."""
WORDS_A_SENTENCE = 10
"""A length in words alone lets in as many sentences as it has room for of this length."""
MAX_SENTENCES = 50


def summarise(
    body: str,
    *,
    limit: int | None = None,
    words: int | None = None,
    headline: str | None = None,
    entities: Sequence[Entity] = (),
    model: Model | None = None,
) -> list[Sentence]:
    """At most ``limit`` sentences of ``body`` and ``words`` words, in text order, no two nearly the same.

    A single sentence may be longer than ``words``, when none is that short. Offsets count code points,
    ``body[start:end] == text``. Empty when the body holds no prose (``reasons.py`` says why). Time is bounded: only the
    top of the body is read.
    """
    limit = length(limit, words)
    spans = top(body, limit)
    if limit and len(spans) == 1 and not is_furniture(body[slice(*spans[0])]):
        return [_sentence(body, *spans[0])]
    candidates = candidates_of(body, spans, limit)
    model = model or default()
    likely = expected(model, features(body, candidates), headline=headline, entities=entities)
    chosen = choose(candidates, likely, limit=limit, words=words, model=model)
    return [_sentence(body, candidates[at].start, candidates[at].end) for at in chosen]


def length(limit: int | None, words: int | None) -> int:
    """The number of sentences, at most, that a length in sentences, in words, or both, allows."""
    if limit is None:
        limit = MAX_SENTENCES if words is None else 1 + words // WORDS_A_SENTENCE
    return min(limit, MAX_SENTENCES)


def choose(
    candidates: Sequence[Candidate],
    likely: Mapping[str, float],
    *,
    limit: int,
    words: int | None = None,
    model: Model,
) -> list[int]:
    """Which candidates make the summary, in text order: one after the other the one that adds most."""
    lengths = [word_count(one.text) if words is not None else 0 for one in candidates]
    worth = _worth(candidates, lengths, limit, words, model)
    room, left, chosen, said = words or 0, list(range(len(candidates))), list[int](), set[str]()

    def gain(at: int) -> float:
        new = candidates[at].lower - said
        adds = sum(map(likely.__getitem__, new)) - model.price * len(new)
        return adds + worth[at] - (LEANING if at - 1 not in chosen and leans(candidates[at]) else 0.0)

    while len(chosen) < limit:
        fitting = [at for at in left if lengths[at] <= room] or ([] if chosen else left)
        if not fitting:
            break
        best = max(fitting, key=gain)
        chosen.append(best)
        said |= candidates[best].lower
        room -= lengths[best]
        left = [at for at in left if at != best and shared(candidates[at], candidates[best]) < SAYS_THE_SAME]
    return sorted(chosen)


def _worth(
    candidates: Sequence[Candidate], lengths: Sequence[int], limit: int, words: int | None, model: Model
) -> list[float]:
    """What each candidate is worth whatever it says: its form, and the margin of those that make the lead."""
    worth: list[float] = []
    used = 0
    for at, one in enumerate(candidates):
        used += lengths[at]
        lead = at < limit and (at == 0 or words is None or used <= words)
        worth.append((model.lead_margin if lead else 0.0) - form(one))
    return worth


def _sentence(body: str, start: int, end: int) -> Sentence:
    return Sentence(text=body[start:end], start=start, end=end)
