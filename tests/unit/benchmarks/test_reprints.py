"""The edits that the benchmark makes are what they say, and the same for the same seed."""

import random
import re
from difflib import SequenceMatcher

import pytest

from benchmarks.reprints import REPRINTS, WRITETHRUS, Article

ARTICLE = Article(
    "1",
    "Ferry Sinks off Orsk",
    tuple(
        f"The {place} line said on Monday that {number} people were on board when its ship went down, and officials "
        f"of the company would meet those who survived near {place} within the week."
        for place, number in (("Vik", 86), ("Hald", 120), ("Orsk", 31), ("Moss", 75), ("Nord", 24), ("Lund", 53))
    ),
    highlights=("A ferry sank off Orsk .", "Dozens are missing ."),
)
FIGURE = re.compile(r"\d+")


@pytest.mark.parametrize("kind", REPRINTS)
def test_a_reprint_is_made_anew_from_its_seed_and_has_no_other_figures(kind: str) -> None:
    one, again = (REPRINTS[kind](random.Random(7), ARTICLE).body for _ in range(2))
    assert one == again != ARTICLE.body
    if kind.startswith(("cut", "reworded", "paragraphs", "teletype")):
        assert set(FIGURE.findall(one)) - {"30"} <= set(FIGURE.findall(ARTICLE.body))  # -30- ends a message


def test_as_many_words_are_reworded_as_is_said() -> None:
    words, other = ARTICLE.body.split(), list[float]()
    for share in (5, 15, 30):
        later = REPRINTS[f"reworded {share} %"](random.Random(7), ARTICLE).body.split()
        blocks = SequenceMatcher(None, words, later, autojunk=False).get_matching_blocks()
        other.append(1 - sum(block.size for block in blocks) / len(words))
    assert other[:2] == pytest.approx([0.05, 0.15], abs=0.05)
    assert other[2] > 0.25


@pytest.mark.parametrize("kind", WRITETHRUS)
def test_a_writethru_says_something_that_its_first_version_does_not(kind: str) -> None:
    first, second = WRITETHRUS[kind](random.Random(7), ARTICLE)
    assert first.body != second.body
    assert set(second.body.split()) - set(first.body.split())


def test_new_figures_are_all_that_is_new() -> None:
    first, second = WRITETHRUS["new figures"](random.Random(7), ARTICLE)
    assert FIGURE.sub("#", first.body) == FIGURE.sub("#", second.body)
