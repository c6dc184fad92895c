"""What may be chosen: the sentences at the top of a body that are prose, with their words and their form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from services.summarise.furniture import WORD, after_dateline, is_prose
from shared.sentences import sentences

MAX_CHARACTERS = 3_000
"""Characters of the body that are considered, and 300 more for each sentence wanted: a summary comes from the top."""
MAX_CANDIDATES = 16
"""Sentences that are considered for a summary of up to five, and three times as many as wanted for a longer one."""

STOP_WORDS = frozenset(
    """
    a about after all also an and are as at be been but by can could did do for from had has have he her him his i if
    in into is it its just more most new no not of on one only or other our out over said say says she so some such
    than that the their them then there these they this to up us was we were what when where which who will with
    would you your
    """.split()
)
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_COUNTED = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}\u3000-\u303f\uff00-\uff0f\uff1a-\uff1f]+")

_BARE_QUOTE = re.compile(r"[\"“„«‘][^\"”“»]*[\"”»’][.!?]?")
_DANGLING = re.compile(
    r"[\"“‘]?(?:he|she|it|they|his|her|its|their|this|that|these|those|such|but|and|so|nor|yet|however|meanwhile|also|instead)\b",
    re.IGNORECASE,
)
_SPEAKER = frozenset(
    ("I", "I'm", "I’m", "We", "we", "we're", "we’re", "You", "you", "My", "my", "Our", "our", "your", "me", "us")
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be chosen: ``body[start:end] == text``."""

    start: int
    end: int
    text: str
    written: tuple[str, ...]
    """Its words in order."""
    lower: frozenset[str]
    """All of them, in lower case; the text itself if there are none."""
    words: frozenset[str]
    """Those that carry meaning, in lower case; ``lower`` if none does."""


def candidate(body: str, start: int, end: int) -> Candidate:
    """The sentence ``body[start:end]`` with its words."""
    text = body[start:end]
    written = tuple(WORD.findall(text))
    lower = frozenset(map(str.lower, written)) or frozenset({text})
    return Candidate(start, end, text, written, lower, lower - STOP_WORDS or lower)


def top(body: str, limit: int) -> list[tuple[int, int]]:
    """The sentences at the top of the body, as far as a summary of ``limit`` looks, the first without its dateline."""
    characters = MAX_CHARACTERS + 300 * limit
    spans = sentences(body[:characters])
    if len(body) > characters and len(spans) > 1:
        spans.pop()  # cut in two by the limit
    if spans:
        start, end = spans[0]
        spans[0] = start + after_dateline(body[start:end]), end
    return spans


def candidates_of(body: str, spans: Sequence[tuple[int, int]], limit: int) -> list[Candidate]:
    """Those of the sentences ``spans`` that may be chosen, in text order."""
    every = (candidate(body, start, end) for start, end in spans)
    prose = (one for one in every if is_prose(one.text, len(one.written)))
    return list(islice(prose, max(MAX_CANDIDATES, 3 * limit)))


def shared(one: Candidate, other: Candidate) -> float:
    """The share of the shorter sentence's words that are found in the other, 0 to 1."""
    return len(one.words & other.words) / min(len(one.words), len(other.words))


def word_count(text: str) -> int:
    """Words as an editor counts them: what stands between spaces, and each character of a script without spaces."""
    return len(_COUNTED.findall(text))


def form(one: Candidate) -> float:
    """What a sentence loses by its form, in words of the reference: questions, bare quotations, headings, "I"."""
    speaker = len([word for word in one.written if word in _SPEAKER])
    return (
        float(one.text.rstrip("\"'”’»)").endswith(("?", "؟", "？")))
        + float(_BARE_QUOTE.fullmatch(one.text) is not None)
        + float(one.text[-1].isalnum())  # a heading or a caption has no full stop
        + (0.5 if _is_part_of_quote(one.text) else 0.0)
        + min(0.5, 2 * speaker / (len(one.written) or 1))
    )


def leans(one: Candidate) -> bool:
    """Whether a sentence begins with a word that leans on the one before it: "He", "But"."""
    return _DANGLING.match(one.text) is not None


def _is_part_of_quote(text: str) -> bool:
    """Whether a quotation begins before the sentence or goes on behind it."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")
