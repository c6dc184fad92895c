"""The decision about pairs, by the order of their ids."""

from hypothesis import given
from hypothesis import strategies as st

from services.dedup.decide import Entry, Found, decide, id_of, order_key
from services.dedup.label import Label
from services.dedup.signature import Signature, sign
from shared.models import State, Story

TEXT = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]


def entry(seq: int, text: list[str], label: Label = "") -> Entry:
    signature = sign(" ".join(text))
    assert signature is not None
    return Entry(order_key(f"job-{seq}"), label, signature)


def run(mine: Entry, *others: Entry, same: tuple[str, ...] = ()) -> tuple[Story, dict[str, State]]:
    story = Story(id=id_of(mine.order), body="…")
    result, amendments = decide(story, mine, Found(same, others), near=0.8)
    assert story.dedup is None
    return result, {found.story_id: found.state for found in amendments if found.state}


@given(st.integers(0, 10**10 - 1), st.integers(0, 10**10 - 1))
def test_order_key_sorts_by_number_and_can_be_undone(one: int, other: int) -> None:
    assert (order_key(f"job-a-{one}") < order_key(f"job-a-{other}")) == (one < other)
    assert id_of(order_key(f"job-a-{one}")) == f"job-a-{one}"


def test_alone_it_is_an_original() -> None:
    result, amended = run(entry(2, TEXT))
    assert result.dedup is not None
    assert (result.state, result.dedup.relation, result.dedup.of, result.dedup.cluster, amended) == (
        State.PENDING,
        "original",
        None,
        "job-2",
        {},
    )


def test_text_cut_from_the_bottom_is_a_copy_and_a_longer_one_is_not() -> None:
    cut, full = TEXT[:120], TEXT
    assert run(entry(2, cut), entry(1, full))[0].state == State.DUPLICATE
    assert run(entry(2, full), entry(1, cut))[0].state == State.PENDING


def test_first_of_several_is_named_and_later_ones_are_amended() -> None:
    result, amended = run(entry(5, TEXT), entry(3, TEXT[1:]), entry(10, TEXT[2:]), entry(1, TEXT[3:]))
    assert result.dedup is not None
    assert (result.dedup.of, result.dedup.cluster, result.dedup.relation) == ("job-1", "job-1", "near")
    assert [evidence.kind for evidence in result.dedup.evidence] == ["similar-text", "same-figures"]
    assert amended == {"job-10": State.DUPLICATE}


def test_same_text_counts_before_similar_text() -> None:
    result, amended = run(entry(5, TEXT), entry(1, TEXT[1:]), same=(order_key("job-3"), order_key("job-9")))
    assert result.dedup is not None
    assert (result.dedup.of, result.dedup.relation, amended) == ("job-3", "exact", {"job-9": State.DUPLICATE})


def test_update_goes_on_whichever_comes_first() -> None:
    update = entry(5, [*TEXT, "12", "dead"], "update")
    result, _ = run(update, entry(1, [*TEXT, "9", "dead"]))
    assert result.dedup is not None
    assert (result.state, result.dedup.relation, result.dedup.of) == (State.PENDING, "update", "job-1")
    story, amendments = decide(Story(id="job-1", body="…"), entry(1, TEXT), Found((), [update]), near=0.8)
    assert (story.state, story.dedup and story.dedup.relation) == (State.PENDING, "original")
    later, earlier = amendments
    assert (later.story_id, later.state, later.dedup and (later.dedup.relation, later.dedup.of)) == (
        "job-5", None, ("update", "job-1"),
    )  # fmt: skip
    assert (earlier.story_id, earlier.state, earlier.superseded_by) == ("job-1", None, "job-5")


def test_other_figures_make_another_story() -> None:
    monday, tuesday = [*TEXT, "101", "202", "303"], [*TEXT, "104", "205", "306"]
    assert run(entry(2, tuesday), entry(1, monday))[0].state == State.PENDING
    assert run(entry(2, monday[2:]), entry(1, monday))[0].state == State.DUPLICATE


def test_story_is_not_its_own_copy() -> None:
    mine = entry(2, TEXT)
    result, amended = run(mine, mine, same=(mine.order,))
    assert (result.state, amended) == (State.PENDING, {})


def test_signature_of_a_short_text_has_no_neighbours() -> None:
    assert run(Entry(order_key("job-1"), "", Signature(b"x")))[0].state == State.PENDING
