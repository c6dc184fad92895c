"""Tells a file's format by its first bytes."""

import codecs

from services.ingest.formats import FORMATS
from services.ingest.formats.base import Format
from services.ingest.items import ItemError

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
    b"<?xml": "XML of a kind that is not known here",
}
"""What a file of no known format is, for the message."""


def detect(head: bytes) -> Format:
    """The format of a file that begins with ``head`` (about 64 KiB); raises ``ItemError`` if it is none."""
    start = head.removeprefix(codecs.BOM_UTF8)
    for format in FORMATS.values():
        if format.sniff(start):
            return format
    kind = next((kind for magic, kind in _KINDS.items() if start.startswith(magic)), "binary data")
    raise ItemError("unknown-format", f"it looks like {kind}; known formats: {', '.join(FORMATS)}")
