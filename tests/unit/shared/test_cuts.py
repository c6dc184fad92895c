"""The way back from the body to the original, for every text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.clean.clean import clean
from shared.cuts import OffsetMap, replacements, restore, segments
from shared.models import Content, Removal, Story

LINES = st.sampled_from(
    [
        "PARIS (AP) — The ministers met on Monday.", "By ANN LEE", "AP Sports Writer", "(MORE)", "Reuter", "- -",
        "Grain talks go on", "    An indented line of text that goes", "a  b\tc", "donâ€™t", "cafe\u0301",
        "to to the the", "\x00\x03", "\u2028",
        "The ministers of both countries met to talk about the grain that is stored in the ports.",
        "The ministers of both countries met to talk about the inter-", "national trade in grain, that is stored.",
    ]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", " \n \n", " "])
TEXTS = st.lists(st.tuples(LINES | st.text(max_size=30), ENDS), max_size=12).map(
    lambda parts: "".join(text + end for text, end in parts)
)


def cleaned(text: str) -> Story:
    return clean(Story(content=Content(text=text)))


@given(TEXTS)
@settings(deadline=None)
@example("\r\rx\r\n")
@example("  PARIS (AP) -\r\n  The the minis- \r\n")
def test_body_and_cuts_give_the_original(text: str) -> None:
    try:
        story = cleaned(text)
    except ValueError:
        return
    assert story.body is not None
    assert restore(story.body, story.removed) == text
    assert "".join(segment.text for segment in segments(story.body, story.removed)) == text
    assert restore(story.body, Story.model_validate_json(story.model_dump_json()).removed) == text


@given(TEXTS, st.data())
@settings(deadline=None)
def test_any_span_of_the_body_leads_to_what_it_was_made_of(text: str, data: st.DataObject) -> None:
    try:
        story = cleaned(text)
    except ValueError:
        return
    assert story.body is not None
    start = data.draw(st.integers(0, len(story.body)))
    end = data.draw(st.integers(start, len(story.body)))
    first, last = OffsetMap(story.removed).span(start, end)
    made = _apply([cut for cut in replacements(story.removed) if first <= cut.at < last], text, first, last)
    assert story.body[start:end] in made
    if not any(first <= cut.at < last for cut in replacements(story.removed)):
        assert text[first:last] == story.body[start:end]


def _apply(cuts: list, text: str, first: int, last: int) -> str:
    pieces, at = [], first
    for cut in cuts:
        pieces += text[at : cut.at], cut.by
        at = cut.at + len(cut.text)
    return "".join(pieces) + text[at:last]


CUTS = [
    Removal(rule="dateline", reason="", text="PARIS (AP) - ", at=0),
    Removal(rule="doubled-word", reason="", text="the the", at=17, by="the"),
    Removal(rule="layout", reason="", text="\n", at=16, by=" ", again=[24]),
]
ORIGINAL = "PARIS (AP) - Now\nthe the\nend"
BODY = "Now the end"


@pytest.mark.parametrize(
    ("words", "original"),
    [
        ("Now", "Now"),
        ("Now the", "Now\nthe the"),
        ("the", "the the"),
        ("he e", "the the\ne"),
        ("end", "end"),
        ("w", "w"),
    ],
)
def test_spans(words: str, original: str) -> None:
    assert restore(BODY, CUTS) == ORIGINAL
    start = BODY.index(words)
    first, last = OffsetMap(CUTS).span(start, start + len(words))
    assert ORIGINAL[first:last] == original


def test_what_is_no_span_is_refused() -> None:
    with pytest.raises(ValueError, match="no span"):
        OffsetMap(CUTS).span(3, 2)


def test_a_dateline_and_the_break_after_it_lead_back() -> None:
    story = cleaned("Grain talks go on\r\n\r\nBy ANN LEE\r\n\r\nPARIS (AP) —\r\n  The ministers met to to talk.")
    assert story.body == "The ministers met to talk."
    assert [cut.rule for cut in story.removed if cut.rule != "layout"] == [
        "headline", "byline", "dateline", "doubled-word",
    ]  # fmt: skip


def test_segments_tell_what_was_cut_and_why_and_layout_counts_as_kept() -> None:
    removed = [
        Removal(rule="layout", reason="", text="\n", at=1, by=" "),
        Removal(rule="doubled-word", reason="typed twice", text="c c", at=2, by="c"),
    ]
    assert [tuple(segment) for segment in segments("a cd", removed)] == [
        ("a\n", None, "", ""),
        ("c c", "doubled-word", "typed twice", "c"),
        ("d", None, "", ""),
    ]


def test_a_story_without_cuts_is_one_segment() -> None:
    assert segments("a b", []) == [("a b", None, "", "")]
    assert segments("", []) == []
