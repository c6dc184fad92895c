"""Fourth step: a small encoder (``accurate``) and a convolutional network (``fast``) learn from the teachers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.entities import variants
from training.entities.learn import Check, Epochs, Loss, Windows, device, fit, new_encoder, new_small, taught_loss
from training.entities.pack import Pack
from training.entities.plans import Plans
from training.entities.sources import ANNOTATED, BY_HAND
from training.entities.teach import marked
from training.entities.team import leads, team


def learn(pack: Pack, work: Path, plans: Plans, name: str, *, taught: bool, seed: int) -> None:
    """Train a network and write its weights in 16 bits: on all texts if teachers labelled them, else on marks."""
    plan = (plans.accurate if name == "accurate" else plans.fast) if taught else plans.without_teacher[name]
    ways = [Windows(way, device()) for way in variants.read(work)]
    network: nn.Module
    if name == "accurate":
        network = new_encoder(pack.encoder("minilm"), len(ANNOTATED), seed)
    else:
        network = new_small(pack.vectors, seed)

    def keep() -> None:  # a run that is cut short leaves what it had learned
        if not leads():
            return
        weights = {key: part.detach().to("cpu", torch.float16).numpy() for key, part in network.state_dict().items()}
        np.savez(work / f"{name}.npz", **weights)

    with team():
        fit(network, _taught(ways, work) if taught else marked(ways, BY_HAND, seed), plan, seed, keep)
    if leads():
        Check.of(pack).log(name, network)


def _taught(ways: Sequence[Windows], work: Path) -> Epochs:
    losses = [taught_loss(_answers(work, way)) for way in range(len(ways))]

    def epoch(number: int) -> tuple[Windows, NDArray[np.int64], Loss]:
        way = number % len(ways)
        return ways[way], np.arange(len(ways[way].encoded.sets)), losses[way]

    return epoch


def _answers(work: Path, way: int) -> Tensor:
    """The mean of what the teachers said of each word: probabilities [words, TAGS]."""
    files = sorted(work.glob(f"taught-*-{way}.npy"))
    if not files:
        raise SystemExit(f"{work} has nothing that teachers said: do that step first.")
    return torch.stack([torch.from_numpy(np.load(file)).to(device()) for file in files]).float().mean(0).half()
