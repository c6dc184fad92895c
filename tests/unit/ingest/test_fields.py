"""The names under which records are read, and the mapping with which submitters override them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.fields import NAMES, lookup, story_from
from services.ingest.items import ItemError
from shared.errors import UnknownFieldError
from shared.fields import FIELDS, parse_fields
from shared.models import Content, Finding

NESTED = {
    "title": "Not this",
    "Titel": "Fähre läuft auf",
    "html": "<p>Not this</p>",
    "article": {"body": [{"value": "Eins."}, {"value": "Zwei."}], "meta.key": "k"},
    "wann": "2026-05-04T09:30:00Z",
}


def test_the_names_that_others_know_are_those_of_the_table():
    assert tuple(NAMES) == FIELDS


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Titel", "Fähre läuft auf"),
        ("titel", "Fähre läuft auf"),
        ("article.body.0.value", "Eins."),
        ("article.body.value", ["Eins.", "Zwei."]),
        ("article.meta.key", "k"),
        ("article.body.2.value", None),
        ("article.body." + "9" * 5000, None),
        ("article.nothing", None),
        ("Titel.deeper", None),
        ("", None),
    ],
)
def test_lookup(path, expected):
    assert lookup(NESTED, path) == expected


def test_the_mapping_is_obeyed_and_only_it():
    story = story_from(NESTED, {"headline": "Titel", "text": "article.body.value", "published": "wann"})
    assert (story.headline, story.content) == ("Fähre läuft auf", Content(text="Eins.\n\nZwei."))
    assert story.published == datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert story_from(NESTED, {"headline": "nothing"}).headline is None
    with pytest.raises(ItemError, match="no text in 'nothing'"):
        story_from(NESTED, {"text": "nothing"})


@pytest.mark.parametrize(
    "text", ["headline=Titel,text=article.body.0.value", "headline:Titel, text : article.body.0.value,"]
)
def test_mappings_are_written_with_either_sign(text):
    assert parse_fields(text) == {"headline": "Titel", "text": "article.body.0.value"}


@pytest.mark.parametrize("text", ["titel=headline", "headline", "headline=", "=x"])
def test_mappings_that_say_nothing_are_refused(text):
    with pytest.raises(UnknownFieldError):
        parse_fields(text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tables_with_columns_of_any_name(read, delimiter, encoding):
    rows = [["Nr", "Titel", "Brödtext"], ["1", "Färja på grund", "En färja gick på grund."]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    (story,) = read(data, fields={"headline": "Titel", "text": "Brödtext", "guid": "Nr"})
    assert (story.source.format, story.headline, story.source.guid) == ("csv", "Färja på grund", "1")
    assert story.content.text == "En färja gick på grund."


@pytest.mark.parametrize(
    ("format", "data"),
    [("ndjson", f"{json.dumps(NESTED)}\n{json.dumps(NESTED)}"), ("json", json.dumps([NESTED, NESTED], indent=1))],
)
def test_json_with_fields_of_any_name(read, format, data):
    stories = read(data.encode(), fields={"text": "article.body.0.value"})
    assert [(story.source.format, story.content.text) for story in stories] == [(format, "Eins.")] * 2


def test_a_mapping_is_of_no_use_to_formats_without_records(read):
    (story,) = read(b"A ferry ran aground.", fields={"text": "Text"})
    assert (story.source.format, story.content.text) == ("text", "A ferry ran aground.")


@pytest.mark.parametrize("value", [False, None, "", "no", "0", 0])
def test_no_embargo(value):
    story = story_from({"text": "x", "embargo": value})
    assert (story.embargo_until, story.wire.withheld, story.wire.findings) == (None, None, [])


@pytest.mark.parametrize(("value", "said"), [(True, "true"), ("until the speech", "until the speech")])
def test_an_embargo_that_is_no_time_withholds(value, said):
    story = story_from({"text": "x", "embargoed": value})
    assert (story.embargo_until, story.wire.withheld) == (None, said)
    assert story.wire.findings == [Finding(says="embargo", field="embargo_until", text=said)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc") | st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(["text", "html", "embargo", "a", "b"]), VALUES, max_size=6),
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["a", "b.a", "a.0", "text", "b.c.1.a"]), max_size=6),
)
def test_no_record_raises_anything_else(record, fields):
    try:
        story_from(record, fields)
    except ItemError as error:
        assert error.type == "no-text"  # noqa: PT017
