"""Decide how a story relates to those that the index found for it. Pure.

The rule is about pairs and their order, never about arrival: *a story is a copy if and only if an earlier one says
all of it*. Whichever of a pair comes to the index second sees the other, and settles the later one of the two, be it
itself or the other. So neither the number of workers nor a repeated batch changes an outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from services.dedup.changes import Text
from services.dedup.compare import ARTICLE, compare
from services.dedup.label import Label, label
from services.dedup.order import id_of, order_key, published_of
from services.dedup.signature import Signature, agreement, containment, sign
from services.dedup.tenants import apart
from services.dedup.ties import Tie
from shared.models import Dedup, Evidence, Story

FIGURES_AGREE = 0.8
"""The share of a copy's numbers that the original must have: tables and forecasts share all but their numbers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as the index keeps it. ``order`` is its ``order_key``; ``label`` what it calls itself."""

    order: bytes
    label: Label
    signature: Signature


def entry_of(story: Story, tenant: str = "") -> Entry:
    """The story as the index is to know it; no story of another tenant is like it.

    One without a word, and a kill notice, which is for the desk, are like none but themselves sent again.
    """
    signature = None if story.wire.kind == "kill" else sign(story.body or "", story.headline)
    if signature is None:
        source = story.source
        item = (source.provider, source.guid, source.version, str(story.published)) if source.guid else (story.id,)
        name = "\0".join(part or "" for part in item)
        signature = Signature(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=12).digest())
    return Entry(order_key(story), label(story), apart(signature, tenant))


@dataclass(frozen=True, slots=True)
class Found:
    """What the index knows around a story.

    ``same`` holds the order keys of stories with the same text: in each generation the first one, and the one from
    which the story took that place. ``similar`` holds the entries that share a band. The story itself is in neither.
    """

    same: Sequence[bytes] = ()
    similar: Sequence[Entry] = field(default_factory=tuple)


Relate = Callable[[Entry, Entry], Dedup | None]
"""What the second, later, story is to the first, with the evidence; None if nothing."""


def decide(entry: Entry, found: Found, relate: Relate) -> list[Tie]:
    """What the story is to earlier ones, and later ones are to it, by their words."""
    ties = [_tie(entry.order, other, exact) for other in found.same]
    known = {entry.order, *found.same}
    for other in found.similar:
        if other.order not in known:
            earlier, later = (entry, other) if entry.order < other.order else (other, entry)
            if dedup := relate(earlier, later):
                ties.append(Tie(later.order, earlier.order, dedup))
    return ties


def _tie(one: bytes, other: bytes, say: Callable[[bytes], Dedup]) -> Tie:
    earlier, later = sorted((one, other))
    return Tie(later, earlier, say(earlier))


def exact(order: bytes) -> Dedup:
    """Has the same words as the story with that order key."""
    evidence = Evidence(kind="same-text", detail="the same words in the same order", value=1.0)
    return Dedup(relation="exact", of=id_of(order), score=1.0, cluster=id_of(order), evidence=[evidence])


def relate(earlier: Entry, later: Entry, texts: Mapping[bytes, Text], *, near: float) -> Dedup | None:
    """What the later is to the earlier, word for word; an estimate where one of their ``texts`` is known no more.

    Of two versions that were published at the same time, or at no known one, nothing but a label says which is newer.
    Neither may then supersede the other.
    """
    first, second = texts.get(earlier.order), texts.get(later.order)
    if first is None or second is None:
        return estimate(earlier, later, near=near)
    found = compare(first, second, label=later.label, near=near)
    if found is None:
        return None
    of, relation, evidence = id_of(earlier.order), found.relation, list(found.evidence)
    if not later.label and relation == "update" and published_of(earlier.order) == published_of(later.order):
        relation = "related"
        evidence.append(Evidence(kind="same-time", detail="nothing says which of the two is newer"))
    return Dedup(relation=relation, of=of, score=found.score, cluster=of, evidence=evidence)


def estimate(earlier: Entry, later: Entry, *, near: float) -> Dedup | None:
    """What the later is to the earlier as far as their signatures tell. ``near`` is the overlap, 0 to 1, from which a
    text is a near copy; one that calls itself an update or a correction is that.
    """
    first, second = earlier.signature, later.signature
    overlap = containment(second, first)
    figures = agreement(second.figures, first.figures)
    if later.label:  # new text and new figures are what a new version is for
        found = max(overlap, containment(first, second)) >= near
    else:
        found = overlap >= near and figures >= FIGURES_AGREE
    return _related(earlier, later, round(overlap, 3), round(figures, 3)) if found else None


def _related(earlier: Entry, later: Entry, overlap: float, figures: float) -> Dedup:
    evidence = [
        Evidence(
            kind="similar-text", detail="about what share of its three-word sequences the earlier has", value=overlap
        ),
        Evidence(kind="same-figures", detail="share of its numbers that the earlier has", value=figures),
    ]
    if later.label:
        evidence.append(Evidence(kind="label", detail=f"calls itself {ARTICLE[later.label]}"))
    of = id_of(earlier.order)
    return Dedup(relation=later.label or "near", of=of, score=overlap, cluster=of, evidence=evidence)
