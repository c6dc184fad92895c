"""Which finding counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.order import order_key
from services.dedup.ties import STRENGTH, Tie, strongest
from shared.models import Dedup, State, Story

MINE = order_key(Story(id="job-99"))


def tie(relation: str, seq: int) -> Tie:
    return Tie(
        MINE, order_key(Story(id=f"job-{seq}")), Dedup.model_validate({"relation": relation, "of": f"job-{seq}"})
    )


@given(st.lists(st.builds(tie, st.sampled_from([*STRENGTH]), st.integers(1, 98)), min_size=1))
def test_the_strongest_counts_and_of_equals_that_to_the_earliest(ties: list[Tie]) -> None:
    found = strongest(MINE, ties)
    assert found
    assert (-found.strength, found.earlier) == min((-one.strength, one.earlier) for one in ties)


def test_ties_of_others_do_not_count() -> None:
    assert strongest(order_key(Story(id="job-98")), [tie("near", 1)]) is None


@pytest.mark.parametrize(
    ("relation", "state"),
    [("exact", State.DUPLICATE), ("near", State.DUPLICATE), ("update", None), ("correction", None), ("related", None)],
)
def test_only_copies_end(relation: str, state: State | None) -> None:
    assert tie(relation, 1).state is state
