"""The public record itself, one JSON object a line."""

from collections.abc import Iterable, Iterator

from shared.models import Story


def write(stories: Iterable[Story]) -> Iterator[bytes]:
    """A line a story."""
    for story in stories:
        yield story.public_json().encode() + b"\n"
