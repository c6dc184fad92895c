"""Bytes to text: byte order mark, UTF-8, the declared charset, then Windows-1252, in that order.

UTF-8 comes before the declaration because text in another charset is hardly ever valid UTF-8, whereas declarations
are often wrong.
"""

import codecs
import re

from services.ingest.items import ItemError
from services.ingest.streams import Checked, Readable

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# Python knows more text codecs than documents use, some of them slow on hostile input (idna): name the good ones.
_CHARSETS = re.compile(
    r"(iso-?8859-?\d+|latin-?[1-9]|us-ascii|ascii|windows-?125\d|cp125\d|koi8-?[rut]|mac-?(roman|cyrillic)|"
    r"gb2312|gbk|gb18030|big5(-?hkscs)?|euc-?(jp|kr|cn)|shift-?jis|sjis|iso-2022-(jp|kr)|tis-?620|cp874)"
)
_WESTERN = frozenset({"iso8859-1", "ascii", "cp1252"})
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def declared_charset(head: bytes) -> str | None:
    """The Python codec for the charset named in an XML declaration or an HTML ``meta``, if it is a sensible one."""
    match = _DECLARED.search(head)
    return codec_of((match[1] or match[2]).decode("ascii", "replace")) if match else None


def codec_of(charset: str) -> str | None:
    """The Python codec for the name of a charset, if it is a sensible one."""
    name = charset.lower().replace("_", "-")
    if not _CHARSETS.fullmatch(name):
        return None
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return "cp1252" if codec in _WESTERN else codec  # as browsers do: what is called Latin-1 is Windows-1252


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of ``data``; raises ``ItemError`` with the position of the first byte that is not text."""
    nul = data.find(b"\0")
    if nul >= 0:
        raise ItemError("undecodable", f"byte {nul} is NUL, which text does not contain")
    for codec in ("utf-8-sig", charset):
        if codec:
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                continue
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ItemError(
            "undecodable",
            f"byte {error.start} (0x{data[error.start]:02x}) is valid neither in UTF-8, nor in the charset declared"
            f" ({charset or 'none'}), nor in Windows-1252; convert the file to UTF-8",
        ) from None


def utf16_codec(head: bytes) -> str | None:
    """The codec of a file that begins with a UTF-16 byte order mark."""
    return _UTF16.get(head[:2])


class Utf16Reader:
    """A UTF-16 stream, read as UTF-8. Offsets in it are not those of the file."""

    def __init__(self, stream: Checked, codec: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(codec)()

    def read(self, size: int) -> bytes:
        """About ``size`` bytes; nothing at the end of the file."""
        while block := self._stream.read(size):
            if text := self._decoder.decode(block).lstrip("\ufeff"):
                return text.encode()
        self._decoder.decode(b"", final=True)
        return b""


def as_utf8(stream: Checked, head: bytes) -> tuple[Checked, bool]:
    """The stream in an encoding that extends ASCII, and whether its offsets are still those of the file."""
    codec = utf16_codec(head)
    if codec is None:
        return stream, True
    reader: Readable = Utf16Reader(stream, codec)
    return Checked(reader, name=stream.name, inner=stream), False
