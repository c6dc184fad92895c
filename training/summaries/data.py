"""Articles with the summaries that people wrote for them, read as the summarise stage sees a story."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rouge_score.tokenizers import DefaultTokenizer

from services.clean.clean import clean
from services.ingest.read import read_file
from services.summarise.candidates import Candidate, candidates_of, top
from services.summarise.words import features
from shared.sentences import sentences

Floats = NDArray[np.float64]
SENTENCES = 3
"""The length of summary that is learned for."""

_TOKENIZER = DefaultTokenizer(use_stemmer=True)


@dataclass(frozen=True, slots=True)
class Example:
    """One article: its candidate sentences, what the model sees of their words, and the reference."""

    candidates: Sequence[Candidate]
    stems: Sequence[Sequence[str]]  # of each candidate
    reference: Sequence[str]  # stems of the reference
    words: Sequence[str]
    rows: Floats  # a row a word, a column a feature
    used: Floats  # a row a word: 1 if the reference uses it, else 0
    headline: bool = False  # whether the reference is but a headline


def articles(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The text and the sentences of the reference of each line of a (gzipped) NDJSON file.

    A line has ``article`` and ``highlights``, the latter a list or a text of one sentence a line.
    """
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            item: dict[str, Any] = json.loads(line)
            said = item["highlights"]
            yield item["article"], said.splitlines() if isinstance(said, str) else said


def with_headline(path: Path) -> Iterator[tuple[str, str]]:
    """The cleaned text and the headline of the stories in a file, where there is more to them than the summary."""
    with path.open("rb") as stream:
        for story in map(clean, read_file(stream, name=path.name)):
            if story.headline and story.body and len(sentences(story.body)) > SENTENCES + 1:
                yield story.body, story.headline


def stems(text: str) -> list[str]:
    """The tokens that ROUGE compares."""
    return list(_TOKENIZER.tokenize(text))


@cache
def _stem(word: str) -> str:
    return "".join(stems(word))


def example(article: str, reference: str, *, headline: bool = False) -> Example | None:
    """What is learned from an article; nothing if there is nothing to choose between."""
    candidates = candidates_of(article, top(article, SENTENCES), SENTENCES)
    said = stems(reference)
    if len(candidates) <= SENTENCES or not said:
        return None
    rows = features(article, candidates)
    used = np.array([_stem(word) in said for word in rows], float)
    found = np.array(list(rows.values()))
    return Example(candidates, [stems(one.text) for one in candidates], said, list(rows), found, used, headline)
