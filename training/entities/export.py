"""Last step: the trained networks as what is shipped: ONNX with weights in 8 bits, and the words they know."""

import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from services.entities.network import NETWORK, WORDS
from training.entities.encoder import Encoder, Small
from training.entities.pack import Pack

logger = logging.getLogger(__name__)


def export(pack: Pack, work: Path, out: Path) -> None:
    """Write ``out/accurate`` and ``out/fast`` from the weights in ``work``; one that is not there is left out."""
    if (work / "accurate.npz").exists():
        weights = _loaded(work / "accurate.npz")
        encoder = Encoder(weights, sets=len(weights["sets.weight"]))
        pieces = torch.ones(2, 9, dtype=torch.long)
        inputs = {"pieces": pieces, "cases": pieces, "mask": pieces, "heads": torch.ones(2, 5, dtype=torch.long)}
        _write(out / "accurate", _Main(encoder), inputs, pack.pieces)
    if (work / "fast.npz").exists():
        small = Small(torch.from_numpy(pack.vectors))
        small.load_state_dict(_loaded(work / "fast.npz"))
        inputs = {"features": torch.ones(2, 5, 4, dtype=torch.long), "mask": torch.ones(2, 5, 1)}
        _write(out / "fast", small, inputs, pack.vocabulary)


class _Main(nn.Module):
    """An encoder for texts like those of the main set."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, heads: Tensor) -> Tensor:
        return self.encoder(pieces, cases, mask, heads, torch.zeros_like(heads[:, 0]))


class Rounded(nn.Module):
    """A table of vectors in 8 bits, each with a scale of its own: what rounds the rest would have one for the table."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        vectors = table.weight.detach()
        scales = vectors.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("vectors", torch.round(vectors / scales).to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, rows: Tensor) -> Tensor:
        """The vectors of rows."""
        return self.vectors[rows] * self.scales[rows]


def _with_rounded_tables(network: nn.Module) -> nn.Module:
    for module in list(network.modules()):
        for name, part in list(module.named_children()):
            if isinstance(part, nn.Embedding):
                setattr(module, name, Rounded(part))
    return network


def _loaded(file: Path) -> dict[str, Tensor]:
    with np.load(file) as arrays:
        return {name: torch.from_numpy(arrays[name].astype(np.float32)) for name in arrays.files}


def _write(folder: Path, network: nn.Module, inputs: dict[str, Tensor], words: Iterable[str]) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    (folder / WORDS).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / NETWORK
        torch.onnx.export(
            _with_rounded_tables(network).eval(),
            tuple(inputs.values()),
            str(plain),
            input_names=list(inputs),
            output_names=["scores"],
            dynamic_axes={name: {0: "texts", 1: f"{name}_length"} for name in inputs},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            plain,
            folder / NETWORK,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    logger.info("%s: %.1f MB", folder, sum(file.stat().st_size for file in folder.iterdir()) / 1e6)
