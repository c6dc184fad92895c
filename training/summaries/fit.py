"""A linear scorer by ridge regression, and the choice of its settings by cross-validation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from services.summarise.features import NAMES
from services.summarise.model import Model
from services.summarise.summarise import choose
from training.summaries.data import SENTENCES, Example, Floats

GIVEN = {"headline": 2.0, "salience": 1.0}
"""Weights that cannot be learned from articles without a headline and entities: together they outweigh the lead."""
AT_MOST = {"question": -2.0, "bare_quote": -2.0, "dangling": -0.3, "unfinished": -2.0}
"""Signs that a sentence does not stand by itself, which ROUGE does not see: they count at least as much as this."""
RIDGE = 0.3
"""Strength of the penalty on standardised weights, as a share of the examples."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """What is not fitted but chosen by cross-validation."""

    brevity: float
    """Matching words and word pairs that each word of a sentence must bring to be worth its place."""
    lead_margin: float
    redundancy: float


GRID = tuple(
    Settings(*values) for values in product((0.25, 0.3, 0.35, 0.4, 0.45, 0.5), (0.3, 0.6, 0.9, 1.2), (0.5, 1.0))
)


def overlap(one: Sequence[str], reference: Sequence[str]) -> tuple[int, int]:
    """How many words, and pairs of neighbouring words, two texts share, with multiplicity."""
    words = Counter(one) & Counter(reference)
    pairs = Counter(pairwise(one)) & Counter(pairwise(reference))
    return words.total(), pairs.total()


def f1(one: Sequence[str], reference: Sequence[str]) -> float:
    """ROUGE-1 F1, 0 to 1."""
    return 2 * overlap(one, reference)[0] / max(1, len(one) + len(reference))


def target(one: Example, brevity: float) -> Floats:
    """What each candidate is worth, in standard deviations within its story."""
    worth = [sum(overlap(stems, one.reference)) - brevity * len(stems) for stems in one.stems]
    worths: Floats = np.array(worth, float)
    return np.asarray((worths - worths.mean()) / (worths.std() + 1e-6))


def fit(examples: Sequence[Example], settings: Settings) -> Model:
    """Ridge regression of the target on the features, each story counting the same; then ``GIVEN`` and ``AT_MOST``."""
    rows = np.vstack([one.rows - one.rows.mean(0) for one in examples])
    worth = np.concatenate([target(one, settings.brevity) for one in examples])
    share = np.concatenate([np.full(len(one.stems), 1 / len(one.stems)) for one in examples])[:, None]
    spread = rows.std(0)
    seen = spread > 1e-6
    scaled = rows[:, seen] / spread[seen]
    penalty = RIDGE * len(examples) * np.eye(seen.sum())
    solved = np.linalg.solve((scaled * share).T @ scaled + penalty, (scaled * share).T @ worth)
    weights = np.zeros(len(NAMES))
    weights[seen] = solved / spread[seen]
    for name, weight in GIVEN.items():
        weights[NAMES.index(name)] = weight
    for name, weight in AT_MOST.items():
        weights[NAMES.index(name)] = min(weight, weights[NAMES.index(name)])
    return Model(tuple(weights.tolist()), settings.lead_margin, settings.redundancy)


def f1_of(model: Model, one: Example) -> float:
    """ROUGE-1 F1 of the summary that a model chooses."""
    chosen = choose(one.candidates, model.scores(one.rows.tolist()), limit=SENTENCES, model=model)
    return f1([stem for at in chosen for stem in one.stems[at]], one.reference)


def cross_validated(examples: Sequence[Example], grid: Sequence[Settings] = GRID) -> dict[Settings, Floats]:
    """For all settings, the ROUGE-1 F1 of each example under the model that has not seen it."""
    scores = {settings: np.zeros(len(examples)) for settings in grid}
    for brevity in sorted({settings.brevity for settings in grid}):
        for held, fitted in _folds(examples, Settings(brevity, 0.0, 0.0)):
            for settings in grid:
                if settings.brevity == brevity:
                    model = replace(fitted, lead_margin=settings.lead_margin, redundancy=settings.redundancy)
                    scores[settings][held] = [f1_of(model, examples[at]) for at in held]
    return scores


def best(scores: dict[Settings, Floats]) -> Settings:
    """Of the settings that cannot be told from the best (one standard error of the difference) the most cautious.

    That is first the one that is briefest, then the one that keeps most of the lead.
    """
    top = max(scores, key=lambda settings: float(scores[settings].mean()))
    close = [settings for settings in scores if _not_worse(scores[settings], scores[top])]
    return max(close, key=lambda settings: (settings.brevity, settings.lead_margin, float(scores[settings].mean())))


def _not_worse(one: Floats, top: Floats) -> bool:
    difference = top - one
    return bool(difference.mean() <= difference.std() / np.sqrt(len(difference)))


def _folds(examples: Sequence[Example], settings: Settings) -> Iterator[tuple[list[int], Model]]:
    for fold in range(FOLDS):
        seen = [one for at, one in enumerate(examples) if at % FOLDS != fold]
        yield list(range(fold, len(examples), FOLDS)), fit(seen, settings)
