"""Ways to find copies, each asked the same: of which earlier texts is this one a copy?

Ours is the dedup stage's own index and decision on a real server. The others are what one would take from a shelf:
datasketch's MinHashLSH and 64-bit simhashes, on three-word shingles.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray
from redis import Redis
from simhash import Simhash

from benchmarks.pairs import Pair
from benchmarks.reprints import Article
from services.dedup.changes import Text
from services.dedup.decide import Entry, Found, decide, entry_of, relate
from services.dedup.index import Index
from services.dedup.order import id_of
from services.dedup.ties import strongest
from shared.models import Story

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
RECEIVED = NINE.timestamp()
NEAR = 0.8
PERMUTATIONS = 128
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DISTANCES = range(0, 25)


def story(id: str, article: Article, *, hour: int) -> Story:
    """As the clean stage leaves it, with a time that says which came first."""
    published = NINE.replace(hour=NINE.hour + hour)
    return Story(id=id, headline=article.headline, body=article.body, published=published)


class Stage:
    """The dedup stage but for the store: texts are at hand, names there are none."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    def relations(self, pairs: Sequence[Pair], background: Sequence[Article]) -> list[str]:
        """What each pair's later story is to any earlier one."""
        self._redis.flushall()
        index, texts = Index(self._redis, days=7), dict[bytes, Text]()
        earlier = [*background, *(pair.earlier for pair in pairs)]
        self._entries(index, [story(f"earlier-{at}", one, hour=0) for at, one in enumerate(earlier)], texts)
        laters = [story(f"later-{at}", pair.later, hour=1) for at, pair in enumerate(pairs)]
        found = []
        for entry, around in self._entries(index, laters, texts):
            tie = strongest(entry.order, decide(entry, around, partial(relate, texts=texts, near=NEAR)))
            found.append(tie.dedup.relation if tie and id_of(tie.earlier).startswith("earlier") else "original")
        return found

    @staticmethod
    def _entries(index: Index, stories: Sequence[Story], texts: dict[bytes, Text]) -> list[tuple[Entry, Found]]:
        entries = [entry_of(one) for one in stories]
        texts |= {entry.order: Text.of(one.body or "") for entry, one in zip(entries, stories, strict=True)}
        return list(zip(entries, index.find([(entry, RECEIVED) for entry in entries]), strict=True))


def shingles(text: str) -> list[str]:
    """Three words in a row."""
    words = text.lower().split()
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def minhash(text: str) -> MinHash:
    """As datasketch's manual has it."""
    made = MinHash(num_perm=PERMUTATIONS)
    made.update_batch([one.encode() for one in set(shingles(text))])
    return made


def by_lsh(pairs: Sequence[Pair], background: Sequence[MinHash]) -> dict[float, list[bool]]:
    """For each threshold, which pairs' later story is called a copy of something."""
    hashes = [*background, *(minhash(pair.earlier.body) for pair in pairs)]
    laters = [minhash(pair.later.body) for pair in pairs]
    found = {}
    for threshold in THRESHOLDS:
        index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        with index.insertion_session() as session:
            for at, one in enumerate(hashes):
                session.insert(at, one)
        found[threshold] = [bool(index.query(one)) for one in laters]
    return found


def simhashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """One of 64 bits for each text."""
    return np.array([Simhash(Counter(shingles(text))).value for text in texts], dtype=np.uint64)


def by_simhash(pairs: Sequence[Pair], background: NDArray[np.uint64]) -> dict[int, list[bool]]:
    """For each distance, which pairs' later story is called a copy of something."""
    hashes = np.concatenate([background, simhashes([pair.earlier.body for pair in pairs])])
    laters = simhashes([pair.later.body for pair in pairs])
    nearest = np.array([np.bitwise_count(hashes ^ one).min() for one in laters])
    return {distance: (nearest <= distance).tolist() for distance in DISTANCES}


def entries(articles: Sequence[Article]) -> list[tuple[Entry, float]]:
    """Ready to be put into the index."""
    return [(entry_of(story(f"job-{at}", one, hour=0)), RECEIVED) for at, one in enumerate(articles)]
