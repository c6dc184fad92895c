"""What a page shows of a text, piece by piece: nothing lost, nothing twice, marks where they belong."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.pages.spans import Span, body, cap, disjoint, paragraphs, tile
from shared.models import Entity, Mention, Sentence

TEXT = "Anna Brekke called.\n\nShe had no answer from the\n\nbridge, Brekke said. Nobody did."
FIRST, LAST = TEXT.index("Anna Brekke"), TEXT.rindex("Brekke")
SAID = (TEXT.index("She"), TEXT.index(" Nobody"))
PLACES = st.integers(0, 60)
SPANS = st.lists(st.builds(lambda a, b, value: Span(min(a, b), max(a, b), value), PLACES, PLACES, st.integers()))


def entity(name: str, *places: tuple[int, int]) -> Entity:
    mentions = [Mention(start=start, end=end, text=TEXT[start:end]) for start, end in places]
    return Entity(id=name, name=name, type="PERSON", mentions=mentions)


def sentence(start: int, end: int) -> Sentence:
    return Sentence(text=TEXT[start:end], start=start, end=end)


@given(SPANS, PLACES, PLACES)
def test_tiles_cover_the_stretch_once_and_carry_the_marks(spans: list[Span[int]], one: int, other: int) -> None:
    start, end, kept = min(one, other), max(one, other), disjoint(spans)
    tiles = list(tile(start, end, kept))
    assert [place for piece in tiles for place in range(piece.start, piece.end)] == list(range(start, end))
    assert all(piece.start < piece.end for piece in tiles)
    for piece in tiles:
        over = [span for span in kept if span.start < piece.end and piece.start < span.end]
        assert [span.value for span in over] == ([] if piece.value is None else [piece.value])


@given(SPANS)
def test_disjoint_spans_do_not_overlap_and_are_some_of_those_given(spans: list[Span[int]]) -> None:
    kept = disjoint(spans)
    assert all(before.end <= after.start for before, after in pairwise(kept))
    assert all(span in spans and span.start < span.end for span in kept)
    assert bool(kept) == any(span.start < span.end for span in spans)


def test_the_longer_of_two_names_that_start_together_stays() -> None:
    assert disjoint([Span(0, 4, "Anna"), Span(0, 11, "Anna Brekke"), Span(5, 11, "Brekke")]) == [
        Span(0, 11, "Anna Brekke")
    ]


@given(st.text(alphabet="ab \t\n", max_size=80))
def test_paragraphs_leave_out_blank_lines_only(text: str) -> None:
    places = list(paragraphs(text))
    inside = {place for start, end in places for place in range(start, end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in inside)
    assert all(start < end for start, end in places)
    assert sorted(places) == places


@given(st.text(alphabet="ab \n", max_size=80), st.integers(1, 90))
def test_a_cap_is_within_the_limit_and_never_shows_nothing(text: str, limit: int) -> None:
    end = cap(text, limit)
    assert end <= limit
    assert end == len(text) or end > 0


def test_a_cap_stands_between_two_words() -> None:
    assert cap("one two three", 9) == len("one two")
    assert cap("x" * 100, 9) == 9


@given(st.integers(1, 120))
def test_a_body_is_shown_whole_up_to_the_limit(limit: int) -> None:
    shown = body(TEXT, [entity("brekke", (FIRST, FIRST + 11), (LAST, LAST + 6))], [sentence(*SAID)], limit=limit)
    said = ["".join(piece.text for run in part for piece in run.pieces).rstrip("\n") for part in shown.paragraphs]
    end = len(TEXT) - shown.hidden
    assert said == list(filter(None, TEXT[:end].rstrip("\n").split("\n\n")))
    assert end <= max(limit, 1)


def test_a_sentence_has_one_place_to_jump_to_even_across_paragraphs() -> None:
    shown = body(TEXT, [entity("brekke", (LAST, LAST + 6))], [sentence(*SAID)], limit=1000)
    runs = [run for part in shown.paragraphs for run in part]
    assert [(run.sentence, run.first) for run in runs] == [(0, False), (1, True), (1, False), (0, False)]
    named = [(piece.text, piece.entity.name) for run in runs for piece in run.pieces if piece.entity]
    assert named == [("Brekke", "brekke")]


def test_a_text_of_a_million_characters_and_many_names_takes_no_time() -> None:
    text = "Anna went to Bergen. " * 50_000
    names = Entity(
        id="anna", name="Anna", type="PERSON",
        mentions=[Mention(start=at, end=at + 4, text="Anna") for at in range(0, len(text), 21)],
    )  # fmt: skip
    shown = body(text, [names], [], limit=len(text))
    assert shown.hidden == 0
    assert sum(len(run.pieces) for part in shown.paragraphs for run in part) == 100_000
