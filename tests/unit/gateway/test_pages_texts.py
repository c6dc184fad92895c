"""Originals with their cuts, and stories side by side."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.pages import compare, cuts
from shared.models import Dedup, Evidence, Removal, Shared, State, Story

CUT = Story(
    state=State.DONE,
    body="A ferry ran aground on to a bank.",
    removed=[
        Removal(rule="dateline", reason="the dateline is a field of its own", text="OSLO (TWS) - ", at=0),
        Removal(rule="doubled-word", reason="a word was typed twice", text="on on", by="on", at=33),
    ],
)


def test_cuts_are_numbered_in_their_order_and_say_why():
    found = cuts.original(CUT, limit=1000)
    assert "".join(part.text for part in found.parts) == "OSLO (TWS) - A ferry ran aground on on to a bank."
    assert [(part.number, part.text, part.rule, part.by) for part in found.notes] == [
        (1, "OSLO (TWS) - ", "dateline", ""), (2, "on on", "doubled-word", "on"),
    ]  # fmt: skip
    assert cuts.count(CUT) == 2
    assert found.hidden == 0


@given(st.integers(1, 60))
def test_of_a_long_original_a_part_is_shown_and_the_rest_counted(limit: int):
    whole = cuts.original(CUT, limit=1000)
    found = cuts.original(CUT, limit=limit)
    length = sum(len(part.text) for part in whole.parts)
    shown = "".join(part.text.removesuffix("…") for part in found.parts)
    assert len(shown) <= limit
    assert len(shown) + found.hidden == length
    assert [part.number for part in found.notes] == list(range(1, len(found.notes) + 1))


def pair(**other: object) -> list[compare.Side]:
    spans = [Shared(start=4, end=9, of_start=0, of_end=5)]
    dedup = Dedup(relation="near", of="j-0", evidence=[Evidence(kind="similar-text", detail="", spans=spans)])
    story = Story(state=State.DUPLICATE, body="The ferry.\n\nIt sank.", dedup=dedup)
    return compare.sides(story, Story(**({"state": State.DONE, "body": "Ferry aground."} | other)), limit=100)  # type: ignore[arg-type]


def test_what_both_have_is_marked_in_both():
    theirs, ours = pair()
    assert [[tuple(piece) for piece in part] for part in theirs.paragraphs or ()] == [
        [("Ferry", True), (" aground.", False)]
    ]
    assert [[tuple(piece) for piece in part] for part in ours.paragraphs or ()] == [
        [("The ", False), ("ferry", True), (".", False)], [("It sank.", False)],
    ]  # fmt: skip
    assert theirs.marked and ours.marked


def test_a_text_that_may_not_be_shown_is_not_shown_beside_its_copy_either():
    theirs, ours = pair(state=State.KILLED)
    assert (theirs.paragraphs, theirs.marked) == (None, False)
    assert theirs.absent == "Its text is not shown."
    assert theirs.story.body is None
    assert ours.marked
    assert pair(body=None)[0].absent == "It has no text."


def test_marks_beyond_the_end_of_a_text_do_no_harm():
    theirs, _ = pair(body="Fe")
    assert [[tuple(piece) for piece in part] for part in theirs.paragraphs or ()] == [[("Fe", True)]]
