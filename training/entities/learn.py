"""How networks learn: batches, losses, the loop, and what comes out of it."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from services.entities.tags import TAGS, best, names
from services.entities.words import LABELS, tokens, words
from training.entities import variants
from training.entities.data import Text
from training.entities.encode import ANY, Encoded, offsets
from training.entities.encoder import Encoder, Small
from training.entities.pack import Pack
from training.entities.plans import Plan
from training.entities.scores import Scores
from training.entities.team import Clock, share

logger = logging.getLogger(__name__)

AT_ONCE = {"cuda": 30_000, "cpu": 2_000}
"""Word pieces that are read together, by device."""


@dataclass(frozen=True)
class Batch:
    """Some windows side by side, filled up to the same length."""

    pieces: Tensor
    cases: Tensor
    piece_mask: Tensor
    heads: Tensor
    features: Tensor
    allowed: Tensor
    word_mask: Tensor
    sets: Tensor
    rows: Tensor
    """Which of all words each is."""


class Windows:
    """Encoded windows on the device that learns."""

    def __init__(self, encoded: Encoded, device: torch.device) -> None:
        self.encoded = encoded
        self.device = device

        def there(array: NDArray[np.generic], kind: torch.dtype = torch.long) -> Tensor:
            return torch.from_numpy(array).to(device=device, dtype=kind)

        self.pieces, self.cases = there(encoded.pieces, torch.int32), there(encoded.cases, torch.int32)
        self.heads, self.features = there(encoded.heads, torch.int32), there(encoded.features, torch.int32)
        self.allowed, self.sets = there(encoded.allowed), there(encoded.sets)
        self.piece_counts, self.word_counts = there(encoded.piece_counts), there(encoded.word_counts)
        self.piece_starts = self.piece_counts.cumsum(0) - self.piece_counts
        self.word_starts = self.word_counts.cumsum(0) - self.word_counts

    def batch(self, chosen: NDArray[np.int64]) -> Batch:
        """The windows of these numbers."""
        which = torch.from_numpy(chosen).to(self.device)
        piece_rows, piece_mask = _rows(
            self.piece_starts[which], self.piece_counts[which], self.encoded.piece_counts[chosen].max()
        )
        word_rows, word_mask = _rows(
            self.word_starts[which], self.word_counts[which], self.encoded.word_counts[chosen].max()
        )
        return Batch(
            pieces=torch.where(piece_mask, self.pieces[piece_rows], 0).long(),
            cases=torch.where(piece_mask, self.cases[piece_rows], 0).long(),
            piece_mask=piece_mask,
            heads=torch.where(word_mask, self.heads[word_rows], 0).long(),
            features=torch.where(word_mask[..., None], self.features[word_rows], 0).long(),
            allowed=self.allowed[word_rows],
            word_mask=word_mask,
            sets=self.sets[which],
            rows=word_rows,
        )

    def batches(
        self, chosen: NDArray[np.int64], places: int, chance: random.Random | None
    ) -> Iterator[NDArray[np.int64]]:
        """Numbers of windows of like length, of about so many word pieces together; in a random order if by chance."""
        lengths = self.encoded.piece_counts[chosen].astype(float)
        if chance:
            lengths *= np.random.default_rng(chance.randrange(1 << 30)).uniform(0.9, 1.1, len(chosen))
        ordered = chosen[np.argsort(lengths, kind="stable")]
        groups: list[NDArray[np.int64]] = []
        start = 0
        for end in range(1, len(ordered) + 1):
            if end == len(ordered) or (end + 1 - start) * self.encoded.piece_counts[ordered[end]] > places:
                groups.append(ordered[start:end])
                start = end
        if chance:
            chance.shuffle(groups)
        yield from groups


def _rows(starts: Tensor, counts: Tensor, longest: int) -> tuple[Tensor, Tensor]:
    places = torch.arange(longest, device=starts.device)
    mask = places < counts[:, None]
    return torch.where(mask, starts[:, None] + places, 0), mask


def scores_of(network: nn.Module, batch: Batch, *, plain: bool = False) -> Tensor:
    """What a network says of a batch: [texts, words, TAGS]. ``plain``: as of texts of the main set."""
    if isinstance(network, Encoder):
        sets = torch.zeros_like(batch.sets) if plain else batch.sets
        return network(batch.pieces, batch.cases, batch.piece_mask, batch.heads, sets)
    return network(batch.features, batch.word_mask[..., None].float())


Loss = Callable[[Tensor, Batch], Tensor]
Epochs = Callable[[int], tuple[Windows, NDArray[np.int64], Loss]]
"""Gives each epoch's windows, the numbers of those to learn from, and the loss."""


def marked_loss(scores: Tensor, batch: Batch) -> Tensor:
    """How unlikely the allowed tags are, all together: a word of which nothing is known costs nothing."""
    places = torch.arange(TAGS, device=scores.device)
    allowed = (batch.allowed[..., None] >> places) & 1 > 0
    each = scores.logsumexp(-1) - scores.masked_fill(~allowed, -1e4).logsumexp(-1)
    known = batch.word_mask & (batch.allowed != ANY)
    return (each * known).sum() / known.sum().clamp(min=1)


def taught_loss(taught: Tensor) -> Loss:
    """How far from what the teacher said of all words ([words, TAGS]), and half as far from the main set's marks: a
    teacher that has learned little of rare types must not be all that is said of them.
    """

    def loss(scores: Tensor, batch: Batch) -> Tensor:
        each = -(taught[batch.rows].float() * scores.log_softmax(-1)).sum(-1)
        from_teacher = (each * batch.word_mask).sum() / batch.word_mask.sum()
        main = torch.where((batch.sets == 0)[:, None], batch.allowed, ANY)
        return from_teacher + 0.5 * marked_loss(scores, replace(batch, allowed=main))

    return loss


