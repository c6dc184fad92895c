import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.summarise.figures import numbers


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("At least 12 people were killed on Monday, Jan. 5, 2021.", [("At least 12", 12, "at least", "dead")]),
        ("The death toll from the crash rose to 15 on Tuesday from 12.", [("15", 15, None, "dead")]),
        ("Fifteen dead, 30 injured in crash.", [("Fifteen", 15, None, "dead"), ("30", 30, None, "injured")]),
        ("Twenty-three others were wounded.", [("Twenty-three", 23, None, "injured")]),
        ("Police arrested about 50 protesters.", [("about 50", 50, "about", "arrested")]),
        ("More than 1,200 people are missing.", [("More than 1,200", 1200, "at least", "missing")]),
        (
            "Profit rose 3.5 percent to $1.2 billion.",
            [("3.5 percent", 3.5, None, "%"), ("$1.2 billion", 1.2e9, None, "$")],
        ),
        ("It sold 900,000 cars in 2014.", [("900,000", 900_000, None, "car")]),
        ("Flight 370 with 239 people aboard vanished at 5 p.m.", [("239", 239, None, "people")]),
        ("John, 34, a 45-year-old, won 3-2 at 10:30 in the 2nd round.", []),
        ("The quake of 2010 struck on June 12.", []),
        ("", []),
    ],
)
def test_what_a_number_comes_to_and_counts(sentence: str, found: list[tuple[str, float, str | None, str]]) -> None:
    assert [(sentence[one.start : one.end], one.value, one.bound, one.about) for one in numbers(sentence)] == found


@given(
    st.text()
    | st.lists(st.sampled_from(["12", "at least ", " million", "$", "%", "five", " dead", ",", "."])).map("".join)
)
def test_numbers_stand_in_order_inside_the_sentence(sentence: str) -> None:
    end = 0
    for one in numbers(sentence):
        assert end <= one.start < one.end <= len(sentence)
        assert one.value >= 0
        end = one.end


@pytest.mark.parametrize("unit", ["1", "1,", "1,000", "at least ", "twenty-", "$1 ", "a 1 "])
def test_a_long_sentence_takes_bounded_time(unit: str) -> None:
    began = time.process_time()
    list(numbers(unit * (20_000 // len(unit))))
    assert time.process_time() - began < 5
