"""Numbers in a sentence: where they stand, what they come to, and what they count.

English number words and decimal points; digits in any language. Dates, years, ages, clock times and scores are told
apart from counts, as they are not what versions of a story disagree about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Bound = Literal["at least", "at most", "about"]

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += ["seventeen", "eighteen", "nineteen"]
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {word: float(value) for value, word in enumerate(_UNITS)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, 2)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "mln": 1e6, "billion": 1e9, "bln": 1e9, "trillion": 1e12}
_SCALES |= {"m": 1e6, "bn": 1e9, "tn": 1e12, "k": 1e3}

_SPELLED = rf"(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(reversed(_UNITS))}"
_BOUND_WORDS: dict[Bound, tuple[str, ...]] = {
    "at least": ("at least", "more than", "over", "no fewer than", "no less than"),
    "at most": ("at most", "up to", "fewer than", "less than", "under", "no more than"),
    "about": ("about", "around", "some", "nearly", "almost", "approximately", "roughly", "an estimated"),
}
_BOUNDS = {words: bound for bound, every in _BOUND_WORDS.items() for words in every}
_NUMBER = re.compile(
    rf"(?:\b(?P<bound>{'|'.join(sorted(_BOUNDS, key=len, reverse=True))})\s+)?"
    r"(?P<currency>(?:US|A|C|NZ|HK)?\$|€|£|¥)?"
    rf"(?<![\w.,:/-])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\b(?:{_SPELLED})\b)"
    rf"(?:[ -]?(?P<scale>(?:hundred|thousand|million|mln|billion|bln|trillion)\b)|(?P<short>(?:m|bn|tn|k)\b))?"
    r"(?P<percent>\s?%|\s(?:percent|per cent|pct)\b|\spercentage points?\b)?",
    re.IGNORECASE,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE_BEFORE = re.compile(
    rf"(?:\b{_MONTH}\s|\b{_MONTH}\s\d{{1,2}},?\s|\baged?\s|\bNo\.\s|\b[A-Z][\w-]*[a-z]\s|[A-Z]{{2,}}\s)$"
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_NAME_BEFORE_WORDS = frozenset(
    ("the", "another", "only", "all", "in", "of", "on", "at", "but", "and", "as", "with", "police", "officials")
)
_NOT_A_COUNT = re.compile(
    rf"\s?(?:a\.?m\b|p\.?m\b|GMT|:\d|[-/]\d|(?:st|nd|rd|th)\b|[- ]year[- ]olds?\b|\s?{_MONTH}(?:\W|$)|,? years? old)"
)
_MOST = 1e15
_YEAR = range(1500, 2200)

CASUALTIES = {
    "dead": "dead killed killing kills kill died dies die death deaths fatalities fatality toll lives bodies perished",
    "injured": "injured injuring wounded wounding hurt injuries injury wounds",
    "missing": "missing unaccounted",
    "arrested": "arrested arrests detained detentions custody",
    "evacuated": "evacuated evacuations evacuees displaced homeless",
}
_CLASS = {word: name for name, words in CASUALTIES.items() for word in words.split()}
PEOPLE = frozenset(
    """
    people persons person others men women children civilians soldiers troops passengers workers residents villagers
    students militants officers migrants protesters victims police fighters miners tourists
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SKIPPED = frozenset(
    """
    a an and are as at be been by for from had has have in into is it its least many more most new not of on or other
    over said so some than that the their them these they this those to up was were which while who with
    """.split()
)
_PREPOSITIONS = frozenset("after as at by during from in on since to with".split())
_CLAUSE_END = re.compile(r"[,;:()]|\b(?:and|but|while)\b|\d")
_REACH = 90
"""Characters around a number in which the word that it counts is looked for."""


@dataclass(frozen=True, slots=True)
class Number:
    """A count or an amount: ``sentence[start:end]`` is how it is written, bound and unit included."""

    start: int
    end: int
    value: float
    bound: Bound | None
    about: str
    """What is counted: a class ("dead", "injured", …), a currency, "%", or the noun that follows, in lower case."""


def numbers(sentence: str) -> Iterator[Number]:
    """The counts and amounts of a sentence, in order."""
    for match in _NUMBER.finditer(sentence):
        if not (match["currency"] or match["percent"]) and _is_no_count(sentence, match):
            continue
        value = _worth(match)
        about = match["currency"] or ("%" if match["percent"] else _counted(sentence, match.start(), match.end()))
        if about and value < _MOST:
            bound = _BOUNDS.get((match["bound"] or "").lower())
            yield Number(match.start(), match.end(), value, bound, about)


def values(text: str) -> Iterator[tuple[tuple[int, int], tuple[float, str]]]:
    """Every number of a text, dates and ages too: its span, and what it comes to with ``%``, a currency or neither."""
    for match in _NUMBER.finditer(text):
        unit = (match["currency"] or "").upper() or ("%" if match["percent"] else "")
        yield (match.start("currency" if match["currency"] else "number"), match.end()), (_worth(match), unit)


def _worth(match: re.Match[str]) -> float:
    return value_of(match["number"]) * _SCALES.get((match["scale"] or match["short"] or "").lower(), 1.0)


def value_of(written: str) -> float:
    """What a number in digits or words comes to; raises ``ValueError`` for what is none."""
    tens, _, unit = written.lower().partition("-")
    if tens in NUMBER_WORDS:
        return NUMBER_WORDS[tens] + NUMBER_WORDS.get(unit, 0.0)
    return float(written.replace(",", ""))


def _is_no_count(sentence: str, match: re.Match[str]) -> bool:
    """Whether it is a date, an age, a time, a score, an ordinal, part of a name, or what it was ("up from 12")."""
    if _NOT_A_COUNT.match(sentence, match.end()) or sentence[: match.start()].endswith(("from ", "previously ")):
        return True
    written, scaled = match["number"], match["scale"] or match["short"]
    if match["bound"] or scaled or not written.isdigit():
        return False
    if len(written) == 4 and int(written) in _YEAR:
        return True
    before = _DATE_BEFORE.search(sentence, max(0, match.start() - 20), match.start())
    return before is not None and before.group().strip().lower() not in _NAME_BEFORE_WORDS


def _counted(sentence: str, start: int, end: int) -> str:
    """What a number counts: a casualty named near it, else the first word that follows and carries meaning."""
    after = _words(_CLAUSE_END.split(sentence[end : end + _REACH])[0])
    nouns = [word for word in after if word not in _SKIPPED] if after[:1] and after[0] not in _PREPOSITIONS else []
    people = not nouns or nouns[0] in PEOPLE
    before = _words(_CLAUSE_END.split(sentence[max(0, start - _REACH) : start])[-1])
    near = [*nouns[:4], *reversed(before)] if people else nouns[:1]
    of_class = next((_CLASS[word] for word in near if word in _CLASS), "")
    return of_class or (singular(nouns[0]) if nouns else "")


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def singular(noun: str) -> str:
    """An English noun without its plural's ending, about."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") and len(noun) > 3 else noun
