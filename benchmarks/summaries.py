"""How good summaries are, and how fast: ``python -m benchmarks.summaries FILE [--headlines FILE] [--sample N]``.

``FILE`` is (gzipped) NDJSON with ``article`` and ``highlights``, as CNN/DailyMail has them. All methods choose from the
same sentences, in the same run, each the same number. ROUGE F1 (rouge-score, stemmed), in per cent; ``at N words`` cuts
all of them to as many words, so that no method gains by its length. The oracle picks greedily what agrees best with the
reference: no method that takes whole sentences comes much above it.

``--headlines`` takes files of stories that ingest reads and that have a headline but no reference: the headline
stands in for one, unseen by the methods, and what counts is its recall. That measures whether a scorer loses
against the lead on another kind of news.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenize import tokenize
from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as SumySentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from services.summarise.furniture import WORD, is_prose
from services.summarise.summarise import summarise
from shared.sentences import sentences
from training.summaries.data import articles, stems, with_headline
from training.summaries.fit import f1

METRICS = ("rouge1", "rouge2", "rougeLsum")
SCORER = RougeScorer(list(METRICS), use_stemmer=True)

Method = Callable[[str, str, int], list[str]]
"""The sentences chosen of a text, given the reference (only the oracle looks) and how many."""


class Words:
    """Sumy's tokenizer without its downloads: words as ROUGE sees them."""

    def to_words(self, text: str) -> tuple[str, ...]:
        """The words of one sentence."""
        return tuple(tokenize(text, None))


def split(text: str) -> list[str]:
    """The sentences all methods choose from."""
    return [text[start:end] for start, end in sentences(text)]


def ours(text: str, _reference: str, count: int) -> list[str]:
    """The summarise stage."""
    return [one.text for one in summarise(text, limit=count)]


def lead(text: str, _reference: str, count: int) -> list[str]:
    """The first sentences."""
    return split(text)[:count]


def oracle(text: str, reference: str, count: int) -> list[str]:
    """Greedily, what raises ROUGE-1 most."""
    pool = {at: stems(one) for at, one in enumerate(split(text))}
    gold, chosen, said = stems(reference), list[int](), list[str]()
    while pool and len(chosen) < count:
        best = max(pool, key=lambda at: f1(said + pool[at], gold))
        if f1(said + pool[best], gold) <= f1(said, gold):
            break
        chosen.append(best)
        said += pool.pop(best)
    everything = split(text)
    return [everything[at] for at in sorted(chosen)]


def sumy(summarizer: LexRankSummarizer | TextRankSummarizer | LsaSummarizer) -> Method:
    """One of sumy's methods, on our sentences."""
    words = Words()

    def method(text: str, _reference: str, count: int) -> list[str]:
        paragraph = Paragraph([SumySentence(one, words) for one in split(text)])
        return [str(one) for one in summarizer(ObjectDocumentModel([paragraph]), count)]

    return method


METHODS: dict[str, Method] = {
    "wiremill": ours,
    "lead": lead,
    "sumy LexRank": sumy(LexRankSummarizer()),
    "sumy TextRank": sumy(TextRankSummarizer()),
    "sumy LSA": sumy(LsaSummarizer()),
    "oracle": oracle,
}


def cut(chosen: Sequence[str], words: int) -> list[str]:
    """The first ``words`` words of some sentences."""
    left, kept = words, list[str]()
    for one in chosen:
        parts = one.split()
        kept.append(" ".join(parts[:left]))
        left -= len(kept[-1].split())
    return [one for one in kept if one]


def against_references(pairs: Sequence[tuple[str, Sequence[str]]], count: int, words: int) -> Table:
    """A row a method."""
    table = Table(
        "method", "R-1", "R-2", "R-Lsum", "words", f"R-1 at {words}", f"R-2 at {words}", "articles/s", box=None
    )
    for name, method in METHODS.items():
        began = time.process_time()
        chosen = [method(text, " ".join(said), count) for text, said in pairs]
        speed = len(pairs) / (time.process_time() - began)
        whole = [SCORER.score("\n".join(said), "\n".join(one)) for one, (_, said) in zip(chosen, pairs, strict=True)]
        short = [
            SCORER.score("\n".join(said), "\n".join(cut(one, words)))
            for one, (_, said) in zip(chosen, pairs, strict=True)
        ]
        figures = [100 * sum(one[metric].fmeasure for one in whole) / len(pairs) for metric in METRICS]
        equal = [100 * sum(one[metric].fmeasure for one in short) / len(pairs) for metric in METRICS[:2]]
        length = sum(len(sentence.split()) for one in chosen for sentence in one) / len(pairs)
        row = [f"{figure:.2f}" for figure in (*figures, length, *equal)]
        table.add_row(name, *row, f"{speed:,.0f}")
    return table


def prose(text: str) -> bool:
    """Whether a sentence is one, and not a row of figures: those the summarise stage leaves out on purpose."""
    return is_prose(text, len(WORD.findall(text)))


def recalled(title: str, chosen: Sequence[str]) -> float:
    """The share of a headline's words that a summary says."""
    return float(SCORER.score(title, " ".join(chosen))["rouge1"].recall)


def against_headlines(pairs: Sequence[tuple[str, str]], count: int, words: int) -> Table:
    """A row a method: how much of the headline it says."""
    table = Table("method", "R-1 recall", "words", f"R-1 recall at {words}", "same as lead", box=None)
    leads = [lead(text, "", count) for text, _ in pairs]
    for name, method in METHODS.items():
        if method is oracle:
            continue
        chosen = [method(text, "", count) for text, _ in pairs]
        recall, equal = (
            100 * sum(recalled(title, one) for one, (_, title) in zip(texts, pairs, strict=True)) / len(pairs)
            for texts in (chosen, [cut(one, words) for one in chosen])
        )  # fmt: skip
        length = sum(len(sentence.split()) for one in chosen for sentence in one) / len(pairs)
        same = sum(len(set(one) & set(first)) for one, first in zip(chosen, leads, strict=True)) / sum(map(len, leads))
        table.add_row(name, f"{recall:.2f}", f"{length:.1f}", f"{equal:.2f}", f"{same:.0%}")
    return table


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--headlines", type=Path, nargs="*", default=[], metavar="FILE")
    parser.add_argument("--sample", type=int, default=1000, help="articles at most, drawn with a fixed seed")
    parser.add_argument("--sentences", type=int, default=3)
    parser.add_argument("--words", type=int, default=50, help="for the comparison at equal length in words")
    options = parser.parse_args()
    pairs, draw = list(articles(options.file)), random.Random(1)
    pairs = draw.sample(pairs, min(options.sample, len(pairs)))
    console = Console()
    console.print(f"{len(pairs)} articles, {options.sentences} sentences, ROUGE F1")
    console.print(against_references(pairs, options.sentences, options.words))
    if options.headlines:
        stories = [story for path in options.headlines for story in with_headline(path)]
        stories = draw.sample(stories, min(options.sample, len(stories)))
        plain = [story for story in stories if all(map(prose, lead(story[0], "", options.sentences)))]
        for name, some in (("stories with a headline for reference", stories), ("of them begin with prose", plain)):
            console.print(f"\n{len(some)} {name}")
            console.print(against_headlines(some, options.sentences, options.words))


if __name__ == "__main__":
    main()
