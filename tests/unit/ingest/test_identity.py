from datetime import UTC, date, datetime

import pytest

from services.ingest.identity import identify
from shared.models import Content, Dateline, Source, Story, Wire

STORY = Story(
    source=Source(provider="AP", file="a.txt", format="text", byte_range=(0, 10)),
    headline="Head",
    slugline="BC-Head",
    dateline=Dateline(text="PARIS", place="PARIS", date=date(2026, 5, 1)),
    content=Content(text="One two.\n\nThree."),
)


def test_the_id_is_a_hash_that_does_not_change_between_releases() -> None:
    assert identify(STORY).source.guid == "sha256:3b9c2ae89c9f7abfd868361c837d1a01"


@pytest.mark.parametrize(
    "update",
    [
        {"content": Content(text="  One\ntwo.\nThree.  ")},
        {"source": Source(provider="AP", file="b.txt", format="ndjson", byte_range=(5, 9))},
        {"custom_id": "mine", "keywords": ["x"]},
    ],
)
def test_a_resubmission_is_recognised(update: dict[str, object]) -> None:
    assert identify(STORY.model_copy(update=update)).source.guid == identify(STORY).source.guid


@pytest.mark.parametrize(
    "update",
    [
        {"content": Content(text="One two. Three. Four.")},
        {"headline": "Other"},
        {"headline": None},
        {"headline": "Head BC-Head", "slugline": None},
        {"source": Source(provider="AFP")},
        {"dateline": None, "published": datetime(2026, 5, 2, tzinfo=UTC)},
        {"wire": Wire(take=2)},
    ],
)
def test_another_story_has_another_id(update: dict[str, object]) -> None:
    assert identify(STORY.model_copy(update=update)).source.guid != identify(STORY).source.guid


def test_an_id_of_the_agency_is_kept() -> None:
    story = STORY.model_copy(update={"source": Source(guid="urn:1")})
    assert identify(story) is story


def test_it_is_idempotent() -> None:
    assert identify(identify(STORY)) == identify(STORY)


def test_a_lone_surrogate_has_an_id() -> None:
    assert identify(Story(content=Content.model_construct(text="\ud800", type="text/plain"))).source.guid


def test_what_could_not_be_read_has_none() -> None:
    rejected = Story.rejected(type="no-text", title="t", detail="d", source=Source())
    assert identify(rejected) is rejected
