"""Tag the people, places and organisations of stories: find mentions in pieces of their text, then join them."""

import re
from collections.abc import Iterator, Sequence

from spacy.language import Language

from services.entities.gazetteer import Gazetteer
from services.entities.join import join
from services.entities.rules import Span, find_names
from services.entities.words import fair
from shared.models import Entity, Story

MAX_CHARACTERS = 100_000
"""Characters of a story that are tagged. Real stories are far shorter; what lies beyond has no mentions."""
PIECE_CHARACTERS = 4_000
"""Characters handed to the pipeline at once, at most."""

_PIECES = 64
"""Pieces that go through the pipeline together: more take memory and are no faster."""
_BREAKS = ("\n\n", "\n", ". ", " ")
_ENGLISH = re.compile(r"(?:en|und)(?:[-_]|$)", re.IGNORECASE)


def tag(stories: Sequence[Story], tagger: Language, gazetteer: Gazetteer) -> list[list[Entity]]:
    """The entities of each story, in order. Stories in other languages than English get only names that are listed."""
    english = [story.body or "" for story in stories if _is_english(story)]
    found = iter(find(english, tagger))
    entities: list[list[Entity]] = []
    for story in stories:
        body = story.body or ""
        spans = next(found) if _is_english(story) else find_names(body[:MAX_CHARACTERS], gazetteer, listed_only=True)
        entities.append(join(body, spans, gazetteer, headline=story.headline, dateline=story.dateline))
    return entities


def find(bodies: Sequence[str], tagger: Language) -> list[list[Span]]:
    """The names that the tagger sees in each text, in order."""
    found: list[list[Span]] = [[] for _ in bodies]
    pieces = [(text, (number, at)) for number, body in enumerate(bodies) for at, text in pieces_of(body)]
    with tagger.memory_zone():  # a long-lived worker must not keep every word it has ever seen
        for doc, (number, at) in tagger.pipe(pieces, as_tuples=True, batch_size=_PIECES):
            found[number].extend(Span(at + ent.start_char, at + ent.end_char, ent.label_) for ent in doc.ents)
    return found


def _is_english(story: Story) -> bool:
    return not story.language or bool(_ENGLISH.match(story.language))


def pieces_of(body: str) -> Iterator[tuple[int, str]]:
    """Cut a text into pieces of bounded length, each with its offset, at paragraphs if possible."""
    start, last = 0, min(len(body), MAX_CHARACTERS)
    while start < last:
        end = start + fair(last - start, PIECE_CHARACTERS)
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
