"""Tag the people, places and organisations of stories: find mentions in pieces of their text, then join them."""

import re
from collections.abc import Iterator, Sequence

from spacy.language import Language

from services.entities.gazetteer import Gazetteer
from services.entities.join import join
from services.entities.rules import Span, find_names
from shared.models import Entity, Story

MAX_CHARACTERS = 100_000
"""Characters of a story that are tagged. Real stories are far shorter; what lies beyond has no mentions."""
PIECE_CHARACTERS = 4_000
"""Characters handed to the pipeline at once, at most."""

_BREAKS = ("\n\n", "\n", ". ", " ")
_ENGLISH = re.compile(r"(?:en|und)(?:[-_]|$)", re.IGNORECASE)


def tag(stories: Sequence[Story], tagger: Language, gazetteer: Gazetteer) -> list[list[Entity]]:
    """The entities of each story, in order. Stories in other languages than English get only names that are listed."""
    english = [number for number, story in enumerate(stories) if _is_english(story)]
    found: dict[int, list[Span]] = {number: [] for number in english}
    pieces = [(text, (number, at)) for number in english for at, text in pieces_of(stories[number].body or "")]
    with tagger.memory_zone():  # a long-lived worker must not keep every word it has ever seen
        for doc, (number, at) in tagger.pipe(pieces, as_tuples=True, batch_size=64):
            found[number].extend(Span(at + ent.start_char, at + ent.end_char, ent.label_) for ent in doc.ents)
    entities: list[list[Entity]] = []
    for number, story in enumerate(stories):
        body = story.body or ""
        spans = found[number] if number in found else find_names(body[:MAX_CHARACTERS], gazetteer, listed_only=True)
        entities.append(join(body, spans, gazetteer, headline=story.headline))
    return entities


def _is_english(story: Story) -> bool:
    return not story.language or bool(_ENGLISH.match(story.language))


def pieces_of(body: str) -> Iterator[tuple[int, str]]:
    """Cut a text into pieces of bounded length, each with its offset, at paragraphs if possible."""
    start, last = 0, min(len(body), MAX_CHARACTERS)
    while start < last:
        end = min(start + PIECE_CHARACTERS, last)
        if end < len(body):
            end = _break(body, start, end)
        yield start, body[start:end]
        start = end


def _break(body: str, start: int, end: int) -> int:
    for mark in _BREAKS:
        at = body.rfind(mark, start + 1, end)
        if at > start:
            return at + len(mark)
    return end
