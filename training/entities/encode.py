"""Texts as arrays: what the encoders and the small network read of each word, and which tags it may have."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.entities.tags import BEGIN, END, INSIDE, OUTSIDE, SINGLE, TAGS, tag_of
from services.entities.words import LABELS, Words, case, features, splitter, tokens, windows, words
from training.entities.data import Text

ANY = (1 << TAGS) - 1
"""Every tag: nothing is known."""


@dataclass
class Encoded:
    """Windows of texts, one after the other: ``pieces`` and ``cases`` by word piece, ``heads``, ``features`` and
    ``allowed`` by word, the rest by window.
    """

    pieces: NDArray[np.int32]
    cases: NDArray[np.uint8]
    heads: NDArray[np.int16]
    """Which piece of its window a word begins with."""
    features: NDArray[np.int32]
    allowed: NDArray[np.int64]
    """The tags that a word may have, a bit each."""
    piece_counts: NDArray[np.int32]
    word_counts: NDArray[np.int32]
    sets: NDArray[np.uint8]
    texts: NDArray[np.int32]
    """Numbers of the texts."""
    starts: NDArray[np.int32]
    """Where windows begin, in words of their text."""

    @staticmethod
    def joined(parts: Sequence["Encoded"]) -> "Encoded":
        """All windows of several; numbers of texts stay as they are."""
        return Encoded(*(np.concatenate([getattr(part, name) for part in parts]) for name in Encoded.__annotations__))


@dataclass(frozen=True)
class Encoder:
    """Turns texts into arrays. ``types`` are those that each set annotates, in the order of the sets' numbers."""

    pieces: Mapping[str, int]
    vocabulary: Mapping[str, int]
    types: Mapping[str, Collection[str]]

    def encode(self, texts: Iterable[tuple[int, str, Text]]) -> Encoded:
        """Encode numbered texts with the names of their sets; a set without types (news, say) leaves all tags open."""
        split = _remembered(splitter(self.pieces))
        begin, end = self.pieces["[CLS]"], self.pieces["[SEP]"]
        numbers = {name: number for number, name in enumerate(self.types)}
        columns: list[list[int]] = [[] for _ in range(4)]
        rows: list[tuple[int, int, int, int]] = []
        counts: list[tuple[int, int, int, int, int]] = []
        pieces, cases, heads, allowed = columns
        for number, name, text in texts:
            cut, spaces = tokens(text.text)
            found = words(cut)
            parts = [split(word) for word in found.texts]
            kinds = [case(word, first) for word, first in zip(found.texts, found.first, strict=True)]
            tags = allowed_tags(text, offsets(cut, spaces, found), self.types.get(name, ()))
            for start, stop in windows(found, [len(part) for part in parts]):
                before = len(pieces)
                pieces.append(begin)
                cases.append(0)
                for at in range(start, stop):
                    heads.append(len(pieces) - before)
                    pieces.extend(parts[at])
                    cases.extend([kinds[at]] * len(parts[at]))
                    rows.append(features(found.texts[at], found.first[at], self.vocabulary))
                pieces.append(end)
                cases.append(0)
                allowed += tags[start:stop]
                counts.append((len(pieces) - before, stop - start, numbers.get(name, 0), number, start))
        by_window = np.array(counts, np.int32).reshape(-1, 5).T
        return Encoded(
            np.array(pieces, np.int32),
            np.array(cases, np.uint8),
            np.array(heads, np.int16),
            np.array(rows, np.int32).reshape(-1, 4),
            np.array(allowed, np.int64),
            by_window[0],
            by_window[1],
            by_window[2].astype(np.uint8),
            by_window[3],
            by_window[4],
        )


def _remembered(split: Callable[[str], tuple[int, ...]]) -> Callable[[str], tuple[int, ...]]:
    known: dict[str, tuple[int, ...]] = {}

    def look_up(word: str) -> tuple[int, ...]:
        found = known.get(word)
        if found is None:
            found = known[word] = split(word)
        return found

    return look_up


def offsets(cut: Sequence[str], spaces: Sequence[bool], found: Words) -> list[tuple[int, int]]:
    """Where the words lie in their text: start, end."""
    starts = np.cumsum([0] + [len(token) + space for token, space in zip(cut, spaces, strict=True)]).tolist()
    return [(starts[at], starts[at] + len(cut[at])) for at in found.at]


def allowed_tags(text: Text, places: Sequence[tuple[int, int]], types: Collection[str]) -> list[int]:
    """The tags that each word may have. In a set that does not annotate a type, a word without a mark may be of it."""
    outside = 1 << OUTSIDE
    for label in LABELS:
        if label not in types:
            outside |= sum(1 << tag_of(label, part) for part in (BEGIN, INSIDE, END, SINGLE))
    allowed = [outside] * len(places)
    for at in _words_in(text.unsure, places):
        allowed[at] = ANY
    starts = {start: at for at, (start, _) in enumerate(places)}
    ends = {end: at for at, (_, end) in enumerate(places)}
    for start, end, label in text.marks:
        first, last = starts.get(start), ends.get(end)
        if first is None or last is None or last < first:  # it ends inside a word
            for at in _words_in([(start, end)], places):
                allowed[at] = ANY
        elif first == last:
            allowed[first] = 1 << tag_of(label, SINGLE)
        else:
            for at in range(first + 1, last):
                allowed[at] = 1 << tag_of(label, INSIDE)
            allowed[first], allowed[last] = 1 << tag_of(label, BEGIN), 1 << tag_of(label, END)
    return allowed


def _words_in(spans: Iterable[tuple[int, int]], places: Sequence[tuple[int, int]]) -> Iterator[int]:
    from bisect import bisect_left, bisect_right

    for start, end in spans:
        first = bisect_right(places, start, key=lambda place: place[1])
        last = bisect_left(places, end, key=lambda place: place[0])
        yield from range(first, last)
