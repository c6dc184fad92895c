"""The character sets of 7-bit and 8-bit wires: ISO 646 variants, ISO 2022 designations, ISO 6937 accents.

IPTC 7901 (section 7 and annex C) prescribes ISO 646 and lets a message switch sets with the escape sequences of
ISO 2022, whose final bytes are those of the ISO-IR register. Many agencies send their national variant, ISO 6937 or
an 8-bit set without saying so. What needs no change is left for ``services.ingest.encoding``: UTF-8, Windows-1252.
"""

import re
import unicodedata
from collections import Counter

_GERMAN = str.maketrans("@[\\]{|}~", "§ÄÖÜäöüß")
_FRENCH = str.maketrans("#@[\\]`{|}~", "£à°ç§µéùè¨")
_ITALIAN = str.maketrans("#@[\\]`{|}~", "£§°çéùàòèì")
_SPANISH = str.maketrans("#@[\\]{|}", "£§¡Ñ¿°ñç")
_SPANISH_2 = str.maketrans("@[\\]{|}~", "·¡ÑÇ´ñç¨")
_PORTUGUESE = str.maketrans("@[\\]{|}~", "§ÃÇÕãçõ°")
_SWEDISH = str.maketrans("$[\\]{|}", "¤ÄÖÅäöå")
_SWEDISH_NAMES = str.maketrans("$@[\\]^`{|}~", "¤ÉÄÖÅÜéäöåü")
_DANISH = str.maketrans("[\\]{|}", "ÆØÅæøå")
_HUNGARIAN = str.maketrans("$@[\\]`{|}~", "¤ÁÉÖÜáéöü˝")
_VARIANTS = {
    b"@": {}, b"B": {}, b"A": str.maketrans("#", "£"), b"J": str.maketrans("\\~", "¥‾"), b"K": _GERMAN,
    b"R": _FRENCH, b"f": _FRENCH, b"Y": _ITALIAN, b"Z": _SPANISH, b"h": _SPANISH_2, b"L": _PORTUGUESE,
    b"G": _SWEDISH, b"H": _SWEDISH_NAMES, b"E": _DANISH, b"`": _DANISH, b"i": _HUNGARIAN,
}  # fmt: skip
"""National variants of ISO 646 by the final byte that designates them (``ESC ( K`` is DIN 66003)."""

_ISO_6937 = "iso6937"
_SETS_OF_96 = {
    b"A": "cp1252", b"B": "iso8859-2", b"C": "iso8859-3", b"D": "iso8859-4", b"F": "iso8859-7", b"G": "iso8859-6",
    b"H": "iso8859-8", b"L": "iso8859-5", b"M": "iso8859-9", b"R": _ISO_6937, b"V": "iso8859-10", b"Y": "iso8859-13",
    b"b": "iso8859-15",
}  # fmt: skip
"""Right halves (``ESC - A`` is that of Latin-1), and the supplementary set of ISO 6937."""

_SETS_OF_94 = {b"l": _ISO_6937, b"v": _ISO_6937}  # the supplementary sets of ISO 6937 and CCITT T.61
_SHIFTS = re.compile(rb"(\x1b[\x20-\x2f]{1,3}[\x30-\x7e]|[\x0e\x0f])")

_NATIONAL_LETTER = re.compile(rb"[A-Za-z][{|}~](?=[A-Za-z .,;:'\r\n])|(?<=[ \r\n])[{|}@](?=[a-z ])")
_LANGUAGES = {
    "en": ("the and of to in for that is on with", None),
    "de": ("der die und von mit das den nicht ist im", _GERMAN),
    "fr": ("le la les des et une dans du que pour", _FRENCH),
    "it": ("il di che della per con del una sono non", _ITALIAN),
    "es": ("el los las que por una con del para se", _SPANISH),
    "pt": ("os uma para com que por dos mais em do", _PORTUGUESE),
    "sv": ("och att som det av med en den inte", _SWEDISH),
    "fi": ("ja on ei oli mutta kun ovat sen", _SWEDISH),
    "da": ("og at er til af det har med en ikke", _DANISH),
}
"""By language: its commonest words without accents, and the variant it is sent in."""

