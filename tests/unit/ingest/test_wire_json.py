"""The JSON formats of agencies: telling them apart, cutting them up, and hostile files."""

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import FORMATS
from services.ingest.read import read_file
from services.ingest.streams import HEAD
from services.ingest.window import Window
from services.ingest.wire_json import keys, splitter
from tests.unit.ingest.wire_objects import AP, DPA, JSON_FEED, NINJS_1, NINJS_3, ap_feed

FILES = {
    "ap_media": json.dumps(ap_feed(AP, AP)).encode(),
    "dpa": json.dumps({"entries": [DPA, DPA]}).encode(),
    "jsonfeed": json.dumps(JSON_FEED).encode(),
    "ninjs": json.dumps([NINJS_1, NINJS_3]).encode(),
}
MAX_SECONDS = 1.0
"""A quadratic search in 64 KiB takes ten times as long; a linear one, a hundredth."""


@pytest.mark.parametrize("format", FILES)
def test_each_is_told_from_the_others(format):
    assert next(name for name in FORMATS if FORMATS[name].sniff(FILES[format])) == format


@pytest.mark.parametrize(
    "file",
    [
        b'{"headline": "x", "body": "y", "uri": "u"}',
        b'{"guid": "1", "version_created": "2026-05-04", "body_html": "x"}',
        b'{"version": "https://example.org/version/1", "items": []}',
        b'{"altids": {"x": 1}, "headline_extended": "x"}',
        b'uri,versioncreated,headline\n"uri": "versioncreated": "headline":\n',
        b'<p>"uri": "versioncreated": "headline": "entry_id": "article_html":</p>',
    ],
)
def test_others_are_none_of_them(file):
    assert [name for name in FILES if FORMATS[name].sniff(file)] == []


HOSTILE = [
    b'"body_text":', b'"versioncreated":', b'"uri":"versioncreated":', b'"entry_id":', b'"altids":{', b'"items":[',
    b'"altids" : {"a":1,', b'"bodies":[{', b'"bodies" : [ { ', b'"name" : ', b'"format" : ', b'"version" : ',
    b'"', b'"a', b'"a"  ', b"\\", b'"\\', b'\\"', b" ", b"[", b"{", b'{"a":', b"\n",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_heads_are_looked_at_once(name, unit):
    head = b'{"uri":1,' + unit * (HEAD // len(unit))
    started = time.process_time()
    FORMATS[name].sniff(head[:HEAD])
    list(FORMATS[name].split(Window(io.BytesIO(head), limit=HEAD)))
    assert time.process_time() - started < MAX_SECONDS


def test_keys_are_those_of_all_depths_in_lower_case():
    assert keys(b' [{"versionCreated": {"a" : "b"}, "c": ["d"]}]') == {b"versioncreated", b"a", b"c"}
    assert keys(b'text "a": 1') == frozenset()


@pytest.mark.parametrize(
    ("file", "head", "count"),
    [
        (b'{"a": {"b": [1]}, "items": [{"x": 1}, {"x": 2}], "z": 1}', b'{"a": {"b": [1]}, "items": [', 2),
        (b'{"data": {"n": 1, "items": [{"x": 1}]}}', b'{"data": {"n": 1, "items": [', 1),
        (b'{"a": {"b": {"items": [{"x": 1}]}}}', b"", 1),
        (b'{"a": "items", "b": [{"x": 1}, {"x": 2}]}', b"", 1),
        (b'{"x": 1}\n{"items": [{"x": 2}]}', b"", 2),
        (b'[{"items": [{"x": 1}]}, {"x": 2}]', b"", 2),
        (b'{"a": "\\"items\\": [{", "items": [{"x": 1}]}', b'{"a": "\\"items\\": [{", "items": [', 1),
    ],
)
def test_items_are_found_in_an_array_in_a_row_or_in_an_object(file, head, count):
    items = list(splitter("items")(Window(io.BytesIO(file), limit=1000)))
    assert [item.head for item in items] == [head] * count
    assert all(file[item.chunk.start : item.chunk.end] == item.chunk.data for item in items)


def test_a_long_head_is_not_read_again_with_every_item():
    file = b'{"a": "%s", "items": [{"x": 1}]}' % (b"a" * 20_000)
    assert [item.head for item in splitter("items")(Window(io.BytesIO(file), limit=100_000))] == [b""]


@given(st.sampled_from(list(FILES)), st.floats(0, 1), st.integers(0, 40), st.binary(max_size=9), st.booleans())
def test_mutated_files_are_read_without_an_exception(format, place, length, junk, asked):
    file = FILES[format]
    at = int(place * len(file))
    stream = io.BytesIO(file[:at] + junk + file[at + length :])
    assert list(read_file(stream, name="x", format=format if asked else None))


@given(st.sampled_from(list(FILES)), st.binary(max_size=200))
def test_arbitrary_bytes_are_read_without_an_exception(format, data):
    assert list(read_file(io.BytesIO(data), name="x", format=format))
