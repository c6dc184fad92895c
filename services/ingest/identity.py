"""Gives a story an id of its own where its format has none, so that one sent again is recognised."""

import hashlib

from shared.models import Story

_LENGTH = 32  # hexadecimal digits: 128 bits


def identify(story: Story) -> Story:
    """The story with ``source.guid``: the agency's own, or ``sha256:…`` over its header and text.

    White space does not count, as relays wrap lines anew; the file, the format and the time of arrival do not either.
    """
    if story.source.guid is not None or story.error is not None:
        return story
    dateline = story.dateline
    when = (dateline and dateline.date) or (story.published and story.published.isoformat())
    parts = (
        story.source.provider,
        story.headline,
        story.slugline,
        dateline.text if dateline else None,
        str(when) if when else None,
        str(story.wire.take) if story.wire.take else None,
        story.content.text if story.content else story.body,
    )
    # Each part ends with a separator that none can contain once its white space is squeezed.
    text = "".join(" ".join((part or "").split()) + "\n" for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
    return story.model_copy(update={"source": story.source.model_copy(update={"guid": f"sha256:{digest}"})})
