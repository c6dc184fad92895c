"""Which of several cities of one name a story means: the one in the state or country named beside it, or at all."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.models import Mention

DOMINANT = 10
"""How many times larger a city must be than all its namesakes together for its name to mean it."""

_BESIDE = re.compile(r",\s+([^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,2})")
_BESIDE_CHARACTERS = 60


class City(NamedTuple):
    """A place of GeoNames. ``codes`` are those of ISO 3166 for its country and, in the United States, its state."""

    id: int
    codes: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Where:
    """What a story says of where it is."""

    body: str
    named: frozenset[str]
    """ISO 3166 codes of the countries and states it names, in its dateline too."""
    code: Callable[[str], str | None]
    """The ISO 3166 code of a country or state by its name."""

    def beside(self, namesakes: Sequence[City], mentions: Iterable[Mention]) -> City | None:
        """The city in the state or country that stands right after it: ``Paris, Texas``."""
        codes = {code for mention in mentions if (code := self._after(mention.end))}
        return dominant([city for city in namesakes if codes.intersection(city.codes)])

    def among(self, namesakes: Sequence[City]) -> City | None:
        """The only city, or by far the largest, in the states that the story names, else in the countries."""
        for level in (1, 0):
            here = [city for city in namesakes if len(city.codes) > level and city.codes[level] in self.named]
            if here:
                return dominant(here)
        return None

    def _after(self, end: int) -> str | None:
        match = _BESIDE.match(self.body, end, end + _BESIDE_CHARACTERS)
        words = match[1].split() if match else []
        return next((code for n in range(len(words), 0, -1) if (code := self.code(" ".join(words[:n])))), None)


def dominant(namesakes: Sequence[City]) -> City | None:
    """The city that is far larger than all its namesakes together; the only one, if there is one only."""
    if not namesakes:
        return None
    first, *others = sorted(namesakes, key=lambda city: -city.people)
    return first if first.people >= DOMINANT * sum(city.people for city in others) else None
