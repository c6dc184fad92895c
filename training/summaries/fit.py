"""A logistic model of words, and the choice of its settings by cross-validation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from services.summarise.summarise import choose
from services.summarise.words import Model
from training.summaries.data import SENTENCES, Example, Floats

HEADLINES_WEIGH = 0.3
"""What a story counts of which only the headline is known, against 1 for one with a summary."""
HEADLINE_WITHIN = 50
"""Words of a summary in which a headline's are looked for."""
CLOSE = 0.002
"""Differences in the score below this are noise."""
RIDGE = 1.0
"""Strength of the penalty on the weights."""
FOLDS = 5
_STEPS = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """What is not fitted but chosen by cross-validation; see ``services.summarise.words.Model``."""

    price: float
    lead_margin: float


GRID = tuple(Settings(*values) for values in product((0.16, 0.18, 0.2), (0.0, 0.15, 0.3, 0.6)))
"""A higher price makes summaries shorter than the lead, which ROUGE rewards whatever they say."""


def overlap(one: Sequence[str], reference: Sequence[str]) -> int:
    """How many words two texts share, with multiplicity."""
    return (Counter(one) & Counter(reference)).total()


def f1(one: Sequence[str], reference: Sequence[str]) -> float:
    """ROUGE-1 F1, 0 to 1."""
    return 2 * overlap(one, reference) / max(1, len(one) + len(reference))


def logistic(rows: Floats, used: Floats, share: Floats) -> Floats:
    """The weights of a penalised logistic regression, by Newton's method; ``share`` is what each row counts."""
    weights = np.zeros(rows.shape[1])
    penalty = RIDGE * np.eye(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (used - likely)) - penalty @ weights
        bend = (rows * (share * likely * (1 - likely))[:, None]).T @ rows + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def fit(examples: Sequence[Example], settings: Settings) -> Model:
    """The weights for stories with a summary. Those with a headline have a constant of their own: it is shorter."""
    rows = np.vstack([one.rows for one in examples])
    used = np.concatenate([one.used for one in examples])
    headline = np.repeat([float(one.headline) for one in examples], [len(one.words) for one in examples])
    share = np.where(headline, HEADLINES_WEIGH, 1.0)
    weights = logistic(np.hstack([rows, headline[:, None]]), used, share)
    return Model(tuple(weights[:-1].tolist()), settings.price, settings.lead_margin)


def score(model: Model, one: Example) -> float:
    """Of the summary that a model chooses: ROUGE-1 F1, or the share of the headline that its first words say."""
    likely = 1 / (1 + np.exp(-one.rows @ np.array(model.weights)))
    chosen = choose(one.candidates, dict(zip(one.words, likely.tolist(), strict=True)), limit=SENTENCES, model=model)
    said = [stem for at in chosen for stem in one.stems[at]]
    if one.headline:
        return overlap(said[:HEADLINE_WITHIN], one.reference) / len(one.reference)
    return f1(said, one.reference)


def cross_validated(examples: Sequence[Example], grid: Sequence[Settings] = GRID) -> dict[Settings, Floats]:
    """For all settings, the mean score of both kinds of examples under models that have not seen them."""
    scores = {settings: np.zeros(len(examples)) for settings in grid}
    for held, fitted in _folds(examples, grid[0]):
        for settings in grid:
            model = replace(fitted, price=settings.price, lead_margin=settings.lead_margin)
            scores[settings][held] = [score(model, examples[at]) for at in held]
    headline = np.array([one.headline for one in examples])
    return {
        settings: np.array([found[kind].mean() if kind.any() else 0.0 for kind in (~headline, headline)])
        for settings, found in scores.items()
    }


def best(scores: dict[Settings, Floats]) -> Settings:
    """Of the settings that come close to the best sum of both scores (headlines counting less) the one that keeps most
    of the lead, and of these the best.
    """
    total = {settings: float(found @ (1.0, HEADLINES_WEIGH)) for settings, found in scores.items()}
    close = [settings for settings, found in total.items() if found >= max(total.values()) - CLOSE]
    return max(close, key=lambda settings: (settings.lead_margin, total[settings]))


def _folds(examples: Sequence[Example], settings: Settings) -> Iterator[tuple[list[int], Model]]:
    for fold in range(FOLDS):
        seen = [one for at, one in enumerate(examples) if at % FOLDS != fold]
        yield list(range(fold, len(examples), FOLDS)), fit(seen, settings)
