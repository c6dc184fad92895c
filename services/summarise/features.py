"""What is seen of a sentence: a few figures from 0 to 1 that say how likely it tells the story.

All are cheap to compute and hold in any language that puts spaces between words.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import log2

from services.summarise.furniture import WORD
from shared.models import Entity

NAMES = (
    "first", "early", "depth", "centroid", "central", "lead", "headline", "salience", "names",
    "figures", "short", "length", "long", "quoted", "bare_quote", "question", "dangling", "unfinished", "speaker",
    "attributed",
)  # fmt: skip
"""The features in the order of ``features``; what each measures is said there."""

_STOP_WORDS = frozenset(
    """
    a about after all also an and are as at be been but by can could did do for from had has have he her him his i if
    in into is it its just more most new no not of on one only or other our out over said say says she so some such
    than that the their them then there these they this to up us was we were what when where which who will with
    would you your
    """.split()
)
_QUOTED = re.compile(r"[\"“„«][^\"”“»]*(?:[\"”»]|$)")
_BARE_QUOTE = re.compile(r"[\"“„«‘][^\"”“»]*[\"”»’][.!?]?")
_DANGLING = re.compile(
    r"[\"“‘]?(?:he|she|it|they|his|her|its|their|this|that|these|those|such|but|and|so|however|also|instead)\b",
    re.IGNORECASE,
)
_SPEAKER = frozenset(
    ("I", "I'm", "I’m", "We", "we", "we're", "we’re", "You", "you", "My", "my", "Our", "our", "your", "me", "us")
)
_SAYS = frozenset(("said", "says", "told", "according", "added", "tells"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be chosen: ``body[start:end] == text``."""

    start: int
    end: int
    text: str
    written: tuple[str, ...]
    """Its words in order."""
    words: frozenset[str]
    """Those that carry meaning, in lower case; the text itself if none does."""


def candidate(body: str, start: int, end: int) -> Candidate:
    """The sentence ``body[start:end]`` with its words."""
    text = body[start:end]
    written = tuple(WORD.findall(text))
    return Candidate(start, end, text, written, content_words(written) or frozenset({text}))


def content_words(words: Sequence[str]) -> frozenset[str]:
    """The words that carry meaning, in lower case."""
    return frozenset(map(str.lower, words)) - _STOP_WORDS


def features(
    candidates: Sequence[Candidate], *, headline: str | None = None, entities: Sequence[Entity] = ()
) -> list[tuple[float, ...]]:
    """For each candidate, in text order, its features in the order of ``NAMES``."""
    spread = Counter(chain.from_iterable(one.words for one in candidates))
    core = frozenset(word for word, count in spread.most_common(10) if count > 1)
    topic = content_words(WORD.findall(headline or ""))
    salient = _salient_starts(entities)
    others = max(1, len(candidates) - 1)
    found: list[tuple[float, ...]] = []
    for position, one in enumerate(candidates):
        count = len(one.written)
        initials = [word[0] for word in one.written]
        named, figures = sum(map(str.isupper, initials[1:])), sum(map(str.isdigit, initials))
        found.append((
            float(position == 0),
            1 / (1 + position),
            min(1.0, log2(1 + position) / 5),
            (sum([spread[word] for word in one.words]) / len(one.words) - 1) / others,
            len(one.words & core) / max(1, len(core)),
            len(one.words & candidates[0].words) / len(one.words) if position else 0.0,
            len(one.words & topic) / len(topic) if topic else 0.0,
            min(1.0, sum(weight for at, weight in salient if one.start <= at < one.end)),
            min(1.0, named / (count or 1)),
            min(1.0, figures / 3),
            max(0.0, 1 - count / 12),
            min(1.0, count / 40),
            min(1.0, max(0.0, count / 40 - 1)),
            sum(map(len, _QUOTED.findall(one.text))) / len(one.text),
            float(_BARE_QUOTE.fullmatch(one.text) is not None),
            float(one.text.rstrip("\"'”’»)").endswith("?")),
            float(_DANGLING.match(one.text) is not None),
            float(one.text[-1].isalnum()),  # a heading or a caption has no full stop
            min(1.0, 5 * len([word for word in one.written if word in _SPEAKER]) / (count or 1)),
            float(not _SAYS.isdisjoint(one.written)),
        ))  # fmt: skip
    return found


def _salient_starts(entities: Sequence[Entity]) -> list[tuple[int, float]]:
    """Where the most salient entities are named, with half their salience."""
    top = sorted(entities, key=lambda entity: -entity.salience)[:5]
    return [(mention.start, entity.salience / 2) for entity in top for mention in entity.mentions[:20]]
