"""The stage as a whole: what holds for every text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from services.clean.clean import clean
from services.clean.language import detect_language
from services.clean.tasks import prepare
from shared.models import Content, Story
from shared.settings import Settings

WORDS = st.sampled_from(
    (
        'the to of minister grain talks said Monday Paris (AP) — - "yes" in Reuters '
        "By Ann Lee 155,221 pct. it had café 東京 cafÃ©"
    ).split()
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
LINES = st.sampled_from(
    [
        "PARIS (AP) — The ministers met on Monday.", "LONDON, Feb 26 - Stocks fell again.", "By ANN LEE",
        "AP Sports Writer", "(MORE)", "Reuter", "Home", "No comments:", "(EDS: ADDS)", "Copyright 2024 AP",
        "******GRAIN TALKS GO ON", "******", "2 March 2026", "Avg shrs 1,404,878 Reuter",
        "Grain  Tonnes  Price", "Wheat  14,070  1.20", "- talks 3.  The said.",
        "Grain talks go on", "    An indented line of text that goes",
        "The ministers of both countries met to talk about the grain that is stored in the ports.",
    ]
)  # fmt: skip
WIRE = st.lists(st.tuples(SENTENCES | LINES, st.sampled_from(["\n", "\n\n", "\n    ", "\r\n", " \n \n"])), max_size=14)
TEXTS = WIRE.map(lambda parts: "".join(text + end for text, end in parts))


def cleaned(text: str) -> Story | None:
    try:
        return clean(Story(content=Content(text=text)))
    except ValueError:
        assert not text.strip()
        return None


@given(TEXTS | st.text(max_size=300))
@settings(deadline=None)
def test_removed_text_stood_in_the_original(text: str) -> None:
    try:
        story = clean(Story(content=Content(text=text)))
    except ValueError:
        return
    at = 0
    for removal in story.removed:
        assert removal.at >= at or removal.rule == "layout"
        at = removal.at + len(removal.text)
        assert text[removal.at : at] == removal.text


@given(TEXTS)
@settings(deadline=None)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    story = cleaned(text)
    if story is None:
        return
    assert story.body and story.content is None
    again = clean(story.model_copy(update={"content": Content(text=story.body)}))
    assert (again.body, again.removed) == (story.body, [])


@given(TEXTS)
@settings(deadline=None)
def test_paragraphs_are_single_lines_with_a_blank_one_between(text: str) -> None:
    story = cleaned(text)
    if story and story.body:
        assert all(
            paragraph and paragraph == paragraph.strip() and "\n" not in paragraph
            for paragraph in story.body.split("\n\n")
        )


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "a " * 500_000,
        "to " * 100_000,
        '" the the ' * 30_000,
        "x" * 1_000_000,
        "A" * 1_000_000,
        "-" * 1_000_000,
        "\n".join(f"word{n}" for n in range(40_000)),
        "\n\n".join(["one " * 15 + str(n) for n in range(6_000)]),
        "\n\n".join(
            [
                "one two three four five six seven eight nine ten a b c d e f " + "xyz"[n % 3] * (n % 50)
                for n in range(6_000)
            ]
        ),
        "PARIS (AP) - " * 25_000,
        "By Ann Lee\n\n" * 25_000,
        "Home\n\n" * 50_000,
        "(" * 500_000,
        "e" + "\u0301\u0316" * 300_000,
        "Ã©" * 100_000,
        "â€™ " * 50_000,
        " " * 999_999 + "x",
        "\n" * 999_999 + "x",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_time_is_linear_whatever_the_text(text: str) -> None:
    start = time.process_time()
    clean(Story(content=Content(text=text)))
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "unit", ["A", "A.", "A. ", "A/", "x ", "share to x", "By A, ", "a/b", "- ", "Copyright A", "A (", ", A"]
)
@pytest.mark.parametrize("start", ["", "By ", "Written by ", "PARIS", "Share ", "Photo: ", "Get ", "Facebook "])
@pytest.mark.parametrize("end", ["!", " - x", " (AP) x —"])
def test_no_pattern_loses_itself(start: str, unit: str, end: str) -> None:
    began = time.process_time()
    clean(Story(content=Content(text=(start + unit * 200)[:140] + end + "\n\n" + (start + unit * 300)[:590] + end)))
    assert time.process_time() - began < 2


def test_an_advisory_of_nothing_but_a_note_stays() -> None:
    story = clean(Story(content=Content(text="(EDS: No story will be sent today.)")))
    assert (story.body, story.removed) == ("(EDS: No story will be sent today.)", [])


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x03"])
def test_a_blank_story_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="blank"):
        clean(Story(content=Content(text=text)))


def test_a_story_without_content_is_an_error() -> None:
    with pytest.raises(ValueError, match="without content"):
        clean(Story())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ministers of both countries met on Monday to talk about grain.", "en"),
        ("Die Minister beider Länder trafen sich am Montag in Berlin zu Gesprächen.", "de"),
        ("朝鮮中央通信によると、両国の首脳は木曜日に平壌で会談し、新しい協定に署名した。", "ja"),
        ("Too few words to tell", "und"),
        ("SEARS TO CLOSE CHICAGO DISTRIBUTION CENTER, LAY OFF UP TO 1,800 EMPLOYEES", "en"),
        ("Shr 34 cts vs 1.19 dlrs Net 807,000 vs 2,858,000 Revs 9,021,000 vs 9,310,000", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language
    assert clean(Story(content=Content(text=text))).language == language
    assert clean(Story(content=Content(text=text), language="xx")).language == "xx"


def test_the_given_story_is_not_changed() -> None:
    story = Story(content=Content(text="PARIS (AP) — The ministers met."), custom_id="mine")
    before = story.model_dump()
    assert clean(story).custom_id == "mine"
    assert story.model_dump() == before


def test_the_stage_keeps_the_order_of_a_batch() -> None:
    process = prepare(Settings(), Redis())
    result = process([Story(content=Content(text=f"Story number {n}.")) for n in range(3)])
    assert [story.body for story in result.stories] == [f"Story number {n}." for n in range(3)]
