"""Exact scores: a name counts only if both its ends and its type are right."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Scores:
    """Counts by type. ``add`` texts, then read ``f1``."""

    right: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)

    def add(self, gold: Iterable[tuple[Hashable, ...]], found: Iterable[tuple[Hashable, ...]]) -> None:
        """Count one text's names: tuples that end with the type."""
        gold, found = set(gold), set(found)
        self.gold.update(str(name[-1]) for name in gold)
        self.found.update(str(name[-1]) for name in found)
        self.right.update(str(name[-1]) for name in gold & found)

    def f1(self, label: str | None = None) -> float:
        """F1 of one type, or of all names together; 0 if there are none."""
        if label is None:
            total = self.gold.total() + self.found.total()
            return 2 * self.right.total() / total if total else 0.0
        total = self.gold[label] + self.found[label]
        return 2 * self.right[label] / total if total else 0.0
