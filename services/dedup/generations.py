"""How long is remembered: time is cut into generations, whose keys expire together. Pure."""

from dataclasses import dataclass

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Generations:
    """Generations of ``days``. A story is compared with those of its own and of the two beside it."""

    days: float

    def of(self, received: float) -> int:
        """The generation of a story, by the Unix time (s) it was received."""
        return int(received // (self.days * _DAY))

    @property
    def lifetime(self) -> int:
        """Seconds a generation's keys live: until none compares with it any more, and a day."""
        return int(2 * self.days * _DAY + _DAY)
