"""The feed formats: one module each, and the one registry of them.

A format is two pure functions. ``split`` cuts the file into items, in bounded memory, and never raises; ``parse``
makes a story of one item's text, or raises ``ItemError``. What all formats need (decoding, limits, rejections, byte
ranges) is done once, in ``services.ingest.read``.
"""

from services.ingest.formats import csv_table, feed, html_page, json_document, ndjson, reuters21578, text
from services.ingest.formats.base import Format

_ALL = (reuters21578.FORMAT, feed.FORMAT, html_page.FORMAT, ndjson.FORMAT, json_document.FORMAT, csv_table.FORMAT,
        text.FORMAT)  # fmt: skip

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
"""By name; in the order in which they are tried on a file, the most particular first."""
