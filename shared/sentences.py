"""Where sentences begin and end, by rules: terminators, abbreviations, and what follows them.

One pass over the text, linear in its length, and no dependency beyond the standard library.
"""

import re

_CLOSERS = "\"'”’»)\\]"
_OPENERS = "\"'“‘«(\\["
_QUOTES = "\"'”’»"

_MARKS = ".!?…؟۔։።፧။។"
"""What ends a sentence if white space follows: Latin, Arabic, Urdu, Armenian, Ethiopic, Burmese, Khmer."""
_ALWAYS = "。！？｡।॥"
"""What ends one whatever follows: Chinese, Japanese, Hindi and its neighbours."""

_PARAGRAPH = re.compile(r"\n\s*\n")
# The lookbehind lets a run of terminators be tried once only: a megabyte of dots stays linear.
_END = re.compile(rf"(?<![{_MARKS}])[{_MARKS}]++[{_CLOSERS}]*+(?=\s)|[{_ALWAYS}]++[{_CLOSERS}」』）]*+")
_NEXT = re.compile(rf"\s*+[{_OPENERS}]*+(\S?)")
_NEXT_WORD = re.compile(r"[^\W\d_]{1,20}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_WORD_WINDOW = 24
"""Characters looked at before a full stop: longer words are no abbreviations."""

_NEVER_LAST = frozenset(
    """
    mr mrs ms mx dr prof rev fr sr sra hon msgr gen lt col maj capt cmdr cpl sgt pvt adm brig gov sen rep reps sens
    pres supt insp det st ste mt ft vs cf eg e.g i.e ie viz approx dept fig nos vol pp cllr amb atty messrs spc pfc cong
    lieut asst treas sec bzw ca nr
    """.split()
)
"""Abbreviations that a name or a number follows: never the end of a sentence."""

_SELDOM_LAST = frozenset(
    """
    inc corp co cos ltd plc bros llc jr etc al a.m p.m u.s u.k u.n e.u u.a.e u.s.a u.s.s.r d.c ph.d m.d b.a m.a ave
    blvd rd est min max jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat ala
    ariz ark calif colo conn del fla ga ill ind kan ky la mass md mich minn miss mo mont neb nev okla ore pa tenn tex
    va vt wash wis wyo ont que alta
    """.split()
)
"""Abbreviations that end a sentence only when the next word is one that usually begins one."""

_STARTERS = frozenset(
    """
    a after all also although an and as at because before both but by despite during each even for from further he her
    his how however i if in instead it its last later many meanwhile more most no nor not now of on once one only
    other our over several she since so some still such that the their then there these they this those though to
    under until we what when where whether which while who why with yet you your
    """.split()
)

_MONTHS = frozenset(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    """.split()
)
"""German writes a day before its month as an ordinal: ``am 5. Januar``."""

_SPEAKER = re.compile(
    r"(?:[^\W\d_][\w.'’-]{0,30} ){1,4}(?:said|says|asked|told|wrote|added|replied|shouted|cried|fragte|sagte|rief)\b"
)
"""Who said it, after a quotation that is a question or a call: ``"Why?" Smith asked.``"""


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as ``[start, end)`` spans in code points, in order, without overlap.

    Spans are trimmed of white space, never empty, and never cross a blank line. A single line break is white space.
    Closing quotation marks and brackets stay with their sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        _split(text, start, gap.start(), spans)
        start = gap.end()
    _split(text, start, len(text), spans)
    return spans


def _split(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    """Append the sentences of one paragraph."""
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, match, start, end):
            _add(text, start, match.end(), spans)
            start = match.end()
    _add(text, start, end, spans)


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, match: re.Match[str], start: int, end: int) -> bool:
    mark = match.group()
    if mark[0] in _ALWAYS:
        return True
    follows = _NEXT.match(text, match.end(), end)
    first = follows.group(1) if follows else ""
    if not first:
        return True
    if first.islower() or first in ",;:":
        return False
    at = follows.start(1) if follows else end
    if mark[0] in "?!" and mark[-1] in _QUOTES and _SPEAKER.match(text, at, end):
        return False
    if mark != ".":  # with a closing quote or several marks: no abbreviation
        return True
    before = text[max(start, match.start() - _WORD_WINDOW) : match.start()].split()
    word = before[-1].lstrip(_OPENERS).lower() if before and text[match.start() - 1] > " " else ""
    return _full_stop_ends(word, _NEXT_WORD.match(text, at, end), first)


def _full_stop_ends(word: str, next_word: re.Match[str] | None, first: str) -> bool:
    """Whether a full stop after ``word`` (lower case) ends the sentence, given what comes next."""
    if word in _NEVER_LAST or (word == "no" and first.isdigit()):
        return False
    if word.isdecimal() and len(word) < 3 and next_word is not None and next_word.group().lower() in _MONTHS:
        return False
    if word in _SELDOM_LAST or _INITIALS.fullmatch(word):
        starter = next_word is not None and next_word.group().lower() in _STARTERS
        # "J. A. Smith": a single initial stands before a name, whatever that looks like.
        return starter and not (len(word) == 1 and next_word is not None and len(next_word.group()) == 1)
    return True
