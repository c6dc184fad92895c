"""What a stage is made of: a function over a batch, and what it may say about stories outside the batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from shared.models import Dedup, State, Story


class Amendment(BaseModel):
    """A later finding about a story already written: its new state and why. Applying it twice changes nothing."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    state: State
    dedup: Dedup | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a stage made of a batch: the stories, in the order given, and amendments to others."""

    stories: list[Story]
    amendments: list[Amendment] = field(default_factory=list)


Process = Callable[[Sequence[Story]], Result]
"""A stage's function. It sees only stories still pending, and returns as many, in the same order. It sets
``state`` only to end a story early (a duplicate, say); the runner does the rest."""
