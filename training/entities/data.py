"""Annotated sets: read them, map their types, split them by document.

A set is a gzipped file of JSON lines, one text each: ``text``, ``entities`` as ``[start, end, type]`` in code points,
``labels``, the types that the set annotates. A type that is not listed was not looked for, so a text without one says
nothing about it.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.entities.words import LABELS

MAIN = "worldwide_train"
"""The set that annotates all types, on real wire copy."""
TEST = "worldwide_dev"
"""Held out: never trained on, never used to choose between models in training."""
_VALIDATION = 12
"""One document in so many of the main set is held back to choose the best epoch."""

_ADDRESS = re.compile(r"https?://\S+\s+")
_PIECE = re.compile(r"-\d+\Z")
_END = re.compile(r"[.!?][\"”’']?\s+(?=[^\W\d_a-z]|[\"“‘'])")

Mark = tuple[int, int, str]
"""``[start, end)`` in code points, and a type of ``LABELS``."""


@dataclass(frozen=True, slots=True)
class Text:
    """An annotated text."""

    document: str
    text: str
    marks: tuple[Mark, ...]
    unsure: tuple[tuple[int, int], ...] = ()
    """Where nothing is known: no name there is right or wrong."""


def read(folder: Path, name: str) -> Iterator[Text]:
    """The texts of a set, as they are. Raises ``OSError`` if the folder does not have it."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            marks = sorted((start, end, label) for start, end, label in row["entities"])
            yield Text(
                document=_PIECE.sub("", row["id"]),
                text=row["text"],
                marks=tuple(mark for mark in marks if mark[2] in LABELS),
                unsure=tuple((start, end) for start, end, label in marks if label not in LABELS),
            )


def annotated(folder: Path, name: str) -> frozenset[str]:
    """The types that a set annotates."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return frozenset(json.loads(next(lines))["labels"])


def split(texts: Iterable[Text]) -> tuple[list[Text], list[Text]]:
    """Training and validation, by document: no document has texts in both."""
    parts: tuple[list[Text], list[Text]] = ([], [])
    for text in texts:
        parts[zlib.crc32(text.document.encode()) % _VALIDATION == 0].append(text)
    return parts


def without_address(text: Text) -> Text:
    """The text without the web address that some begin with."""
    match = _ADDRESS.match(text.text)
    return cut(text, match.end(), len(text.text)) if match else text


def cut(text: Text, start: int, end: int) -> Text:
    """A part of a text; names that cross its ends are left out."""
    marks = tuple((a - start, b - start, label) for a, b, label in text.marks if a >= start and b <= end)
    unsure = tuple((max(a, start) - start, min(b, end) - start) for a, b in text.unsure if b > start and a < end)
    return Text(text.document, text.text[start:end], marks, unsure)


def passages(text: Text, characters: int) -> Iterator[Text]:
    """Cut a text at ends of sentences into parts of about so many characters, none inside a name."""
    start = 0
    for match in _END.finditer(text.text):
        at = match.end()
        if at - start >= characters and not any(a < at < b for a, b, _ in text.marks):
            yield cut(text, start, at)
            start = at
    if start < len(text.text):
        yield cut(text, start, len(text.text))


def words(texts: Sequence[Text]) -> int:
    """Words of texts, by white space."""
    return sum(len(text.text.split()) for text in texts)
