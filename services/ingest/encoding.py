"""Bytes to text: byte order mark, UTF-8, the declared charset, a guess, then Windows-1252, in that order.

UTF-8 comes before the declaration because text in another charset is hardly ever valid UTF-8, whereas declarations
are often wrong. Not so with ISO 2022, whose bytes are all ASCII: there the declaration comes first.
"""

import codecs
import re
from collections.abc import Callable, Iterator

from services.ingest.charset_guess import FileGuess, charset_of
from services.ingest.items import ItemError

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# Python knows more text codecs than documents use, some of them slow on hostile input (idna): name the good ones.
_CHARSETS = re.compile(
    r"(iso-?8859-?\d+|latin-?[1-9]|us-ascii|ascii|windows-?125\d|cp125\d|koi8-?[rut]|mac-?(roman|cyrillic)|macintosh|"
    r"gb2312|gbk|gb18030|big5(-?hkscs)?|euc-?(jp|kr|cn)|shift-?jis|sjis|iso-2022-(jp|kr)|tis-?620|cp874|cp9(32|49|50))"
)
_WESTERN = frozenset({"iso8859-1", "ascii", "cp1252"})
STATEFUL = frozenset({"iso2022_jp", "iso2022_kr"})
"""Codecs of text that is ASCII by its bytes, and another script by the escape sequences among them."""

_LARGER = {
    "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949",
    "iso8859-9": "cp1254", "tis-620": "cp874", "iso2022_jp": "iso2022_jp_ext",
}  # fmt: skip
"""What is often meant by the name of its subset (https://encoding.spec.whatwg.org/#names-and-labels)."""


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


def decode(data: bytes, charset: str | None = None, *, guess: Callable[[bytes], str | None] = charset_of) -> str:
    """The text of ``data``, which declares the codec ``charset``; ``guess`` tells one if that, too, does not fit.

    Raises ``ItemError`` with the position of the first byte that is not text.
    """
    nul = data.find(b"\0")
    if nul >= 0:
        raise ItemError("undecodable", f"byte {nul} is NUL, which text does not contain")
    for codec in _codecs(data, charset, guess):
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


def _codecs(data: bytes, charset: str | None, guess: Callable[[bytes], str | None]) -> Iterator[str]:
    """The codecs to try, in order, each found when it is needed."""
    declared = [codec for codec in (charset, _LARGER.get(charset or "")) if codec]
    if charset in STATEFUL and b"\x1b" in data:
        yield from declared
    yield "utf-8-sig"
    yield from declared
    if guessed := guess(data):
        yield guessed
        if larger := _LARGER.get(guessed):
            yield larger


class FileDecoder:
    """Decodes the items of one file, and the heads they share, knowing how the file begins."""

    def __init__(self, head: bytes, charset: str | None) -> None:
        self._charset = charset
        self._guess = FileGuess(head)
        self._shared = (b"", "")  # the last head and its text: most files have only one

    def text(self, data: bytes, charset: str | None = None) -> str:
        """The text of an item, which may declare a ``charset`` of its own; raises ``ItemError``."""
        return decode(data, charset or self._charset, guess=self._guess)

    def head(self, data: bytes) -> str:
        """The text of an item's head; raises ``ItemError``."""
        if data is not self._shared[0]:
            self._shared = data, self.text(data)
        return self._shared[1]
