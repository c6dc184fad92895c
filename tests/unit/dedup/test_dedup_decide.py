"""The decision about pairs, by their order."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.decide import Entry, Found, decide, entry_of, estimate
from services.dedup.label import Label
from services.dedup.order import id_of, order_key
from services.dedup.signature import Signature, sign
from services.dedup.ties import strongest, tied
from shared.models import Source, State, Story, Wire

TEXT = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]


def order(seq: int) -> bytes:
    return order_key(Story(id=f"job-{seq}"))


def entry(seq: int, text: list[str], label: Label = "") -> Entry:
    signature = sign(" ".join(text))
    assert signature is not None
    return Entry(order(seq), label, signature)


def run(mine: Entry, *others: Entry, same: tuple[bytes, ...] = ()) -> tuple[Story, dict[str, State | None]]:
    """The story as it is decided, and what is said of others."""
    ties = decide(mine, Found(same, others), partial(estimate, near=0.8))
    story = tied(Story(id=id_of(mine.order), body="…"), strongest(mine.order, ties))
    return story, {id_of(tie.later): tie.state for tie in ties if tie.later != mine.order}


def test_alone_it_is_an_original() -> None:
    result, said = run(entry(2, TEXT))
    assert result.dedup is not None
    assert (result.state, result.dedup.relation, result.dedup.of, result.dedup.cluster, said) == (
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


def test_first_of_several_is_named_and_later_ones_are_told() -> None:
    result, said = run(entry(5, TEXT), entry(3, TEXT[1:]), entry(10, TEXT[2:]), entry(1, TEXT[3:]))
    assert result.dedup is not None
    assert (result.dedup.of, result.dedup.cluster, result.dedup.relation) == ("job-1", "job-1", "near")
    assert [evidence.kind for evidence in result.dedup.evidence] == ["similar-text", "same-figures"]
    assert said == {"job-10": State.DUPLICATE}


def test_same_text_counts_before_similar_text() -> None:
    result, said = run(entry(5, TEXT), entry(1, TEXT[1:]), same=(order(3), order(9)))
    assert result.dedup is not None
    assert (result.dedup.of, result.dedup.relation, said) == ("job-3", "exact", {"job-9": State.DUPLICATE})


def test_update_goes_on_whichever_comes_first() -> None:
    first, update = entry(1, [*TEXT, "9", "dead"]), entry(5, [*TEXT, "12", "dead"], "update")
    result, _ = run(update, first)
    assert result.dedup is not None
    assert (result.state, result.dedup.relation, result.dedup.of) == (State.PENDING, "update", "job-1")
    story, said = run(first, update)
    assert (story.state, story.dedup and story.dedup.relation) == (State.PENDING, "original")
    assert said == {"job-5": None}


@given(seqs=st.permutations([1, 2, 3]), labels=st.tuples(*[st.sampled_from(["", "update", "correction"])] * 3))
def test_a_pair_says_the_same_whichever_is_asked(seqs: list[int], labels: tuple[Label, Label, Label]) -> None:
    texts = (TEXT, TEXT[:150], [*TEXT[10:], "12", "dead"])
    entries = [entry(seq, text, label) for seq, text, label in zip(seqs, texts, labels, strict=True)]
    ties = [
        {
            frozenset((tie.later, tie.earlier)): tie
            for tie in decide(one, Found((), entries), partial(estimate, near=0.8))
        }
        for one in entries
    ]
    every = ties[0] | ties[1] | ties[2]
    assert all(tie == every[pair] and tie.later > tie.earlier for found in ties for pair, tie in found.items())


def test_other_figures_make_another_story() -> None:
    monday, tuesday = [*TEXT, "101", "202", "303"], [*TEXT, "104", "205", "306"]
    assert run(entry(2, tuesday), entry(1, monday))[0].state == State.PENDING
    assert run(entry(2, monday[2:]), entry(1, monday))[0].state == State.DUPLICATE


def test_story_is_not_its_own_copy() -> None:
    mine = entry(2, TEXT)
    assert run(mine, mine)[0].state is State.PENDING


def test_signature_of_a_short_text_has_no_neighbours() -> None:
    assert run(Entry(order(1), "", Signature(b"x")))[0].state == State.PENDING


@pytest.mark.parametrize("kind", ["story", "kill"])
def test_without_words_to_go_by_it_is_like_none_but_itself_sent_again(kind: str) -> None:
    def signed(seq: int, guid: str | None, version: str = "1") -> bytes:
        wire, source = Wire.model_validate({"kind": kind}), Source(guid=guid, version=version)
        body = "Kill the story about the ferry, it is quite wrong." if kind == "kill" else "…"
        return entry_of(Story(id=f"job-{seq}", body=body, source=source, wire=wire)).signature.text

    assert signed(1, "a") == signed(2, "a")
    assert len({signed(1, "a"), signed(1, "b"), signed(1, "a", "2"), signed(1, None), signed(2, None)}) == 5
