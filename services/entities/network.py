"""A spaCy component that finds names with a network in ONNX; which one, the model's folder says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from services.entities.tags import best, names
from services.entities.words import Words, case, features, splitter, windows, words

NETWORK, WORDS = "network.onnx", "words.txt"
"""What a model's folder holds: the network, and the words or word pieces it knows, in the order of their rows."""

_PLACES = 2_048
"""Words or word pieces that go through the network together, at most: more take memory and are no faster."""
_REMEMBERED = 50_000
"""Words whose features a worker keeps at most."""

Inputs = dict[str, NDArray[Any]]


class Window(NamedTuple):
    """A part of a document that the network reads at once."""

    words: Words
    size: int


class Reader(Protocol):
    """Turns words into what a network reads."""

    def sizes(self, texts: Sequence[str]) -> list[int] | None:
        """Places that each word takes; None if it is one each."""

    def inputs(self, read: Sequence[Window]) -> Inputs:
        """Arrays for windows side by side, filled up to the longest."""


class NameNetwork:
    """Sets ``doc.ents``. The network is loaded at once and starts no thread, so that workers may be forked after it."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(folder / NETWORK, options, providers=["CPUExecutionProvider"])
        lines = (folder / WORDS).read_text(encoding="utf-8").split("\n")[:-1]
        known = {word: row for row, word in enumerate(lines)}
        wants_pieces = any(wanted.name == "pieces" for wanted in self._session.get_inputs())
        self._reader: Reader = PieceReader(known) if wants_pieces else FeatureReader(known)

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Tag documents; what the network said of so many is decoded together.

        None goes through the network with another: in 8 bits, numbers are scaled to what else is there, and the names
        of a story must not depend on the stories beside it.
        """
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            read = [part for doc in docs for part in self._read(doc)]
            found: dict[int, list[Span]] = {id(doc): [] for doc in docs}
            for (doc, at, _), tags in zip(read, best([scores for _, _, scores in read]), strict=True):
                found[id(doc)] += (Span(doc, at[a], at[b - 1] + 1, label) for a, b, label in names(tags))
            for doc in docs:
                doc.set_ents(sorted(found[id(doc)], key=lambda span: span.start))
                yield doc

    def _read(self, doc: Doc) -> Iterator[tuple[Doc, list[int], NDArray[np.float32]]]:
        """The document's windows: where their words lie, and what the network says of each."""
        cut = sorted(self._windows(doc), key=lambda window: window.size)
        for group in _groups(cut):
            scores = self._session.run(None, self._reader.inputs(group))[0]
            for window, said in zip(group, scores, strict=True):
                yield doc, window.words.at, said[: len(window.words.at)]

    def _windows(self, doc: Doc) -> Iterator[Window]:
        strings = doc.vocab.strings
        found = words([strings[token] for token in doc.to_array(ORTH).tolist()])
        sizes = self._reader.sizes(found.texts)
        for start, end in windows(found, sizes):
            part = Words(found.texts[start:end], found.at[start:end], found.first[start:end])
            yield Window(part, sum(sizes[start:end]) if sizes else end - start)


def _groups(cut: Sequence[Window]) -> Iterator[Sequence[Window]]:
    """Windows of like size, sorted, so many together as may be."""
    start = 0
    for end in range(1, len(cut) + 1):
        if end == len(cut) or (end + 1 - start) * cut[end].size > _PLACES:
            yield cut[start:end]
            start = end


class FeatureReader:
    """For networks that read features of whole words."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._rows: dict[tuple[str, bool], int] = {}
        self._table = np.zeros((_REMEMBERED, 4), np.int64)

    def sizes(self, texts: Sequence[str]) -> None:
        """One each."""
        return

    def inputs(self, read: Sequence[Window]) -> Inputs:
        """``features`` [texts, words, 4] and ``mask`` [texts, words, 1]."""
        longest = max(window.size for window in read)
        found = np.zeros((len(read), longest, 4), np.int64)
        mask = np.zeros((len(read), longest, 1), np.float32)
        for number, window in enumerate(read):
            found[number, : window.size] = self._features(window.words)
            mask[number, : window.size] = 1
        return {"features": found, "mask": mask}

    def _features(self, found: Words) -> NDArray[np.int64]:
        rows, known = [], self._rows
        if len(known) + len(found.texts) > _REMEMBERED:
            known.clear()
        for word in zip(found.texts, found.first, strict=True):
            row = known.get(word)
            if row is None:
                row = known[word] = len(known)
                self._table[row] = features(*word, self._vocabulary)
            rows.append(row)
        return self._table[rows]


class PieceReader:
    """For networks that read word pieces."""

    def __init__(self, pieces: dict[str, int]) -> None:
        self._begin, self._end = pieces["[CLS]"], pieces["[SEP]"]
        self._split: Callable[[str], tuple[int, ...]] = splitter(pieces)
        self._known: dict[str, tuple[int, ...]] = {}

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """Pieces of each word."""
        return [len(self._pieces(word)) for word in texts]

    def inputs(self, read: Sequence[Window]) -> Inputs:
        """``pieces``, ``cases`` and ``mask`` [texts, pieces], ``heads`` [texts, words]: where words begin."""
        shape = (len(read), max(window.size for window in read) + 2)
        pieces, cases, mask = (np.zeros(shape, np.int64) for _ in range(3))
        heads = np.zeros((len(read), max(len(window.words.texts) for window in read)), np.int64)
        for number, window in enumerate(read):
            row, kinds = [self._begin], [0]
            for at, (word, first) in enumerate(zip(window.words.texts, window.words.first, strict=True)):
                heads[number, at] = len(row)
                parts = self._pieces(word)
                row += parts
                kinds += [case(word, first)] * len(parts)
            row.append(self._end)
            pieces[number, : len(row)] = row
            cases[number, : len(kinds)] = kinds
            mask[number, : len(row)] = 1
        return {"pieces": pieces, "cases": cases, "mask": mask, "heads": heads}

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[word] = self._split(word)
        return found


@Language.factory("name_network", default_config={"folder": None})
def _name_network(nlp: Language, name: str, folder: str) -> NameNetwork:
    return NameNetwork(Path(folder))
