"""Passages found in another text: the same words, in bounded time, whatever the texts are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.alignment import WORDS, Words, align

vocabulary = st.sampled_from("the minister said rates rose fell in Oslo 5.2 1,000 of a year".split())
texts = st.lists(vocabulary, max_size=120).map(" ".join)
STORY = (
    "The ferry sank off Orsk late on Monday with at least forty people on board, the harbour master said by telephone."
)


def sizes(earlier: str, later: str) -> list[tuple[int, int]]:
    found = align(Words.of(earlier).words, Words.of(later).words)
    return [(passage.at, passage.end) for passage in found.passages]


@given(texts, texts)
def test_runs_are_the_same_words_and_passages_do_not_overlap(earlier: str, later: str) -> None:
    first, second = Words.of(earlier).words, Words.of(later).words
    found = align(first, second)
    for run in found.runs:
        assert list(second[run.at : run.at + run.size]) == list(first[run.of : run.of + run.size])
    reached = 0
    for passage in found.passages:
        assert reached <= passage.at < passage.end <= len(second)
        assert 0 <= passage.of < passage.of_end <= len(first)
        reached = passage.end


@given(texts)
def test_a_text_stands_in_itself_as_a_whole(text: str) -> None:
    words = Words.of(text).words
    assert sizes(text, text) == ([(0, len(words))] if len(words) > 5 else [])


@given(st.text())
def test_words_stand_where_they_are_said_to(body: str) -> None:
    words = Words.of(body)
    for word, start, end in zip(words.words, words.starts, words.ends, strict=True):
        assert word == body[start:end].casefold().replace(",", "" if word[-1].isdecimal() else ",")


def test_other_words_between_the_same_ones_are_bridged() -> None:
    later = STORY.replace("late on Monday", "on Monday night").replace("at least forty", "some forty")
    assert sizes(STORY, later) == [(0, len(later.split()))]


def test_a_paragraph_put_between_is_not() -> None:
    middle = "Divers from three countries went on looking for survivors in the cold water until it was too dark to see."
    first, second = STORY[:53], STORY[53:]
    assert sizes(STORY, f"{first} {middle} {second}") == [(0, 11), (31, 41)]


def test_paragraphs_that_moved_are_found_where_they_were() -> None:
    other = "Nobody knew on Tuesday why the ship had left the harbour in such weather, and the owners would not say."
    found = align(Words.of(f"{STORY} {other}").words, Words.of(f"{other} {STORY}").words)
    assert [(passage.at, passage.of) for passage in found.passages] == [(0, 21), (20, 0)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("spam " * 500_000, "spam " * 499_999),
        ("a b " * 250_000, "b a " * 250_000),
        ("a " * 20_000 + "b", ("a " * 50 + "b ") * 400),
        ("x" * 1_000_000, "1" * 1_000_000),
        ("1,1" * 300_000, "-" * 1_000_000),
    ],
)
def test_a_megabyte_of_anything_takes_bounded_time(earlier: str, later: str) -> None:
    started = time.monotonic()
    first, second = Words.of(earlier).words, Words.of(later).words
    assert max(len(first), len(second)) <= WORDS
    align(first, second)
    assert time.monotonic() - started < 10
