import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.tags import BEGIN, END, INSIDE, OUTSIDE, SINGLE, TAGS, TRANSITIONS, best, names, tag_of


def scores_for(*tags: int) -> np.ndarray:
    scores = np.zeros((1, len(tags), TAGS), np.float32)
    scores[0, np.arange(len(tags)), tags] = 5
    return scores


def test_names_are_read_off_tags() -> None:
    tags = [tag_of("ORG", BEGIN), tag_of("ORG", INSIDE), tag_of("ORG", END), OUTSIDE, tag_of("LOC", SINGLE)]
    assert list(names(best(scores_for(*tags), [5])[0])) == [(0, 3, "ORG"), (4, 5, "LOC")]


def test_what_makes_no_sense_gives_way_to_what_does() -> None:
    scores = scores_for(tag_of("ORG", BEGIN), tag_of("LOC", END), OUTSIDE)
    scores[0, 1, tag_of("ORG", END)] = 4
    assert list(names(best(scores, [3])[0])) == [(0, 2, "ORG")]


def test_words_after_the_end_do_not_count() -> None:
    scores = scores_for(tag_of("ORG", SINGLE), tag_of("ORG", BEGIN))
    assert [len(tags) for tags in best(scores, [1])] == [1]
    assert list(names(best(scores, [1])[0])) == [(0, 1, "ORG")]


@settings(deadline=None)
@given(st.integers(0, 1_000_000), st.integers(1, 4))
def test_the_best_sequence_is_possible_and_no_other_is_better(seed: int, length: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, (2, 4, TAGS)).astype(np.float32)
    lengths = [length, 4]
    for text, tags in enumerate(best(scores, lengths)):
        assert len(tags) == lengths[text]
        steps = [OUTSIDE, *tags.tolist(), OUTSIDE]
        assert all(TRANSITIONS[a, b] == 0 for a, b in itertools.pairwise(steps))
        reached = TRANSITIONS[OUTSIDE] + scores[text, 0]
        for at in range(1, lengths[text]):
            reached = (reached[:, None] + TRANSITIONS).max(0) + scores[text, at]
        assert scores[text, np.arange(len(tags)), tags].sum() == (reached + TRANSITIONS[:, OUTSIDE]).max()
