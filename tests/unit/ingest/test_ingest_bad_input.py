"""What is wrong with a file is said once, exactly, and costs nothing around it."""

import codecs
import io
import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.formats import FORMATS
from services.ingest.items import TITLES
from services.ingest.read import Limits, read_file
from shared.models import State


def outcomes(stories):
    return [story.error.type if story.error else story.content.text for story in stories]


def test_broken_line_in_the_middle(read):
    data = b'{"text": "a"}\n{"text": "b\n\n{"text": "c"}\n'
    stories = read(data, format="ndjson")
    assert outcomes(stories) == ["a", "malformed-json", "c"]
    error, (start, end) = stories[1].error, stories[1].source.byte_range
    assert data[start:end] == b'{"text": "b'
    assert error.detail.startswith("line 2: ")
    assert "at character" in error.detail
    assert error.title == TITLES["malformed-json"]


def test_over_long_line_is_skipped(read):
    data = b'{"text": "a"}\n{"text": "' + b"x" * 700_000 + b'"}\n{"text": "c"}\n'
    stories = read(data, format="ndjson", max_item_bytes=1000)
    assert outcomes(stories) == ["a", "too-large", "c"]
    assert stories[1].source.byte_range == (14, len(data) - 14)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"text": "a"}, {"text": b}, {"text": "c"}]', ["a", "malformed-json", "c"]),
        (b'[{"text": "a"},\n {"text": "b},\n {"text": "c"}]', ["a", "malformed-json", "c"]),
        (b'[{"text": "a"},\n {"text": "b",\n {"text": "c"}, {"text": "d"}]', ["a", "malformed-json", "c", "d"]),
        (b'[{"text": "a"}, 7, [1, 2], {"text": "c"}]', ["a", "malformed-json", "malformed-json", "c"]),
        (b'[{"text": "a"} {"text": "b"},, {"text": "c"},]', ["a", "b", "c"]),
        (b'[{"text": "a"}, {"text": "b"', ["a", "malformed-json"]),
        (b'[{"text": "a"}, {"text": "b"}}, {"text": "c"}]', ["a", "b", "malformed-json", "c"]),
        (b'[{"text": "a"}] more', ["a", "malformed-json"]),
        (b'{"text": "a"}\n{\n"text": "b"}', ["a", "b"]),
        (b'[{"text": "br } ] , \\" ace"}]', ['br } ] , " ace']),
        (b"[]", ["no-stories"]),
        (b"[" * 5000 + b"]" * 5000, ["malformed-json"]),
    ],
)
def test_json_elements(read, data, expected):
    assert outcomes(read(data, format="json")) == expected


def test_over_long_element_is_skipped(read):
    data = b'[{"text": "a"}, {"text": "' + b"x" * 700_000 + b'"}, {"text": "c"}]'
    assert outcomes(read(data, max_item_bytes=1000)) == ["a", "too-large", "c"]


def test_broken_elements_do_not_take_for_ever(read):
    start = time.monotonic()
    read(b'[{ ,{"text":"a"},' * 10_000)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'title,text\nx,a\ny,"b\nz,c\n', ["a", "malformed-csv", "c"]),
        (b"title,text\nx,a\ny,b,b,b\nz,c\n", ["a", "malformed-csv", "c"]),
        (b"title,text\nx,\n\nz,c\n", ["no-text", "c"]),
        (b"title,text\n", ["no-stories"]),
    ],
)
def test_csv_rows(read, data, expected):
    assert outcomes(read(data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty-file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "unknown-format"),
        (b"\0\1\2\3" * 100, "unknown-format"),
        (b"<?xml version='1.0'?><invoice/>", "unknown-format"),
        (b'{"title": "x"}', "no-text"),
        (b"  \n \n", "no-stories"),
        (b"caf\x81 au lait", "undecodable"),
        (codecs.BOM_UTF16_LE + "abc".encode("utf-16-le") + b"\x00\xdc\x00", "undecodable"),
        (
            b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
            "unsafe-xml",
        ),
        (b"<rss><channel><item><title>x</title></item></channel></rss>", "no-text"),
        (b"<rss><channel><title>x</title></channel></rss>", "no-stories"),
        (b"<rss><channel><item><title>x</title><descr", "malformed-feed"),
        (b'<REUTERS NEWID="1"><TITLE>x</TITLE></REUTERS>', "no-text"),
    ],
)
def test_rejected(read, data, expected):
    story = read(data)[-1]
    assert (story.state, story.error.type, story.error.stage) == (State.REJECTED, expected, "ingest")
    assert story.source.file == "file"


