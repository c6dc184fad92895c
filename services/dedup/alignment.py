"""Which passages of a text stand in another, word for word or reworded, and where. Pure.

As tools do that find genes: three words in a row that both texts have are a *seed*, seeds grow to runs, and runs that
follow each other in both texts are joined across the few words between them, if enough of those agree. Work grows with
the texts' length only, whatever is in them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.dedup.signature import TOKEN

WORDS = 20_000
"""Words of a text that are looked at; what follows is taken to be like them."""
SEED = 3
"""Words in a row that both texts must have for a run to begin."""
_PLACES = 8  # of a seed in the earlier text that are tried: in a text of one word, every place would do
_LONG = 6  # words from which on a run counts wherever it stands
_GAP = 24  # words between two runs, at most, that a rewording may explain
_LIGHT = 4  # so few may all be other words
_KEPT = 0.3  # share of the words in a longer gap that must be the same, in order


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words without case and punctuation, and where each stands: ``body[starts[i]:ends[i]]``."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, body: str) -> "Words":
        """The first ``WORDS`` words. A number is one word, without the commas in it."""
        words, starts, ends = list[str](), list[int](), list[int]()
        for match in TOKEN.finditer(body):
            word = match[0].casefold()
            words.append(word.replace(",", "") if word[-1].isdecimal() else word)
            starts.append(match.start())
            ends.append(match.end())
            if len(words) == WORDS:
                break
        return cls(words, starts, ends)


@dataclass(frozen=True, slots=True)
class Run:
    """``size`` words that are the same from ``at`` in the later text and from ``of`` in the earlier."""

    at: int
    of: int
    size: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Words between two runs, for each other: ``[at, end)`` of the later text and ``[of, of_end)`` of the earlier."""

    at: int
    end: int
    of: int
    of_end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Runs, and the gaps between them, that follow each other in both texts. Bounds are in words."""

    at: int
    end: int
    of: int
    of_end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the later text follows the earlier. ``passages`` are in the later text's order and do not overlap in it."""

    runs: Sequence[Run]
    gaps: Sequence[Gap]
    passages: Sequence[Passage]


def align(earlier: Sequence[str], later: Sequence[str]) -> Alignment:
    """Find every passage of ``later`` that stands in ``earlier``."""
    runs = _in_line(_runs(earlier, later))
    gaps: list[Gap] = []
    passages: list[Passage] = []
    bounds = [Run(0, 0, 0), *runs, Run(len(later), len(earlier), 0)] if runs else []
    at, of = 0, 0  # where the passage in hand begins
    for before, after in pairwise(bounds):
        gap = Gap(before.at + before.size, after.at, before.of + before.size, after.of)
        if _explained(gap, earlier, later):
            if gap.end > gap.at or gap.of_end > gap.of:
                gaps.append(gap)
            continue
        if gap.at > at:
            passages.append(Passage(at, gap.at, of, gap.of))
        at, of = gap.end, gap.of_end
    if bounds and len(later) > at:
        passages.append(Passage(at, len(later), of, len(earlier)))
    return Alignment(runs, gaps, passages)


def _runs(earlier: Sequence[str], later: Sequence[str]) -> list[Run]:
    """The longest run at each place of the later text, from left to right; of equally long ones, the next in line."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for of, seed in enumerate(zip(earlier, earlier[1:], earlier[2:], strict=False)):
        if len(places[seed]) < _PLACES:
            places[seed].append(of)
    runs: list[Run] = []
    at, line, last = 0, 0, len(later) - SEED
    while at <= last:
        found = places.get((later[at], later[at + 1], later[at + 2]))
        if found is None:
            at += 1
            continue
        size, _, of = max((_grown(earlier, later, of, at), -abs(of - at - line), of) for of in found)
        runs.append(Run(at, of, size))
        at, line = at + size, of - at
    return runs


def _in_line(runs: list[Run]) -> list[Run]:
    """Without the short runs that lead nowhere: *of the year* stands in many places."""
    joined = [_follows(before, after) for before, after in pairwise(runs)]
    return [
        run
        for run, after, before in zip(runs, [False, *joined], [*joined, False], strict=False)
        if run.size >= _LONG or after or before
    ]


def _follows(before: Run, after: Run) -> bool:
    mine, others = after.at - before.at - before.size, after.of - before.of - before.size
    return 0 <= others <= _GAP and mine <= _GAP


def _grown(earlier: Sequence[str], later: Sequence[str], of: int, at: int) -> int:
    size, most = SEED, min(len(earlier) - of, len(later) - at)
    while size < most and earlier[of + size] == later[at + size]:
        size += 1
    return size


def _explained(gap: Gap, earlier: Sequence[str], later: Sequence[str]) -> bool:
    """Whether what stands between two runs may be the same, in other words."""
    mine, others = gap.end - gap.at, gap.of_end - gap.of
    if not (0 <= others <= _GAP and mine <= _GAP):
        return False
    if max(mine, others) <= _LIGHT:
        return True
    same, of = 0, gap.of
    for word in later[gap.at : gap.end]:
        try:
            of = earlier.index(word, of, gap.of_end) + 1
        except ValueError:
            continue
        same += 1
    return same >= _KEPT * max(mine, others)
