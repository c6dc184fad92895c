"""``python -m training.summaries DATA --headlines FILE…``: fit the model of words as its card says it was."""

import argparse
import logging
import random
from pathlib import Path

from services.summarise.words import PATH
from training.summaries.data import articles, example, with_headline
from training.summaries.fit import best, cross_validated, fit

logger = logging.getLogger("training")


def main() -> None:
    """Choose the settings by cross-validation, fit on everything, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="NDJSON file with `article` and `highlights`")
    parser.add_argument("--headlines", type=Path, nargs="*", default=[], help="files of stories with a headline")
    parser.add_argument("--out", type=Path, default=PATH, help="file for the weights")
    parser.add_argument("--seed", type=int, default=1, help="of the folds")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    examples = [one for article, said in articles(options.data) if (one := example(article, " ".join(said)))]
    stories = (story for path in options.headlines for story in with_headline(path))
    headlined = [one for body, title in stories if (one := example(body, title, headline=True))]
    logger.info("with a summary: %d, with a headline: %d", len(examples), len(headlined))
    examples += headlined
    random.Random(options.seed).shuffle(examples)
    scores = cross_validated(examples)
    for settings, figures in scores.items():
        logger.info("F1 of summaries %.2f, recall of headlines %.2f with %s", *(100 * figures), settings)
    chosen = best(scores)
    logger.info("chosen: %s", chosen)
    fit(examples, chosen).write(options.out)


if __name__ == "__main__":
    main()