def test_undecodable_byte_is_located(read):
    (story,) = read(b"caf\x81 au lait")
    assert "byte 3 (0x81)" in story.error.detail


def test_a_broken_feed_item_costs_only_itself(read):
    items = b"<item><description>a</description></item><item></item><item><description>c</description></item>"
    assert outcomes(read(b"<rss><channel>" + items + b"</channel></rss>")) == ["a", "no-text", "c"]


def test_huge_item_is_not_held():
    class Endless(io.RawIOBase):
        """100 MB of one JSON string."""

        def __init__(self):
            self.left = 100_000_000

        def seekable(self):
            return True

        def seek(self, offset, whence=0):
            return 100_000_000 if whence == 2 else 0

        def read(self, size=-1):
            size = min(size, self.left)
            start = b'{"text": "' if self.left == 100_000_000 else b""
            self.left -= size
            return start + b"x" * (size - len(start))

    tracemalloc.start()
    stories = list(read_file(Endless(), name="big", limits=Limits(max_item_bytes=2_000_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes(stories) == ["too-large"]
    assert stories[0].source.byte_range == (0, 100_000_000)
    assert peak < 15_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"<TEXT><REUTERS " * 100_000,
        b"<?xml version='1.0'?>" + b" " * 300_000,
        b"<!--" * 100_000,
        b'{"a":' * 100_000,
        b'"' * 500_000,
        b"<rss><item>" * 50_000,
        b"<html>" + b"<div>" * 50_000,
        b'title,text\n"' + b'a","\n' * 5_000,
        b"\n\f" * 10_000,
    ],
)
@pytest.mark.parametrize("format", [None, *FORMATS])
def test_hostile_input_ends_soon(read, data, format):
    start = time.monotonic()
    read(data, format=format)
    assert time.monotonic() - start < 10


MARKUP = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"', b",", b"\\", b"\n", b"<rss>", b"<item>", b"</item>", b"<REUTERS NEWID=",
     b"</REUTERS>",
     b"<TEXT>", b"<html>", b'{"text": "a"}', b"title,text\n", b"ENDS\n", b"\xff\xfe", b"\x1f\x8b\x08", b"PK\x03\x04",
     b"\x28\xb5\x2f\xfd", b"<![CDATA[", b"\0", b"\x81", b"&#xd800;", b"a"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.lists(MARKUP, max_size=30).map(b"".join)), st.sampled_from([None, *FORMATS])
)
def test_no_bytes_raise(data, format):
    def once():
        return list(read_file(io.BytesIO(data), name="x", format=format, limits=Limits(max_item_bytes=100)))

    stories = once()
    assert stories == once()
    assert stories
    assert {story.state for story in stories} <= {State.PENDING, State.REJECTED}
    for story in stories:
        if story.source.byte_range:
            start, end = story.source.byte_range
            assert 0 <= start <= end <= len(data)


VALUES = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists, max_leaves=4)
RECORDS = st.lists(
    st.fixed_dictionaries({"text": st.text(min_size=1).filter(str.strip)}, optional={"title": st.text(), "x": VALUES}),
    min_size=1,
)


@settings(deadline=None)
@given(RECORDS, st.booleans(), st.sampled_from(["ndjson", "json"]))
def test_byte_ranges_slice_exactly_the_items(records, ascii_only, format):
    lines = [json.dumps(record, ensure_ascii=ascii_only).encode() for record in records]
    data = b"\n".join(lines) + b"\n" if format == "ndjson" else b"[ " + b" ,\n ".join(lines) + b"\n]"
    stories = list(read_file(io.BytesIO(data), name="x", format=format))
    assert [data[slice(*story.source.byte_range)] for story in stories] == lines
    assert [story.content.text for story in stories] == [record["text"].strip() for record in records]
