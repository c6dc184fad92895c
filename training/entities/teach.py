"""Third step: large encoders learn from the annotated sets and say of every word of all texts what it may be.

What a set does not annotate is open there, not wrong.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.entities import variants
from training.entities.encode import ANY, Encoded
from training.entities.learn import Check, Epochs, Loss, Windows, device, fit, marked_loss, new_encoder, taught
from training.entities.pack import Pack
from training.entities.plans import OFTEN, Plans
from training.entities.sources import ANNOTATED

logger = logging.getLogger(__name__)


def teach(pack: Pack, work: Path, plans: Plans, number: int, seed: int) -> None:
    """Train one of the teachers, and write what it says of each way of the texts."""
    check = Check.of(pack)
    ways = [Windows(way, device()) for way in variants.read(work)]
    teacher = new_encoder(pack.encoder("mpnet"), len(ANNOTATED), seed + number)
    fit(teacher, marked(ways, plans.teachers[number], seed + number), plans.teacher, seed + number)
    check.log(f"teacher {number}", teacher)
    for way, windows in enumerate(ways):
        np.save(work / f"taught-{number}-{way}.npy", taught(teacher, windows).cpu().numpy())
    logger.info("teacher %d has labelled all texts", number)


def marked(ways: Sequence[Windows], sets: Sequence[str], seed: int) -> Epochs:
    """Epochs of the annotated texts of some sets."""
    shares = np.array([OFTEN.get(name, 1.0) if name in sets else 0.0 for name in ANNOTATED])

    def epoch(number: int) -> tuple[Windows, NDArray[np.int64], Loss]:
        windows = ways[number % len(ways)]
        chance = np.random.default_rng(seed + number).random(len(windows.encoded.sets))
        chosen = _has_marks(windows.encoded) & (chance < shares[windows.encoded.sets])
        return windows, np.flatnonzero(chosen), marked_loss

    return epoch


def _has_marks(encoded: Encoded) -> NDArray[np.bool_]:
    """Which windows say anything: those of news without annotations leave all tags open."""
    known = np.concatenate([[0], np.cumsum(encoded.allowed != ANY)])
    ends = np.cumsum(encoded.word_counts)
    return known[ends] > known[ends - encoded.word_counts]
