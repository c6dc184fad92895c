"""The clean stage."""

from collections.abc import Sequence

from redis import Redis

from shared.models import Options, Story
from shared.settings import Settings
from shared.stage import Process, Result


def prepare(settings: Settings, redis: Redis) -> Process:
    """Load the language model and the page reader once; the returned function cleans a batch."""
    from services.clean.clean import clean
    from services.clean.language import load_classifier
    from services.clean.pages import read_page

    load_classifier()
    read_page("<html><body><p>Loads what the first page would otherwise wait for.</p></body></html>")

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        return Result([clean(story) for story in stories])

    return process
