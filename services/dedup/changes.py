"""What a later text says otherwise than an earlier one: figures, names, what is new and where. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from services.dedup.alignment import Alignment, Passage, Words, align

_SPELLED = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
_BEGINS = re.compile(r"""(?:^|[.!?:\n]|[.!?]["'”’)])[\s"'“‘(]*$""")
_STOP = re.compile(r"""\s{0,2}["'”’)]*(?:[.!?]|\s*\Z)""")
_FURNITURE = frozenset(
    "additional advertisement app byline click com contact contributed contributing contributor cookies copyright "
    "correspondent download edited editing edition editor email facebook feed follow mail newsletter newspaper "
    "newsroom photo policy posted print privacy published read reporting republished reserved rights sign staff "
    "subscribe subscription syndicated terms tip twitter updated visit writer writing www".split()
)
_TOLD = frozenset("according added had he her his it its said says she their they told was were will would".split())
_LONG = 15  # words from which on a rewording has some of the words it stands for
_SENTENCE = 6  # the same, if they are whole sentences
_ECHO = 0.3  # share of them, short ones aside
_REPLACED = 400  # words after a passage of the earlier text, at most, that other words may stand for
_SHORT = 3  # letters of a word that every text has


@dataclass(frozen=True, slots=True)
class Text:
    """A story's body with its words, read once and compared with many."""

    body: str
    words: Words
    vocabulary: frozenset[str]
    figures: frozenset[str]
    names: frozenset[str]  # words that have a capital within a sentence, and never none; without case
    cased: bool  # False for a text in capitals, or of a script without: there are no names to be told

    @classmethod
    def of(cls, body: str) -> "Text":
        """Read a body; of one of more than ``alignment.WORDS`` words, the beginning."""
        words = Words.of(body)
        known = frozenset(words.words)
        figures = frozenset(figure for word in known if (figure := _figure(word)))
        raw = [body[start:end] for start, end in zip(words.starts, words.ends, strict=True)]
        small = {word for word in raw if word.islower()}
        if 2 * len(small) < len(known):
            return cls(body, words, known, figures, frozenset(), cased=False)
        within = {
            word.casefold()
            for word, start in zip(raw, words.starts, strict=True)
            if word[0].isupper() and not _BEGINS.search(body, max(0, start - 4), start)
        }
        return cls(body, words, known, figures, frozenset(within - small), cased=True)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the later text, ``[at, end)``, that do not stand in the earlier. At its ends a stretch is a paragraph.

    ``new`` is how many more they are than the words of the earlier text that they may stand for. ``familiar`` is the
    share of them, short words aside, that the earlier text uses elsewhere: its own news shares its words, what a paper
    sets around it does not.
    """

    at: int
    end: int
    place: Literal["top", "middle", "tail"]
    new: int
    familiar: float
    figures: Sequence[str]  # that the earlier text does not have
    known: Sequence[str]  # names that the earlier text has, too
    furniture: int  # words in it that papers set around a story, rather than write in it
    sentence: bool  # is one or more, whole
    told: bool  # has a word that news is told with, such as a verb of the past

    @property
    def size(self) -> int:
        """In words."""
        return self.end - self.at


@dataclass(frozen=True, slots=True)
class Changes:
    """How a later text differs from an earlier. Counts are in words."""

    alignment: Alignment
    words: int
    aligned: int  # words of the later text in passages that the earlier has, reworded ones with them
    verbatim: int  # of these, word for word
    kept: int  # words of the earlier text that the later has
    of_words: int  # words of the earlier text
    same_facts: int  # figures and names word for word in the same place
    changed_figures: Sequence[tuple[str, str]] = field(default_factory=list)  # from, to, in the same place
    changed_names: Sequence[tuple[str, str]] = field(default_factory=list)
    stretches: Sequence[Stretch] = field(default_factory=list)


def _figure(word: str) -> str:
    """The number a word is, '' if it is none."""
    if word[-1].isdecimal():
        return word.lstrip("+-\u2212")
    return _SPELLED.get(word, "")


def changes(earlier: Text, later: Text) -> Changes:
    """Compare two texts, word for word."""
    mine, others = later.words, earlier.words
    found = align(others.words, mine.words)
    figures: list[tuple[str, str]] = []
    names: list[tuple[str, str]] = []
    for gap in found.gaps:
        figures += _swapped(
            [_figure(word) for word in others.words[gap.of : gap.of_end]],
            [_figure(word) for word in mine.words[gap.at : gap.end]],
        )
        names += _swapped(
            [name for name in _names(earlier, gap.of, gap.of_end) if name.casefold() not in later.vocabulary],
            [name for name in _names(later, gap.at, gap.end) if name.casefold() not in earlier.vocabulary],
        )
    return Changes(
        found,
        words=len(mine.words),
        aligned=sum(one.end - one.at for one in found.passages),
        verbatim=sum(run.size for run in found.runs),
        kept=sum(_covered(found.passages, len(others.words))),
        of_words=len(others.words),
        same_facts=sum(_facts(later, run.at, run.at + run.size) for run in found.runs),
        changed_figures=figures,
        changed_names=names,
        stretches=list(_stretches(earlier, later, found)),
    )


def _swapped(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands in place of what, leaving out what both have."""
    old = [one for one in before if one and one not in after]
    new = [one for one in after if one and one not in before]
    return zip(old, new, strict=False)


def _stretches(earlier: Text, later: Text, found: Alignment) -> Iterator[Stretch]:
    passages, end = found.passages, len(later.words.words)
    if not passages:
        return
    for start, stop in _paragraphs(later, 0, passages[0].at):
        yield _stretch(earlier, later, start, stop, "top", stop - start)
    covered = _covered(passages, len(earlier.words.words))
    for before, after in pairwise(passages):
        if after.at > before.end:
            places = range(before.of_end, min(after.of, before.of_end + _REPLACED))
            gone = [earlier.words.words[place] for place in places if not covered[place]]
            new = _new(later, before.end, after.at, gone)
            yield _stretch(earlier, later, before.end, after.at, "middle", new)
    for start, stop in _paragraphs(later, passages[-1].end, end):
        yield _stretch(earlier, later, start, stop, "tail", stop - start)


def _new(later: Text, at: int, end: int, gone: Sequence[str]) -> int:
    """How many words are not those that are gone, reworded: a sentence may also stand in place of another."""
    if end - at >= (_SENTENCE if _whole(later, at, end) else _LONG):
        long, old = [word for word in later.words.words[at:end] if len(word) > _SHORT], set(gone)
        if sum(word in old for word in long) < _ECHO * len(long):
            return end - at
    return end - at - len(gone)


def _whole(text: Text, at: int, end: int) -> bool:
    """Whether some words are whole sentences."""
    start, stop = text.words.starts[at], text.words.ends[end - 1]
    return bool(_BEGINS.search(text.body, max(0, start - 4), start) and _STOP.match(text.body, stop))


def _covered(passages: Sequence[Passage], words: int) -> bytearray:
    """For each word of the earlier text whether the later has it: 1 or 0."""
    covered = bytearray(words)
    for one in passages:
        covered[one.of : one.of_end] = b"\1" * (one.of_end - one.of)
    return covered


def _paragraphs(text: Text, at: int, end: int) -> Iterator[tuple[int, int]]:
    words = text.words
    for place in range(at + 1, end):
        if "\n\n" in text.body[words.ends[place - 1] : words.starts[place]]:
            yield at, place
            at = place
    if end > at:
        yield at, end


def _stretch(
    earlier: Text, later: Text, at: int, end: int, place: Literal["top", "middle", "tail"], new: int
) -> Stretch:
    words = later.words.words[at:end]
    long = [word for word in words if len(word) > _SHORT and word.isalpha()]
    return Stretch(
        at,
        end,
        place,
        new,
        familiar=sum(word in earlier.vocabulary for word in long) / len(long) if long else 0.0,
        figures=[figure for word in words if (figure := _figure(word)) and figure not in earlier.figures],
        known=[name for name in _names(later, at, end) if name.casefold() in earlier.names],
        furniture=sum(word in _FURNITURE for word in words),
        sentence=_whole(later, at, end),
        told=any(word in _TOLD or word.endswith("ed") for word in words),
    )


def _facts(text: Text, at: int, end: int) -> int:
    names = len(_names(text, at, end))
    return names + sum(1 for word in text.words.words[at:end] if _figure(word))


def _names(text: Text, at: int, end: int) -> list[str]:
    """The names in some words of a text."""
    if not text.cased:
        return []
    words = text.words
    spelt = ((words.words[place], place) for place in range(at, end))
    return [text.body[words.starts[place] : words.ends[place]] for word, place in spelt if word in text.names]
