"""What the dedup stage remembers of a text: an exact hash, a MinHash sketch of its word shingles, and its figures.

Pure and deterministic: the same text gives the same bytes in every process and on every machine, because they are
compared across both. Nothing here may change without also changing ``index.PREFIX``.

Sources: A. Broder, *On the resemblance and containment of documents* (1997); P. Li and A. C. König, *b-Bit Minwise
Hashing* (2010), for keeping only the low byte of every minimum.
"""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BANDS = 24
ROWS = 4
VALUES = BANDS * ROWS
"""Minima in a sketch. Texts whose shingle sets overlap by a Jaccard similarity of .5 share a band in 79 of 100 cases,
of .6 in 96, of .7 in 99.9."""
SHINGLE = 3
"""Words in a shingle."""
SHORT = 8
"""Texts of fewer words are only compared as a whole, headline included: *More to come* says nothing by itself."""
NEAR_SHORT = 25
"""From how many words on a text can be a near copy: in shorter ones, one word may be all the news."""
FIGURES = 24
"""Figures remembered of a text, at most (those with the smallest hashes)."""
BAND_BYTES = 6

_CHUNK = 4096  # shingles hashed at once: 96 minima over them need 1.5 MB, however long the story
# Scripts written without spaces have one token per character, so that shingles exist in them.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[^\W\d_{_UNSPACED}]+|(?:(?<!\S)[-+\u2212])?\d+(?:[.,:/]\d+)*|[{_UNSPACED}]")
_ASCII_TOKEN = re.compile(rb"[a-z]+|(?:(?<!\S)[-+])?[0-9]+(?:[.,:/][0-9]+)*")  # the same, at a third of the time

_AFTER_NINE = ord("9") + 1  # tokens of other scripts end in higher bytes

Sketch = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Signature:
    """A text, for comparing.

    ``text`` (12 bytes) is equal for equal texts. ``bands`` is ``BANDS`` hashes of ``BAND_BYTES`` bytes; texts that
    share one are worth comparing. ``sketch`` is ``VALUES`` bytes, one per minimum. ``figures`` is the sorted 2-byte
    hashes of the numbers in the text. ``shingles`` counts the distinct ones. For a short text all but ``text`` is
    empty.
    """

    text: bytes
    bands: bytes = b""
    sketch: bytes = b""
    figures: bytes = b""
    shingles: int = 0


def tokenise(text: str) -> list[bytes]:
    """Words and numbers of a text in UTF-8, without case, punctuation or layout."""
    tokens: list[bytes]
    if text.isascii():
        tokens = _ASCII_TOKEN.findall(text.encode().lower())
        return tokens
    words: list[str] = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    tokens = [word.encode("utf-8", "surrogatepass") for word in words]
    return tokens


def sign(body: str, headline: str | None = None) -> Signature | None:
    """The signature of a text, or ``None`` if there is not a word in it (it is then like no other)."""
    tokens = tokenise(body)
    if not tokens:
        return None
    if len(tokens) < SHORT:
        return Signature(_digest([*tokens, b"\n", *tokenise(headline or "")]))
    text = _digest(tokens)
    if len(tokens) < NEAR_SHORT:
        return Signature(text)
    shingles = _shingles(tokens)
    distinct = 1 + int(np.count_nonzero(shingles[1:] != shingles[:-1]))
    minima = _minima(shingles)
    return Signature(text, _bands(minima), minima.astype(np.uint8).tobytes(), _figures(tokens), distinct)


def _digest(tokens: list[bytes]) -> bytes:
    return blake2b(b" ".join(tokens), digest_size=12).digest()


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64: spreads every bit over the whole word."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# Odd constants without a pattern: one per word of a shingle, per minimum (two), per row and per band.
_RANDOM = _mix(np.arange(1, 1 + 4 * VALUES, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
_FACTORS = _RANDOM[:VALUES].astype(np.uint32)[:, None]
_TERMS = _RANDOM[VALUES : 2 * VALUES].astype(np.uint32)[:, None]
_WORDS = _RANDOM[2 * VALUES : 2 * VALUES + SHINGLE]
_ROWS = _RANDOM[3 * VALUES : 3 * VALUES + ROWS]
_BANDS = _RANDOM[3 * VALUES + ROWS : 3 * VALUES + ROWS + BANDS]


def _shingles(tokens: list[bytes]) -> NDArray[np.uint32]:
    """Hashes of the shingles, sorted, repeated where the shingle is."""
    words = np.fromiter(map(crc32, tokens), dtype=np.uint64, count=len(tokens))
    count = len(words) - SHINGLE + 1
    sums = words[:count] * _WORDS[0]
    for offset in range(1, SHINGLE):
        sums += words[offset : offset + count] * _WORDS[offset]
    hashes = (_mix(sums) >> np.uint64(32)).astype(np.uint32)
    hashes.sort()
    return hashes


def _minima(shingles: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The smallest of the shingles' hashes under each of ``VALUES`` multiply-add functions, then mixed.

    The minimum itself is near zero in a long text; mixed, its low byte is as good as any.
    """
    minima = np.full(VALUES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(shingles), _CHUNK):
        hashed = shingles[start : start + _CHUNK] * _FACTORS + _TERMS
        np.minimum(minima, hashed.min(axis=1), out=minima)
    minima ^= minima >> np.uint32(16)
    minima *= np.uint32(0x7FEB352D)
    minima ^= minima >> np.uint32(15)
    return minima


def _bands(minima: NDArray[np.uint32]) -> bytes:
    rows = minima.reshape(BANDS, ROWS).astype(np.uint64)
    hashes = _mix(rows @ _ROWS + _BANDS)
    return hashes.astype(">u8").view(np.uint8).reshape(BANDS, 8)[:, :BAND_BYTES].tobytes()


def _figures(tokens: list[bytes]) -> bytes:
    """The smallest hashes of the distinct numbers, sorted; ``1,000`` and ``1000`` are the same number."""
    numbers = {token.replace(b",", b"") for token in tokens if token[-1] < _AFTER_NINE}
    hashes = sorted({crc32(number) & 0xFFFF for number in numbers})
    return b"".join([value.to_bytes(2, "big") for value in hashes[:FIGURES]])


def similarity(sketch: Sketch, others: Sketch) -> NDArray[np.float64]:
    """Estimated Jaccard similarity, 0 to 1, of one sketch ``[VALUES]`` and each of many ``[n, VALUES]``.

    Standard error at .8: .04. One byte of every minimum is kept, so that 1 in 256 agrees by chance; that is taken off.
    """
    agreeing: NDArray[np.float64] = (others == sketch).mean(axis=1)
    corrected: NDArray[np.float64] = np.clip((agreeing - 1 / 256) / (255 / 256), 0.0, 1.0)
    return corrected


def containment(jaccard: float, inner: int, outer: int) -> float:
    """The share of the ``inner`` text's shingles that the ``outer`` has, given how many each has (Broder, 1997)."""
    return min(1.0, jaccard / (1 + jaccard) * (inner + outer) / inner) if inner else 0.0


def agreement(inner: bytes, outer: bytes) -> float:
    """The share of the figures of one text that another has, 0 to 1, from their ``figures``; 1 if it has none.

    Where a text has more figures than are remembered, those are compared that would be remembered of both.
    """
    mine, others = _unpack(inner), _unpack(outer)
    if len(others) == FIGURES:
        mine = [value for value in mine if value <= others[-1]]
    return len(set(mine) & set(others)) / len(mine) if mine else 1.0


def _unpack(figures: bytes) -> list[int]:
    return [int.from_bytes(figures[at : at + 2], "big") for at in range(0, len(figures), 2)]
