"""What the dedup stage remembers of a text: an exact hash, a sample of its word shingles, and its figures.

Pure and deterministic: the same text gives the same bytes in every process and on every machine, because they are
compared across both. Nothing here may change without also changing the number in ``PREFIX`` (``nodes.lua``).

Of a text's shingles those are kept whose hash is below a threshold that is the same for all texts of its *level*, and a
root of two lower at each. So what two texts of one level share is kept of both or of neither, wherever it stands,
and what a text of a higher level keeps, one of a lower level keeps, too. Source: L. Irber et al., *Lightweight
compositional analysis of metagenomes with FracMinHash* (2022), after A. Broder, *On the resemblance and containment of
documents* (1997), whose sketch modulo m this is.
"""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from math import isqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SHINGLE = 3
"""Words in a shingle. With three words in ten replaced, a third of the shingles stay; of four words, a quarter."""
MARKS = 20
"""Shingles kept of a text, at most; of all but short texts two thirds as many at least.

Four more find another one in 1,000 copies.
"""
SHORT = 8
"""Texts of fewer words are only compared as a whole, headline included: *More to come* says nothing by itself."""
NEAR_SHORT = 25
"""From how many words on a text can be a near copy: in shorter ones, one word may be all the news."""
FIGURES = 24
"""Figures remembered of a text, at most (those with the smallest hashes)."""
BAND_BYTES = 4
SKETCH_BYTES = 2
_SKETCH_BITS = 8 * SKETCH_BYTES

# Scripts written without spaces have one token per character, so that shingles exist in them.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[^\W\d_{_UNSPACED}]+|(?:(?<!\S)[-+\u2212])?\d+(?:[.,:/]\d+)*|[{_UNSPACED}]")
_ASCII_TOKEN = re.compile(rb"[a-z]+|(?:(?<!\S)[-+])?[0-9]+(?:[.,:/][0-9]+)*")  # the same, at a third of the time

_AFTER_NINE = ord("9") + 1  # tokens of other scripts end in higher bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """A text, for comparing.

    ``text`` (12 bytes) is equal for equal texts. ``bands`` holds the kept shingles' hashes, ``BAND_BYTES`` each; texts
    that share some are worth comparing. ``sketch`` holds ``SKETCH_BYTES`` of each, for an estimate, and ``level`` says
    how few were kept: one in ``2 ** level``. ``figures`` is the sorted 2-byte hashes of the numbers in the text. For a
    short text all but ``text`` is empty.
    """

    text: bytes
    bands: bytes = b""
    sketch: bytes = b""
    figures: bytes = b""
    level: int = 0


def tokenise(text: str) -> list[bytes]:
    """Words and numbers of a text in UTF-8, without case, punctuation or layout."""
    tokens: list[bytes]
    if text.isascii():
        tokens = _ASCII_TOKEN.findall(text.encode().lower())
        return tokens
    words: list[str] = TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
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
    level, kept = _kept(_shingles(tokens))
    bands = kept.astype(">u8").view(np.uint8).reshape(-1, 8)[:, -BAND_BYTES:]
    sketch = (kept >> np.uint64(64 - _SKETCH_BITS - _zeros(level))).astype(">u2")
    return Signature(text, bands.tobytes(), sketch.tobytes(), _figures(tokens), level)


def _digest(tokens: list[bytes]) -> bytes:
    return blake2b(b" ".join(tokens), digest_size=12).digest()


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64: spreads every bit over the whole word."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# Odd constants without a pattern, one per word of a shingle.
_WORDS = _mix(np.arange(1, 1 + SHINGLE, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)


def _shingles(tokens: list[bytes]) -> NDArray[np.uint64]:
    """Hashes of the distinct shingles, sorted."""
    words = np.fromiter(map(crc32, tokens), dtype=np.uint64, count=len(tokens))
    count = len(words) - SHINGLE + 1
    sums = words[:count] * _WORDS[0]
    for offset in range(1, SHINGLE):
        sums += words[offset : offset + count] * _WORDS[offset]
    return np.unique(_mix(sums))


def _kept(hashes: NDArray[np.uint64]) -> tuple[int, NDArray[np.uint64]]:
    """The lowest level at which few enough are kept, and these."""
    if len(hashes) <= MARKS:
        return 0, hashes
    first = int(hashes[MARKS])  # that is not to be kept
    level = 2 * (64 - first.bit_length()) + 1
    level += _threshold(level) > first
    return level, hashes[: np.searchsorted(hashes, np.uint64(_threshold(level)))]


def _threshold(level: int) -> int:
    """Below which a hash of 64 bits is kept: at each level a root of two less are, and zero bits begin it."""
    return isqrt(1 << 128 - level)


def _zeros(level: int) -> int:
    return level // 2


def _figures(tokens: list[bytes]) -> bytes:
    """The smallest hashes of the distinct numbers, sorted; ``1,000`` and ``1000`` are the same number."""
    numbers = {token.replace(b",", b"") for token in tokens if token[-1] < _AFTER_NINE}
    hashes = sorted({crc32(number) & 0xFFFF for number in numbers})
    return b"".join([value.to_bytes(2, "big") for value in hashes[:FIGURES]])


def containment(inner: Signature, outer: Signature) -> float:
    """About what share of the ``inner`` text's shingles the ``outer`` has, 0 to 1; 0 if nothing can be told.

    Of both those are compared that would be kept at the higher of their levels.
    """
    limit = _threshold(max(inner.level, outer.level))
    zeros = min(_zeros(inner.level), _zeros(outer.level))
    mine, others = (
        {
            value >> _zeros(one.level) - zeros
            for value in _unpack(one.sketch)
            if value << 64 - _SKETCH_BITS - _zeros(one.level) < limit
        }
        for one in (inner, outer)
    )
    return len(mine & others) / len(mine) if mine else 0.0


def agreement(inner: bytes, outer: bytes) -> float:
    """The share of the figures of one text that another has, 0 to 1, from their ``figures``; 1 if it has none.

    Where a text has more figures than are remembered, those are compared that would be remembered of both.
    """
    mine, others = _unpack(inner), _unpack(outer)
    if len(others) == FIGURES:
        mine = [value for value in mine if value <= others[-1]]
    return len(set(mine) & set(others)) / len(mine) if mine else 1.0


def _unpack(hashes: bytes) -> list[int]:
    return [int.from_bytes(hashes[at : at + 2], "big") for at in range(0, len(hashes), 2)]
