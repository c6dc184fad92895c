"""Tables and agate stay as they are."""

import pytest

from services.clean.clean import clean
from services.clean.tables import is_agate, rows
from shared.models import Content, Story

GAMES = "Cincinnati (Simon 1-3) at Cleveland (Salazar 3-2), 6:10 p.m."
TABLE = "            W   L   Pct\nBoston      20  10  .667\nNew York    18  12  .600\nToronto\t15\t15\t.500\n"


@pytest.mark.parametrize(
    "text",
    [
        GAMES,
        "TENNIS: Shanghai Masters - Sky Sports 3 0630, Generali Ladies Linz - British Eurosport 1130.",
        "Total reserves...............1,025 vs......1,497",
        ";W;L;Pct;GB;WCGB;L10;Str;Home;Away",
    ],
)
def test_agate(text: str) -> None:
    assert is_agate(text)


@pytest.mark.parametrize(
    "text",
    [
        "The index fell 3.2 points to 1,155.2 on Monday as traders sold what they had bought at 1,160.",
        "Paris, Rome and Vienna agreed; London, which had asked for time, did not; Bonn will answer later.",
    ],
)
def test_sentences_are_no_agate(text: str) -> None:
    assert not is_agate(text)


def test_rows_may_come_again() -> None:
    story = clean(Story(content=Content(text="\n\n".join([GAMES, "It was a long day for everybody there.", GAMES]))))
    assert story.body is not None and story.body.count(GAMES) == 2


def test_three_rows_make_a_table() -> None:
    lines = ["Boston  20  10", "New York  18  12", "Toronto  15  15"]
    assert rows(["The table:", *lines]) == [False, True, True, True]
    assert rows(lines[:2]) == [False, False]


def test_rows_are_neither_joined_nor_squeezed() -> None:
    body = clean(Story(content=Content(text=TABLE))).body
    assert body is not None
    assert body.split("\n\n")[1:] == ["Boston  20  10  .667", "New York  18  12  .600", "Toronto  15  15  .500"]
    assert clean(Story(content=Content(text=body))).body == body


def test_the_head_of_a_table_keeps_its_columns_and_a_sentence_above_one_is_none() -> None:
    figures = ["Vesta  24  16", "Norden  24  16", "Halden  24  12"]
    assert rows(["Team  Played  Won", *figures]) == [True] * 4
    assert rows(["They won.  The table says so:", *figures]) == [False, True, True, True]
