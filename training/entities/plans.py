"""How long and how hard each network learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from training.entities.sources import ANNOTATED, BY_HAND


@dataclass(frozen=True)
class Plan:
    """For one network."""

    epochs: int
    rate: float
    """Of what was published, at its highest: after a twentieth of all steps; it then falls evenly to nothing."""
    new_rate: float
    """Of what begins at random."""
    places: int
    """Word pieces of a batch, about."""
    minutes: float = float("inf")
    """Time to learn in. The rate falls with the time if that would be over before the epochs are."""
    frugal: bool = False
    """For CPUs that can compute in 16 bits: they do, and pieces keep their published vectors."""


@dataclass(frozen=True)
class Plans:
    """For all."""

    ways: int = 4
    """In which texts are changed; the first is none."""
    teachers: Sequence[tuple[str, ...]] = (ANNOTATED, BY_HAND)
    """The sets that each teacher learns from."""
    teacher: Plan = Plan(epochs=6, rate=5e-5, new_rate=5e-4, places=8_000)
    accurate: Plan = Plan(epochs=9, rate=4e-4, new_rate=1.5e-3, places=24_000)
    fast: Plan = Plan(epochs=20, rate=2.5e-3, new_rate=2.5e-3, places=24_000)
    left_out: Plan = Plan(epochs=3, rate=3e-4, new_rate=1.5e-3, places=16_000)
    without_teacher: Mapping[str, Plan] = field(
        default_factory=lambda: {
            "accurate": Plan(8, rate=2e-4, new_rate=2e-3, places=1_200, minutes=60, frugal=True),
            "fast": Plan(epochs=10, rate=2e-3, new_rate=2e-3, places=4_000),
        }
    )
    """What a CPU can do within the hour: learn from the marks alone."""

    def quick(self) -> "Plans":
        """Only to see whether it runs."""
        few = {name: replace(getattr(self, name), epochs=1) for name in ("teacher", "accurate", "fast", "left_out")}
        return replace(self, ways=2, **few)


OFTEN = {"gmb": 0.5}
"""Shares of the sets that are seen in an epoch: of this one, partly annotated by machine, half."""
