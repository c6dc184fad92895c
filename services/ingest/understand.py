"""What is made of every story that was read, whatever its format. Pure."""

from services.ingest.control import control
from services.ingest.datelines import complete
from services.ingest.identity import identify
from services.ingest.subjects import named
from shared.models import Story


def understand(story: Story) -> Story:
    """The story with what the wire's own words say of it, its dateline taken apart, its subjects named, and an id."""
    if story.error:
        return story
    story = complete(control(story))
    if story.subjects:
        story = story.model_copy(update={"subjects": named(story.subjects)})
    return identify(story)
