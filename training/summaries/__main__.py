"""``python -m training.summaries DATA --out FILE``: fit the scorer as its card says it was."""

import argparse
import logging
import random
from pathlib import Path

from services.summarise.model import PATH
from training.summaries.data import articles, example
from training.summaries.fit import best, cross_validated, fit

logger = logging.getLogger("training")


def main() -> None:
    """Choose the settings by cross-validation, fit on everything, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="NDJSON file with `article` and `highlights`")
    parser.add_argument("--out", type=Path, default=PATH, help="file for the weights")
    parser.add_argument("--seed", type=int, default=1, help="of the folds")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    examples = [one for article, said in articles(options.data) if (one := example(article, said))]
    random.Random(options.seed).shuffle(examples)
    logger.info("articles: %d, sentences: %d", len(examples), sum(len(one.stems) for one in examples))
    scores = cross_validated(examples)
    for settings, figures in sorted(scores.items(), key=lambda item: -item[1].mean()):
        logger.info("ROUGE-1 %.2f with %s", 100 * figures.mean(), settings)
    chosen = best(scores)
    logger.info("chosen: %s", chosen)
    fit(examples, chosen).write(options.out)


if __name__ == "__main__":
    main()