_ACCENT = 0xF700
"""Where accents wait (in the private use area) until the letter that follows them is decoded, too."""

_ACCENTS = dict(zip(range(_ACCENT + 0xC1, _ACCENT + 0xD0), "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308"
                    "\u030a\u0327\u0332\u030b\u0328\u030c", strict=True))  # fmt: skip
_ACCENTED = re.compile(r"([\uf7c1-\uf7cf])(.?)", re.DOTALL)
_ISO_6937_SIGNS = dict(zip(
    [*range(0xA1, 0xA6), *range(0xA7, 0xC0), *range(0xD0, 0xD8), *range(0xDC, 0xE5), *range(0xE6, 0xFF)],
    "¡¢£$¥§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿―¹®©™♪¬¦⅛⅜⅝⅞ΩÆĐªĦĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ", strict=True,
)) | {byte: _ACCENT + byte for byte in range(0xC1, 0xD0)}  # fmt: skip
_ACCENT_IN_WORD = re.compile(rb"[a-z][\xc1-\xcf][A-Za-z]")
_ACCENT_ELSEWHERE = re.compile(rb"[\xc1-\xcf](?![AEIOUYaeiouyCDGHJKLNRSTWZcdghjklnrstwz])")


def in_utf8(data: bytes) -> bytes:
    """A message in UTF-8 if it switches sets or uses one that it does not name; else as it is.

    Raises ``UnicodeDecodeError`` for a byte that the set it designated does not have.
    """
    data = data.replace(b"\0", b"").replace(b"\x7f", b"")  # sent to fill time
    if b"\x1b" in data:
        return _shifted(data).encode()
    if data.isascii():
        variant = _variant(data)
        return data.decode("ascii").translate(variant).encode() if variant else data
    if _ACCENT_IN_WORD.search(data) and not _ACCENT_ELSEWHERE.search(data):
        return _composed(_decoded(data, _ISO_6937)).encode()
    return data


def _shifted(data: bytes) -> str:
    """The text of a message with ISO 2022 escapes: G0 on the left, G1 on the right and, between SO and SI, on the left.

    Without a designated G1, SO and SI are the upper and lower rail of the printer: emphasis.
    """
    left: dict[int, int] = {}
    right, designated, shifted = "cp1252", False, False
    parts: list[str] = []
    for part in _SHIFTS.split(data):
        kind, final = part[1:2], part[-1:]
        if part[:1] == b"\x1b":
            if kind in b"-.":
                right, designated = _SETS_OF_96.get(final, right), True
            elif kind == b")" and final in _SETS_OF_94:
                right, designated = _SETS_OF_94[final], True
            elif kind == b"(":
                left = _VARIANTS.get(final, left)
            elif part == b"\x1b%G":
                right = "utf-8"
        elif part in (b"\x0e", b"\x0f"):
            shifted = designated and part == b"\x0e"
        elif shifted:
            parts.append(_decoded(bytes(byte | 0x80 if byte > 0x20 else byte for byte in part), right))
        else:
            parts.append(_decoded(part, right).translate(left))
    return _composed("".join(parts))


def _decoded(part: bytes, right: str) -> str:
    return part.decode("latin-1").translate(_ISO_6937_SIGNS) if right == _ISO_6937 else part.decode(right)


def _composed(text: str) -> str:
    """ISO 6937 has an accent before its letter; Unicode has both in one character."""
    return _ACCENTED.sub(lambda pair: unicodedata.normalize("NFC", pair[2] + _ACCENTS[ord(pair[1])]), text)


def _variant(data: bytes) -> dict[int, int] | None:
    """The national variant that a 7-bit message is in, told by its language; None for one that has no such letters."""
    if sum(map(data.count, (b"{", b"|", b"}", b"~", b"@"))) < 2 or len(_NATIONAL_LETTER.findall(data)) < 2:
        return None
    words = Counter(re.findall(rb"\b[a-z]{2,5}\b", data.lower()))
    scores = {
        language: sum(words[word.encode()] for word in common.split()) for language, (common, _) in _LANGUAGES.items()
    }
    best = max(scores, key=lambda language: scores[language])
    return _LANGUAGES[best][1] if scores[best] else None
