"""The networks: a transformer encoder as BERT's and MPNet's, with capitals, and a small convolutional one."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from services.entities.tags import TAGS
from services.entities.words import CASES, PREFIXES, SHAPES, SUFFIXES, UNLISTED


class Layer(nn.Module):
    """Attention and a feed-forward part, each added to what came in and normed after it."""

    def __init__(self, width: int, inner: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.middle, self.norm = nn.LayerNorm(width, epsilon), nn.LayerNorm(width, epsilon)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """``x`` is [texts, places, width]; ``bias`` is added to how much each place attends to each other."""
        seen = attend(self.query(x), self.key(x), self.value(x), self.heads, bias)
        x = self.middle(x + self.dropout(self.out(seen)))
        return self.norm(x + self.dropout(self.down(F.gelu(self.up(x)))))


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int, bias: Tensor) -> Tensor:
    """Attention of several heads, all arrays [texts, places, width].

    Spelt out except on GPUs: so the exported graph is small, and CPUs are faster at it in 16 bits.
    """
    query, key, value = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key, value))
    if query.is_cuda:
        seen = F.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
    else:
        scores = query @ key.transpose(-1, -2) * (query.shape[-1] ** -0.5)
        seen = (scores + bias).softmax(-1) @ value
    return seen.transpose(1, 2).flatten(2)


class Encoder(nn.Module):
    """Word pieces in, tags of words out. ``weights`` are a published encoder's (``weights.chosen``).

    The kind of capitals of each piece's word is added to its vector, since the published encoders know none; so is, at
    the end, which set a text is from: sets differ in what they call a name, and set 0 is the one to be like.
    """

    def __init__(self, weights: Mapping[str, Tensor], sets: int) -> None:
        super().__init__()
        rows, width = weights["words.weight"].shape
        self.relative = "distances.weight" in weights
        self.first_position = 2 if self.relative else 0
        heads = weights["distances.weight"].shape[1] if self.relative else 12
        depth = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
        epsilon = 1e-5 if self.relative else 1e-12
        self.words = nn.Embedding(rows, width)
        self.positions = nn.Embedding(weights["positions.weight"].shape[0], width)
        self.cases = nn.Embedding(CASES, width)
        self.sets = nn.Embedding(sets, width)
        if self.relative:
            self.distances = nn.Embedding(*weights["distances.weight"].shape).requires_grad_(False)
        self.norm = nn.LayerNorm(width, epsilon)
        inner = weights["layers.0.up.weight"].shape[0]
        self.layers = nn.ModuleList(Layer(width, inner, heads, epsilon) for _ in range(depth))
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, TAGS)
        nn.init.zeros_(self.cases.weight)
        nn.init.zeros_(self.sets.weight)
        self.load_state_dict(dict(weights), strict=False)
        self.new = ("cases.weight", "sets.weight", "tags.weight", "tags.bias")

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor, heads: Tensor, sets: Tensor | None = None) -> Tensor:
        """Scores [texts, words, TAGS] from pieces and cases [texts, places], which places count, first places of words
        [texts, words], and the texts' sets.
        """
        length = pieces.shape[1]
        places = torch.arange(length, device=pieces.device)
        x = self.words(pieces) + self.positions(places + self.first_position) + self.cases(cases)
        x = self.dropout(self.norm(x))
        bias = ((mask.to(x.dtype) - 1) * 1e4)[:, None, None, :]
        if self.relative:
            bias = bias + self.distances(_buckets(places)).permute(2, 0, 1)
        for layer in self.layers:
            x = layer(x, bias)
        x = torch.gather(x, 1, heads[:, :, None].expand(-1, -1, x.shape[-1]))
        if sets is not None:
            x = x + self.sets(sets)[:, None]
        return self.tags(self.dropout(x))


def _buckets(places: Tensor, buckets: int = 16, farthest: int = 128) -> Tensor:
    """Kinds of distance between places, as in T5 (Raffel et al., 2020): exact when near, coarser when far, by side."""
    distance = places[:, None] - places[None, :]
    side = (distance < 0).long() * buckets
    distance = distance.abs()
    exact = buckets // 2
    far = exact + (torch.log(distance.clamp(min=1) / exact) / math.log(farthest / exact) * (buckets - exact)).long()
    return side + torch.where(distance < exact, distance, far.clamp(max=buckets - 1))


class Convolution(nn.Module):
    """Each word with its two neighbours at a distance, added to what came in."""

    def __init__(self, width: int, distance: int) -> None:
        super().__init__()
        self.distance = distance
        self.mix, self.norm, self.dropout = nn.Linear(3 * width, width), nn.LayerNorm(width), nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` is [texts, words, width], ``mask`` [texts, words, 1]."""
        wide = F.pad(x * mask, (0, 0, self.distance, self.distance))
        near = torch.cat([wide[:, : -2 * self.distance], x, wide[:, 2 * self.distance :]], -1)
        return self.norm(x + self.dropout(F.relu(self.mix(near))))


class Attention(nn.Module):
    """Each word with all others of its window, added to what came in."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(0.15)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` is [texts, words, width], ``mask`` [texts, words, 1]."""
        bias = ((mask - 1) * 1e4).transpose(1, 2)[:, None]
        seen = attend(self.query(x), self.key(x), self.value(x), self.heads, bias)
        return self.norm(x + self.dropout(self.out(seen)))


class Small(nn.Module):
    """Word features in, tags out: convolutions, and layers that look at the whole window."""

    def __init__(self, vectors: Tensor, width: int = 256, words: int = 128, others: int = 48, heads: int = 4) -> None:
        super().__init__()
        self.listed = len(vectors)
        self.words = nn.Embedding(self.listed + UNLISTED, words)
        self.prefixes, self.suffixes = nn.Embedding(PREFIXES, others), nn.Embedding(SUFFIXES, others)
        self.shapes = nn.Embedding(SHAPES, others)
        for table in (self.words, self.prefixes, self.suffixes, self.shapes):
            nn.init.normal_(table.weight, std=0.3)
        with torch.no_grad():
            self.words.weight[: self.listed, : vectors.shape[1]] = vectors * 0.5
        self.mix, self.first = nn.Linear(words + 3 * others, width), nn.LayerNorm(width)
        near = [Convolution(width, distance) for distance in (1, 1, 2)]
        again = [Convolution(width, 1) for _ in range(2)]
        self.layers = nn.ModuleList([*near, Attention(width, heads), *again, Attention(width, heads)])
        self.dropout = nn.Dropout(0.15)
        self.tags = nn.Linear(width, TAGS)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Scores [texts, words, TAGS] from features [texts, words, 4] and which words count [texts, words, 1]."""
        row = features[..., 0]
        if self.training:  # the other features must do for words that nobody has seen
            forgotten = torch.rand(row.shape, device=row.device) < 0.05
            row = torch.where(forgotten, self.listed + row % UNLISTED, row)
        read = [
            self.words(row),
            self.prefixes(features[..., 1]),
            self.suffixes(features[..., 2]),
            self.shapes(features[..., 3]),
        ]
        x = self.first(F.relu(self.mix(self.dropout(torch.cat(read, -1)))))
        for layer in self.layers:
            x = layer(x, mask)
        return self.tags(self.dropout(x))
