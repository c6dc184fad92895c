"""What one story is to an earlier one, and which of several such findings is the one to tell. Pure.

A tie is about two stories and says the same whichever of them is found first. Of all ties of a story to earlier ones
the strongest counts, and of equally strong ones that to the earliest. Both the index and the store keep the one that
counts by the same rule, so neither the order of the findings nor their repetition matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.dedup.order import descending, id_of
from shared.models import Dedup, State, Story
from shared.stage import Amendment

STRENGTH = {"exact": 4, "near": 3, "update": 2, "correction": 2, "related": 1}
CLUSTERED = 2
"""From which strength on two stories are of one cluster: a related one tells another story."""
COPY = 3
"""From which strength on the later is a copy of the earlier, and ends."""


@dataclass(frozen=True, slots=True)
class Tie:
    """``dedup`` is what the story ``later`` is to the story ``earlier`` (both order keys)."""

    later: bytes
    earlier: bytes
    dedup: Dedup

    @property
    def strength(self) -> int:
        """How strongly the later follows the earlier."""
        return STRENGTH[self.dedup.relation]

    @property
    def rank(self) -> str:
        """Of two ties of a story, that of the higher rank counts. Compared bytewise."""
        return f"{self.strength}{descending(self.earlier)}"

    @property
    def state(self) -> State | None:
        """How the later story ends by it, if it does."""
        return State.DUPLICATE if self.strength >= COPY else None

    def amendment(self, *, state: State | None) -> Amendment:
        """What is to be said of the later story, wherever it is by now."""
        return Amendment(story_id=id_of(self.later), state=state, dedup=self.dedup, rank=self.rank)


def strongest(order: bytes, ties: Iterable[Tie]) -> Tie | None:
    """The tie that counts of a story, by its order key, to earlier ones."""
    return max((tie for tie in ties if tie.later == order), key=lambda tie: tie.rank, default=None)


def tied(story: Story, tie: Tie | None) -> Story:
    """The story with what it is to an earlier one; ended, if it is a copy."""
    if tie is None:
        return story.model_copy(update={"dedup": Dedup(cluster=story.id)})
    return story.model_copy(update={"dedup": tie.dedup, "state": tie.state or story.state})
