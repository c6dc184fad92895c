"""Second step: all texts as arrays, each in several ways, so that every epoch sees other capitals, datelines, names."""

import multiprocessing
import os
import random
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np

from training.entities.augment import Names, augment, pool
from training.entities.data import Text
from training.entities.encode import Encoded, Encoder
from training.entities.pack import Pack
from training.entities.sources import ANNOTATED, CHECK

Numbered = tuple[int, str, Text]
"""A text with its number and its set's name."""

SHARES = {"gmb": 0.5}
"""Of this set, the largest and partly annotated by machine, half is enough."""

_PART = 500


def encoder(pack: Pack) -> Encoder:
    """What turns the pack's texts into arrays."""
    return Encoder(pack.pieces, pack.vocabulary, {name: pack.types[name] for name in ANNOTATED})


def numbered(pack: Pack, *, check: bool = False) -> list[Numbered]:
    """The texts to learn from, or those to check with."""
    return [(number, name, text) for number, (name, text) in enumerate(pack.texts) if (name == CHECK) == check]


def write(pack: Pack, work: Path, ways: int, seed: int) -> None:
    """Write the texts to learn from, changed in so many ways; the first way is none. On all cores."""
    texts = [one for one in numbered(pack) if random.Random(f"{seed} {one[0]}").random() < SHARES.get(one[1], 1)]
    names = pool(text for _, name, text in texts if name in ANNOTATED)
    parts = [texts[start : start + _PART] for start in range(0, len(texts), _PART)]
    jobs = [(way, part, seed) for way in range(ways) for part in parts]
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _begin, (encoder(pack), names)) as workers:
        done = workers.starmap(_encoded, jobs, chunksize=1)
    work.mkdir(parents=True, exist_ok=True)
    for way in range(ways):
        joined = Encoded.joined(done[way * len(parts) : (way + 1) * len(parts)])
        np.savez(work / f"way-{way}.npz", **{one.name: getattr(joined, one.name) for one in fields(Encoded)})


_encoder: Encoder
_names: Names


def _begin(encoder: Encoder, names: Names) -> None:
    global _encoder, _names
    _encoder, _names = encoder, names


def _encoded(way: int, texts: Sequence[Numbered], seed: int) -> Encoded:
    return _encoder.encode(
        (number, name, augment(text, random.Random(f"{seed} {way} {number}"), _names) if way else text)
        for number, name, text in texts
    )


def read(work: Path) -> list[Encoded]:
    """What ``write`` wrote."""
    found: list[Encoded] = []
    while (file := work / f"way-{len(found)}.npz").exists():
        with np.load(file) as arrays:
            found.append(Encoded(**{one.name: arrays[one.name] for one in fields(Encoded)}))
    return found
