"""Learning in several processes at once, each on its share of the batches; now and then they take their mean.

On a busy CPU two processes of one thread each are faster than one of two threads, which wait for each other many times
a step. ``torchrun --nproc-per-node 2 -m training.entities ...`` starts them; without it there is one, and no mean.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import distributed, nn

logger = logging.getLogger(__name__)

TOGETHER = 4
"""Steps from one mean to the next."""
WARM = 0.05
"""Share of the way after which the rate is highest."""
_TOLD = 20

T = TypeVar("T")


@contextmanager
def team() -> Iterator[None]:
    """Be one of the processes that ``torchrun`` has started, if it has."""
    if "WORLD_SIZE" not in os.environ:
        yield
        return
    distributed.init_process_group("gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def leads() -> bool:
    """Whether this process writes what was learned."""
    return os.environ.get("RANK", "0") == "0"


def share(batches: Sequence[T]) -> Sequence[T]:
    """This process's batches; each has as many."""
    if not distributed.is_initialized():
        return batches
    size = distributed.get_world_size()
    return batches[: len(batches) // size * size][distributed.get_rank() :: size]


class Clock:
    """How far learning has come."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.done = 0

    def share_of_rate(self) -> float:
        """Up at first, then evenly down to nothing."""
        here = (self.done + 0.5) / self.steps
        return min(here / WARM, (1 - here) / (1 - WARM))

    def step(self, network: nn.Module) -> None:
        """Call after each step: takes the mean when it is time."""
        self.done += 1
        if distributed.is_initialized() and (self.done % TOGETHER == 0 or self.done == self.steps):
            _mean(network)
        if self.done % _TOLD == 0 and leads():
            logger.info("    %d of %d steps", self.done, self.steps)


@torch.no_grad()
def _mean(network: nn.Module) -> None:
    parts = [part for part in network.parameters() if part.requires_grad]
    everything = torch.cat([part.flatten() for part in parts])
    distributed.all_reduce(everything)
    everything /= distributed.get_world_size()
    for part, value in zip(parts, everything.split([part.numel() for part in parts]), strict=True):
        part.copy_(value.view_as(part))
