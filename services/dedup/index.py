"""The index of texts seen, in Redis, written and read by one atomic script per batch.

It is an index of *texts*: stories with the same words share one record, which names the first of them. A million
copies of one text cost as much as one. Time is cut into *generations* of ``dedup_days``, by when a story was received;
a story is compared with those of its own generation and of the two beside it, and a generation's keys expire together.
A story is thus remembered for at least ``dedup_days`` and at most twice that.

Keys (``G`` is the generation's number, ``HHH`` leading hex digits of a text's hash, ``bb`` the first two bytes of a
band's hash as they are); all live ``2 × dedup_days`` and a day:

=============================  ======  ========================================================================
``wm:dedup:1:G:count``         string  texts numbered so far in the generation
``wm:dedup:1:G:same:HHH``      hash    text hash → the text's number
``wm:dedup:1:G:text:PAGE``     hash    number → record of the text: its first story's order key, label, signature
``wm:dedup:1:G:band:bb``       hash    rest of a band's hash → numbers (4 bytes each) of the texts that share the band
``wm:dedup:1:G:displaced:HHH`` hash    order key → order key of the story from which it took over as the first
=============================  ======  ========================================================================

Hashes are cut up so that Redis keeps them as listpacks (up to 128 short fields), at a quarter of a table's memory.
A band's bucket holds 16 texts at most, those of the first stories: what all of a wire's stories share (tables, forms)
must not cost more with every story. Only a near copy of one of the later texts can then be missed, never an exact one.
The script names its keys itself, so it needs one Redis server, not a cluster.
"""

import struct
from collections.abc import Iterator, Sequence

from redis import Redis

from services.dedup.decide import Entry, Found
from services.dedup.generations import Generations
from services.dedup.label import Label
from services.dedup.script import Script
from services.dedup.signature import VALUES, Signature

BUCKET = 16
"""Texts in a band's bucket, at most: 64 bytes, the longest value that a listpack holds by default."""
CALL = 256
"""Stories in one call of the script, at most: Redis serves nobody else meanwhile."""

_HEAD = struct.Struct(">BI")
_LABELS: tuple[Label, ...] = ("", "update", "correction")


class Index:
    """Texts seen within ``days``. Any number of workers may use one at the same time."""

    def __init__(self, redis: "Redis", *, days: float) -> None:
        self.generations = Generations(days)
        self.script = Script(redis, "find")

    def find(self, entries: Sequence[tuple[Entry, float]]) -> list[Found]:
        """Insert entries, each with the Unix time (seconds) it was received, and return what is around each."""
        return [found for at in range(0, len(entries), CALL) for found in self._find(entries[at : at + CALL])]

    def _find(self, entries: Sequence[tuple[Entry, float]]) -> Iterator[Found]:
        arguments: list[str | bytes | int] = [self.generations.lifetime, BUCKET]
        for entry, received in entries:
            arguments += [
                self.generations.of(received),
                entry.order,
                entry.signature.text,
                entry.signature.bands,
                _pack(entry),
            ]
        found, flat = self.script(arguments)
        records = {flat[at]: _unpack(flat[at + 1]) for at in range(0, len(flat), 2)}
        for same, tags in found:
            yield Found([order.decode() for order in same], [records[tag] for tag in tags])


def _pack(entry: Entry) -> bytes:
    head = _HEAD.pack(_LABELS.index(entry.label), entry.signature.shingles)
    return head + entry.signature.sketch + entry.signature.figures


def _unpack(record: bytes) -> Entry:
    """The record of a text that is long enough for bands; its own hashes are not in it, and not needed to compare."""
    start = 1 + record[0]
    label, shingles = _HEAD.unpack_from(record, start)
    sketch = start + _HEAD.size
    signature = Signature(
        b"", sketch=record[sketch : sketch + VALUES], figures=record[sketch + VALUES :], shingles=shingles
    )
    return Entry(record[1:start].decode(), _LABELS[label], signature)
