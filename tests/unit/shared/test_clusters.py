"""What a cluster says of a story, without a server."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.clusters import Kill
from shared.models import Dedup, Source, State, Story

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
KILL = Kill("rank", "job-9", "the wire service", int(NOON.timestamp()))


@pytest.mark.parametrize("provider", ["", "the wire service"])
def test_a_mark_is_read_back(provider: str) -> None:
    kill = Kill("rank", "job-9", provider, 0)
    assert Kill.unpack(kill.pack().encode()) == kill


@pytest.mark.parametrize(
    ("provider", "minutes", "reached"),
    [
        ("The Wire Service", -1, True),
        ("The Wire Service", 0, True),
        ("The Wire Service", 1, False),
        ("Herald", 1, True),
    ],
)
def test_what_the_agency_sends_after_its_notice_lives(provider: str, minutes: int, reached: bool) -> None:
    copy = Story(source=Source(provider=provider), published=NOON + timedelta(minutes=minutes))
    assert KILL.reaches(copy) is reached


def test_an_undated_copy_is_reached() -> None:
    assert KILL.reaches(Story(source=Source(provider="the wire service")))


def test_a_copy_of_what_was_killed_shows_no_text() -> None:
    copy = Story(state=State.DUPLICATE, body="It is wrong.", dedup=Dedup(relation="near", killed_by="job-9"))
    assert copy.withdrawn
    assert copy.public().body is None
