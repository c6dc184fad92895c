"""The summarise stage's worker side."""

from collections.abc import Sequence

from redis import Redis

from services.summarise.reasons import why_empty
from services.summarise.summarise import length, summarise
from shared.models import Options, Story
from shared.settings import Settings
from shared.stage import Process, Result


def prepare(settings: Settings, redis: Redis) -> Process:
    """A function that gives every story of a batch its summary."""

    def process(stories: Sequence[Story], options: Options = Options()) -> Result:
        limit = options.summary_sentences
        if limit is None and options.summary_words is None:
            limit = settings.summary_sentences
        return Result([_summarised(story, limit, options.summary_words) for story in stories])

    return process


def _summarised(story: Story, limit: int | None, words: int | None) -> Story:
    """The story with its summary. Of a brief or an alert one sentence says all; its headline says the rest."""
    if story.wire.kind in ("brief", "alert"):
        limit = min(1, length(limit, words))
    body = story.body or ""
    summary = summarise(body, limit=limit, words=words, headline=story.headline, entities=story.entities)
    note = None if summary else why_empty(body, limit=length(limit, words))
    return story.model_copy(update={"summary": summary, "summary_note": note})
