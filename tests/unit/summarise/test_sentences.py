import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sentences import sentences

NEWS_PIECES = st.sampled_from(
    [
        "The U.S. ",
        "Mr. Kim ",
        "said. ",
        "\n\n",
        "\n",
        " ",
        "“Go!” ",
        "3.5 ",
        "Jan. 5",
        "?",
        "...",
        "日本。",
        "\u202e",
        "\x00",
        "a",
    ]
)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One went. Two came.", ["One went.", "Two came."]),
        ("The U.S. and its allies met Mr. Kim on Jan. 5 in St. Louis.", None),
        ("He left the U.S. The talks went on.", ["He left the U.S.", "The talks went on."]),
        ("J. K. Rowling and George W. Bush spoke.", None),
        ("Prices rose 3.5 percent to $1.20.", None),
        ("Acme Corp. said sales at Foo Inc. rose.", None),
        ('"We won." He smiled.', ['"We won."', "He smiled."]),
        ("“Why?” he asked. Nobody knew.", ["“Why?” he asked.", "Nobody knew."]),
        ("It ended at 5 p.m. on Friday.", None),
        ("See No. 5 for more.", None),
        ("He said no. They left.", ["He said no.", "They left."]),
        ("東京は晴れ。大阪は雨。", ["東京は晴れ。", "大阪は雨。"]),
        ("Sen. John Smith, R-Ga., met Lt. Gov. Dan Roe of Okla. in Ft. Hood.", None),
        ("The vote is at 5 p.m. EDT on Friday.", None),
        ("It ended at 5 p.m. EDT. The crowd left.", ["It ended at 5 p.m. EDT.", "The crowd left."]),
        ("At 11 a.m. They met again.", ["At 11 a.m.", "They met again."]),
        ("The U.S. Senate and the U.N. Security Council met.", None),
        ("W. H. Auden read Roe v. Wade to J.K. Rowling.", None),
        ("It was No. 1. They left.", ["It was No. 1.", "They left."]),
        ("“We won,” he said. “It was hard.” She agreed.", ["“We won,” he said.", "“It was hard.”", "She agreed."]),
        ('"Is it true?" Mary Smith asked. Nobody knew.', ['"Is it true?" Mary Smith asked.', "Nobody knew."]),
        ('"Is it true?" The room fell silent.', ['"Is it true?"', "The room fell silent."]),
        (
            "Prof. Dr. Müller kam am 5. Januar an. Dann ging er.",
            ["Prof. Dr. Müller kam am 5. Januar an.", "Dann ging er."],
        ),
        ("A headline\n\nA sentence\nin two lines.", ["A headline", "A sentence\nin two lines."]),
        ("हुआ है।दो गांव।", ["हुआ है।", "दो गांव।"]),
        ("هل انخفض؟ نعم.", ["هل انخفض؟", "نعم."]),
        ("یہ خبر ہے۔ وہ گیا۔", ["یہ خبر ہے۔", "وہ گیا۔"]),
        ("He met Lieut. John Smith.", None),
        ("", []),
        (" \n\n \t", []),
    ],
)
def test_sentences_of_news(text: str, expected: list[str] | None) -> None:
    assert split(text) == ([text] if expected is None else expected)


@given(st.one_of(st.text(), st.lists(NEWS_PIECES).map("".join)))
def test_spans_are_sorted_trimmed_and_cover_everything_but_space(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop
        assert not text[end:start].strip()
        piece = text[start:stop]
        assert piece == piece.strip()
        assert "\n\n" not in piece
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize("unit", [".", "a", "a.", ". ", "\n ", '."', "U.S. ", " ", "«", ")."])
def test_a_megabyte_of_anything_takes_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    sentences(text)
    assert time.process_time() - began < 30
