"""Parquet: rows as records, damaged and swollen files, files within archives."""

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from services.ingest.read import read_file
from shared.models import State

MAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def packed(columns, **options):
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer, **options)
    return buffer.getvalue()


ROWS = packed(
    {
        "headline": ["Ferry", None],
        "text": [b"A ferry.", b"caf\xff"],
        "published": pyarrow.array([MAY, MAY], type=pyarrow.timestamp("ns", tz="UTC")),
        "tags": [["sea", "Orsk"], []],
        "id": [1, 2],
        "urgency": [Decimal("3"), None],
        "article": [{"body": "Nested."}, None],
        "embedding": [[0.5] * 3] * 2,
        "picture": [b"\x89PNG"] * 2,
    },
    row_group_size=1,
)


def test_every_field(read):
    story, unread = read(ROWS)
    assert (story.source.format, story.source.guid, story.source.byte_range) == ("parquet", "1", None)
    assert (story.headline, story.content.text, story.published) == ("Ferry", "A ferry.", MAY)
    assert (story.keywords, story.urgency) == (["sea", "Orsk"], 3)
    assert (unread.error.type, unread.error.detail[:7]) == ("no-text", "row 2: ")
    assert "picture" not in unread.error.detail and "embedding" not in unread.error.detail


def test_fields_of_any_name(read):
    assert read(ROWS, fields={"text": "article.body"})[0].content.text == "Nested."


def test_within_an_archive(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.parquet", ROWS)
    story = read(buffer.getvalue(), name="x")[0]
    assert (story.source.file, story.content.text) == ("x!a.parquet", "A ferry.")


def test_rows_too_large(read):
    data = packed({"text": ["a", "x" * 5_000, "c"]})
    stories = read(data, max_item_bytes=1_000)
    assert [story.error.type if story.error else story.content.text for story in stories] == ["a", "too-large", "c"]


def test_a_bomb_is_not_unpacked(read):
    data = packed({"text": ["x" * 100_000] * 10_000}, compression="zstd")
    *stories, last = read(data, max_pack_ratio=1)
    assert last.error.type == "unpacks-too-large"
    assert len(stories) < 200


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"\0" * 99 + b"PAR1", ROWS[:-20], ROWS[:60]])
def test_damaged(read, data):
    assert [story.error.type for story in read(data)] == ["malformed-parquet"]


@settings(max_examples=100, deadline=None)
@given(st.integers(4, len(ROWS)), st.integers(0, 20), st.binary(max_size=10))
def test_no_mutation_raises(at, length, junk):
    data = ROWS[:at] + junk + ROWS[at + length :]
    stories = list(read_file(io.BytesIO(data), name="x"))
    assert {story.state for story in stories} <= {State.PENDING, State.REJECTED}
