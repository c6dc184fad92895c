"""What a network says of each word, and the names that this makes: begin, inside, end, single, or outside of a name."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from services.entities.words import LABELS

OUTSIDE = 0
TAGS = len(LABELS) * 4 + 1
"""``OUTSIDE``, then for each type its begin, inside, end and single."""
BEGIN, INSIDE, END, SINGLE = range(1, 5)

_IMPOSSIBLE = np.float32(-1e4)


def tag_of(label: str, part: int) -> int:
    """The tag of a type and one of ``BEGIN``, ``INSIDE``, ``END``, ``SINGLE``."""
    return 4 * LABELS.index(label) + part


def _transitions() -> NDArray[np.float32]:
    parts = np.array([OUTSIDE] + [BEGIN, INSIDE, END, SINGLE] * len(LABELS))
    types = np.array([-1] + [label for label in range(len(LABELS)) for _ in range(4)])
    opened = np.isin(parts, (BEGIN, INSIDE))
    goes_on = np.isin(parts, (INSIDE, END))
    fits = np.where(opened[:, None], goes_on & (types[:, None] == types), ~goes_on)
    return np.where(fits, np.float32(0), _IMPOSSIBLE)


TRANSITIONS = _transitions()
"""What it costs to go from one tag to another: nothing, or too much."""
_START = TRANSITIONS[OUTSIDE]
_STOP = np.ascontiguousarray(TRANSITIONS[:, OUTSIDE])


def best(scores: NDArray[np.float32], lengths: Sequence[int]) -> list[NDArray[np.int64]]:
    """The best possible sequence of tags of each text (Viterbi): from ``[texts, words, TAGS]``, of which the first
    ``lengths`` words count.
    """
    plain = scores.argmax(-1)
    found = [plain[number, :length] for number, length in enumerate(lengths)]
    wrong = [number for number, tags in enumerate(found) if not _possible(tags)]
    if wrong:  # where the best tag of each word makes sense, no other sequence is better
        for number, tags in zip(wrong, _viterbi(scores[wrong], [lengths[n] for n in wrong]), strict=True):
            found[number] = tags
    return found


def _possible(tags: NDArray[np.int64]) -> bool:
    if not len(tags):
        return True
    inside = TRANSITIONS[tags[:-1], tags[1:]].min(initial=0)
    return bool(min(inside, _START[tags[0]], _STOP[tags[-1]]) == 0)


def _viterbi(scores: NDArray[np.float32], lengths: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    longest = max(lengths)
    back = np.zeros((longest, len(scores), TAGS), np.int64)
    best_so_far = scores[:, 0] + _START
    totals = np.zeros((longest, len(scores), TAGS), np.float32)
    totals[0] = best_so_far
    for at in range(1, longest):
        ways = best_so_far[:, :, None] + TRANSITIONS
        back[at] = ways.argmax(1)
        best_so_far = ways.max(1) + scores[:, at]
        totals[at] = best_so_far
    for number, length in enumerate(lengths):
        tags = np.zeros(length, np.int64)
        tags[-1] = (totals[length - 1, number] + _STOP).argmax()
        for at in range(length - 1, 0, -1):
            tags[at - 1] = back[at, number, tags[at]]
        yield tags


def names(tags: NDArray[np.int64]) -> Iterator[tuple[int, int, str]]:
    """The names of a possible sequence of tags: first word, word after the last, type."""
    start = 0
    for at in np.flatnonzero(tags):
        label, part = divmod(int(tags[at]) - 1, 4)
        if part + 1 in (BEGIN, SINGLE):
            start = int(at)
        if part + 1 in (END, SINGLE):
            yield start, int(at) + 1, LABELS[label]
