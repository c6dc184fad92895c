"""ninjs 1, 2 and 3: every member, several items, and input that is not what it should be."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import ninjs
from services.ingest.items import ItemError
from shared.models import Content, Finding, State, Story, Subject
from tests.unit.ingest.wire_objects import FROM_NINJS_1, FROM_NINJS_3, NINJS_1, NINJS_3

FIXTURES = Path(__file__).parents[2] / "fixtures/wire/iptc_ninjs"


def parse(item: dict[str, Any]) -> Story:
    return ninjs.parse(json.dumps(item))


def fixture(name: str) -> Story:
    return ninjs.parse((FIXTURES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("item", "expected"), [(NINJS_1, FROM_NINJS_1), (NINJS_3, FROM_NINJS_3)])
def test_reads_every_member(item, expected):
    assert parse(item) == expected


def test_the_texts_of_iptc():
    captain = fixture("simple_text_1.4.json")
    assert captain.headline == "Captain of wrecked cruise ship on trial in Italy"
    assert captain.byline == "Paulo Santalucia and Frances d'Emilio"
    assert captain.content.type == "text/html" and captain.content.text.count("<p>") == 4
    ntb = fixture("ntb_text_2.1.json")
    assert (ntb.headline, ntb.byline, ntb.urgency) == ("Google har kjøpt giganttomt i Skien", "NTB", 5)
    assert (ntb.slugline, ntb.language, ntb.editor_note) == ("skien-google", "nb-NO", "Noe utvidet.")
    assert ntb.subjects[1] == Subject(code="13010000", name="Teknologi")
    dpa = fixture("dpa_text_3.0.json")
    assert dpa.published == datetime(2019, 5, 10, 14, 2, 28, tzinfo=UTC)
    assert (dpa.source.provider, dpa.source.version, dpa.byline) == ("dpa", "2", "Von Christian Hollmann, dpa")


@pytest.mark.parametrize("name", ["simple_photo_1.4.json", "simple_event_3.0.json"])
def test_what_is_no_text_is_not_a_story(read, name):
    (story,) = read((FIXTURES / name).read_bytes())
    assert (story.source.format, story.error.type) == ("ninjs", "not-a-story")


@pytest.mark.parametrize(
    "file",
    [
        json.dumps([NINJS_1, NINJS_3]),
        json.dumps(NINJS_1) + "\n" + json.dumps(NINJS_3) + "\n",
        json.dumps(NINJS_1, indent=1) + "\n" + json.dumps(NINJS_3, indent=1),
        json.dumps({"total": 2, "links": {"next": ["a"]}, "hits": [NINJS_1, NINJS_3]}),
    ],
)
def test_each_of_several_items_is_a_story(read, file):
    stories = read(file.encode())
    assert [story.source.guid for story in stories] == ["urn:tw:1", "urn:tw:2"]
    assert {story.source.format for story in stories} == {"ninjs"}
    start, end = stories[1].source.byte_range
    assert json.loads(file.encode()[start:end]) == NINJS_3


def test_a_broken_item_costs_only_itself(read):
    file = json.dumps([NINJS_1, NINJS_3]).replace('"slugline":', '"slugline"', 1)
    assert [story.state for story in read(file.encode())] == [State.REJECTED, State.PENDING]


def test_a_package_around_one_text_is_that_text():
    package = {"uri": "urn:tw:0", "type": "composite", "associations": {"a": {"type": "picture"}, "b": NINJS_1}}
    assert parse(package) == FROM_NINJS_1
    with pytest.raises(ItemError, match="package of 2 texts"):
        parse({**package, "associations": [NINJS_1, NINJS_3 | {"type": "text"}]})


def test_plain_text_is_preferred_if_only_it_has_paragraphs():
    assert parse(NINJS_1 | {"body_xhtml": "One. <b>Two</b>."}).content == Content(text="One. Two.")
    assert parse(NINJS_1 | {"body_text": "One.\nTwo."}).content == Content(text="One.\nTwo.")


def test_nitf_is_read_where_there_is_no_other_body():
    document = '<?xml version="1.0" encoding="UTF-8"?><nitf><body><body.content><p>One</p></body.content></body></nitf>'
    body = {"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": document}
    assert parse(NINJS_3 | {"bodies": [body]}).content == Content(text="One")


def test_description_stands_in_for_a_body_but_a_caption_does_not():
    descriptions = [{"role": "caption", "value": "A boat"}, {"role": "text", "value": "Lead."}]
    assert parse(NINJS_3 | {"bodies": [], "descriptions": descriptions}).content == Content(text="Lead.")


@pytest.mark.parametrize(("status", "kind"), [("canceled", "kill"), ("stat:withheld", "hold"), ("usable", "story")])
def test_publishing_status(status, kind):
    wire = parse(NINJS_3 | {"pubStatus": status}).wire
    says = [] if kind == "story" else [Finding(says=kind, field="pubstatus", text=status)]
    assert (wire.kind, wire.findings) == (kind, says)
    assert bool(wire.withheld) == (kind == "hold")


def test_a_kill_needs_no_body():
    assert parse(NINJS_3 | {"pubStatus": "canceled", "bodies": [], "edNote": "Wrong"}).content == Content(text="Wrong")


def test_an_embargo_that_cannot_be_read_withholds():
    story = parse(NINJS_1 | {"embargoed": "until the speech"})
    assert (story.embargo_until, story.wire.withheld) == (None, "until the speech")


@pytest.mark.parametrize(
    ("text", "type"),
    [
        (json.dumps(NINJS_1)[:-9], "malformed-json"),
        ("", "malformed-json"),
        ("[1]", "malformed-json"),
        ("{}", "no-text"),
        ('{"uri": "x", "type": "composite"}', "not-a-story"),
        ('{"type": ["text"], "headlines": [3, null], "bodies": {"value": {}}}', "no-text"),
    ],
)
def test_bad_input_is_refused(text, type):
    with pytest.raises(ItemError) as caught:
        ninjs.parse(text)
    assert caught.value.type == type


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NINJS_1, *NINJS_3, "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from([NINJS_1, NINJS_3]), st.dictionaries(st.sampled_from([*NINJS_1, *NINJS_3]), JUNK, max_size=6))
def test_members_of_any_type_raise_only_item_errors(item, changes):
    with suppress(ItemError):
        assert parse(item | changes).content.text


@given(st.integers(0, 2000), st.integers(0, 40), st.text(max_size=9))
def test_mutations_raise_only_item_errors(at, length, junk):
    text = json.dumps(NINJS_1)
    with suppress(ItemError):
        ninjs.parse(text[:at] + junk + text[at + length :])
