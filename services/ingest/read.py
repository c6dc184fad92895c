"""Reads the stories in a file, one by one: unpack, tell the format, split, decode, parse.

Pure: the same bytes always give the same stories in the same order, so that reading can start again after a crash.
Nothing in the bytes makes it raise: what cannot be read becomes a rejected story.
"""

from collections.abc import Iterator
from typing import BinaryIO

from services.ingest.detect import detect
from services.ingest.encoding import as_utf8, declared_charset, decode
from services.ingest.formats import FORMATS
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError, Limits
from services.ingest.opening import open_members
from services.ingest.streams import HEAD, Checked
from services.ingest.window import Window
from shared.formats import check_format
from shared.models import Source, Story

__all__ = ["Limits", "read_file"]


def read_file(
    stream: BinaryIO, *, name: str, format: str | None = None, limits: Limits | None = None
) -> Iterator[Story]:
    """The stories in ``stream``: pending ones, and rejected ones with the reason and the byte range.

    ``name`` is what ``source.file`` will say; the format is told by the content unless ``format`` names one. Raises
    ``UnknownFormatError`` for a format that there is none of, and ``OSError`` if the disk fails.
    """
    named = check_format(format)
    return _read(stream, name, FORMATS[named] if named else None, limits or Limits())


def _read(stream: BinaryIO, name: str, format: Format | None, limits: Limits) -> Iterator[Story]:
    for member in open_members(stream, name=name, limits=limits):
        if member.stream is None:
            if member.fault:
                yield _rejected(member.fault, Source(file=member.name))
        else:
            yield from _read_member(member.stream, format, limits)


def _read_member(stream: Checked, format: Format | None, limits: Limits) -> Iterator[Story]:
    """The stories of a plain file, and after them what ended it too early, if anything did."""
    source = Source(file=stream.name, format=format.name if format else None)
    stream, has_offsets = as_utf8(stream, stream.peek(2))
    head = stream.peek(HEAD)
    count = 0
    if head:
        try:
            format = format or detect(head)
        except ItemError as error:
            yield _rejected(error, source)
            return
        source = source.model_copy(update={"format": format.name})
        charset = declared_charset(head) if has_offsets else None
        for item in format.split(Window(stream, limit=limits.max_item_bytes)):
            count += 1
            yield _story(item, format, charset, source, has_offsets=has_offsets, limits=limits)
    if stream.fault:
        yield _rejected(stream.fault, source)
    elif not head:
        yield _rejected(ItemError("empty-file", "there is nothing in it"), source)
    elif not count:
        yield _rejected(ItemError("no-stories", f"it reads as {source.format}, but has no items"), source)


def _story(
    item: Item, format: Format, charset: str | None, source: Source, *, has_offsets: bool, limits: Limits
) -> Story:
    """The story an item holds, or its rejection."""
    if has_offsets:
        source = source.model_copy(update={"byte_range": (item.chunk.start, item.chunk.end)})
    try:
        story = _parse(item, format, charset, limits)
    except ItemError as error:
        detail = f"{item.where}: {error.detail}" if item.where else error.detail
        return _rejected(ItemError(error.type, detail), source)
    given = story.source
    own = {"file": source.file, "format": source.format, "byte_range": source.byte_range}
    return story.model_copy(update={"source": given.model_copy(update=own)})


def _parse(item: Item, format: Format, charset: str | None, limits: Limits) -> Story:
    if item.fault:
        raise item.fault
    if item.chunk.data is None:
        size = item.chunk.end - item.chunk.start
        raise ItemError("too-large", f"{size} bytes; an item may have {limits.max_item_bytes} (max_item_bytes)")
    return format.parse(decode(item.chunk.data, charset), decode(item.head, charset))


def _rejected(error: ItemError, source: Source) -> Story:
    return Story.rejected(type=error.type, title=error.title, detail=error.detail, source=source)
