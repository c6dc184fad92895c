"""The learned scorer: a weight for each feature, read from ``weights/weights.json`` (see the card beside it)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Self

from services.summarise.features import NAMES

PATH = Path(__file__).parent / "weights" / "weights.json"


@dataclass(frozen=True, slots=True)
class Model:
    """Linear in the features. Scores are in the unit of the training's target: standard deviations within a story."""

    weights: tuple[float, ...]
    """In the order of ``features.NAMES``."""
    lead_margin: float
    """By how much a later sentence must be better to take the place of one of the lead."""
    redundancy: float
    """What a sentence loses that says nothing but what a chosen one says (maximal marginal relevance)."""

    def scores(self, rows: Iterable[Sequence[float]]) -> list[float]:
        """One figure for each row of features: the higher, the likelier it tells the story."""
        return [sum(map(mul, self.weights, row)) for row in rows]

    @classmethod
    def read(cls, path: Path = PATH) -> Self:
        """The model in a file; raises ``KeyError`` if it lacks the weight of a feature."""
        stored = json.loads(path.read_text("utf-8"))
        weights = stored["weights"]
        return cls(tuple(weights[name] for name in NAMES), stored["lead_margin"], stored["redundancy"])

    def write(self, path: Path) -> None:
        """Store the model, readable by eye."""
        weights = {name: round(weight, 4) for name, weight in zip(NAMES, self.weights, strict=True)}
        stored = {"weights": weights, "lead_margin": self.lead_margin, "redundancy": self.redundancy}
        path.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


@cache
def default() -> Model:
    """The model that is shipped, read once a process."""
    return Model.read()
