import time
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.summarise.candidates import word_count
from services.summarise.summarise import summarise
from services.summarise.tasks import prepare
from shared.models import Entity, Mention, Options, Story, Wire
from shared.settings import Settings

LEAD = "The river rose above its banks on Monday and flooded two villages."
SECOND = "Rescuers took about forty families to a school on higher ground."
THIRD = "Officials expect the water to fall before the end of the week."
FOURTH = "Farmers in the valley lost most of this year's barley harvest."

PIECES = st.sampled_from(
    [
        LEAD,
        SECOND,
        THIRD,
        "Why did nobody warn them of this?",
        "- an item",
        "\n\n",
        " ",
        "A | B | C",
        "“Oh no.”",
        "日本の大雨で川があふれた。",
    ]
)


def texts(body: str, limit: int = 3, **more: Any) -> list[str]:
    return [one.text for one in summarise(body, limit=limit, **more)]


def test_the_lead_is_the_summary() -> None:
    assert texts(f"{LEAD} {SECOND}\n\n{THIRD} {FOURTH}") == [LEAD, SECOND, THIRD]


def test_repeated_sentences_are_taken_once() -> None:
    nearly = LEAD.replace("two villages", "two small villages")
    assert texts(f"{LEAD}\n\n{LEAD}\n\n{nearly}\n\n{SECOND}") == [LEAD, SECOND]


@pytest.mark.parametrize(
    "furniture",
    [
        "Copyright 2024 The Example Agency. All rights reserved by the agency.",
        "Click here to read more of our stories about the weather.",
        "Reporting by A. Writer in Springfield and editing by B. Writer.",
        "- two villages, one school and forty families in tents",
        "Monday    12    Tuesday    15    Wednesday    9    Thursday    3",
        "Yes, indeed.",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    assert furniture not in texts(f"{furniture}\n\n{LEAD}\n\n{SECOND}")
    assert LEAD in texts(f"{furniture}\n\n{LEAD}\n\n{SECOND}")


def test_questions_and_endless_sentences_give_way() -> None:
    question = "Who will pay for all that the water has destroyed here?"
    endless = "And " + "then it rained again and " * 40 + "stopped."
    assert texts(f"{LEAD} {endless} {question} {SECOND} {THIRD}") == [LEAD, SECOND, THIRD]


def test_the_only_sentence_is_the_summary_even_if_short() -> None:
    assert texts("It rained.") == ["It rained."]


@pytest.mark.parametrize("body", ["", "\n\n", "- one\n\n- two\n\n- three", "A | 1 | 2\n\nB | 3 | 4", "1 2 3\n\n4 5 6"])
def test_no_prose_no_summary(body: str) -> None:
    assert texts(body) == []


def test_salient_entities_and_the_headline_move_a_sentence_up() -> None:
    body = f"{LEAD} {SECOND} {THIRD} {FOURTH}"
    at = body.index("Farmers")
    farmers = Entity(
        id="x", name="Farmers", type="ORG", salience=1, mentions=[Mention(start=at, end=at + 7, text="Farmers")]
    )
    assert FOURTH not in texts(body)
    assert FOURTH in texts(body, headline="Farmers lost barley harvest in valley", entities=[farmers])


@given(st.lists(PIECES, max_size=12).map("".join), st.integers(1, 80), st.none() | st.integers(1, 5))
def test_never_more_words_than_asked_unless_one_sentence_has_more(body: str, words: int, limit: int | None) -> None:
    summary = summarise(body, limit=limit, words=words)
    assert len(summary) <= (limit or 50)
    assert len(summary) == 1 or sum(word_count(one.text) for one in summary) <= words
    assert bool(summary) == bool(summarise(body, limit=1))


def test_a_length_in_words_is_made_use_of() -> None:
    body = f"{LEAD} {SECOND} {THIRD} {FOURTH}"
    assert texts(body, limit=None, words=100) == [LEAD, SECOND, THIRD, FOURTH]
    assert len(texts(body, limit=None, words=24)) == 2
    assert len(texts(body, limit=None, words=3)) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "no text"),
        ("- one\n\n- two\n\n- three", "no sentence: the text is a list or a table"),
        ("A | 1 | 2\n\nB | 3 | 4", "no sentence: the text is a list or a table"),
        (
            "Reporting by A. Writer in Springfield.\n\nCopyright 2024 The Example Agency.",
            "no sentence: only credits, notes, captions and the like",
        ),
        ("Rain.\n\nWind.\n\nMore rain.", "no sentence: the pieces of text are all too short or too long"),
        (
            "น้ำท่วม" * 60 + "\n\n" + "ฝนตก" * 90,
            "no sentence: the writing does not show where its words and sentences end",
        ),
    ],
)
def test_an_empty_summary_has_its_reason(body: str | None, why: str) -> None:
    process = prepare(Settings(), cast(Any, None))
    (done,) = process([Story(body=body)]).stories
    assert (done.summary, done.summary_note) == ([], why)


