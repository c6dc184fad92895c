"""The index of texts seen, in Redis, written and read by one atomic script per batch.

It is an index of *texts*: stories with the same words, that call themselves the same, share one record, which names the
first of them. A million copies of one text cost little more than one. Time is cut into *generations* of ``dedup_days``,
by when a story was received; a story is compared with those of its own generation and of the two beside it, and a
generation's keys expire together. A story is thus remembered for at least ``dedup_days`` and at most twice that.

Keys (``G`` is the generation's number, ``N`` a text's); all live ``2 × dedup_days`` and a day:

=============================  ======  ========================================================================
``wm:dedup:3:G:count``         string  texts numbered so far in the generation
``wm:dedup:3:G:size``          string  entries in the generation's table
``wm:dedup:3:G:hash:BUCKET``   hash    the table: rest of a text's hash → the text's number; rest of a band's hash →
                                       numbers (4 bytes each) of the texts that share the band; names (``register``)
``wm:dedup:3:G:text:PAGE``     hash    number → record of the text: its first story's order key, label, signature
``wm:dedup:3:seat:JOB:PAGE``   hash    seq → tag of the story's text, ``G:N``; seq:from → order key of the story from
                                       which it took over as the first of the text
=============================  ======  ========================================================================

Clusters are a forest over the texts, for which these are kept, likewise (``docs/adr/0013-clusters.md`` says why):

=============================  ======  ========================================================================
``wm:dedup:3:G:up:PAGE``       hash    number → what the text's first story follows: how, tag, order key
``wm:dedup:3:G:kin:N``         zset    order keys of what follows the text, its copies among them; the first ``KIN``
``wm:dedup:3:G:later:N``       zset    order keys of its versions; the last ``VERSIONS``
``wm:dedup:3:dead:JOB``        hash    seq → the notice that killed the story
=============================  ======  ========================================================================

Hashes are cut up so that Redis keeps them as listpacks (up to 512 short fields), at a quarter of a table's memory; the
table grows with its entries (``lua/table.lua``), so that a story costs the same among many as among few.
A band has 16 texts at most, those of the first stories: what all of a wire's stories share (tables, forms)
must not cost more with every story. Of the texts that share bands with a story the ``SIMILAR`` that share most are
returned. Only a near copy of one of the others can then be missed, never an exact one.
The scripts name their keys themselves, so they need one Redis server, not a cluster.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

from redis import Redis

from services.dedup.decide import Entry, Found
from services.dedup.generations import Generations
from services.dedup.label import Label
from services.dedup.signature import SKETCH_BYTES, Signature
from services.dedup.ties import CLUSTERED, Tie
from shared.clusters import MEMBERS
from shared.script import Script

CROWD = 16
"""Texts of a band, at most: 64 bytes, the longest value that a listpack holds by default."""
CALL = 256
"""Stories in one call of the script, at most: Redis serves nobody else meanwhile."""

SHARED = 2
"""Bands that two texts must share to be compared: one shingle in common may be a phrase."""
SIMILAR = 8
"""Texts that a story is compared with, at most: those that share most bands."""
KIN = MEMBERS + 1
"""Copies and followers of one text that are known by name, at most. All know it, all the same."""
VERSIONS = 16
"""Versions of one text of which the newest is looked for, at most."""

_HEAD = struct.Struct(">BBB")  # label, level, values in the sketch
_LABELS: tuple[Label, ...] = ("", "update", "correction")


class Index:
    """Texts seen within ``days``. Any number of workers may use one at the same time."""

    def __init__(self, redis: "Redis", *, days: float) -> None:
        self.generations = Generations(days)
        self.script = Script(redis, "table", "find", package="services.dedup")
        self._tie = Script(redis, "tie", package="services.dedup")
        self._kill = Script(redis, "kill", package="services.dedup")

    def find(self, entries: Sequence[tuple[Entry, float]]) -> list[Found]:
        """Insert entries, each with the Unix time (seconds) it was received, and return what is around each."""
        return [found for at in range(0, len(entries), CALL) for found in self._find(entries[at : at + CALL])]

    def _find(self, entries: Sequence[tuple[Entry, float]]) -> Iterator[Found]:
        arguments: list[str | bytes | int] = [self.generations.lifetime, CROWD, KIN, SHARED, SIMILAR]
        for entry, received in entries:
            arguments += [
                self.generations.of(received),
                entry.order,
                entry.signature.text + bytes([_LABELS.index(entry.label)]),
                entry.signature.bands,
                _pack(entry),
            ]
        found, flat = self.script(arguments)
        records = {flat[at]: _unpack(flat[at + 1]) for at in range(0, len(flat), 2)}
        for same, tags in found:
            yield Found(same, [records[tag] for tag in tags])

    def tie(self, ties: Iterable[Tie]) -> None:
        """Note what stories are to earlier ones; those of one cluster are found together from then on."""
        arguments: list[str | bytes | int] = [self.generations.lifetime, KIN, VERSIONS]
        for tie in ties:
            if tie.strength >= CLUSTERED:
                arguments += [tie.later, tie.earlier, str(tie.strength)]
        if len(arguments) > 3:
            self._tie(arguments)

    def kill(self, kills: Iterable[tuple[bytes, str]]) -> None:
        """Mark stories, by their order keys, as killed; the mark is as ``shared.clusters.Kill`` reads it."""
        arguments: list[str | bytes | int] = [self.generations.lifetime]
        for order, mark in kills:
            arguments += [order, mark]
        if len(arguments) > 1:
            self._kill(arguments)


def _pack(entry: Entry) -> bytes:
    signature = entry.signature
    head = _HEAD.pack(_LABELS.index(entry.label), signature.level, len(signature.sketch) // SKETCH_BYTES)
    return head + signature.sketch + signature.figures


def _unpack(record: bytes) -> Entry:
    """The record of a text that is long enough for bands; its own hashes are not in it, and not needed to compare."""
    start = 1 + record[0]
    label, level, values = _HEAD.unpack_from(record, start)
    sketch = start + _HEAD.size
    figures = sketch + values * SKETCH_BYTES
    signature = Signature(b"", sketch=record[sketch:figures], figures=record[figures:], level=level)
    return Entry(record[1:start], _LABELS[label], signature)
