"""Names, versions and notices, without a server."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.order import id_of, order_key
from services.dedup.versions import Version, follow, killings, settle, stem, supersede, versions
from shared.models import Source, State, Story, Wire

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ORDER = order_key(Story(id="job-7"))


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


@given(st.binary(max_size=50), st.sampled_from(["story", "kill", "correction"]), st.booleans())
def test_a_record_is_read_back(order: bytes, kind: str, numbered: bool) -> None:
    version = Version(order, kind, numbered)
    assert Version.unpack(version.pack()) == version


def sent(id: str, *, minutes: int = 0, version: str | None = None, **wire: object) -> Story:
    source = Source(provider="TWS", guid="g", version=version)
    return Story(id=id, source=source, published=NOON + timedelta(minutes=minutes), wire=Wire.model_validate(wire))


def others(story: Story, *stories: Story) -> tuple[dict[str, Version], dict[str, list[Version]]]:
    """As the register answers for a story after the others."""
    known = [versions(other, order_key(other)) for other in stories]
    named = versions(story, order_key(story))
    return named, {name: [other[name] for other in known if name in other] for name in named}


def test_a_notice_leaves_what_was_sent_after_it() -> None:
    story = sent("job-7")
    before, after = (sent(f"job-{9 + n}", minutes=n, kind="kill") for n in (-1, 1))
    assert killings(story, *others(story, before)) == []
    found = killings(story, *others(story, before, after))
    killed = settle(story, found)
    assert killed.dedup
    assert (killed.state, killed.dedup.killed_by) == (State.KILLED, "job-10")
    [reach] = killings(after, *others(after, story))
    assert reach.amendment() == found[0].amendment()
    assert (reach.amendment().story_id, reach.amendment().state) == ("job-7", State.KILLED)
    assert (reach.mark().notice, reach.mark().provider) == ("job-10", "tws")


def test_each_version_follows_those_before_it_and_is_superseded_by_the_newest() -> None:
    one, two, three = (sent(f"job-{n}", minutes=n, version=str(n)) for n in (1, 2, 3))
    assert [(id_of(tie.later), id_of(tie.earlier)) for tie in follow(*others(two, one, three))] == [
        ("job-2", "job-1"),
        ("job-3", "job-2"),
    ]
    assert {(found.story_id, found.superseded_by) for found in supersede(*others(two, one, three))} == {
        ("job-1", "job-3"),
        ("job-2", "job-3"),
    }


def test_the_same_version_sent_again_is_no_version() -> None:
    one, again = sent("job-1", version="1"), sent("job-9", version="1")
    assert follow(*others(again, one)) == []
    assert supersede(*others(again, one)) == []
