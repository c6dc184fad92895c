"""Learning in several processes at once, each on its share of the batches; now and then they take their mean.

On a busy CPU two processes of one thread each are faster than one of two threads, which wait for each other many times
a step. ``torchrun --nproc-per-node 2 -m training.entities ...`` starts them; without it there is one, and no mean.
"""

import logging
import os
import time
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
    """How much of the way is done, 0 to 1: of the steps or of the time, whichever is further."""

    def __init__(self, steps: int, minutes: float) -> None:
        self.steps, self.seconds = steps, minutes * 60
        self.began = time.monotonic()
        self.done = 0
        self.passed = 0.0

    def share_of_rate(self) -> float:
        """Up at first, then evenly down to nothing."""
        here = max(self.passed, (self.done + 0.5) / self.steps)
        return min(here / WARM, (1 - here) / (1 - WARM))

    def step(self, network: nn.Module) -> None:
        """Call after each step: takes the mean when it is time, so all processes see the same ``passed``."""
        self.done += 1
        if self.done % TOGETHER and self.done < self.steps:
            return
        self.passed = max(self.done / self.steps, (time.monotonic() - self.began) / self.seconds)
        if distributed.is_initialized():
            self._mean(network)
        if self.done % _TOLD == 0 and leads():
            logger.info("    %d of %d steps, %.0f%% of the way", self.done, self.steps, 100 * self.passed)

    @torch.no_grad()
    def _mean(self, network: nn.Module) -> None:
        parts = [part for part in network.parameters() if part.requires_grad]
        everything = torch.cat([part.flatten() for part in parts] + [torch.tensor([self.passed])])
        distributed.all_reduce(everything)
        everything /= distributed.get_world_size()
        self.passed = float(everything[-1])
        for part, value in zip(parts, everything.split([*(part.numel() for part in parts), 1]), strict=False):
            part.copy_(value.view_as(part))
