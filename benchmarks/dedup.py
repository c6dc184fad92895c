"""How well copies are told from versions and look-alikes, how fast, and at what cost, in one run.

    make bench-copies ARGS="--wire …"
    python -m benchmarks.dedup --wire FOLDER --summ FOLDER --same-event FILE [--each 200] [--growth 100000]

``--wire`` has Reuters-21578's SGML files, ``--summ`` NDJSON of articles with highlights, ``--same-event`` is the CSV of
SemEval-2022 task 8. Reprints and writethrus are made of the former two (``reprints``), tables are made up (``agate``),
look-alikes are real. Stories and kinds of edits that the rule was made with are kept apart (``pairs``); all figures are
of the test half. The others' thresholds are the best for this very test. Everything runs against a Redis of its own.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import numpy as np
from datasketch import MinHashLSH
from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.copy_finders import (
    NEAR,
    NINE,
    PERMUTATIONS,
    RECEIVED,
    Stage,
    by_lsh,
    by_simhash,
    entries,
    minhash,
    simhashes,
)
from benchmarks.pairs import UNSEEN, Pair, pairs, stories
from benchmarks.reprints import Article
from services.cli.server import Server
from services.dedup.changes import Text
from services.dedup.compare import compare
from services.dedup.decide import Entry
from services.dedup.index import CALL, Index
from services.dedup.order import id_of, order_key
from services.dedup.register import Register
from services.dedup.signature import BAND_BYTES, SKETCH_BYTES, Signature, sign
from services.dedup.versions import Version
from shared.models import Story

BACKGROUND = 1000
BATCH = 64
LAST = 8000
"""Stories that are timed when the index has grown to a size: the last of them."""
RELATIONS = ("near", "exact", "update", "related", "original")
Calls = Mapping[str, Sequence[bool]]
"""For each kind, which of its pairs are called copies."""


def quality(console: Console, test: Sequence[Pair], background: Sequence[Article], redis: "Redis") -> None:
    """A row a kind, then a row a method."""
    kinds: dict[str, list[Pair]] = defaultdict(list)
    for pair in test:
        kinds[pair.kind].append(pair)
    stage, hashes = Stage(redis), [minhash(one.body) for one in background]
    bits = simhashes([one.body for one in background])
    relations = {kind: stage.relations(some, background) for kind, some in kinds.items()}
    lsh = {kind: by_lsh(some, hashes) for kind, some in kinds.items()}
    simhash = {kind: by_simhash(some, bits) for kind, some in kinds.items()}
    ours: Calls = {kind: [one in ("near", "exact") for one in found] for kind, found in relations.items()}
    best = {
        "datasketch MinHashLSH": _best(
            {at: {kind: lsh[kind][at] for kind in kinds} for at in next(iter(lsh.values()))}, kinds
        ),
        "simhash": _best(
            {at: {kind: simhash[kind][at] for kind in kinds} for at in next(iter(simhash.values()))}, kinds
        ),
    }
    table = Table("kind", "is a", "pairs", *RELATIONS, "LSH: copy", "simhash: copy", box=None)
    for kind, some in sorted(kinds.items(), key=lambda item: (item[1][0].gold, item[0] in UNSEEN)):
        counts = [sum(one == relation for one in relations[kind]) / len(some) for relation in RELATIONS]
        calls = [sum(found[1][kind]) / len(some) for found in best.values()]
        name = f"{kind} *" if kind in UNSEEN else kind
        table.add_row(name, some[0].gold, str(len(some)), *(f"{share:.3f}" for share in (*counts, *calls)))
    console.print(table)
    console.print("* edits, or look-alikes, of which none was seen while the rule was made\n")
    summary = Table("method", "precision", "recall", "F1", "F1, * only", "writethrus called copies", box=None)
    for name, calls in {"wiremill": ours, **{f"{name} at {at}": found for name, (at, found) in best.items()}}.items():
        figures = (*_scores(calls, kinds), _scores(calls, kinds, unseen=True)[2], _versions(calls, kinds))
        summary.add_row(name, *(f"{figure:.3f}" for figure in figures))
    console.print(summary)


def _scores(calls: Calls, kinds: Mapping[str, Sequence[Pair]], *, unseen: bool = False) -> tuple[float, float, float]:
    """Precision, recall and F1 of copies; ``unseen``: of the copies of kinds not seen, against all that are none."""
    asked = {kind for kind, some in kinds.items() if some[0].gold == "copy" and (not unseen or kind in UNSEEN)}
    right, copies = (sum(map(count, asked)) for count in (lambda kind: sum(calls[kind]), lambda kind: len(calls[kind])))
    wrong = sum(sum(calls[kind]) for kind, some in kinds.items() if some[0].gold in ("version", "shared part", "other"))
    precision, recall = right / max(1, right + wrong), right / copies
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _best(found: Mapping[float, Calls], kinds: Mapping[str, Sequence[Pair]]) -> tuple[float, Calls]:
    return max(found.items(), key=lambda item: _scores(item[1], kinds)[2])


def _versions(calls: Calls, kinds: Mapping[str, Sequence[Pair]]) -> float:
    called = [call for kind, some in kinds.items() if some[0].gold == "version" for call in calls[kind]]
    return sum(called) / len(called)


class Clock:
    """Seconds by the clock, and of processor time here and in the server: the latter hold on a busy machine, too."""

    def __init__(self, redis: "Redis") -> None:
        self._redis, self.wall, self.cpu = redis, 0.0, 0.0

    def __enter__(self) -> Self:
        self.wall, self.cpu = self.wall - time.perf_counter(), self.cpu - self._spent()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = self.wall + time.perf_counter(), self.cpu + self._spent()

    def rates(self, count: float) -> tuple[str, str]:
        """How many a second, by both."""
        return f"{count / self.wall:,.0f}", f"{count / self.cpu:,.0f}"

    def _spent(self) -> float:
        spent = self._redis.info("cpu")
        return time.process_time() + float(spent["used_cpu_user"]) + float(spent["used_cpu_sys"])


def speed(console: Console, articles: Sequence[Article], server: Server, redis: "Redis") -> None:
    """Insert and query, each story once, in the same server; datasketch with its own Redis storage."""
    ours, others = list(articles), list(articles[: len(articles) // 8])
    signing, finding, hashing, asking, comparing = (Clock(redis) for _ in range(5))
    with signing:
        signed = entries(ours)
    _flush(redis)
    index = Index(redis, days=7)
    index.find(signed[:1])
    with finding:
        for at in range(0, len(signed), BATCH):
            index.find(signed[at : at + BATCH])
    with hashing:
        hashes = [minhash(one.body) for one in others]
    _flush(redis)
    empty, address = _memory(redis), urlsplit(server.url)
    known = {"host": address.hostname, "port": address.port, "password": address.password}
    storage = {"type": "redis", "basename": b"bench", "redis": known}
    lsh = MinHashLSH(params=(32, 4), num_perm=PERMUTATIONS, storage_config=storage)
    with asking:
        for at, one in enumerate(hashes):
            lsh.query(one)
            lsh.insert(f"job-{at}", one)
    room = (_memory(redis) - empty) / len(hashes)
    texts = [Text.of(one.body) for one in ours[:500]]
    with comparing:
        for one in texts:
            compare(one, one, near=NEAR)
    table = Table("", "a second", "a second of processor time", box=None)
    table.add_row("wiremill: signatures", *signing.rates(len(ours)))
    table.add_row("datasketch: signatures", *hashing.rates(len(hashes)))
    table.add_row("wiremill: insert + query", *finding.rates(len(ours)))
    table.add_row("datasketch, Redis storage, 32 bands of 4: insert + query", *asking.rates(len(hashes)))
    wall, cpu = (
        (len(ours) / mine) / (len(hashes) / theirs)
        for mine, theirs in ((finding.wall, asking.wall), (finding.cpu, asking.cpu))
    )
    table.add_row("ratio of insert + query", f"{wall:.1f}", f"{cpu:.1f}")
    table.add_row("wiremill: word for word, a text with itself", *comparing.rates(len(texts)))
    console.print(table)
    console.print(f"datasketch: {room:,.0f} bytes a story; wiremill: see below\n")


def growth(console: Console, most: int, shapes: Sequence[Signature], redis: "Redis") -> None:
    """What a story costs, under its two names, when there are ten thousand, and ten and a hundred times as many."""
    _flush(redis)
    draw, index, register, empty = (
        np.random.default_rng(1),
        Index(redis, days=7),
        Register(redis, days=7),
        _memory(redis),
    )
    phrases, done = draw.bytes(BAND_BYTES * 2000), 0
    marks = sum(len(one.sketch) for one in shapes) / SKETCH_BYTES / len(shapes)
    console.print(f"all distinct, each with {marks:.1f} marks and as many figures as real stories have")
    for mark in [*(10**power for power in range(4, 7) if 10**power < most), most]:
        clock, similar, start = Clock(redis), 0, done
        while done < mark:
            size = min(CALL, mark - done)
            batch = [(_made(draw, phrases, done + at, shapes), RECEIVED) for at in range(size)]
            names = [(_names(entry.order), RECEIVED) for entry, _ in batch]
            last = mark - done <= LAST
            with clock if last else nullcontext():
                found = index.find(batch)
                register.meet(names)
            similar += sum(len(one.similar) for one in found) if last else 0
            done += size
        timed = min(done - start, LAST)
        room, (wall, cpu) = (_memory(redis) - empty) / done, clock.rates(timed)
        console.print(
            f"{done:>10,} stories: insert + query of {wall} a second, {cpu} in one of processor time;"
            f" {room:,.0f} bytes a story; {similar / timed:.2f} similar"
        )


def _made(draw: np.random.Generator, phrases: bytes, seq: int, shapes: Sequence[Signature]) -> Entry:
    """The signature of a text that nobody wrote, in the shape of a real one. Some marks are of common phrases."""
    shape = shapes[int(draw.integers(len(shapes)))]
    marks = len(shape.bands) // BAND_BYTES
    bands = bytearray(draw.bytes(marks * BAND_BYTES))
    for _ in range(draw.poisson(1.0) if marks else 0):  # common as in Zipf's law
        phrase = BAND_BYTES * min(int(draw.zipf(1.3)) - 1, 1999)
        at = BAND_BYTES * int(draw.integers(marks))
        bands[at : at + BAND_BYTES] = phrases[phrase : phrase + BAND_BYTES]
    sketch, figures = draw.bytes(marks * SKETCH_BYTES), draw.bytes(len(shape.figures))
    signature = Signature(draw.bytes(12), bytes(bands), sketch, figures, level=shape.level)
    return Entry(order_key(Story(id=f"1a218d22a098eedc6b824e9-{seq}", published=NINE)), "", signature)


def _names(order: bytes) -> dict[str, Version]:
    """As a story goes by the provider's id and by its slugline."""
    return {f"{name}:{id_of(order)}": Version(order, "story", numbered=name == "id") for name in ("id", "slugline")}


def _flush(redis: "Redis") -> None:
    redis.execute_command("FLUSHALL", "SYNC")  # or memory goes while the next is measured


def _memory(redis: "Redis") -> int:
    return int(redis.info("memory")["used_memory"])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wire", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--summ", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--same-event", type=Path, required=True, metavar="FILE")
    parser.add_argument("--each", type=int, default=200, help="pairs of every kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--growth", type=int, default=100_000, help="stories to fill the index with")
    options = parser.parse_args()
    console = Console(width=200)
    pool = stories(options.wire, options.summ)
    test = pairs(pool, options.same_event, part="test", each=options.each, seed=options.seed)
    mine = {story.headline for pair in test for story in (pair.earlier, pair.later)}
    draw = random.Random(options.seed)
    background = draw.sample([one for one in pool if one.headline not in mine and sign(one.body)], BACKGROUND)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            redis = Redis.from_url(server.url)
            console.print(f"{len(pool)} stories; {len(test)} pairs, each among {BACKGROUND} other stories\n")
            quality(console, test, background, redis)
            speed(console, draw.sample(pool, 4000), server, redis)
            growth(console, options.growth, [entry.signature for entry, _ in entries(draw.sample(pool, 4000))], redis)
            redis.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
