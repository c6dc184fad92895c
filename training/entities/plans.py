"""How long and how hard each network learns: what two cores of a CPU can do in an afternoon."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Plan:
    """For one network."""

    epochs: int
    rate: float
    """Of what was published, at its highest: after a twentieth of all steps; it then falls evenly to nothing."""
    new_rate: float
    """Of what begins at random."""
    places: int
    """Word pieces of a batch, about. Larger ones leave the cache of a CPU and are slower."""

    def finish(self) -> "Plan":
        """To end with the marks alone, for types so rare that the teacher has not learned them."""
        return replace(self, epochs=2, rate=self.rate / 2, new_rate=self.new_rate / 2)


@dataclass(frozen=True)
class Plans:
    """For all."""

    ways: int = 4
    """In which texts are changed; the first is none."""
    taught_ways: int = 2
    """Of these, those that the teacher labels and the others learn from."""
    teacher: Plan = Plan(epochs=3, rate=5e-5, new_rate=5e-4, places=1_200)
    accurate: Plan = Plan(epochs=5, rate=2e-4, new_rate=2e-3, places=1_200)
    fast: Plan = Plan(epochs=8, rate=1.5e-3, new_rate=1.5e-3, places=2_000)
    left_out: Plan = Plan(epochs=2, rate=2e-4, new_rate=2e-3, places=1_200)

    def quick(self) -> "Plans":
        """Only to see whether it runs."""
        few = {name: replace(getattr(self, name), epochs=1) for name in ("teacher", "accurate", "fast", "left_out")}
        return replace(self, ways=2, taught_ways=2, **few)
