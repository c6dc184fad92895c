"""The entities stage's worker side."""

from collections.abc import Sequence

from redis import Redis

from shared.models import Options, Story
from shared.settings import Settings
from shared.stage import Process, Result


def prepare(settings: Settings, redis: Redis) -> Process:
    """Load the lists and the model of ``settings.entity_model``; the function returned tags a batch with them."""
    from services.entities.gazetteer import load
    from services.entities.tag import tag
    from services.entities.tagger import load_tagger

    gazetteer = load()
    tagger = load_tagger(settings.entity_model, gazetteer)

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        tagged = zip(stories, tag(stories, tagger, gazetteer), strict=True)
        return Result([story.model_copy(update={"entities": entities}) for story, entities in tagged])

    return process
