"""AP Media API: every member of an item that holds its text, feed pages, and input that is not what it should be."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import ap_media
from services.ingest.items import ItemError
from shared.models import Content, State, Story
from tests.unit.ingest.wire_objects import AP, FROM_AP, ap_answer, ap_feed

OTHER = AP | {"altids": {"itemid": "bb22"}}
PICTURE = AP | {"altids": {"itemid": "cc33"}, "type": "picture"}
LINKED = {name: value for name, value in AP.items() if name != "body"}


def parse(**changes: Any) -> Story:
    return ap_media.parse(json.dumps(ap_answer(AP | changes)))


@pytest.mark.parametrize("record", [AP, {"item": AP}, ap_answer(AP)])
def test_reads_every_member(record):
    assert ap_media.parse(json.dumps(record)) == FROM_AP


@pytest.mark.parametrize(
    "file",
    [
        json.dumps(ap_feed(AP, PICTURE, OTHER), indent=1),
        json.dumps([AP, PICTURE, OTHER]),
        "\n".join(json.dumps(ap_answer(item)) for item in (AP, PICTURE, OTHER)),
    ],
)
def test_each_of_several_items_is_a_story(read, file):
    stories = read(file.encode())
    assert {story.source.format for story in stories} == {"ap_media"}
    assert [story.state for story in stories] == [State.PENDING, State.REJECTED, State.PENDING]
    assert [story.source.guid for story in stories] == ["aa11", None, "bb22"]
    assert stories[1].error.type == "not-a-story"
    start, end = stories[2].source.byte_range
    assert json.loads(file.encode()[start:end])


def test_an_item_that_only_links_to_its_text_is_told_so(read):
    (story,) = read(json.dumps(ap_answer(LINKED)).encode())
    assert story.error.type == "no-text"
    assert "only links to its text" in story.error.detail


@pytest.mark.parametrize(
    ("given", "content"),
    [
        ({"body": "<p>One.</p><p>Two.</p>"}, Content(text="One.\n\nTwo.")),
        ({"main": {"nitf": "<block><p>One.</p></block>"}}, Content(text="One.")),
        ({"renditions": {"nitf": {"content": "<p>One.</p>"}}}, Content(text="One.")),
        ({"body_text": "One.\n\nTwo."}, Content(text="One.\n\nTwo.")),
        ({"body": "<p>One<p>Two</b>"}, Content(text="<p>One<p>Two</b>", type="text/html")),
    ],
)
def test_where_the_text_may_be(given, content):
    assert ap_media.parse(json.dumps(LINKED | given)).content == content


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"editorialtypes": ["Kill"]}, "kill"),
        ({"editorialtypes": ["HoldForRelease"]}, "hold"),
        ({"editorialtypes": ["Correction", "Lead"]}, "correction"),
        ({"editorialtypes": ["Advisory"]}, "advisory"),
        ({"editorialtypes": ["News Alert"]}, "alert"),
        ({"pubstatus": "canceled"}, "kill"),
        ({"editorialtypes": ["Spot Development"]}, "story"),
    ],
)
def test_what_it_says_of_itself(changes, kind):
    wire = parse(**changes).wire
    assert wire.kind == kind
    assert bool(wire.withheld) == (kind == "hold")


def test_a_status_of_embargoed_holds_only_if_no_time_is_given():
    assert parse(pubstatus="embargoed", editorialtypes=[]).wire.kind == "story"
    held = parse(pubstatus="embargoed", embargoed=None).wire
    assert (held.kind, held.withheld) == ("hold", "pubstatus: embargoed")


def test_an_embargo_that_cannot_be_read_withholds():
    assert parse(embargoed="after the game").wire.withheld == "after the game"


def test_priority_stands_in_for_urgency_and_city_for_dateline():
    story = parse(urgency=None, editorialpriority="b", located=None)
    assert (story.urgency, story.dateline.text) == (2, "Orsk, Freedonia")


@pytest.mark.parametrize(
    ("text", "type"),
    [
        (json.dumps(AP)[:500], "malformed-json"),
        ("", "malformed-json"),
        ("{}", "no-text"),
        (json.dumps(AP | {"body": '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><p>&y;</p>'}), "unsafe-xml"),
        (json.dumps(LINKED | {"body": "<body.content></body.content>"}), "no-text"),
    ],
)
def test_bad_input_is_refused(text, type):
    with pytest.raises(ItemError) as caught:
        ap_media.parse(text)
    assert caught.value.type == type


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=2)
OBJECTS = st.dictionaries(st.sampled_from(["name", "code", "rels", "by", "city", "nitf"]), VALUES, max_size=4)


@given(st.dictionaries(st.sampled_from(list(AP)), VALUES | OBJECTS | st.lists(OBJECTS, max_size=3), max_size=6))
def test_members_of_any_type_raise_only_item_errors(changes):
    with suppress(ItemError):
        assert parse(**changes).content.text


@given(st.integers(0, 2500), st.integers(0, 40), st.text(max_size=9))
def test_mutations_raise_only_item_errors(at, length, junk):
    text = json.dumps(AP)
    with suppress(ItemError):
        ap_media.parse(text[:at] + junk + text[at + length :])
