"""Pick the sentences that tell the story: the lead, unless something later is clearly better.

The first sentences of a news story are hard to beat as its summary, so position is what counts most. The other signs
(words of the headline, salient entities, figures) only move sentences that stand close together.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from shared.models import Entity, Sentence
from shared.sentences import sentences

MAX_CHARACTERS = 8_000
"""Characters of the body that are considered: a summary comes from the top of a story."""
MAX_CANDIDATES = 16
"""Sentences that are considered for a summary of up to five, and three times as many as wanted for a longer one."""
MIN_WORDS = 5
MAX_WORDS = 80
"""Longer sentences are left for another to say it."""

_DUPLICATE_OVERLAP = 0.7
"""Share of the shorter sentence's words found in the other from which the two say the same."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FURNITURE = (
    "all rights reserved", "copyright", "(c)", "©", "click here", "click on", "read more", "read also", "sign up for",
    "subscribe", "newsletter", "follow us", "no comments", "post a comment", "reporting by", "editing by",
    "writing by", "compiled by", "translated by",
)  # fmt: skip
"""Phrases of the page around a story, lower case."""
_LABEL = re.compile(
    r"\W*(?:photo|image|video|caption|source|contact|tags?|share|advertisement|related|editor'?s note|e-?mail)\s*:"
    r"|\S*https?://\S+$"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*•·–—▪►]\s|\(?\d{1,3}[.)]\s|[a-z]\)\s)")
_TABLE = re.compile(r"\t|\S {3,}\S|\.{4,}|\|")
_BARE_QUOTE = re.compile(r"[\"“„«‘][^\"”“»]*[\"”»’][.!?]?")
_DANGLING = re.compile(
    r"[\"“‘]?(?:he|she|it|they|his|her|its|their|this|that|these|those|such|but|and|so|however|also|instead)\b",
    re.IGNORECASE,
)
_STOP_WORDS = frozenset(
    """
    a an and are as at be been but by for from had has have he her his in into is it its more new not of on or over
    says said she that the their they this to was were which who will with would
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    text: str
    words: frozenset[str]
    score: float


def summarise(body: str, *, limit: int, headline: str | None = None, entities: Sequence[Entity] = ()) -> list[Sentence]:
    """At most ``limit`` sentences of ``body``, in text order, without overlap, no two nearly the same.

    Offsets count code points, ``body[start:end] == text``. Empty when the body holds no prose (nothing at all, a
    list, a table). Time is bounded: only the top of the body is read.
    """
    spans = _top(body)
    if len(spans) == 1 and not _is_furniture(body[slice(*spans[0])]):
        return [_sentence(body, *spans[0])]
    salient = _salient_starts(entities)
    topic = _content_words(headline or "")
    prose = ((start, end) for start, end in spans if _is_prose(body[start:end]))
    usable = islice(prose, max(MAX_CANDIDATES, 3 * limit))
    candidates = [
        _candidate(body, start, end, position, topic, salient) for position, (start, end) in enumerate(usable)
    ]
    chosen = _choose(candidates, limit)
    return [_sentence(body, one.start, one.end) for one in sorted(chosen, key=lambda one: one.start)]


def _top(body: str) -> list[tuple[int, int]]:
    spans = sentences(body[:MAX_CHARACTERS])
    if len(body) > MAX_CHARACTERS and len(spans) > 1:
        spans.pop()  # cut in two by the limit
    return spans


def _sentence(body: str, start: int, end: int) -> Sentence:
    return Sentence(text=body[start:end], start=start, end=end)


def _is_furniture(text: str) -> bool:
    """Whether the text is no sentence of the story: a list item, a row of a table, a line of the page around it."""
    lower = text.lower()
    if _LIST_ITEM.match(text) or _TABLE.search(text) or _LABEL.match(lower):
        return True
    if any(phrase in lower for phrase in _FURNITURE):
        return True
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    return letters == 0 or digits > letters / 2 or len(text) > MAX_WORDS * 40


def _is_prose(text: str) -> bool:
    if _is_furniture(text):
        return False
    words = len(_WORD.findall(text))
    spaced = " " in text or "\n" in text
    # Scripts without spaces have no words to count; a full sentence of theirs is longer than a label.
    return MIN_WORDS <= words <= MAX_WORDS if spaced else 10 <= len(text) <= 200 and not text.isascii()


def _candidate(
    body: str, start: int, end: int, position: int, topic: frozenset[str], salient: Iterable[tuple[int, float]]
) -> _Candidate:
    text = body[start:end]
    words = _content_words(text) or frozenset({text})
    score = 1 / (1 + 0.25 * position)
    if topic:
        score += 0.1 * len(words & topic) / len(topic)
    score += 0.1 * min(1.0, sum(weight for at, weight in salient if start <= at < end))
    if any(map(str.isdigit, text)):
        score += 0.02
    if text.rstrip("\"'”’»)").endswith("?"):
        score -= 0.3
    if _BARE_QUOTE.fullmatch(text):
        score -= 0.25
    elif _DANGLING.match(text):
        score -= 0.1
    if text[-1].isalnum():  # a heading or a caption has no full stop
        score -= 0.3
    return _Candidate(start, end, text, words, score)


def _content_words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _STOP_WORDS


def _salient_starts(entities: Iterable[Entity]) -> list[tuple[int, float]]:
    """Where the most salient entities are named, with their salience."""
    top = sorted(entities, key=lambda entity: -entity.salience)[:5]
    return [(mention.start, entity.salience / 2) for entity in top for mention in entity.mentions[:20]]


def _choose(candidates: Iterable[_Candidate], limit: int) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: -one.score):
        if len(chosen) == limit:
            break
        if not any(_says_the_same(one.words, other.words) for other in chosen):
            chosen.append(one)
    return chosen


def _says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _DUPLICATE_OVERLAP * min(len(one), len(other))
