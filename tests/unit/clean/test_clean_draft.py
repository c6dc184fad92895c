"""The offset-carrying text: any sequence of cuts leaves edits that lead from the original to the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clean.draft import Cut, Draft, Rule, cut_paragraphs

RULE = Rule("rule", "because")
OTHER = Rule("other", "because of something else")


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft after several rounds of random cuts, recorded and not."""
    draft = Draft(draw(st.text("ab \n", max_size=40)))
    for _ in range(draw(st.integers(1, 5))):
        marks = sorted(draw(st.lists(st.integers(0, len(draft.text)), max_size=8)))
        pairs = [pair for pair in zip(marks[::2], marks[1::2], strict=False) if pair[0] < pair[1]]
        draft = draft.apply(
            Cut(start, end, draw(st.text("xyz", max_size=3)), draw(st.sampled_from([None, RULE, OTHER])))
            for start, end in pairs
        )
    return draft


@given(drafts())
def test_edits_lead_from_the_original_to_the_text(draft: Draft) -> None:
    pieces, at = [], 0
    for edit in draft.edits:
        assert at <= edit.start <= edit.end
        pieces += draft.original[at : edit.start], edit.new
        at = edit.end
    assert "".join(pieces) + draft.original[at:] == draft.text


@given(drafts())
def test_removed_text_stood_where_it_says(draft: Draft) -> None:
    for removal in draft.removed():
        assert draft.original[removal.at : removal.at + len(removal.text)] == removal.text != ""


def test_a_cut_around_an_earlier_one_takes_its_place() -> None:
    draft = Draft("one to to two").apply([Cut(4, 9, "to", RULE)]).apply([Cut(0, 6, "", OTHER)])
    assert draft.text == " two"
    assert [(removal.rule, removal.text) for removal in draft.removed()] == [("other", "one to to")]


def test_a_cut_into_a_replacement_keeps_the_rest_of_it() -> None:
    draft = Draft("abc").apply([Cut(1, 2, "xyz", RULE)]).apply([Cut(0, 2, "", OTHER)])
    assert draft.text == "yzc"
    assert [(removal.at, removal.text) for removal in draft.removed()] == [(0, "ab")]


def test_layout_is_put_together_and_hides_nothing() -> None:
    draft = Draft("a  b  c").apply([Cut(1, 3, " "), Cut(4, 6, " ")])
    assert draft.text == "a b c"
    assert [(cut.rule, cut.text, cut.by, cut.at, cut.again) for cut in draft.removed()] == [
        ("layout", "  ", " ", 1, [4])
    ]
    assert Draft("abcd").apply([Cut(1, 2, "", RULE)]).apply([Cut(0, 3, "")]).removed()[0].rule == "rule"


def test_overlapping_cuts_are_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        Draft("abcdef").apply([Cut(0, 3), Cut(2, 4)])


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), st.sets(st.integers(0, 7)))
def test_cutting_paragraphs_leaves_the_others(texts: list[str], numbers: set[int]) -> None:
    draft = Draft("\n\n".join(texts))
    cut = draft.apply(cut_paragraphs(draft, {number: (RULE, None) for number in numbers if number < len(texts)}))
    assert cut.text == "\n\n".join(text for number, text in enumerate(texts) if number not in numbers)
    assert [removal.text for removal in cut.removed() if removal.rule != "layout"] == [
        text for number, text in enumerate(texts) if number in numbers
    ]
