"""Paragraphs that come twice, and words that do."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import pairwise

from services.clean.draft import Cut, Draft, Rule, cut_paragraphs
from services.clean.tables import is_agate
from shared.models import Story

REPEATED = Rule("repeated-paragraph", "the same paragraph stands further up")
NEARLY_REPEATED = Rule("nearly-repeated-paragraph", "nearly the same paragraph stands further up")
DOUBLED_WORD = Rule("doubled-word", "a word was typed twice")

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 8  # shorter ones (refrains, rows of tables, "No.") are repeated on purpose
_FEWEST_LETTERS = 40  # the same for scripts written without spaces
_FEWEST_WORDS_NEAR = 15
_MOST_WORDS_NEAR = 2_000
_WORDS_AN_EDIT = 20  # one word in so many may differ
_ANCHOR = 4
_TELLING = {"not", "no", "never", "without"}


class _Near:
    """Finds an earlier paragraph that differs in a few words from a given one, in time linear in its length.

    A few changed words leave the beginning, the end or the longest words alone; each of the three looks up at most
    one earlier paragraph, which is then compared as a bag of words and of pairs of words.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], list[str]] = {}

    def is_repeated(self, words: list[str]) -> bool:
        if not _FEWEST_WORDS_NEAR <= len(words) <= _MOST_WORDS_NEAR:
            return False
        longest = sorted(sorted(set(words)), key=len)[-_ANCHOR:]
        anchors = (("^", *words[:_ANCHOR]), ("$", *words[-_ANCHOR:]), ("", *longest))
        if any(_differ_little(self._seen[anchor], words) for anchor in anchors if anchor in self._seen):
            return True
        for anchor in anchors:
            self._seen.setdefault(anchor, words)
        return False


def _differ_little(one: list[str], other: list[str]) -> bool:
    """Whether few words differ, and none that changes what is said: a name, a number, a "not"."""
    allowed = max(len(one), len(other)) // _WORDS_AN_EDIT + 1
    if abs(len(one) - len(other)) > allowed:
        return False
    bag, other_bag = Counter(one), Counter(other)
    lost, gained = bag - other_bag, other_bag - bag
    edits = max(lost.total(), gained.total())
    if not 0 < edits <= allowed or any(_is_telling(word) for word in (lost | gained)):
        return False
    pairs, other_pairs = Counter(pairwise(one)), Counter(pairwise(other))
    return (pairs - other_pairs).total() + (other_pairs - pairs).total() <= 4 * edits


def _is_telling(word: str) -> bool:
    return not word.islower() or not word.isalpha() or word in _TELLING


def drop_repeated_paragraphs(draft: Draft, story: Story) -> Iterable[Cut]:
    """Keep the first of paragraphs with the same words (case, punctuation and spacing aside), or nearly the same."""
    seen: set[str] = set()
    near = _Near()
    repeated = {}
    for number, paragraph in enumerate(draft.paragraphs):
        if len(paragraph.text) < _FEWEST_LETTERS:
            continue
        words = _WORD.findall(paragraph.text)
        key = " ".join(words).casefold()
        if len(words) < _FEWEST_WORDS and (len(key) < _FEWEST_LETTERS or key.isascii()):
            continue
        if key in seen:
            if not is_agate(paragraph.text):
                repeated[number] = (REPEATED, None)
        elif near.is_repeated(words):
            if not is_agate(paragraph.text):
                repeated[number] = (NEARLY_REPEATED, None)
        else:
            seen.add(key)
    return cut_paragraphs(draft, repeated) if repeated else ()


# Words that English never puts twice in a row on purpose; not "had", "that", "is", "on", "very", nor any name.
_NEVER_TWICE = "the to of in an and for with from at into their its his her our your my was were are a".split()
_DOUBLED = re.compile(
    r"(?<![\w'’-])(?:" + "|".join(rf"{word}(?: {word})+" for word in _NEVER_TWICE) + r")(?![\w'’-]|\.\w)",
    re.IGNORECASE,
)


def mend_doubled_words(draft: Draft, story: Story) -> Iterator[Cut]:
    """Drop the second of two equal function words ("to to"), outside quotation marks, in English."""
    if story.language not in (None, "und") and not story.language.startswith("en"):
        return
    words = draft.text.lower().split()
    if not any(map(str.endswith, words, words[1:])):  # settles most; '"the the' has something before the first
        return
    matches = deque(_DOUBLED.finditer(draft.text))
    for start, end, _ in draft.paragraphs if matches else ():
        at, quotes, depth = start, 0, 0
        while matches and matches[0].start() < end:
            match = matches.popleft()
            quotes += draft.text.count('"', at, match.start())
            depth += draft.text.count("“", at, match.start()) - draft.text.count("”", at, match.start())
            at = match.start()
            first, *others = match[0].split(" ")
            # "The The" and "vitamin A a day" stay.
            typed_twice = first != "A" and all(word.islower() for word in others)
            if typed_twice and quotes % 2 == 0 and depth <= 0:
                yield Cut(match.start(), match.end(), first, DOUBLED_WORD)
