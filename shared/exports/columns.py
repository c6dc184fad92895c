"""Stories as a table, for spreadsheets (CSV) and data frames (Parquet): the same columns in both.

What is a list in the record is one in Parquet and, in CSV, a cell with ``; `` between its parts.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from shared.models import Story

ROW_GROUP = 1000

Column = Callable[[Story], Any]

COLUMNS: dict[str, Column] = {
    "id": lambda story: story.id,
    "job_id": lambda story: story.job_id,
    "seq": lambda story: story.seq,
    "custom_id": lambda story: story.custom_id,
    "state": lambda story: str(story.state),
    "file": lambda story: story.source.file,
    "format": lambda story: story.source.format,
    "provider": lambda story: story.source.provider,
    "guid": lambda story: story.source.guid,
    "version": lambda story: story.source.version,
    "published": lambda story: story.published,
    "embargo_until": lambda story: story.embargo_until,
    "language": lambda story: story.language,
    "urgency": lambda story: story.urgency,
    "kind": lambda story: story.wire.kind,
    "slugline": lambda story: story.slugline,
    "headline": lambda story: story.headline,
    "byline": lambda story: story.byline,
    "dateline": lambda story: story.dateline and story.dateline.text,
    "subjects": lambda story: [one.code or one.name or "" for one in story.subjects],
    "keywords": lambda story: story.keywords,
    "entities": lambda story: [one.id for one in story.entities],
    "summary": lambda story: " ".join(sentence.text for sentence in story.summary) or None,
    "body": lambda story: story.body,
    "relation": lambda story: story.dedup and story.dedup.relation,
    "of": lambda story: story.dedup and story.dedup.of,
    "cluster": lambda story: story.dedup and story.dedup.cluster,
    "score": lambda story: story.dedup and story.dedup.score,
    "error": lambda story: story.error and f"{story.error.title}: {story.error.detail}",
}
"""In their order; None is an empty cell."""

_NUMBERS, _TIMES, _LISTS = ("seq", "urgency"), ("published", "embargo_until"), ("subjects", "keywords", "entities")

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|\t\r\n]")
"""Cells that a spreadsheet may take for a formula (CWE-1236)."""


def row(story: Story) -> dict[str, Any]:
    """A story's cells, of what may be shown of it."""
    shown = story.public()
    return {name: of(shown) for name, of in COLUMNS.items()}


def write_csv(stories: Iterable[Story]) -> Iterator[bytes]:
    """RFC 4180 with a header row. A text that a spreadsheet could take for a formula has an apostrophe before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for story in stories:
        writer.writerow(map(_cell, row(story).values()))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str):
        value = value.replace("\0", "")
        return f"'{value}" if _FORMULA.match(value) else value
    return value.isoformat() if hasattr(value, "isoformat") else value


def write_parquet(stories: Iterable[Story]) -> Iterator[bytes]:
    """Parquet with zstd, a row group for each 1,000 stories. Needs pyarrow."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds: dict[str, Any] = (
        dict.fromkeys(COLUMNS, pa.string())
        | dict.fromkeys(_NUMBERS, pa.int32())
        | dict.fromkeys(_TIMES, pa.timestamp("us", tz="UTC"))
        | dict.fromkeys(_LISTS, pa.list_(pa.string()))
        | {"score": pa.float64()}
    )
    schema = pa.schema(kinds)
    sink = _Sink()
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for group in _groups(stories):
            writer.write_table(pa.Table.from_pylist([row(story) for story in group], schema=schema))
            yield sink.take()
    yield sink.take()


def _groups(stories: Iterable[Story]) -> Iterator[list[Story]]:
    rest = iter(stories)
    while group := list(islice(rest, ROW_GROUP)):
        yield group


class _Sink(io.RawIOBase):
    """Takes what Parquet's writer writes, until it is taken away: the writer never goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._size += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
