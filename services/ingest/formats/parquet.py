"""Apache Parquet: each row is a record, whose columns are named as those of a CSV file are.

The file is read a few rows at a time, and only columns that can hold something of a story: numbers in lists, pictures
and other bytes stay on disk. Rows have no byte range: their columns lie in different places.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

import orjson

from services.ingest.fields import KNOWN_NAMES, squash, story_from
from services.ingest.formats.base import Format
from services.ingest.formats.ndjson import load
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window
from shared.models import Story

_MAGIC = b"PAR1"
_BATCH_ROWS, _BATCH_BYTES = 256, 4_000_000
_BUFFER = 1 << 18
_THRIFT_LIMIT = 10_000_000
"""Bytes, and elements, of the file's own description."""

_SMALL = 16_000_000
"""Bytes that any file may unpack to: repetitive is not yet a bomb."""


def split(window: Window) -> Iterator[Item]:
    """The rows, each as a JSON object."""
    with window.as_file() as file:
        size = file.seek(0, 2)
        left = max(_SMALL, size * window.ratio)
        for number, row in enumerate(_rows(file, left), 1):
            item = _item(row, window.limit, f"row {number}")
            left -= item.chunk.end
            if left < 0:
                yield Item(Chunk(0, 0, b""), where=f"row {number}", fault=_bomb())
                return
            yield item


def _item(row: Mapping[str, Any] | ItemError, limit: int, where: str) -> Item:
    if isinstance(row, ItemError):
        return Item(Chunk(0, 0, b""), where=where, fault=row)
    try:
        data = orjson.dumps(row, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError) as error:
        return Item(Chunk(0, 0, b""), where=where, fault=_malformed(error))
    return Item(Chunk(0, len(data), data if len(data) <= limit else None), where=where)


def _plain(value: object) -> str | None:
    """What JSON has no notation for. Old writers mark text as bytes."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return str(value) if isinstance(value, Decimal | int) else None


def _rows(file: BinaryIO, allowed: int) -> Iterator[Mapping[str, Any] | ItemError]:
    """The rows; where one cannot be read, why, and at most ``allowed`` bytes in a column. Never raises."""
    import pyarrow
    from pyarrow import parquet

    try:
        source = parquet.ParquetFile(
            file,
            buffer_size=_BUFFER,
            pre_buffer=False,
            coerce_int96_timestamp_unit="us",
            thrift_string_size_limit=_THRIFT_LIMIT,
            thrift_container_size_limit=_THRIFT_LIMIT,
        )
        schema = source.schema_arrow
        columns = [field.name for field in schema if _is_wanted(field.name, field.type)]
        if _largest(source.metadata) > allowed:
            yield _bomb()
            return
        batches = source.iter_batches(_batch_rows(source.metadata), columns=columns, use_threads=False)
        for batch in batches:
            yield from _batch(batch.cast(_readable(batch.schema), safe=False))
    except OSError as error:
        if error.errno is not None:  # the disk's fault, not the file's
            raise
        yield _malformed(error)
    except (pyarrow.ArrowException, ValueError, LookupError, OverflowError, MemoryError) as error:
        yield _malformed(error)


def _is_wanted(name: str, type: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(type):
        type = type.value_type
    if types.is_list(type) or types.is_large_list(type):
        inner = type.value_type
        return types.is_nested(inner) or _is_text(inner) or squash(name) in KNOWN_NAMES
    if types.is_binary(type) or types.is_large_binary(type):
        return squash(name) in KNOWN_NAMES
    return not (types.is_duration(type) or types.is_time(type) or types.is_fixed_size_binary(type))


def _is_text(type: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(type) or types.is_large_string(type) or types.is_string_view(type))


def _readable(schema: Any) -> Any:
    """The schema with times of at most microseconds, which are all that Python knows."""
    import pyarrow

    return pyarrow.schema(
        [
            field.with_type(pyarrow.timestamp("us", field.type.tz)) if pyarrow.types.is_timestamp(field.type) else field
            for field in schema
        ]
    )


def _largest(metadata: Any) -> int:
    """Bytes that a column of a row group unpacks to, at most."""
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    columns = (group.column(number) for group in groups for number in range(group.num_columns))
    return max((column.total_uncompressed_size for column in columns), default=0)


def _batch_rows(metadata: Any) -> int:
    """How many rows to read at once."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    row = max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=0)
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, row)))


def _batch(batch: Any) -> Iterator[Mapping[str, Any] | ItemError]:
    for number in range(batch.num_rows):
        try:
            yield batch.slice(number, 1).to_pylist()[0]
        except (ValueError, LookupError, OverflowError) as error:
            yield _malformed(error)


def _malformed(error: Exception) -> ItemError:
    return ItemError("malformed-parquet", " ".join(f"{error}".split())[:200] or type(error).__name__)


def _bomb() -> ItemError:
    detail = "the rest was not unpacked, because it is too large for a file of its size; hand it over in parts"
    return ItemError("unpacks-too-large", detail)


def parse(text: str, head: str = "") -> Story:
    """The story in a row; raises ``ItemError``."""
    return story_from(load(text))


def sniff(head: bytes) -> bool:
    """Whether the file begins like Parquet."""
    return head.startswith(_MAGIC)


FORMAT = Format("parquet", "Apache Parquet, a row a story", sniff, split, parse, record=load, located=False)
