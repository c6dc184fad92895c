"""JSON Feed 1.0 and 1.1: every member of an item, what it has from its feed, and bad input."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import jsonfeed
from services.ingest.items import ItemError
from shared.models import State
from tests.unit.ingest.wire_objects import FEED_ITEM, FEED_SHORT, FROM_FEED_ITEM, FROM_FEED_SHORT, JSON_FEED

HEAD = json.dumps(JSON_FEED).partition('[{"id"')[0] + "["


@pytest.mark.parametrize(("item", "expected"), [(FEED_ITEM, FROM_FEED_ITEM), (FEED_SHORT, FROM_FEED_SHORT)])
def test_reads_every_member(item, expected):
    assert jsonfeed.parse(json.dumps(item), HEAD) == expected


@pytest.mark.parametrize("indent", [None, 2])
def test_each_item_is_a_story(read, indent):
    file = json.dumps(JSON_FEED, indent=indent).encode()
    stories = read(file)
    assert [(story.source.guid, story.source.provider) for story in stories] == [
        ("7", "Harbour Gazette"),
        ("8", "Harbour Gazette"),
    ]
    assert {story.source.format for story in stories} == {"jsonfeed"}
    assert [json.loads(file[slice(*story.source.byte_range)]) for story in stories] == [FEED_ITEM, FEED_SHORT]


def test_version_1_0_with_escaped_slashes(read):
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "title": "G",
        "author": {"name": "Al Roe"},
        "items": [FEED_SHORT],
    }
    (story,) = read(json.dumps(feed).replace("/", "\\/").encode())
    assert (story.source.format, story.byline) == ("jsonfeed", "Al Roe")


def test_members_behind_the_items_are_not_waited_for(read):
    feed = {"version": JSON_FEED["version"], "items": [FEED_SHORT], "title": "Late"}
    (story,) = read(json.dumps(feed).encode())
    assert (story.content.text, story.source.provider) == ("Short.", None)


def test_summary_and_modification_stand_in():
    story = jsonfeed.parse('{"summary": "Sum.", "date_modified": "2026-05-04T09:30:00Z", "external_url": "u"}')
    assert (story.content.text, story.source.guid, story.published) == ("Sum.", "u", FROM_FEED_ITEM.published)


@pytest.mark.parametrize("items", ["[]", "{}", "7", '"items"'])
def test_a_feed_without_items_is_one_rejection(read, items):
    (story,) = read(b'{"version": "https://jsonfeed.org/version/1.1", "title": "items", "items": %s}' % items.encode())
    assert story.state is State.REJECTED


@pytest.mark.parametrize(
    ("text", "type"),
    [("", "malformed-json"), ('{"id": 1', "malformed-json"), ("{}", "no-text"), ('{"content_html": [1]}', "no-text")],
)
def test_bad_input_is_refused(text, type):
    with pytest.raises(ItemError) as caught:
        jsonfeed.parse(text, HEAD)
    assert caught.value.type == type


@pytest.mark.parametrize("head", ["", "{", "[", "null", '{"title": "x"}', '{"authors": 7, "items": ['])
def test_a_broken_head_costs_nothing(head):
    assert jsonfeed.parse(json.dumps(FEED_ITEM), head).headline == "Mill reopens"


@given(
    st.dictionaries(
        st.sampled_from(list(FEED_ITEM)), st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())
    )
)
def test_members_of_any_type_raise_only_item_errors(changes):
    with suppress(ItemError):
        assert jsonfeed.parse(json.dumps(FEED_ITEM | changes), HEAD).content.text
