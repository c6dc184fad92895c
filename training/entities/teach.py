"""Third step: a large encoder learns from the annotated sets and says of every word of all texts what it may be.

What a set does not annotate is open there, not wrong.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.entities import variants
from training.entities.encode import ANY, Encoded
from training.entities.learn import Check, Epochs, Loss, Windows, device, fit, keep, marked_loss, new_encoder, taught
from training.entities.pack import Pack
from training.entities.plans import Plans
from training.entities.sources import ANNOTATED, BY_HAND
from training.entities.team import leads, share, team

logger = logging.getLogger(__name__)

TAUGHT = "taught-{}.npy"
"""What the teacher says of the texts in a way: probabilities [words, TAGS]."""


def teach(pack: Pack, work: Path, plans: Plans, seed: int) -> None:
    """Train the teacher, and write what it says of the texts, way by way."""
    ways = [Windows(way, device()) for way in variants.read(work)]
    teacher = new_encoder(pack.encoder("mpnet"), len(ANNOTATED), seed)
    with team():
        fit(teacher, marked(ways, BY_HAND), plans.teacher, seed)
        if leads():
            keep(work / "teacher.npz", teacher)
            Check.of(pack).log("teacher", teacher)
        for way in share(range(plans.taught_ways)):
            np.save(work / TAUGHT.format(way), taught(teacher, ways[way]).cpu().numpy())
            logger.info("the teacher has labelled the texts in way %d", way)


def marked(ways: Sequence[Windows], sets: Sequence[str]) -> Epochs:
    """Epochs of the annotated texts of some sets."""

    def epoch(number: int) -> tuple[Windows, NDArray[np.int64], Loss]:
        windows = ways[number % len(ways)]
        return windows, np.flatnonzero(annotated(windows.encoded, sets)), marked_loss

    return epoch


def annotated(encoded: Encoded, sets: Sequence[str]) -> NDArray[np.bool_]:
    """Which windows have been annotated, in some sets."""
    return _has_marks(encoded) & np.isin(ANNOTATED, sets)[encoded.sets]


def _has_marks(encoded: Encoded) -> NDArray[np.bool_]:
    """Which windows say anything: those of news without annotations leave all tags open."""
    known = np.concatenate([[0], np.cumsum(encoded.allowed != ANY)])
    ends = np.cumsum(encoded.word_counts)
    return known[ends] > known[ends - encoded.word_counts]
