"""Train a model on annotated texts."""

import json
import logging
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import Optimizer, fix_random_seed

from training.entities.augment import augment
from training.entities.data import LABELS, Text
from training.entities.scores import Scores

logger = logging.getLogger(__name__)

CONFIG = Path(__file__).with_name("model.cfg")


@dataclass(frozen=True)
class Plan:
    """How long and how hard to train."""

    epochs: int = 12
    seed: int = 7
    dropout: float = 0.2
    learn_rate: float = 0.001
    """At the beginning; it falls evenly to a twentieth."""
    batch_words: tuple[int, int] = (600, 2000)
    """Words of a batch, at the beginning and at the end."""
    further: bool = False
    """Whether the model was trained before."""
    more_share: float = 0.6
    """Share of the further texts that is seen in an epoch."""


def train(
    nlp: Language, texts: Sequence[Text], more: Sequence[Text], validation: Sequence[Text], plan: Plan, out: Path
) -> float:
    """Train a new model, or one trained before further; write its best epoch, by F1 on ``validation``, to ``out``.
    Returns that F1.

    All of ``texts`` is seen in each epoch, and a part of ``more``, another each time.
    """
    fix_random_seed(plan.seed)
    chance = random.Random(plan.seed)
    if plan.further:
        optimizer = nlp.resume_training()
    else:
        optimizer = nlp.initialize(lambda: [example(nlp, text) for text in texts[:200]])
    assert isinstance(optimizer, Optimizer)
    best = 0.0
    for epoch in range(plan.epochs):
        began = time.monotonic()
        size = round(plan.batch_words[0] + (plan.batch_words[1] - plan.batch_words[0]) * epoch / plan.epochs)
        order = [*texts, *chance.sample(more, round(plan.more_share * len(more)))]
        chance.shuffle(order)
        losses: dict[str, float] = {}
        seen = 0
        for batch in batches((augment(text, chance) for text in order), size):
            done = (epoch + seen / len(order)) / plan.epochs
            seen += len(batch)
            optimizer.learn_rate = plan.learn_rate * (1 - 0.95 * done)
            nlp.update([example(nlp, text) for text in batch], drop=plan.dropout, sgd=optimizer, losses=losses)
        with nlp.use_params(optimizer.averages):
            score = evaluate(nlp, validation).f1()
            if score > best:
                best = score
                write(nlp, out)
        logger.info("epoch %d: loss %.0f, F1 %.4f, %.0f s", epoch, losses["ner"], score, time.monotonic() - began)
    return best


def write(nlp: Language, out: Path) -> None:
    """Write a model, but not the words of the texts it has seen: it needs their hashes only."""
    nlp.to_disk(out)
    words = {*new_model().vocab.strings, *LABELS}
    (out / "vocab" / "strings.json").write_text(json.dumps(sorted(words), indent=0), encoding="utf-8")


def new_model() -> Language:
    """A model that knows the types, with random weights."""
    nlp = spacy.util.load_model_from_config(spacy.util.load_config(CONFIG), auto_fill=True)
    ner = nlp.get_pipe("ner")
    for label in LABELS:
        ner.add_label(label)  # type: ignore[attr-defined]
    return nlp


def batches(texts: Iterable[Text], words: int) -> Iterator[list[Text]]:
    """Texts in groups of at least so many words each."""
    batch: list[Text] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text.text.split())
        if size >= words:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def example(nlp: Language, text: Text) -> Example:
    """A text as spaCy learns from it. Names that end inside a token, and unsure stretches, count as missing."""
    gold = nlp.make_doc(text.text)
    names: list[Span] = []
    missing: list[Span] = []
    for start, end, label in text.marks:
        span = gold.char_span(start, end, label=label)
        if span is None:
            missing.append(_around(gold, start, end))
        else:
            names.append(span)
    missing.extend(_around(gold, start, end) for start, end in text.unsure)
    names = spacy.util.filter_spans(names)
    taken = {token.i for span in names for token in span}
    unknown = [gold[i : i + 1] for i in sorted({token.i for span in missing for token in span} - taken)]
    gold.set_ents(names, missing=unknown, default="outside")
    return Example(nlp.make_doc(text.text), gold)


def _around(doc: Doc, start: int, end: int) -> Span:
    span = doc.char_span(start, end, alignment_mode="expand")
    return doc[0:0] if span is None else span


def evaluate(nlp: Language, texts: Sequence[Text]) -> Scores:
    """Exact scores of a model."""
    scores = Scores()
    for doc, text in nlp.pipe(((text.text, text) for text in texts), as_tuples=True):
        scores.add(text.marks, ((ent.start_char, ent.end_char, ent.label_) for ent in doc.ents))
    return scores
