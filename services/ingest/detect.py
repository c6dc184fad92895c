"""Tells a file's format by its first bytes."""

import codecs
from collections.abc import Mapping

from services.ingest.formats import FORMATS, csv_table
from services.ingest.formats.base import Format
from services.ingest.items import ItemError
from services.ingest.markup import is_xml

_KINDS = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x7fELF": "a program",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
}
"""What a file of no known format is, for the message."""


def detect(head: bytes, fields: Mapping[str, str] | None = None) -> Format:
    """The format of a file that begins with ``head`` (about 64 KiB); raises ``ItemError`` if it is none.

    Whoever says from which ``fields`` to read has records to read them from: such formats are then tried first.
    """
    start = head.removeprefix(codecs.BOM_UTF8)
    if fields and csv_table.has_columns(start, fields.values()):
        return csv_table.FORMAT
    for format in sorted(FORMATS.values(), key=lambda format: bool(fields) and format.record is None):
        if format.sniff(start):
            return format
    other = "XML of a kind that is not known here" if is_xml(start) else "binary data"
    kind = next((kind for magic, kind in _KINDS.items() if start.startswith(magic)), other)
    raise ItemError("unknown-format", f"it looks like {kind}; known formats: {', '.join(FORMATS)}")
