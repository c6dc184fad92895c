"""Whether a story supports a sentence that a model wrote about it: every number, date, name, quotation and link.

It errs on the side of the story: what might be a name and does not stand in it counts as unsupported. It does not
understand: a sentence of supported words may still say what the story does not (who did it, "not").
"""

import re
from collections.abc import Iterator
from functools import cached_property

from services.summarise.candidates import STOP_WORDS
from services.summarise.figures import WEEKDAYS, values
from services.summarise.furniture import WORD
from shared.sentences import sentences

MAX_BODY = 20_000
"""Characters of a body that are looked at."""
MAX_SENTENCE = 1_000
"""Characters of a sentence; a longer one is not looked into, and not supported."""
FAMILIAR = 0.6
"""Share of a sentence's words that carry meaning which must stand in the story, by their first letters."""
_STEM = 5
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = re.compile(rf"\b{_MONTH} (\d{{1,2}})\b|\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}", re.IGNORECASE)
_RELATIVE = WEEKDAYS | frozenset("yesterday today tomorrow tonight".split())
_MONTHS = frozenset(
    """
    january february march april june july august september october november december
    """.split()
)
_QUOTED = re.compile(r"[\"“„«]([^\"”“»]{3,})[\"”»]")
_LINK = re.compile(r"\S*(?:://|www\.|@|\w\.(?:com|org|net|io|ru|cn)\b)\S*", re.IGNORECASE)
_WITH_DIGIT = re.compile(r"[\w.,-]*\d[\w-]*")
_UNCASED = re.compile(r"[^\W\d_a-zA-Z]{2,}")


class Source:
    """What a sentence is checked against: the story's body and headline."""

    def __init__(self, body: str, headline: str | None = None) -> None:
        self.body = body[:MAX_BODY]
        self.text = f"{headline or ''}\n{self.body}"

    @cached_property
    def words(self) -> list[str]:
        """All words in lower case, without an ending ``'s``."""
        return [_plain(word) for word in WORD.findall(self.text)]

    @cached_property
    def known(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.words)

    @cached_property
    def run(self) -> str:
        """The words in a row, each between spaces."""
        return f" {' '.join(self.words)} "

    @cached_property
    def stems(self) -> frozenset[str]:
        """The words' first letters."""
        return frozenset(word[:_STEM] for word in self.words)

    @cached_property
    def values(self) -> frozenset[tuple[float, str]]:
        """What its numbers come to, with ``%`` or a currency."""
        return frozenset(value for _, value in values(self.text))

    @cached_property
    def days(self) -> frozenset[tuple[str, int]]:
        """The days of a month that it names."""
        return frozenset(_days(self.text))

    @cached_property
    def flat(self) -> str:
        """The text in lower case with single spaces, for quotations."""
        return _flat(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int, frozenset[str]]]:
        """The spans of the body's sentences with the first letters of their words."""
        return [(start, end, _stems(self.body[start:end])) for start, end in sentences(self.body)]

    def nearest(self, sentence: str) -> tuple[int, int] | None:
        """The span of the body's sentence that shares most words with this one; None without a sentence."""
        stems = _stems(sentence)
        spans = ((len(stems & said) / (len(stems | said) or 1), -start, end) for start, end, said in self.sentences)
        _, start, end = max(spans, default=(0.0, 0, 0))
        return (-start, end) if end else None


def unsupported(sentence: str, source: Source) -> list[str]:
    """What the sentence says that the source does not have, as written; empty if it is supported."""
    if len(sentence) > MAX_SENTENCE:
        return [f"{sentence[:50]}…"]
    found = dict.fromkeys(
        [
            *_numbers(sentence, source),
            *_dates(sentence, source),
            *_names(sentence, source),
            *_verbatim(sentence, source),
        ]
    )
    content = [word for word in map(_plain, WORD.findall(sentence)) if word not in STOP_WORDS]
    # Words of writing without capitals are long or whole sentences: ``_names`` has looked into them.
    strange = [word for word in content if word[:_STEM] not in source.stems and not _is_uncased(word)]
    if not content or len(strange) > (1 - FAMILIAR) * len(content):
        found |= dict.fromkeys(strange or [sentence])
    return list(found)


def _numbers(sentence: str, source: Source) -> Iterator[str]:
    """Numbers by what they come to ("1.2 million" is 1,200,000); what else has a digit ("A380") as it is written."""
    seen: list[tuple[int, int]] = []
    for (start, end), (value, unit) in values(sentence):
        seen.append((start, end))
        if (value, unit) not in source.values:
            yield sentence[start:end]
    for match in _WITH_DIGIT.finditer(sentence):
        if any(match.start() < end and start < match.end() for start, end in seen):
            continue
        if match.group().strip(".,-").lower() not in source.text.lower():
            yield match.group()


def _dates(sentence: str, source: Source) -> Iterator[str]:
    for month, day in _days(sentence):
        if (month, day) not in source.days:
            yield f"{month.capitalize()} {day}"
    for word in map(_plain, WORD.findall(sentence)):
        if (word in _RELATIVE and word not in source.known) or (word in _MONTHS and not _has_month(word, source)):
            yield word.capitalize()


def _names(sentence: str, source: Source) -> Iterator[str]:
    """Runs of capitalised words, which must stand in the source in that order; writing without capitals, bit by bit."""
    words = list(WORD.finditer(sentence))
    run: list[str] = []
    for at, match in enumerate(words):
        word = match.group()
        starts = at == 0 and (_plain(word) in STOP_WORDS or _plain(word) in source.known)
        if word[0].isupper() and not starts:
            run.append(word)
        apart = at + 1 == len(words) or sentence[match.end() : words[at + 1].start()].strip(" .-'’") != ""
        if run and (apart or not word[0].isupper()):
            yield from _missing(run, source)
            run = []
    yield from _missing(run, source)
    for match in _UNCASED.finditer(sentence):
        piece = match.group()
        if _is_uncased(piece) and any(piece[at : at + 2] not in source.text for at in range(len(piece) - 1)):
            yield piece


def _missing(run: list[str], source: Source) -> Iterator[str]:
    name = " ".join(map(_plain, run))
    if run and f" {name} " not in source.run and name not in _RELATIVE and name not in _MONTHS:
        yield " ".join(run)


def _verbatim(sentence: str, source: Source) -> Iterator[str]:
    for quoted in _QUOTED.findall(sentence):
        if _flat(quoted).strip(" .,!?") not in source.flat:
            yield quoted
    for link in _LINK.findall(sentence):
        if link.strip(".,;:()").lower() not in source.text.lower():
            yield link


def _is_uncased(word: str) -> bool:
    return len(word) > 1 and word.upper() == word.lower() and not word[0].isdigit()


def _plain(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower())


def _flat(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in map(_plain, WORD.findall(text)) if word not in STOP_WORDS)


def _days(text: str) -> Iterator[tuple[str, int]]:
    for before, day, first, after in _DAY.findall(text):
        yield (before or after).lower(), int(day or first)


def _has_month(word: str, source: Source) -> bool:
    return any(known in source.known for known in (word, word[:3], word[:4]))
