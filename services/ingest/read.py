"""Reads the stories in a file, one by one: unpack, tell the format, split, decode, parse.

Pure: the same bytes always give the same stories in the same order, so that reading can start again after a crash.
Nothing in the bytes makes it raise: what cannot be read becomes a rejected story.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from services.ingest.detect import detect
from services.ingest.encoding import FileDecoder, declared_charset
from services.ingest.fields import story_from
from services.ingest.formats import FORMATS
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError, Limits
from services.ingest.opening import open_members
from services.ingest.streams import HEAD, Checked
from services.ingest.wide import as_utf8
from services.ingest.window import Window
from shared.fields import check_fields
from shared.formats import check_format
from shared.models import Source, Story

__all__ = ["Limits", "read_file"]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the submitter wants a file read."""

    format: Format | None
    fields: Mapping[str, str]
    limits: Limits


def read_file(
    stream: BinaryIO,
    *,
    name: str,
    format: str | None = None,
    fields: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Iterator[Story]:
    """The stories in ``stream``: pending ones, and rejected ones with the reason and the byte range.

    ``name`` is what ``source.file`` will say; the format is told by the content unless ``format`` names one. ``fields``
    says from which field of its records (CSV, JSON, NDJSON, Parquet) a story field is read. Raises
    ``UnknownFormatError`` and ``UnknownFieldError`` for what there is not, and ``OSError`` if the disk fails.
    """
    named = check_format(format)
    reading = _Reading(FORMATS[named] if named else None, check_fields(fields), limits or Limits())
    return _read(stream, name, reading)


def _read(stream: BinaryIO, name: str, reading: _Reading) -> Iterator[Story]:
    for member in open_members(stream, name=name, limits=reading.limits):
        if member.stream is None:
            if member.fault:
                yield _rejected(member.fault, Source(file=member.name))
        else:
            yield from _read_member(member.stream, reading)


def _read_member(stream: Checked, reading: _Reading) -> Iterator[Story]:
    """The stories of a plain file, and after them what ended it too early, if anything did."""
    format, limits = reading.format, reading.limits
    source = Source(file=stream.name, format=format.name if format else None)
    stream, has_offsets = as_utf8(stream)
    head = stream.peek(HEAD)
    count = 0
    if head:
        try:
            format = format or detect(head, reading.fields)
        except ItemError as error:
            yield _rejected(error, source)
            return
        source = source.model_copy(update={"format": format.name})
        decoder = FileDecoder(head, declared_charset(head) if has_offsets else None)
        has_offsets = has_offsets and format.located
        for item in format.split(Window(stream, limit=limits.max_item_bytes, ratio=limits.max_pack_ratio)):
            count += 1
            if has_offsets:
                source = source.model_copy(update={"byte_range": (item.chunk.start, item.chunk.end)})
            yield _story(item, format, decoder, source, reading)
        source = source.model_copy(update={"byte_range": None})
    if stream.fault:
        yield _rejected(stream.fault, source)
    elif not head:
        yield _rejected(ItemError("empty-file", "there is nothing in it"), source)
    elif not count:
        yield _rejected(ItemError("no-stories", f"it reads as {source.format}, but has no items"), source)


def _story(item: Item, format: Format, decoder: FileDecoder, source: Source, reading: _Reading) -> Story:
    """The story an item holds, or its rejection."""
    try:
        story = _parse(item, format, decoder, reading)
    except ItemError as error:
        detail = f"{item.where}: {error.detail}" if item.where else error.detail
        return _rejected(ItemError(error.type, detail), source)
    given = story.source
    own = {"file": source.file, "format": source.format, "byte_range": source.byte_range}
    return story.model_copy(update={"source": given.model_copy(update=own)})


def _parse(item: Item, format: Format, decoder: FileDecoder, reading: _Reading) -> Story:
    if item.fault:
        raise item.fault
    if item.chunk.data is None:
        size = item.chunk.end - item.chunk.start
        limit = reading.limits.max_item_bytes
        raise ItemError("too-large", f"{size} bytes; an item may have {limit} (max_item_bytes)")
    if format.bytewise:
        return format.parse(item.chunk.data.decode("latin-1"), item.head.decode("latin-1"))
    text, head = decoder.text(item.chunk.data, item.charset), decoder.head(item.head)
    if reading.fields and format.record:
        return story_from(format.record(text, head), reading.fields)
    return format.parse(text, head)


def _rejected(error: ItemError, source: Source) -> Story:
    return Story.rejected(type=error.type, title=error.title, detail=error.detail, source=source)
