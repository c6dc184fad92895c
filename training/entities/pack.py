"""First step: put all that is learned from into one folder: texts, vocabularies, the weights that training begins with.

The second step needs nothing else but PyTorch, so that it can run on another machine than this one.
"""

import gzip
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.entities.words import splitter, tokens
from training.entities import weights
from training.entities.data import Text, passages
from training.entities.sources import texts, types
from training.entities.vectors import vectors

logger = logging.getLogger(__name__)

PASSAGE = 1_800
"""Characters of a text that is learned from at once, about."""
SEEN = 2
"""Times that a word must be seen to be in the vocabulary although it is not frequent elsewhere."""
PIECES = 20_000
"""Word pieces that the encoders keep: those seen most."""


@dataclass(frozen=True)
class Pack:
    """What a folder made by ``pack`` holds."""

    texts: Sequence[tuple[str, Text]]
    """Passages with the names of their sets."""
    types: dict[str, frozenset[str]]
    pieces: dict[str, int]
    vocabulary: dict[str, int]
    vectors: NDArray[np.float32]
    folder: Path

    def encoder(self, name: str) -> weights.Weights:
        """The weights of ``minilm`` or ``mpnet``."""
        return weights.load_rounded(self.folder / f"{name}.npz")


def pack(data: Path, wheels: Path, out: Path) -> None:
    """Write the folder ``out`` from the folder of the data and that of the packages."""
    out.mkdir(parents=True, exist_ok=True)
    parts = [(name, part) for name, text in texts(data) for part in passages(text, PASSAGE) if part.text.strip()]
    with gzip.open(out / "texts.jsonl.gz", "wt", encoding="utf-8") as file:
        for name, text in parts:
            file.write(json.dumps([name, text.document, text.text, text.marks, text.unsure]) + "\n")
    seen = Counter(word for _, text in parts for word in tokens(text.text)[0] if not word.isspace())
    low = Counter[str]()
    for word, count in seen.items():
        low[word.lower()] += count
    _write_lines(out / "types.txt", (f"{name} {' '.join(sorted(labels))}" for name, labels in types(data).items()))

    words, table = vectors(wheels, (word for word, count in low.items() if count >= SEEN))
    np.save(out / "vectors.npy", table.astype(np.float16))
    _write_lines(out / "vocabulary.txt", words)

    small = weights.minilm(wheels)
    pieces = _most_seen(small.pieces, seen)
    _write_lines(out / "pieces.txt", pieces)
    weights.save_rounded(out / "minilm.npz", weights.chosen(small, pieces))
    weights.save_rounded(out / "mpnet.npz", weights.chosen(weights.mpnet(wheels), pieces))
    logger.info("%d passages, %d words in the vocabulary, %d pieces", len(parts), len(words), len(pieces))


def _write_lines(file: Path, lines: Iterator[str] | Sequence[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _most_seen(all_pieces: Sequence[str], seen: Counter[str]) -> list[str]:
    """Pieces that the words seen are made of, most seen first, after single letters, of which any word can be made."""
    ids = {piece: number for number, piece in enumerate(all_pieces)}
    split = splitter(ids)
    counts = Counter[int]()
    for word, count in seen.items():
        for piece in split(word):
            counts[piece] += count
    letters = [piece for piece in all_pieces if len(piece.removeprefix("##")) == 1 and piece.isascii()]
    kept = dict.fromkeys((*weights.SPECIAL, *letters))
    for piece, _ in counts.most_common(PIECES):
        kept.setdefault(all_pieces[piece])
    return list(kept)[:PIECES]


def unpack(folder: Path) -> Pack:
    """Read what ``pack`` wrote. Raises ``OSError`` if it is not there."""

    def lines(name: str) -> list[str]:
        return (folder / name).read_text(encoding="utf-8").split("\n")[:-1]

    parts: list[tuple[str, Text]] = []
    with gzip.open(folder / "texts.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            name, document, text, marks, unsure = json.loads(line)
            spans = tuple((start, end) for start, end in unsure)
            parts.append((name, Text(document, text, tuple((a, b, label) for a, b, label in marks), spans)))
    return Pack(
        texts=parts,
        types={name: frozenset(labels) for name, *labels in map(str.split, lines("types.txt"))},
        pieces={piece: row for row, piece in enumerate(lines("pieces.txt"))},
        vocabulary={word: row for row, word in enumerate(lines("vocabulary.txt"))},
        vectors=np.load(folder / "vectors.npy").astype(np.float32),
        folder=folder,
    )
