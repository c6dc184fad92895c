"""How well and how fast names are found: exact spans, entities of whole documents, words a second, memory.

Both kinds of F1 are on texts that no model here was trained on. ``LOC`` and ``GPE`` count as one type, since the gold
does not tell them apart. Each model runs in a process of its own, on one core.

    python -m benchmarks.entities DATA [--set worldwide_dev] [--models rules fast accurate]

``DATA`` is a folder of annotated sets as ``training.entities.data`` reads them.
"""

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from services.entities.gazetteer import load
from services.entities.join import join
from services.entities.rules import Span
from services.entities.tag import find
from services.entities.tagger import load_tagger
from shared.models import Entity
from training.entities.data import LABELS, TEST, Mark, annotated, read, words
from training.entities.scores import Scores

_SAME = {"GPE": "LOC", "EVENT": "MISC", "LAW": "MISC", "WORK_OF_ART": "MISC", "LANGUAGE": "MISC"}
_MEGABYTE = 1024

Named = tuple[str, str]
"""A name, in small letters, and its type."""


@dataclass(frozen=True)
class Figures:
    """What one model makes of a set."""

    spans: Scores
    """Of what the model says, as it says it."""
    mentions: Scores
    """Of what the stage makes of that, when it has joined it to entities."""
    documents: Scores
    """Of the entities, by name and type."""
    words_a_second: float
    """Of the whole stage: from text to entities with links."""
    share_of_joining: float
    """Of that time, what comes after the names have been found."""
    megabytes: float
    """Resident memory at most, with the lists and the model."""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", default=TEST)
    parser.add_argument("--models", nargs="+", default=["rules", "fast", "accurate"])
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    print(f"{options.set}; load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    spawn = multiprocessing.get_context("spawn")
    for model in options.models:
        with ProcessPoolExecutor(1, mp_context=spawn) as alone:
            show(model, alone.submit(measure, model, options.data, options.set).result())


def measure(model: str, folder: Path, name: str) -> Figures:
    """Tag a set and compare."""
    gazetteer = load()
    tagger = load_tagger(model, gazetteer)
    labels = annotated(folder, name)
    texts = list(read(folder, name))
    bodies = [text.text for text in texts]
    find(bodies[:5], tagger)
    began = time.process_time()
    found = find(bodies, tagger)
    finding = time.process_time() - began
    joined = [join(body, names, gazetteer) for body, names in zip(bodies, found, strict=True)]
    seconds = time.process_time() - began

    spans, mentions, documents = Scores(), Scores(), Scores()
    for text, names, entities in zip(texts, found, joined, strict=True):
        marks = [(start, end, _SAME.get(label, label)) for start, end, label in names]
        spans.add(text.marks, (mark for mark in marks if mark[2] in labels))
        # Both go through the same joining, so that what is compared is which entities a document is said to name.
        gold = named(join(text.text, [Span(*mark) for mark in text.marks], gazetteer), labels)
        documents.add(gold, named(entities, labels))
        mentions.add(text.marks, (mark for mark in mentioned(entities) if mark[2] in labels))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
    return Figures(spans, mentions, documents, words(texts) / seconds, 1 - finding / seconds, peak)


def mentioned(entities: Iterable[Entity]) -> Iterator[Mark]:
    """Where the entities are named."""
    for entity in entities:
        label = _SAME.get(entity.type, entity.type)
        yield from ((mention.start, mention.end, label) for mention in entity.mentions)


def named(entities: Iterable[Entity], labels: frozenset[str]) -> set[Named]:
    """The entities as they are compared: name and type."""
    both = ((entity.name.casefold(), _SAME.get(entity.type, entity.type)) for entity in entities)
    return {(name, label) for name, label in both if label in labels}


def show(model: str, figures: Figures) -> None:
    """Print one model's figures."""
    kinds = figures.spans, figures.mentions, figures.documents
    joining = f"{figures.share_of_joining:.0%} of the time in joining"
    print(f"\n{model}: {figures.words_a_second:,.0f} words a second, {joining}, {figures.megabytes:.0f} MB")
    print(f"  {'':9} spans mentions entities  in gold")
    for label in [None, *LABELS]:
        count = figures.spans.gold[label] if label else figures.spans.gold.total()
        if count:
            spans, mentions, documents = (scores.f1(label) for scores in kinds)
            print(f"  {label or 'all':9} {spans:.3f}    {mentions:.3f}    {documents:.3f}   {count:6}")


if __name__ == "__main__":
    main()
