"""How likely a person who sums up the story would use each of its words: a logistic model of where a word stands.

A summary is worth the words it brings (Hong and Nenkova, 2014): what the lead says, what the story repeats, who it
names. The weights are learned (``weights/weights.json``, see the card beside it) and hold for any language with spaces.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import exp, log
from operator import mul
from pathlib import Path
from typing import Self

from services.summarise.candidates import MAX_CANDIDATES, STOP_WORDS, Candidate
from services.summarise.furniture import WORD
from shared.models import Entity

PATH = Path(__file__).parent / "weights" / "weights.json"
MAX_COUNTED = 10_000
"""Characters of the body in which words are counted."""

NAMES = (
    "constant", "times", "up_to_three", "repeated", "spread", "first", "second", "third", "early", "late", "name",
    "number", "long", "stop", "first_times", "first_name", "name_times",
)  # fmt: skip
"""The features in the order of ``features``."""
HEADLINE = 1.0
"""What standing in the headline adds to the log-odds of a word. Set by hand: the articles of the training have none."""
SALIENCE = 1.0
"""The same for a word of the most salient entities, times their salience."""


@dataclass(frozen=True, slots=True)
class Model:
    """Log-odds linear in the features of a word, and how a summary is chosen by them."""

    weights: tuple[float, ...]
    """In the order of ``NAMES``."""
    price: float
    """The probability from which a word earns its place: a summary costs its reader time."""
    lead_margin: float
    """By how many expected words a later sentence must be better to take the place of one of the lead."""

    @classmethod
    def read(cls, path: Path = PATH) -> Self:
        """The model in a file; raises ``KeyError`` if it lacks the weight of a feature."""
        stored = json.loads(path.read_text("utf-8"))
        weights = stored["weights"]
        return cls(tuple(weights[name] for name in NAMES), stored["price"], stored["lead_margin"])

    def write(self, path: Path) -> None:
        """Store the model, readable by eye."""
        weights = {name: round(weight, 4) for name, weight in zip(NAMES, self.weights, strict=True)}
        stored = {"weights": weights, "price": self.price, "lead_margin": self.lead_margin}
        path.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


@cache
def default() -> Model:
    """The model that is shipped, read once a process."""
    return Model.read()


def features(body: str, candidates: Sequence[Candidate]) -> dict[str, tuple[float, ...]]:
    """The features (``NAMES``) of each word of the candidates, in lower case. ``first`` is the first candidate."""
    counted = Counter(WORD.findall(body[:MAX_COUNTED].lower()))
    inside = Counter(map(str.lower, chain.from_iterable(one.written for one in candidates)))
    spread = Counter(chain.from_iterable(one.lower for one in candidates))
    # A capital says nothing at the beginning of a sentence.
    capitals = Counter(word.lower() for one in candidates for word in one.written[1:] if word[0].isupper())
    second, third = (candidates[at].lower if at < len(candidates) else frozenset() for at in (1, 2))
    found: dict[str, tuple[float, ...]] = {}
    for place, one in enumerate(candidates):
        first, early, late = float(place == 0), 1 / (1 + place), min(1.0, place / MAX_CANDIDATES)
        for word in one.lower:
            if word in found:
                continue
            count = counted[word] or 1
            times, name = log(count), capitals[word] / (inside[word] or 1)
            named = 1.0 if name else 0.0
            found[word] = (
                1.0, times, min(count, 3) / 3, float(count > 1), spread[word] / len(candidates), first,
                float(word in second), float(word in third), early, late, name, float(word[0].isdigit()),
                min(1.0, len(word) / 10), float(word in STOP_WORDS), first * times, first * named, named * times,
            )  # fmt: skip
    return found


def expected(
    model: Model, rows: Mapping[str, Sequence[float]], *, headline: str | None = None, entities: Sequence[Entity] = ()
) -> dict[str, float]:
    """For each word the probability, 0 to 1, that a summary uses it."""
    known = dict.fromkeys(map(str.lower, WORD.findall(headline or "")), HEADLINE)
    for entity in sorted(entities, key=lambda entity: -entity.salience)[:5]:
        for word in {word for mention in entity.mentions[:20] for word in WORD.findall(mention.text.lower())}:
            known[word] = known.get(word, 0.0) + SALIENCE * entity.salience
    odds = ((word, sum(map(mul, model.weights, row)) + known.get(word, 0.0)) for word, row in rows.items())
    return {word: 1 / (1 + exp(-max(-30.0, value))) for word, value in odds}
