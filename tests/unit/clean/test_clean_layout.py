"""Characters and paragraphs."""

import pytest

from services.clean.clean import LAYOUT
from services.clean.draft import Draft

INDENTED = """    Showers continued throughout the week in the cocoa zone,
alleviating the drought since early January and improving the
prospects for the coming harvest, the review said.
    The dry period means the temporao will be late this year.
    Arrivals for the week ended February 22 were 155,221 bags
of 60 kilos.
 Reuter
\x03"""
BLOCKS = """Negotiations between the parties on forming a new coalition
government could still fail, a senior member of one of them
warned on Wednesday after a long night of talks.

Major sticking points include spending on social programmes
and infrastructure, the paper reported."""


def laid_out(text: str) -> str:
    draft = Draft(text)
    for step in LAYOUT:
        draft = draft.apply(step(draft))
    return draft.text


def test_lines_of_teletype_are_joined_at_indentation() -> None:
    paragraphs = laid_out(INDENTED).split("\n\n")
    assert [paragraph.split()[0] for paragraph in paragraphs] == ["Showers", "The", "Arrivals", "Reuter"]
    assert "155,221 bags of 60 kilos." in paragraphs[2]


def test_lines_of_broken_blocks_are_joined() -> None:
    first, second = laid_out(BLOCKS).split("\n\n")
    assert first.endswith("after a long night of talks.") and second.startswith("Major sticking points")


def test_each_line_is_a_paragraph_where_lines_are_long() -> None:
    lines = [
        "The agreement was hailed as a significant improvement. " * 4,
        "Experts claim otherwise. " * 9,
        "No comments:",
    ]
    assert laid_out("\n".join(lines)).split("\n\n") == [line.strip() for line in lines]


def test_rows_of_a_table_stay_apart() -> None:
    table = "Shr 34 cts vs 1.19 dlrs\n    Net 807,000 vs 2,858,000\n    Assets 510.2 mln vs 479.7 mln"
    assert laid_out(table).split("\n\n") == [row.strip() for row in table.split("\n")]


def test_a_word_broken_at_the_line_end_is_mended() -> None:
    text = (
        "Brazil froze all prices last year under a plan that was anti-\n"
        "inflation in its aims and that failed within a few months.\n"
    )
    assert "anti-inflation in its aims" in laid_out(text * 3)


@pytest.mark.parametrize(
    ("raw", "cooked"),
    [
        ("donâ€™t say â€œcafÃ©â€\x9d", "don’t say “café”"),
        ("Sa\u0303o Paulo", "São Paulo"),
        ("a\u00a0b\tc  d", "a b c d"),
        ("\ufeffbeg\u00adin\x00", "begin"),
        ("one\u2028two", "one\n\ntwo"),
    ],
)
def test_characters(raw: str, cooked: str) -> None:
    assert laid_out(raw) == cooked


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم به خانه بروم و کتاب بخوانم",
        "ראש הממשלה אמר אתמול בירושלים \u200fכי ההסכם ייחתם",
        "習近平国家主席は木曜日、平壌で金正恩総書記と会談した。",
        "Families 👨‍👩‍👧‍👦 cheered 🇰🇷 — ‘naïve’ façade, 5 °C, ½, Ž, ÇA VA",
        "ภาษาไทยเขียนติดกันโดยไม่เว้นวรรค",
    ],
)
def test_other_scripts_pass_unharmed(text: str) -> None:
    assert laid_out(text) == text
