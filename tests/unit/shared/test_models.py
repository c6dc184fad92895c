"""The public record."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.models import Content, Dedup, Entity, Evidence, Job, JobState, Sentence, State, Story, Wire
from shared.scripts import FORMAT, LETTERS, STATES
from shared.store import pack, unpack, unpack_bodies

FULL = Story(
    body="Secret text.", content=Content(text="raw"), summary=[Sentence(text="Secret text.", start=0, end=12)],
    entities=[Entity(id="e", name="Secret", type="ORG")], headline="Secret",
)  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_text_leaves_only_where_it_may(state: State) -> None:
    line = FULL.model_copy(update={"state": state}).public_json()
    assert "raw" not in line
    assert ("Secret text." not in line) == (state in (State.WITHHELD, State.KILLED))
    assert Story.model_validate_json(line).state is state
    assert FULL.body == "Secret text."


def test_evidence_does_not_tell_what_may_not_be_told() -> None:
    kinds = ("changed-figures", "changed-names", "first-paragraph", "added-text", "set-around")
    quoting = [Evidence(kind=kind, detail="the minister resigned") for kind in kinds]
    told = Dedup(relation="update", of="j-1", evidence=[*quoting, Evidence(kind="same-guid", detail="by its guid")])
    for state in (State.WITHHELD, State.KILLED):
        line = Story(state=state, body="x", dedup=told).public_json()
        assert "resigned" not in line
        assert "by its guid" in line
    assert "resigned" in Story(state=State.DONE, body="x", dedup=told).public_json()


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wire", [Wire(withheld="HOLD"), Wire()])
def test_text_under_embargo_leaves_once_it_is_released(state: State, wire: Wire) -> None:
    """Not before: not while it is pending, and not as a copy of another story."""
    until = None if wire.withheld else dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    line = FULL.model_copy(update={"state": state, "wire": wire, "embargo_until": until}).public_json()
    assert ("Secret text." in line) == (state is State.DONE)


def test_times_are_utc() -> None:
    given_time = dt.datetime(2026, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    assert Story(published=given_time).published == dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)
    assert Story(published=dt.datetime(2026, 1, 1)).published == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert '"2026-01-01T03:00:00Z"' in Story(published=given_time).public_json()


@pytest.mark.parametrize(("end", "hours"), [(dt.datetime.min, 1), (dt.datetime.max, -1)])
def test_times_stop_at_the_ends_of_the_calendar(end: dt.datetime, hours: int) -> None:
    beyond = end.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours)))
    assert Story(published=beyond).published == end.replace(tzinfo=dt.UTC)


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Story(headlin="x")  # type: ignore[call-arg]


def test_every_state_has_a_letter_of_its_own() -> None:
    assert set(LETTERS) == set(State)
    assert len(STATES) == len(State)
    assert {len(letter) for letter in STATES} == {1}


def test_the_ledger_balances() -> None:
    job = Job(
        id="x",
        state=JobState.RUNNING,
        created=dt.datetime.now(dt.UTC),
        received=3,
        counts={State.DONE: 2, State.FAILED: 1},
    )
    assert job.balanced
    assert not job.model_copy(update={"received": 4}).balanced


stories = st.builds(
    Story,
    headline=st.none() | st.text(),
    body=st.none() | st.text(),
    state=st.sampled_from(State),
    keywords=st.lists(st.text(), max_size=3),
    published=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    content=st.none() | st.builds(Content, text=st.text()),
)


@given(st.lists(stories, max_size=5))
def test_a_batch_survives_the_store(batch: list[Story]) -> None:
    blob = pack(batch)
    assert unpack(blob) == batch
    assert unpack_bodies(blob) == [story.body or "" for story in batch]
    assert unpack_bodies(bytes([FORMAT + 1]) + blob[1:]) == []


@given(stories)
def test_a_line_is_a_line(story: Story) -> None:
    assert "\n" not in story.public_json()
    assert Story.model_validate_json(story.public_json()) == story.public()
