"""Articles with the summaries that people wrote for them, read as the summarise stage sees a story."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rouge_score.tokenizers import DefaultTokenizer

from services.summarise.features import Candidate, features
from services.summarise.summarise import candidates_of, top

Floats = NDArray[np.float64]
SENTENCES = 3
"""The length of summary that is learned for."""

_TOKENIZER = DefaultTokenizer(use_stemmer=True)


@dataclass(frozen=True, slots=True)
class Example:
    """One article: its candidate sentences, what the scorer sees of them, and the reference."""

    candidates: Sequence[Candidate]
    rows: Floats  # a row a candidate, a column a feature
    stems: Sequence[Sequence[str]]  # of each candidate
    reference: Sequence[str]  # stems of the reference


def articles(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The text and the sentences of the reference of each line of a (gzipped) NDJSON file.

    A line has ``article`` and ``highlights``, the latter a list or a text of one sentence a line.
    """
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            item: dict[str, Any] = json.loads(line)
            said = item["highlights"]
            yield item["article"], said.splitlines() if isinstance(said, str) else said


def stems(text: str) -> list[str]:
    """The tokens that ROUGE compares."""
    return list(_TOKENIZER.tokenize(text))


def example(article: str, highlights: Sequence[str]) -> Example | None:
    """What is learned from an article; nothing if there is nothing to choose between."""
    candidates = candidates_of(article, top(article, SENTENCES), SENTENCES)
    reference = stems(" ".join(highlights))
    if len(candidates) <= SENTENCES or not reference:
        return None
    rows = np.array(features(candidates))
    return Example(candidates, rows, [stems(one.text) for one in candidates], reference)
