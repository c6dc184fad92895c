"""dpa digitalwires: every member, dpa's own samples, and input that is not what it should be."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import dpa
from services.ingest.items import ItemError
from shared.models import Content, Dateline, Story, Subject
from tests.unit.ingest.wire_objects import DPA, FROM_DPA, category, note

FIXTURES = Path(__file__).parents[2] / "fixtures/wire/dpa_digitalwires"


def parse(**changes: Any) -> Story:
    return dpa.parse(json.dumps(DPA | changes))


def fixture(name: str) -> Story:
    return dpa.parse((FIXTURES / name).read_text(encoding="utf-8"))


def test_reads_every_member():
    assert parse() == FROM_DPA


def test_a_story_of_dpa():
    story = fixture("eil.json")
    assert story.headline == "Grünen-Spitze tritt nach Wahlniederlagen ab"
    assert story.dateline == Dateline(text="Berlin (dpa) -", place="Berlin", agency="dpa")
    assert (story.urgency, story.source.provider, story.wire.kind) == (2, "dpa", "story")
    assert story.subjects[0] == Subject(code="medtop:20000651", name="Partei")
    assert story.subjects[1] == Subject(code="dpacountry:1", name="Deutschland")
    assert "dpa abc" not in story.editor_note


def test_a_partners_story_is_the_partners():
    story = fixture("empty_paragraph.json")
    assert (story.source.provider, story.language) == ("Europa Press", "es")
    assert story.dateline == Dateline(
        text="MADRID, 21 Nov. 2024 (Europa Press) -", place="MADRID", date=date(2024, 11, 21), agency="Europa Press"
    )


def test_embargo():
    assert fixture("embargoed.json").embargo_until == datetime(2025, 1, 23, 18, tzinfo=UTC)


@pytest.mark.parametrize("value", ["bis zur Rede", "2026-13-40"])
def test_an_embargo_that_cannot_be_read_withholds(value):
    story = parse(embargoed=value)
    assert (story.embargo_until, story.wire.withheld) == (None, value)


def test_an_embargo_that_only_a_note_speaks_of_withholds():
    story = parse(embargoed=None, ednotes=[note("embargo", "Sperrfrist 19 Uhr")])
    assert (story.embargo_until, story.wire.withheld) == (None, "Sperrfrist 19 Uhr")


def test_a_corrected_schedule_is_still_no_story():
    wire = fixture("tvo_pol.json").wire
    assert wire.kind == "advisory"
    assert [(found.says, found.field, found.text) for found in wire.findings] == [
        ("correction", "signal", "sig:correction"),
        ("advisory", "genre", "dpatextgenre:32"),
    ]
    assert wire.note.startswith("Im Eintrag «Sitzungen")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"signal": "sig:correction"}, "correction"),
        ({"signal": None}, "story"),
        ({"pubstatus": "canceled"}, "kill"),
        ({"pubstatus": "withheld"}, "hold"),
        ({"categories": [category("genre", "Achtung", "dpatextgenre:27")]}, "advisory"),
        ({"signal": None, "categories": [category("genre", "x", "dpascn:27")]}, "story"),
    ],
)
def test_what_it_says_of_itself(changes, kind):
    assert parse(**changes).wire.kind == kind


def test_a_category_of_a_strange_type_is_passed_over():
    assert parse(categories=[{"type": ["dnltype:subject"], "name": "x"}, 7]).subjects == []


def test_pictures_are_not_stories(read):
    (story,) = read((FIXTURES / "no_content.json").read_bytes())
    assert (story.source.format, story.error.type) == ("dpa", "not-a-story")
    assert "it holds image" in story.error.detail


def test_a_kill_needs_no_article():
    story = parse(pubstatus="canceled", article_html=None, infobox_html=None, ednotes=[])
    assert story.content == Content(text="Fähre auf Grund")


def test_place_stands_in_for_a_dateline():
    assert parse(dateline=None).dateline == Dateline(text="Anderswo", place="Anderswo")


@pytest.mark.parametrize(
    "file",
    [
        json.dumps([DPA, DPA]),
        json.dumps(DPA) + "\n" + json.dumps(DPA),
        json.dumps({"entries": [DPA, DPA]}),
    ],
)
def test_each_of_several_entries_is_a_story(read, file):
    stories = read(file.encode())
    assert [(story.source.format, story.headline) for story in stories] == [("dpa", "Fähre auf Grund")] * 2


@pytest.mark.parametrize(
    ("text", "type"),
    [
        (json.dumps(DPA)[:500], "malformed-json"),
        ("", "malformed-json"),
        ("{}", "no-text"),
        ('{"categories": [1, {"type": ["x"]}], "ednotes": {"role": 1}, "article_html": {}}', "no-text"),
    ],
)
def test_bad_input_is_refused(text, type):
    with pytest.raises(ItemError) as caught:
        dpa.parse(text)
    assert caught.value.type == type


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=2)
OBJECTS = st.dictionaries(st.sampled_from(["type", "name", "qcode", "role", "ednote"]), VALUES, max_size=4)


@given(st.dictionaries(st.sampled_from(list(DPA)), VALUES | OBJECTS | st.lists(OBJECTS, max_size=3), max_size=6))
def test_members_of_any_type_raise_only_item_errors(changes):
    with suppress(ItemError):
        assert parse(**changes).content.text


@given(st.integers(0, 1500), st.integers(0, 40), st.text(max_size=9))
def test_mutations_raise_only_item_errors(at, length, junk):
    text = json.dumps(DPA)
    with suppress(ItemError):
        dpa.parse(text[:at] + junk + text[at + length :])
