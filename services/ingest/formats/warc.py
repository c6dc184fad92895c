"""WARC 1.0 and 1.1 (ISO 28500:2017): web pages as they were fetched.

A ``response``, ``resource`` or ``conversion`` record with a page or plain text is a story. What was fetched but is no
text (pictures, errors, redirects, ``revisit``) is rejected; what only describes the crawl (``warcinfo``, ``request``,
``metadata``, name look-ups) is no item at all.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, urlsplit

import brotli
import orjson
from warcio.recordloader import ArcWarcRecordLoader

from services.ingest.dates import parse_time
from services.ingest.encoding import codec_of, declared_charset
from services.ingest.formats import html_page, text
from services.ingest.formats.base import Format
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.streams import HEAD
from services.ingest.window import Finder, Window, after, before
from shared.models import Content, Source, Story

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = "text/plain"
_PAGES = ("response", "resource", "conversion")
_DESCRIPTIONS = ("warcinfo", "request", "metadata")
_LOOK_UPS = ("dns:", "whois:", "ntp:")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_RECORD, _HEADER_END = r"^WARC/\d\.\d", r"\r?\n\r?\n"
_HEADER = re.compile(rb"^([\w-]{1,60})[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_STATUS_OK = "200"


def split(window: Window) -> Iterator[Item]:
    """The records that hold something fetched, and whatever stands between records that should not."""
    number = 0
    start = before(_RECORD)
    while gap := window.take(start):
        if junk := gap.trimmed():
            fault = _malformed("there is something between the records")
            yield Item(junk, where=f"behind record {number}", fault=fault)
        if not gap.closed:
            return
        number += 1
        if header := window.take(after(_HEADER_END)):
            item = _item(header, window)
            if item:
                yield replace(item, where=f"record {number}")


def _item(header: Chunk, window: Window) -> Item | None:
    """What a record holds, its block being next in the window; None if it only describes the crawl."""
    if not header.closed or header.data is None:
        return Item(header, fault=_malformed("its header has no end"))
    fields = _fields(header.data)
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < 19):
        return Item(header, fault=_malformed("there is no Content-Length in its header"))
    block = window.take(_bytes(int(length)))
    end = block.end if block else header.end
    if fields.get("warc-type") in _DESCRIPTIONS or _url(fields).startswith(_LOOK_UPS):
        return None
    extent = Chunk(header.start, end, b"")
    if int(length) and not (block and block.closed):
        return Item(extent, fault=ItemError("bad-archive", "the file ends within the record; send it again"))
    if block and block.data is None:
        return Item(replace(extent, data=None))
    try:
        return _page(fields, extent, header.data + (block.data or b"" if block else b""), window.limit)
    except ItemError as error:
        return Item(extent, fault=error)


def _fields(header: bytes) -> dict[str, str]:
    found = _HEADER.finditer(header)
    return {match[1].decode().lower(): match[2].decode("utf-8", "replace").strip() for match in found}


def _url(fields: dict[str, str]) -> str:
    return fields.get("warc-target-uri", "").strip("<>")  # WARC 1.0 allowed the brackets


def _bytes(count: int) -> Finder:
    """Finds what is ``count`` bytes further on."""
    left = count

    def find(buffer: bytes, at: int) -> tuple[int | None, int]:
        nonlocal left
        if len(buffer) - at >= left:
            return at + left, at + left
        left -= len(buffer) - at
        return None, len(buffer)

    return find


def _page(fields: dict[str, str], extent: Chunk, record: bytes, limit: int) -> Item:
    """The item of a record that was fetched; raises ``ItemError`` if it is no text, or cannot be read."""
    kind, url = fields.get("warc-type", ""), _url(fields)
    if kind == "revisit":
        raise ItemError("not-a-story", "a revisit record: the page had not changed, and is not stored again")
    if kind not in _PAGES:
        raise ItemError("not-a-story", f"a record of type {kind[:40]!r}")
    payload, declared = _payload(record, limit)
    if _split_url(url).path == "/robots.txt":
        raise ItemError("not-a-story", "a robots.txt file")
    type = declared.partition(";")[0].strip().lower() or _sniffed(payload)
    if type not in (*_HTML, _TEXT):
        raise ItemError("not-a-story", f"it is of type {type[:60] or 'unknown'}, neither a page nor plain text")
    charset = _CHARSET.search(declared)
    head = {"url": url, "date": fields.get("warc-date"), "html": type in _HTML}
    return Item(
        replace(extent, data=payload) if len(payload) <= limit else replace(extent, data=None),
        head=orjson.dumps(head),
        charset=(codec_of(charset[1]) if charset else None) or declared_charset(payload[:HEAD]),
    )


def _payload(record: bytes, limit: int) -> tuple[bytes, str]:
    """The content of a record (hardly more than ``limit`` bytes), unpacked, and its media type as declared."""
    try:
        loaded: Any = ArcWarcRecordLoader(verify_http=False).parse_record_stream(BytesIO(record))
        http = loaded.http_headers
        status = http.get_statuscode() if http else _STATUS_OK
        encoding = ((http and http.get_header("content-encoding")) or "identity").strip().lower()
        if encoding == _BROTLI:
            http.remove_header("content-encoding")
        stream = loaded.content_stream()
        payload = b"" if status != _STATUS_OK else _read(_Unbrotli(stream) if encoding == _BROTLI else stream, limit)
    except Exception as error:  # warcio lets through what its decompressors raise
        raise _malformed(f"{error}"[:200] or type(error).__name__) from None
    if status != _STATUS_OK:
        raise ItemError("not-a-story", f"the server answered with HTTP status {status[:20]}")
    if encoding not in _ENCODINGS:
        raise _malformed(f"its Content-Encoding is {encoding[:40]!r}")
    return payload, (http.get_header("content-type") if http else loaded.content_type) or ""


_BROTLI = "br"
_ENCODINGS = ("identity", "none", "utf-8", "gzip", "deflate", _BROTLI)


class _Unbrotli:
    """A Brotli stream, unpacked. (warcio's own way of it calls a method that brotli no longer has.)"""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._unpack = brotli.Decompressor()

    def read(self, size: int) -> bytes:
        """About ``size`` bytes; nothing at the end."""
        while not self._unpack.is_finished():
            packed = self._stream.read(HEAD) if self._unpack.can_accept_more_data() else b""
            block = self._unpack.process(packed, output_buffer_limit=size)
            if block or not packed:
                return bytes(block)
        return b""


def _read(stream: Any, limit: int) -> bytes:
    blocks, size = [], 0
    while size <= limit and (block := stream.read(HEAD)):
        blocks.append(block)
        size += len(block)
    return b"".join(blocks)


def _sniffed(payload: bytes) -> str:
    """The media type of what was sent without one."""
    head = payload[:HEAD]
    if html_page.sniff(head):
        return _HTML[0]
    return _TEXT if text.sniff(head) else ""


def _malformed(detail: str) -> ItemError:
    return ItemError("malformed-warc", detail)


def _split_url(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def parse(text: str, head: str) -> Story:
    """The story in a page or text; raises ``ItemError``. ``head`` is what the record says of it, as JSON."""
    try:
        record = orjson.loads(head)
    except orjson.JSONDecodeError:
        record = None
    if not isinstance(record, dict):
        raise _malformed("it has no header")
    if not text.strip():
        raise ItemError("no-text", "the page is empty")
    story = html_page.parse(text) if record.get("html") else Story(content=Content(text=text))
    url = str(record.get("url") or "")
    source = Source(guid=url or story.source.guid, provider=story.source.provider or _split_url(url).hostname)
    # When it was fetched is only the latest that it can have been published.
    return story.model_copy(update={"source": source, "published": story.published or parse_time(record.get("date"))})


def sniff(head: bytes) -> bool:
    """Whether the file begins with the version line of a record."""
    return re.match(rb"WARC/\d\.\d\r?\n", head) is not None


FORMAT = Format("warc", "Web archive: each page or text that was fetched", sniff, split, parse)
