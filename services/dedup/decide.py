"""Decide how a story relates to those that the index found for it. Pure.

The rule is about pairs and their order, never about arrival: *a story is a copy if and only if an earlier one says
all of it*. Whichever of a pair comes to the index second sees the other, and settles the later one of the two, be it
itself or, by an amendment, the other. So neither the number of workers nor a repeated batch changes an outcome.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.dedup.label import Label
from services.dedup.order import descending, id_of, order_key
from services.dedup.signature import VALUES, Signature, agreement, containment, similarity
from shared.models import Dedup, Evidence, State, Story
from shared.stage import Amendment

FIGURES_AGREE = 0.8
"""The share of a copy's numbers that the original must have: tables and forecasts share all but their numbers."""

BY_TEXT = "0" * 20
"""Ranks what was found by texts below what the provider's own ids say (see ``versions``). Of newer texts the first is
named, since copies of it may follow; of newer versions by id, the newest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as the index keeps it. ``order`` is its ``order_key``; ``label`` what it calls itself."""

    order: str
    label: Label
    signature: Signature


@dataclass(frozen=True, slots=True)
class Found:
    """What the index knows around a story.

    ``same`` holds the order keys of stories with the same text: in each generation the first one, and the one from
    which the story took that place. ``similar`` holds the entries that share a band. The story itself is in neither.
    """

    same: Sequence[str] = ()
    similar: Sequence[Entry] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Match:
    """The later of two stories says little that the earlier does not. ``label`` is the later one's."""

    earlier: str
    later: str
    label: Label
    overlap: float  # estimated share of the later one's shingles that the earlier has
    figures: float  # share of its numbers


def decide(
    story: Story, entry: Entry, found: Found, *, near: float, versions: Collection[str] = ()
) -> tuple[Story, list[Amendment]]:
    """The story with its relation, ended if it is a copy, and amendments to other stories that this settles.

    ``near`` is the overlap, 0 to 1, from which a text is a near copy. A near text that calls itself an update or a
    correction is one, and goes on; what it updates is superseded. Of several earlier stories the first is named, one
    with the same text before others. ``versions`` are the order keys of those that are the same item in another version
    by its provider's word: how much of their text is the same says nothing.
    """
    others = {entry.order, *found.same, *versions}
    matches = match(entry, [other for other in found.similar if other.order not in others], near=near)
    amendments = [_copy(order, _exact(entry.order)) for order in sorted(found.same) if order > entry.order]
    for pair in matches:
        if pair.earlier == entry.order:
            amendments.append(_version(pair) if pair.label else _copy(pair.later, _related(pair)))
        if pair.label:
            superseded = Amendment(
                story_id=id_of(pair.earlier), superseded_by=id_of(pair.later), rank=f"{BY_TEXT}{descending(pair.later)}"
            )
            amendments.append(superseded)
    same = min(found.same, default=entry.order)
    if same < entry.order:
        return _end(story, _exact(same)), amendments
    earlier = min((pair for pair in matches if pair.later == entry.order), key=lambda pair: pair.earlier, default=None)
    if earlier is None:
        return story.model_copy(update={"dedup": Dedup(cluster=story.id)}), amendments
    dedup = _related(earlier)
    return (story.model_copy(update={"dedup": dedup}) if earlier.label else _end(story, dedup)), amendments


def finding_rank(dedup: Dedup) -> str:
    """Of two findings about a story, that of the higher rank stays: the same text first, then the earliest story."""
    return f"{int(dedup.relation == 'exact')}{descending(order_key(dedup.of or ''))}"


def _copy(order: str, dedup: Dedup) -> Amendment:
    return Amendment(story_id=id_of(order), state=State.DUPLICATE, dedup=dedup, rank=finding_rank(dedup))


def _version(pair: "Match") -> Amendment:
    """It goes on whatever is found later; its state is not ours to name."""
    dedup = _related(pair)
    return Amendment(story_id=id_of(pair.later), dedup=dedup, rank=finding_rank(dedup))


def match(entry: Entry, others: Sequence[Entry], *, near: float) -> list[Match]:
    """The pairs of ``entry`` and one of ``others`` whose later story is a near copy or a new version of the earlier."""
    if not others:
        return []
    sketches = np.frombuffer(b"".join(other.signature.sketch for other in others), np.uint8).reshape(-1, VALUES)
    jaccards = similarity(np.frombuffer(entry.signature.sketch, np.uint8), sketches)
    pairs = zip(others, jaccards.tolist(), strict=True)
    return [found for other, jaccard in pairs if (found := _compare(*_sorted(entry, other), jaccard, near))]


def _sorted(one: Entry, other: Entry) -> tuple[Entry, Entry]:
    return (one, other) if one.order < other.order else (other, one)


def _compare(earlier: Entry, later: Entry, jaccard: float, near: float) -> Match | None:
    first, second = earlier.signature, later.signature
    overlap = containment(jaccard, second.shingles, first.shingles)
    figures = agreement(second.figures, first.figures)
    if later.label:  # new text and new figures are what a new version is for
        versions = max(overlap, containment(jaccard, first.shingles, second.shingles)) >= near
        return Match(earlier.order, later.order, later.label, overlap, figures) if versions else None
    if overlap < near or figures < FIGURES_AGREE:
        return None
    return Match(earlier.order, later.order, "", overlap, figures)


def _end(story: Story, dedup: Dedup) -> Story:
    return story.model_copy(update={"state": State.DUPLICATE, "dedup": dedup})


def _exact(order: str) -> Dedup:
    evidence = Evidence(kind="same-text", detail="the same words in the same order", value=1.0)
    return Dedup(relation="exact", of=id_of(order), score=1.0, cluster=id_of(order), evidence=[evidence])


def _related(found: Match) -> Dedup:
    overlap, figures = round(found.overlap, 3), round(found.figures, 3)
    evidence = [
        Evidence(kind="similar-text", detail="share of its three-word sequences that the earlier has", value=overlap),
        Evidence(kind="same-figures", detail="share of its numbers that the earlier has", value=figures),
    ]
    if found.label:
        evidence.append(Evidence(kind="label", detail=f"calls itself {_ARTICLE[found.label]}"))
    of = id_of(found.earlier)
    return Dedup(relation=found.label or "near", of=of, score=overlap, cluster=of, evidence=evidence)


_ARTICLE = {"update": "an update", "correction": "a correction"}