def fit(network: nn.Module, epochs: Epochs, plan: Plan, seed: int) -> None:
    """Train."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    new = {id(part) for name, part in network.named_parameters() if name in getattr(network, "new", ())}
    groups = [
        {"params": [part for part in network.parameters() if id(part) not in new], "lr": plan.rate},
        {"params": [part for part in network.parameters() if id(part) in new], "lr": plan.new_rate},
    ]
    used = [{**group, "highest": group["lr"]} for group in groups if group["params"]]
    optimizer = torch.optim.AdamW(used, weight_decay=0.01, fused=True)
    rounds = []
    for epoch in range(plan.epochs):
        windows, chosen, loss = epochs(epoch)
        rounds.append((windows, loss, share(list(windows.batches(chosen, plan.places, chance)))))
    clock = Clock(sum(len(groups) for _, _, groups in rounds))
    network.train()
    if isinstance(network, Encoder):  # word pieces keep their published vectors
        network.words.requires_grad_(False)
    for epoch, (windows, loss, batches) in enumerate(rounds):
        began, losses = time.monotonic(), []
        for chosen in batches:
            for group in optimizer.param_groups:
                group["lr"] = group["highest"] * clock.share_of_rate()
            batch = windows.batch(chosen)
            with torch.autocast(windows.device.type, torch.bfloat16):
                scores = scores_of(network, batch)
            value = loss(scores.float(), batch)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(value.detach())
            clock.step(network)
        mean = float(torch.stack(losses).mean()) if losses else 0.0
        logger.info("  epoch %d: loss %.4f, %d steps, %.1f s", epoch, mean, len(losses), time.monotonic() - began)
    network.eval()


@torch.inference_mode()
def said(network: nn.Module, windows: Windows) -> Iterator[tuple[NDArray[np.int64], Batch, Tensor]]:
    """What a network says of all windows, as if they were the main set's, in batches."""
    network.eval()
    for chosen in windows.batches(np.arange(len(windows.encoded.sets)), AT_ONCE[windows.device.type], None):
        batch = windows.batch(chosen)
        with torch.autocast(windows.device.type, torch.bfloat16):
            scores = scores_of(network, batch, plain=True)
        yield chosen, batch, scores.float()


def taught(teacher: nn.Module, windows: Windows) -> Tensor:
    """What a teacher says of each word: probabilities [words, TAGS]."""
    answers = torch.zeros((len(windows.encoded.allowed), TAGS), dtype=torch.float16, device=windows.device)
    for _, batch, scores in said(teacher, windows):
        answers[batch.rows[batch.word_mask]] = scores.softmax(-1)[batch.word_mask].half()
    return answers


def tested(network: nn.Module, windows: Windows, texts: Mapping[int, Text], types: frozenset[str]) -> Scores:
    """Exact scores on texts by their numbers, of some types only."""
    found: dict[int, list[tuple[int, int, str]]] = {number: [] for number in texts}
    encoded = windows.encoded
    for chosen, batch, scores in said(network, windows):
        lengths = batch.word_mask.sum(1).tolist()
        counted = [said[:length] for said, length in zip(scores.cpu().numpy(), lengths, strict=True)]
        for window, tags in zip(chosen, best(counted), strict=True):
            start = int(encoded.starts[window])
            found[int(encoded.texts[window])] += [(start + a, start + b, label) for a, b, label in names(tags)]
    result = Scores()
    for number, text in texts.items():
        cut, spaces = tokens(text.text)
        places = offsets(cut, spaces, words(cut))
        spans = [(places[a][0], places[b - 1][1], label) for a, b, label in found[number] if label in types]
        result.add([mark for mark in text.marks if mark[2] in types], spans)
    return result


@dataclass(frozen=True)
class Check:
    """The held-back documents of the main set."""

    windows: Windows
    texts: dict[int, Text]

    @staticmethod
    def of(pack: Pack) -> "Check":
        """Those of a pack."""
        texts = variants.numbered(pack, check=True)
        windows = Windows(variants.encoder(pack).encode(texts), device())
        return Check(windows, {number: text for number, _, text in texts})

    def log(self, name: str, network: nn.Module) -> None:
        """Say how good a network is on them."""
        scores = tested(network, self.windows, self.texts, frozenset(LABELS))
        by_type = " ".join(f"{label} {scores.f1(label):.3f}" for label in LABELS)
        logger.info("%s: F1 %.4f on held-back documents; %s", name, scores.f1(), by_type)


def device() -> torch.device:
    """A GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def keep(file: Path, network: nn.Module) -> None:
    """Write weights in 16 bits."""
    weights = {name: part.detach().to("cpu", torch.float16).numpy() for name, part in network.state_dict().items()}
    np.savez(file, **weights)


def new_small(vectors: NDArray[np.float32], seed: int) -> Small:
    """A small network that has learned nothing but word vectors."""
    torch.manual_seed(seed)
    return Small(torch.from_numpy(vectors)).to(device())


def new_encoder(weights: Mapping[str, NDArray[np.float32]], sets: int, seed: int) -> Encoder:
    """An encoder as it was published."""
    torch.manual_seed(seed)
    return Encoder({name: torch.from_numpy(weight) for name, weight in weights.items()}, sets).to(device())
