"""All texts that the networks learn from: annotated ones, and news without annotations for the teacher to label."""

import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from training.entities.data import MAIN, Text, annotated, read, split

ANNOTATED = (MAIN, "wikigold", "uner", "gmb")
"""Sets that are learned from. ``crossner_politics`` is left to measure on, and the main set's sister always."""
BY_HAND = ANNOTATED[:3]
"""Those of them that people have annotated."""
REUTERS, DAILY = "reuters21578", "cnndm"
"""News without annotations: Reuters of 1987 and articles of two daily papers."""
CHECK = "check"
"""The held-back documents of the main set."""

_STORY = re.compile(r"<TEXT[^>]*>(.*?)</TEXT>", re.DOTALL)
_PART = re.compile(r"<(TITLE|DATELINE|BODY)>(.*?)</\1>", re.DOTALL)
_SIGN_OFF = re.compile(r"\s+R(?:euter|EUTER)\s*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def texts(folder: Path) -> Iterator[tuple[str, Text]]:
    """Each text with its set's name. ``folder`` holds ``ner``, ``wire`` and ``summ``; raises ``OSError`` if not."""
    learning, checking = split(read(folder / "ner", MAIN))
    yield from ((MAIN, text) for text in learning)
    yield from ((CHECK, text) for text in checking)
    for name in ANNOTATED[1:]:
        yield from ((name, text) for text in read(folder / "ner", name))
    for file in sorted((folder / "wire" / REUTERS).glob("*.sgm.gz")):
        yield from ((REUTERS, text) for text in _reuters(file))
    for file in sorted((folder / "summ").glob("cnndm_*.jsonl.gz")):
        yield from ((DAILY, text) for text in _daily(file))


def types(folder: Path) -> dict[str, frozenset[str]]:
    """The types that each annotated set annotates."""
    return {name: annotated(folder / "ner", name) for name in ANNOTATED}


def _reuters(file: Path) -> Iterator[Text]:
    with gzip.open(file, "rt", encoding="latin-1") as lines:
        stories = _STORY.findall(lines.read())
    for number, story in enumerate(stories):
        parts = {name: html.unescape(text) for name, text in _PART.findall(story)}
        body = _SIGN_OFF.sub("", _CONTROL.sub("", parts.get("DATELINE", "") + parts.get("BODY", "")))
        if body.strip():
            yield Text(f"{file.name}-{number}", f"{parts.get('TITLE', '').strip()}\n\n{body}".strip(), ())


def _daily(file: Path) -> Iterator[Text]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            yield Text(f"{file.name}-{number}", json.loads(line)["article"], ())