def test_a_job_may_ask_for_a_length() -> None:
    process = prepare(Settings(summary_sentences=3), cast(Any, None))
    story = Story(body=f"{LEAD} {SECOND} {THIRD} {FOURTH}")

    def made(**options: int) -> list[str]:
        return [one.text for one in process([story], Options(**options)).stories[0].summary]

    assert len(made(summary_sentences=2)) == 2
    assert made(summary_words=200) == [LEAD, SECOND, THIRD, FOURTH]
    assert len(made(summary_words=24, summary_sentences=4)) == 2
    assert made(summary_sentences=0) == []
    assert process([story], Options(summary_sentences=0)).stories[0].summary_note == "no sentence was asked for"


@pytest.mark.parametrize(
    "sentences",
    [
        ["फसलों को बाढ़ से भारी नुकसान हुआ है।", "दो गांवों को रात में खाली कराया गया।"],
        ["غمرت المياه قريتين يوم الاثنين بعد أمطار غزيرة.", "هل ينخفض منسوب المياه قبل نهاية الأسبوع؟"],
        ["月曜日に川があふれて二つの村が浸水した。", "救助隊は四十世帯を学校に避難させた。"],
    ],
)
def test_other_scripts_have_sentences(sentences: list[str]) -> None:
    assert texts(" ".join(sentences)) == sentences


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.integers(1, 20), st.none() | st.text())
def test_sentences_are_cut_from_the_body_in_order(body: str, limit: int, headline: str | None) -> None:
    summary = summarise(body, limit=limit, headline=headline)
    assert len(summary) <= limit
    end = 0
    for one in summary:
        assert body[one.start : one.end] == one.text
        assert end <= one.start
        end = one.end
    assert len({one.text for one in summary}) == len(summary)


@pytest.mark.parametrize("body", ["word " * 200_000, "x" * 1_000_000, (LEAD + " ") * 15_000])
def test_a_megabyte_takes_bounded_time(body: str) -> None:
    began = time.process_time()
    summarise(body, limit=3)
    assert time.process_time() - began < 1


def test_the_stage_gives_new_stories_in_order() -> None:
    process = prepare(Settings(summary_sentences=1), cast(Any, None))
    stories = [Story(seq=0, body=f"{LEAD} {SECOND}"), Story(seq=1, body=None)]
    done = process(stories).stories
    assert [[one.text for one in story.summary] for story in done] == [[LEAD], []]
    assert stories[0].summary == []


def test_a_brief_and_an_alert_have_one_sentence() -> None:
    process = prepare(Settings(summary_sentences=3), cast(Any, None))
    kinds = ("brief", "alert", "story")
    done = process([Story(body=f"{LEAD} {SECOND} {THIRD}", wire=Wire(kind=kind)) for kind in kinds]).stories
    assert [len(story.summary) for story in done] == [1, 1, 3]


def test_the_dateline_is_no_part_of_the_first_sentence() -> None:
    assert texts(f"SPRINGFIELD, Ill., May 5 (Reuters) - {LEAD} {SECOND}", limit=1) == [LEAD]


def test_repetitive_prose_in_another_language_keeps_its_lead() -> None:
    german = ["Die Elbe ist am Montag über die Ufer getreten.", "Zwei Dörfer mussten in der Nacht geräumt werden."]
    assert texts(" ".join(german)) == german
