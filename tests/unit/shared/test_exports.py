"""Every form in which stories leave, on stories as hostile as they come."""

import csv
import importlib.util
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import ninjs as reader
from shared.exports import EXPORTS
from shared.exports.columns import COLUMNS, ROW_GROUP
from shared.exports.ninjs import ninjs
from shared.models import Dateline, Dedup, Entity, Sentence, Source, State, Story, Subject, Wire

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/fixtures/ninjs_3.1_as_written.schema.json").read_text())
CHECK = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
STORIES = st.builds(
    Story,
    id=st.just("0193690dfa1c2f7c1d9e8b40-7"),
    state=st.sampled_from(State),
    headline=TEXT, slugline=TEXT, byline=TEXT, body=TEXT, language=TEXT, rights=TEXT, custom_id=TEXT, editor_note=TEXT,
    urgency=st.none() | st.integers(-1, 12),
    published=TIMES, embargo_until=TIMES,
    source=st.builds(Source, guid=TEXT, provider=TEXT, version=TEXT, file=TEXT),
    subjects=st.lists(st.builds(Subject, code=TEXT | st.just("medtop:20000523"), name=TEXT), max_size=3),
    dateline=st.none() | st.builds(Dateline, text=st.text(max_size=5), place=TEXT),
    entities=st.lists(
        st.builds(Entity, id=st.text(max_size=9), name=st.text(max_size=9), type=st.sampled_from(["ORG", "DATE"])),
        max_size=3,
    ),
)  # fmt: skip


def written(name: str, *stories: Story) -> bytes:
    return b"".join(EXPORTS[name].write(stories))


@given(STORIES)
def test_ninjs_is_what_its_schema_asks_for(story: Story) -> None:
    item = json.loads(written("ninjs", story))
    CHECK.validate(item)
    assert item == json.loads(json.dumps(ninjs(story)))


def test_the_schema_refuses_what_is_not_ninjs() -> None:
    for wrong in ({}, {"uri": "x:y", "keywords": []}, {"uri": "x:y", "urgency": 0}, {"uri": "x:y", "headlines": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            CHECK.validate(wrong)


def full() -> Story:
    return Story(
        id="j-1", job_id="j", seq=1, state=State.DONE, headline="Rates up", slugline="RATES", byline="Jo Roe",
        language="en", published=datetime(2026, 6, 20, 8, tzinfo=UTC), urgency=3, rights="No resale",
        editor_note="Check the figure",
        source=Source(guid="tag:x:1", provider="Example Wire", version="2"), custom_id="c-9",
        subjects=[Subject(code="medtop:20000523", name="labour"), Subject(name="strike"), Subject(code="x:1")],
        dateline=Dateline(text="SEOUL (AP) -", place="Seoul"), body="First.\n\nSecond.",
        summary=[Sentence(text="First.", start=0, end=6)], dedup=Dedup(cluster="j-1"),
        entities=[
            Entity(id="gpe:iso-KR", name="South Korea", type="GPE"), Entity(id="date:x", name="today", type="DATE"),
        ],
    )  # fmt: skip


def test_a_story_as_ninjs_and_back() -> None:
    item = ninjs(full())
    assert item["places"] == [{"name": "South Korea", "literal": "gpe:iso-KR"}]
    assert item["subjects"][0] == {"name": "labour", "uri": "http://cv.iptc.org/newscodes/mediatopic/20000523"}
    assert item["pubStatus"] == "usable"
    again = reader.parse(json.dumps(item))
    assert (again.headline, again.language, again.byline) == ("Rates up", "en", "Jo Roe")
    assert again.content is not None and again.content.text == "First.\n\nSecond."
    assert again.published == full().published


def test_nothing_leaves_that_may_not_be_shown() -> None:
    hidden = full().model_copy(update={"state": State.WITHHELD, "wire": Wire(withheld="HOLD")})
    late = full().model_copy(
        update={"state": State.FAILED, "embargo_until": datetime.now(UTC) + timedelta(days=1)}
    )  # fmt: skip
    for name in EXPORTS:
        for story in (hidden, late):
            assert b"Second" not in written(name, story)
        assert b"Second" in written(name, full()) or name == "parquet"
    assert json.loads(written("ninjs", hidden))["pubStatus"] == "withheld"


@given(st.lists(STORIES, max_size=3))
def test_csv_reads_back_with_no_cell_that_is_a_formula(stories: list[Story]) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", *stories).decode(), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [len(row) for row in rows] == [len(COLUMNS)] * (len(stories) + 1)
    for row in rows[1:]:
        for name, cell in zip(COLUMNS, row, strict=True):
            if name not in ("seq", "urgency"):
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "|"))
                assert not cell.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "@SUM(A1)", "-2+3", "+4", "\t=1", "＝1+1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_could_run(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(written("csv", Story(headline=text)).decode(), newline=""))
    assert row[list(COLUMNS).index("headline")] == "'" + text


def test_parquet_has_the_columns_of_csv() -> None:
    import pyarrow as pa
    from pyarrow import parquet

    count = ROW_GROUP + 5
    parts = list(EXPORTS["parquet"].write(full().model_copy(update={"seq": seq}) for seq in range(count)))
    file = parquet.ParquetFile(pa.BufferReader(b"".join(parts)))
    assert file.metadata.num_row_groups == 2
    table = file.read()
    assert table.column_names == list(COLUMNS)
    assert table.column("seq").to_pylist() == list(range(count))
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["subjects"], first["published"]) == (["medtop:20000523", "strike", "x:1"], full().published)
    assert written("parquet")[:4] == b"PAR1"


@pytest.mark.parametrize("name", ["ndjson", "csv", "ninjs"])
def test_writers_wait_for_no_more_than_they_write(name: str) -> None:
    taken = 0

    def stories() -> Iterator[Story]:
        nonlocal taken
        while True:
            taken += 1
            yield full()

    parts = EXPORTS[name].write(stories())
    for _ in range(5):
        next(parts)
    assert taken <= 6


def test_what_an_export_needs_is_a_module_that_exists() -> None:
    assert all(importlib.util.find_spec(export.needs) for export in EXPORTS.values() if export.needs)


def test_the_columns_and_forms_are_documented() -> None:
    page = (ROOT / "docs/api.md").read_text("utf-8")
    columns = page.partition("\nColumns: ")[2].partition("\n\n")[0]
    assert re.findall("`([a-z_]+)`", columns) == list(COLUMNS)
    assert all(f"| `{name}` |" in page for name in EXPORTS)
