"""The summarise stage's worker side."""

from collections.abc import Sequence

from redis import Redis

from services.summarise.summarise import summarise
from shared.models import Options, Story
from shared.settings import Settings
from shared.stage import Process, Result


def prepare(settings: Settings, redis: Redis) -> Process:
    """A function that gives every story of a batch its summary; there is nothing to load."""

    def process(stories: Sequence[Story], options: Options = Options()) -> Result:
        limit = settings.summary_sentences if options.summary_sentences is None else options.summary_sentences
        return Result([_summarised(story, limit) for story in stories])

    return process


def _summarised(story: Story, limit: int) -> Story:
    """The story with its summary. Of a brief or an alert one sentence says all; its headline says the rest."""
    if story.wire.kind in ("brief", "alert"):
        limit = min(1, limit)
    summary = summarise(story.body or "", limit=limit, headline=story.headline, entities=story.entities)
    return story.model_copy(update={"summary": summary})
