"""Names, versions and notices, without a server."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.versions import Version, settle, stem, versions
from shared.models import Source, State, Story, Wire

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ORDER = "job-0000000007"


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("BC-Orsk-Ferry", "orsk ferry"),
        ("BC-Orsk-Ferry, 2nd Ld-Writethru", "orsk ferry"),
        ("AM-Orsk--Ferry,3rd Ld", "orsk ferry"),
        ("UPDATE 2-Orsk/Ferry", "orsk ferry"),
        ("Länder-Fähre", "länder fähre"),
        ("2nd Ld-Writethru", ""),
        ("", ""),
    ],
)
def test_a_stem_is_what_versions_share(slug: str, expected: str) -> None:
    assert stem(slug) == expected


def names(story: Story) -> set[str]:
    return {name.replace("\0", "|") for name in versions(story, ORDER)}


def test_a_story_goes_by_its_id_number_and_slugline() -> None:
    story = Story(source=Source(provider="TWS", guid="TWS:20260504:a204"), slugline="BC-Ferry, 1st Ld")
    assert names(story) == {"guid|tws|TWS:20260504:a204", "number|tws|2026-05-04 a204", "slug|tws|ferry"}
    assert names(Story()) == set()


def test_a_notice_goes_by_what_it_names() -> None:
    source = Source(provider="TWS", guid="TWS:20260504:a205")
    notice = Story(source=source, slugline="Politics", wire=Wire(kind="kill", of="A204"))
    assert names(notice) == {
        "guid|tws|TWS:20260504:a205",
        "guid|tws|A204",
        "number|tws|2026-05-04 a204",
        "number|tws|2026-05-03 a204",
        "slug|tws|a204",
    }


@pytest.mark.parametrize("guid", ["TWS:20261350:a1", "x:2026:1", "a:b:c:d", ":::", "9" * 9000])
def test_ids_of_other_forms_have_no_number(guid: str) -> None:
    assert names(Story(source=Source(guid=guid))) == {f"guid||{guid}"}


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**40), st.sampled_from(["story", "kill", "correction"]))
def test_a_record_is_read_back(number: int, published: int, kind: str) -> None:
    version = Version(ORDER, kind, number, published)
    assert Version.unpack(version.pack()) == version


@given(st.text(max_size=30), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_any_version_and_time_will_do(version: str, published: datetime | None) -> None:
    story = Story(source=Source(guid="x", version=version), published=published)
    [found] = versions(story, ORDER).values()
    assert Version.unpack(found.pack()) == found


@pytest.mark.parametrize("version", ["4294967296", "9" * 5000])
def test_a_version_beyond_all_numbers_is_the_largest(version: str) -> None:
    [found] = versions(Story(source=Source(guid="x", version=version)), ORDER).values()
    assert Version.unpack(found.pack()).number == 2**32 - 1


def test_a_notice_leaves_what_was_sent_after_it() -> None:
    story = Story(id="job-7", source=Source(provider="TWS", guid="g"), published=NOON)
    named = versions(story, ORDER)
    name = next(iter(named))
    before, after = (
        Version("job-0000000009", "kill", 0, int(NOON.timestamp()) + minutes * 60) for minutes in (-1, 1)
    )  # fmt: skip
    assert settle(story, named, {name: [before]})[0].state is State.PENDING
    killed, _ = settle(story, named, {name: [before, after]})
    assert killed.dedup
    assert (killed.state, killed.dedup.killed_by) == (State.KILLED, "job-9")
