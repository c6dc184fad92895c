import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.tags import BEGIN, END, INSIDE, OUTSIDE, SINGLE, TAGS, TRANSITIONS, best, names, tag_of


def scores_for(*tags: int) -> np.ndarray:
    scores = np.zeros((len(tags), TAGS), np.float32)
    scores[np.arange(len(tags)), tags] = 5
    return scores


def test_names_are_read_off_tags() -> None:
    tags = [tag_of("ORG", BEGIN), tag_of("ORG", INSIDE), tag_of("ORG", END), OUTSIDE, tag_of("LOC", SINGLE)]
    assert list(names(best([scores_for(*tags)])[0])) == [(0, 3, "ORG"), (4, 5, "LOC")]


def test_what_makes_no_sense_gives_way_to_what_does() -> None:
    scores = scores_for(tag_of("ORG", BEGIN), tag_of("LOC", END), OUTSIDE)
    scores[1, tag_of("ORG", END)] = 4
    assert list(names(best([scores])[0])) == [(0, 2, "ORG")]


@settings(deadline=None)
@given(st.integers(0, 1_000_000), st.integers(1, 4))
def test_the_best_sequence_is_possible_and_no_other_is_better(seed: int, length: int) -> None:
    draw = np.random.default_rng(seed)
    texts = [draw.integers(0, 4, (words, TAGS)).astype(np.float32) for words in (length, 4)]
    for scores, tags in zip(texts, best(texts), strict=True):
        assert len(tags) == len(scores)
        steps = [OUTSIDE, *tags.tolist(), OUTSIDE]
        assert all(TRANSITIONS[a, b] == 0 for a, b in itertools.pairwise(steps))
        reached = TRANSITIONS[OUTSIDE] + scores[0]
        for at in range(1, len(scores)):
            reached = (reached[:, None] + TRANSITIONS).max(0) + scores[at]
        assert scores[np.arange(len(tags)), tags].sum() == (reached + TRANSITIONS[:, OUTSIDE]).max()
