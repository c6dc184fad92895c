"""Which of two stories is the earlier."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.order import descending, id_of, number_of, order_key, published_of
from shared.models import Source, Story
from shared.store import new_job_id

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def story(**fields: object) -> Story:
    return Story.model_validate({"id": "job-1", "body": "one two three"} | fields)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (story(published=NOON), story(published=NOON + timedelta(seconds=1))),
        (story(published=NOON, source=Source(version="9")), story(published=None)),
        (story(source=Source(version="9")), story(source=Source(version="10"))),
        (story(source=Source()), story(source=Source(version="1"))),
        (story(), story(body="one two")),
        (story(), story(id="job-2")),
        (story(), story(id="joc-0")),
    ],
)
def test_the_earlier_is_that_published_first_then_of_the_lower_version_then_the_fuller(
    earlier: Story, later: Story
) -> None:
    assert order_key(earlier) < order_key(later)
    assert descending(order_key(earlier)) > descending(order_key(later))


def test_when_and_how_it_was_handed_over_does_not_matter() -> None:
    one, other = story(source=Source(guid="a")), story(source=Source(guid="b"))
    first, second = sorted((one, other), key=order_key)
    assert order_key(first.model_copy(update={"id": "job-99"})) < order_key(second)


@given(st.integers(0, 2**32 - 1), st.text("abc-0", min_size=1, max_size=25) | st.builds(new_job_id))
def test_an_order_key_ends_with_the_id(seq: int, job: str) -> None:
    assert id_of(order_key(Story(id=f"{job}-{seq}"))) == f"{job}-{seq}"


@given(st.none() | st.datetimes(timezones=st.just(UTC)), st.text(max_size=30))
def test_any_time_and_version_will_do(published: datetime | None, version: str) -> None:
    order = order_key(story(published=published, source=Source(version=version)))
    if published and published.year in range(1971, 2100):
        assert published_of(order) == int(published.timestamp())
    assert number_of(order) <= 2**32 - 1


@pytest.mark.parametrize("version", ["4294967296", "9" * 5000])
def test_a_version_beyond_all_numbers_is_the_largest(version: str) -> None:
    assert number_of(order_key(story(source=Source(version=version)))) == 2**32 - 1
