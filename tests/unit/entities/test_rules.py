import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.entities.gazetteer import Gazetteer
from services.entities.rules import find_names

PIECES = st.sampled_from(
    [
        "U.S. ",
        "Kim",
        "-",
        " ",
        "President ",
        "Putin",
        "’s ",
        "Bank of ",
        "Japan",
        "the ",
        "\n",
        "🇯🇵",
        "\u202e",
        "\x00",
        "ПУТИН",
        "日本",
        "$5 ",
        "May ",
    ]
)


def names(text: str, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in find_names(text, gazetteer)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("talks with President Vladimir Putin of Russia", [("Vladimir Putin", "PERSON"), ("Russia", "GPE")]),
        ("North Korea's leader Kim Jong Un", [("North Korea", "GPE"), ("Kim Jong Un", "PERSON")]),
        ("said Lee Kyung-ho, a spokesman", [("Lee Kyung-ho", "PERSON")]),
        ("Seoul's Defense Ministry", [("Seoul", "GPE"), ("Defense Ministry", "ORG")]),
        ("the Ministry of Foreign Affairs and Trade", [("Ministry of Foreign Affairs and Trade", "ORG")]),
        ("the Bank of Japan raised rates", [("Bank of Japan", "ORG")]),
        ("shares of Acme Widget Corp. fell", [("Acme Widget Corp.", "ORG")]),
        ("South Korean officials", [("South Korean", "NORP")]),
        ("the U.S.-led force", [("U.S.", "GPE")]),
        ("a Seoul-based firm", [("Seoul", "GPE")]),
        ("on the Korean Peninsula", [("Korean Peninsula", "LOC")]),
        ("Reading is a Nice habit", []),
        ("a train from Reading to London", [("Reading", "GPE"), ("London", "GPE")]),
        ("paid $3.5 million on June 5, 2024", [("$3.5 million", "MONEY"), ("June 5, 2024", "DATE")]),
        ("It May rain", []),
        ("RUSSIA SIGNS PACT WITH NORTH KOREA", [("RUSSIA", "GPE"), ("NORTH KOREA", "GPE")]),
        ("no names here, none at all", []),
    ],
)
def test_names_in_news(text: str, expected: list[tuple[str, str]], gazetteer: Gazetteer) -> None:
    assert names(text, gazetteer) == expected


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.booleans())
def test_names_are_sorted_apart_and_trimmed(gazetteer: Gazetteer, text: str, listed_only: bool) -> None:
    end = 0
    for span in find_names(text, gazetteer, listed_only=listed_only):
        assert end <= span.start < span.end <= len(text)
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        end = span.end


@pytest.mark.parametrize(
    "unit", ["A", "A ", "A.", "Kim ", "Bank of ", "al-", "É-", "\U0001f600", "9", "9,", "May ", "a" * 9 + " "]
)
def test_long_texts_take_bounded_time(unit: str, gazetteer: Gazetteer) -> None:
    text = unit * (100_000 // len(unit))
    began = time.process_time()
    find_names(text, gazetteer)
    assert time.process_time() - began < 30
