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
_FREE = np.flatnonzero(_START == 0)
"""Tags that may come where no name is open; those that go on with one, by type; those that leave none, or one, open."""
_GOING_ON = np.flatnonzero(_START != 0)
_CLOSED = np.flatnonzero(_STOP == 0)
_OPEN = np.flatnonzero(_STOP != 0)


def best(scores: Sequence[NDArray[np.float32]]) -> list[NDArray[np.int64]]:
    """The best possible sequence of tags of each text (Viterbi), from what is said of its words, ``[words, TAGS]``."""
    found = [said.argmax(-1) for said in scores]
    wrong = [number for number, tags in enumerate(found) if not _possible(tags)]
    if wrong:  # where the best tag of each word makes sense, no other sequence is better
        for number, tags in zip(wrong, _viterbi([scores[number] for number in wrong]), strict=True):
            found[number] = tags
    return found


def _possible(tags: NDArray[np.int64]) -> bool:
    if not len(tags):
        return True
    inside = TRANSITIONS[tags[:-1], tags[1:]].min(initial=0)
    return bool(min(inside, _START[tags[0]], _STOP[tags[-1]]) == 0)


def _viterbi(scores: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.int64]]:
    """All texts at once, word by word. What may come next only asks whether a name is open, and of which type, so the
    best way to each of these states is all that needs to be known.
    """
    lengths = [len(said) for said in scores]
    padded = np.zeros((max(lengths), len(scores), TAGS), np.float32)
    for number, said in enumerate(scores):
        padded[: len(said), number] = said
    reached = np.empty_like(padded)
    rows = np.arange(len(scores))
    closed, opened = np.zeros(len(scores), np.float32), np.full((len(scores), len(LABELS)), _IMPOSSIBLE)
    for at, said in enumerate(padded):
        here = reached[at]
        here[:, _FREE] = closed[:, None]
        here[:, _GOING_ON] = opened.repeat(2, axis=1)
        here += said
        closed = here[rows[:, None], _CLOSED].max(1)
        opened = here[:, _OPEN].reshape(len(scores), len(LABELS), 2).max(2)
    for number, length in enumerate(lengths):
        tags = np.zeros(length, np.int64)
        last = _STOP
        for at in range(length - 1, -1, -1):
            tags[at] = (reached[at, number] + last).argmax()
            last = TRANSITIONS[:, tags[at]]
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
