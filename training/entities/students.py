"""Fourth step: a small encoder (``accurate``) and a convolutional network (``fast``) learn from the teacher."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.entities import variants
from training.entities.learn import Check, Epochs, Loss, Windows, device, fit, keep, new_encoder, new_small, taught_loss
from training.entities.pack import Pack
from training.entities.plans import Plans
from training.entities.sources import ANNOTATED, BY_HAND
from training.entities.teach import TAUGHT, annotated, marked
from training.entities.team import leads, team

OTHERS = 0.5
"""Share of the texts that nobody has annotated that is seen in an epoch."""


def learn(pack: Pack, work: Path, plans: Plans, name: str, seed: int) -> None:
    """Train a network on all that the teacher labelled, then on the marks, and write its weights in 16 bits.

    They are the mean of what they were before and after the marks, which was better than either on the held-back
    documents (so Wortsman et al., 2022).
    """
    ways = [Windows(way, device()) for way in variants.read(work)]
    network: nn.Module
    if name == "accurate":
        network, plan = new_encoder(pack.encoder("minilm"), len(ANNOTATED), seed), plans.accurate
    else:
        network, plan = new_small(pack.vectors, seed), plans.fast
    with team():
        fit(network, _taught(ways[: plans.taught_ways], work, seed), plan, seed)
        taught = {name: part.clone() for name, part in network.state_dict().items()}
        fit(network, marked(ways[plans.taught_ways :] or ways, BY_HAND), plan.finish(), seed + 1)
    network.load_state_dict({name: (part + taught[name]) / 2 for name, part in network.state_dict().items()})
    if leads():
        keep(work / f"{name}.npz", network)
        Check.of(pack).log(name, network)


def _taught(ways: Sequence[Windows], work: Path, seed: int) -> Epochs:
    answers = [torch.from_numpy(np.load(work / TAUGHT.format(way))).to(device()) for way in range(len(ways))]
    losses = [taught_loss(said) for said in answers]

    def epoch(number: int) -> tuple[Windows, NDArray[np.int64], Loss]:
        way = number % len(ways)
        encoded = ways[way].encoded
        others = np.random.default_rng(seed + number).random(len(encoded.sets)) < OTHERS
        return ways[way], np.flatnonzero(annotated(encoded, BY_HAND) | others), losses[way]

    return epoch
