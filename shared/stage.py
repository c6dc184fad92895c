"""What a stage is made of: a function over a batch, and what it may say about stories outside the batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from shared.models import Dedup, Options, State, Story


class Amendment(BaseModel):
    """A later finding about a story already written: its new state, if that changes, and what is now known of it.

    Of two findings of the same kind the one of the higher ``rank`` (compared bytewise) stays, whichever came first; so
    applying amendments twice, or in another order, changes nothing.
    """

    model_config = ConfigDict(frozen=True)

    story_id: str
    state: State | None = None
    dedup: Dedup | None = None
    superseded_by: str | None = None
    killed_by: str | None = None
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a stage made of a batch: the stories, in the order given, and amendments to others."""

    stories: list[Story]
    amendments: list[Amendment] = field(default_factory=list)


class Process(Protocol):
    """A stage's function. It sees only stories still pending, and returns as many, in the same order. It sets
    ``state`` only to end a story early (a duplicate, say); the runner does the rest.
    """

    def __call__(self, stories: Sequence[Story], options: Options = ..., /) -> Result:
        """Process stories of one job, for which ``options`` was asked."""
