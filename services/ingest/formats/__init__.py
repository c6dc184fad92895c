"""The feed formats: one module each, and the one registry of them.

A format is two pure functions. ``split`` cuts the file into items, in bounded memory, and never raises; ``parse``
makes a story of one item's text, or raises ``ItemError``. What all formats need (decoding, limits, rejections, byte
ranges) is done once, in ``services.ingest.read``.
"""

from services.ingest.formats import (
    anpa1312,
    ap_media,
    csv_table,
    dpa,
    email_message,
    feed,
    html_page,
    iptc7901,
    json_document,
    jsonfeed,
    ndjson,
    newsml1,
    newsmlg2,
    ninjs,
    nitf,
    parquet,
    reuters21578,
    text,
    warc,
    wxr,
)
from services.ingest.formats.base import Format

_ALL = (
    parquet.FORMAT, warc.FORMAT, email_message.FORMAT,
    iptc7901.FORMAT, anpa1312.FORMAT, reuters21578.FORMAT, newsmlg2.FORMAT, newsml1.FORMAT, nitf.FORMAT,
    wxr.FORMAT, feed.FORMAT, html_page.FORMAT,
    ap_media.FORMAT, dpa.FORMAT, jsonfeed.FORMAT, ninjs.FORMAT, ndjson.FORMAT, json_document.FORMAT, csv_table.FORMAT,
    text.FORMAT,
)  # fmt: skip

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
"""By name; in the order in which they are tried on a file, the most particular first."""
