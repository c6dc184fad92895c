"""Which batches name an entity: a signature file (Faloutsos and Christodoulakis, 1984) instead of an inverted index.

A mark is four bytes of an entity's id, hashed; a batch keeps the marks of all its stories, once each: about a kilobyte,
some two hundredths of the batch itself. Looking an entity up reads the marks of all batches; a mark found in vain (one
in millions) costs a look at a batch that does not name it.
"""

import zlib
from collections.abc import Iterable

from shared.models import Story

SIZE = 4
"""Bytes of a mark."""


def mark(entity: str) -> bytes:
    """The mark of an entity's id."""
    return zlib.crc32(entity.encode()).to_bytes(SIZE, "little")


def marks(stories: Iterable[Story]) -> bytes:
    """The marks of all entities that stories name, one after the other."""
    return b"".join(sorted({mark(entity.id) for story in stories for entity in story.entities}))


def names(marks: bytes, wanted: bytes) -> bool:
    """Whether ``wanted`` is among the marks."""
    at = marks.find(wanted)
    while at >= 0 and at % SIZE:  # across two marks
        at = marks.find(wanted, at + 1)
    return at >= 0
