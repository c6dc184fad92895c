"""Words as the networks see them: how a text is cut, what is known of each word, where windows end.

Training and tagging share this module: a network is only as good as both sides agree.
"""

import math
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

LABELS = ("PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY", "PRODUCT", "MISC")
"""The types of the networks. ``LOC`` holds countries and cities too (``GPE`` elsewhere), ``MISC`` holds events."""

WINDOW, PIECES_AT_ONCE = 320, 500
"""Words, and word pieces, that a network reads at once, at most."""
PREFIXES, SUFFIXES, SHAPES, UNLISTED = 4096, 4096, 2048, 4096
"""Rows of the hashed features; ``UNLISTED`` is for words that the vocabulary does not have."""
CASES = 16
"""Kinds of capitals, each also as the first word of a line."""

TOKEN = re.compile(
    r"(\s+|(?:https?://|www\.)[^\s<>]*[^\s<>\"'’”.,;:!?()\[\]]"
    r"|\d+(?:[.,:]\d+)*(?!\w)|(?:[^\W\d_]\.){2,}|['’]s(?!\w)|[^\W_]+|[^\w\s]|_)( ?)",
)
"""A token, and the space after it, if any. Joined they are the text again. No name is in a web address."""

_PIECE = re.compile(r"\w+|[^\w\s]")
_PIECE_CHARACTERS = 40
"""Letters of a word that are looked up; longer ones are no words."""
_ENDS = frozenset(".!?")


class Words(NamedTuple):
    """The words of a text: white space is left out, ``at`` is where each lies among all tokens."""

    texts: list[str]
    at: list[int]
    first: list[bool]
    """Whether a line begins with the word."""


def tokens(text: str) -> tuple[list[str], list[bool]]:
    """Cut a text: tokens, and whether a space follows each."""
    found = TOKEN.findall(text)
    return [word for word, _ in found], [bool(space) for _, space in found]


def words(cut: Sequence[str]) -> Words:
    """The tokens that are words or marks."""
    found = Words([], [], [])
    first = True
    for at, token in enumerate(cut):
        if token.isspace():
            first = first or "\n" in token
        else:
            found.texts.append(token)
            found.at.append(at)
            found.first.append(first)
            first = False
    return found


def windows(found: Words, sizes: Sequence[int] | None = None) -> Iterator[tuple[int, int]]:
    """Where to cut what is too long to be read at once: after a sentence if possible, else a line, else anywhere.

    ``sizes`` are numbers of word pieces, 1 each if not given.
    """
    start, count = 0, len(found.texts)
    while start < count:
        end, size = start, 0
        last = start + fair(count - start, WINDOW)
        while end < last:
            size += sizes[end] if sizes else 1
            if size > PIECES_AT_ONCE and end > start:
                break
            end += 1
        if end < count:
            end = _good_end(found, start, end)
        yield start, end
        start = end


def fair(left: int, most: int) -> int:
    """How long the next part may be of what is ``left``, if none may be longer than ``most``: when it is cut a little
    before that, the last part is not much shorter than the others.
    """
    if left <= most:
        return left
    parts = math.ceil(left / (0.9 * most))
    return min(most, math.ceil(1.1 * left / parts))


def _good_end(found: Words, start: int, end: int) -> int:
    half = start + (end - start) // 2
    after_sentences = (at for at in range(end, half, -1) if found.texts[at - 1] in _ENDS)
    after_lines = (at for at in range(end, half, -1) if found.first[at])
    return next(after_sentences, None) or next(after_lines, end)


def features(word: str, first: bool, vocabulary: Mapping[str, int]) -> tuple[int, int, int, int]:
    """Rows of a word's vector, prefix, suffix and shape. Words that are not listed share rows after those listed."""
    low = word.lower()
    row = vocabulary.get(low)
    if row is None:
        row = len(vocabulary) + zlib.crc32(low.encode("utf-8", "replace")) % UNLISTED
    return (
        row,
        zlib.crc32(low[:3].encode("utf-8", "replace")) % PREFIXES,
        zlib.crc32(low[-3:].encode("utf-8", "replace")) % SUFFIXES,
        zlib.crc32(_shape(word, first).encode()) % SHAPES,
    )


def _shape(word: str, first: bool) -> str:
    """``Xxxx`` for ``London``, ``dd`` for ``17``; runs longer than four are cut, line starts begin with a line end."""
    shape = "\n" if first else ""
    last, run = "", 0
    for letter in word[:_PIECE_CHARACTERS]:
        kind = "X" if letter.isupper() else "x" if letter.isalpha() else "d" if letter.isdigit() else letter
        run = run + 1 if kind == last else 1
        last = kind
        if run <= 4:
            shape += kind if kind.isascii() else "?"
    return shape


def case(word: str, first: bool) -> int:
    """Which kind of capitals a word has, from 1; 0 is for what is no word."""
    if word.islower():
        kind = 1
    elif not word[0].isalpha():
        kind = 6 if word[0].isdigit() else 7
    elif word.isupper():
        kind = 4 if len(word) == 1 else 3
    elif word[0].isupper() and word[1:].islower():
        kind = 2
    else:
        kind = 5
    return kind + CASES // 2 * first


def splitter(pieces: Mapping[str, int]) -> Callable[[str], tuple[int, ...]]:
    """Word pieces in small letters and without accents, as BERT's (Devlin et al., 2019), longest first."""
    unknown = pieces["[UNK]"]

    def split(part: str) -> Iterator[int]:
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                known = pieces.get(part[start:end] if start == 0 else f"##{part[start:end]}")
                if known is not None:
                    yield known
                    start = end
                    break
            else:
                yield unknown
                return

    def split_word(word: str) -> tuple[int, ...]:
        if len(word) > _PIECE_CHARACTERS:
            return (unknown,)
        plain = unicodedata.normalize("NFD", word.lower())
        plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
        found = tuple(piece for part in _PIECE.findall(plain) for piece in split(part))
        return found[:12] or (unknown,)

    return split_word
