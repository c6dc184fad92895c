"""Find names by rules: runs of capitalised words, taken apart with lists and with the words around them.

What is looked at is the *run*: capitalised words next to each other, or joined by the small words that names contain
(``Bank of Japan``, ``Ursula von der Leyen``). Text without capital letters holds no names for these rules, and text in
capitals only those that are listed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from services.entities.gazetteer import Gazetteer, Known

_UP = "".join(c for c in map(chr, range(0x590)) if c.isupper())
_ABBREVIATED = (
    r"Mr|Mrs|Ms|Dr|Prof|Rev|Fr|Gen|Lt|Col|Maj|Sgt|Capt|Adm|Cmdr|Cpl|Pvt|Brig|Gov|Sen|Sens|Rep|Reps|St|Ste|Mt|Ft|Jr|Sr"
    r"|Corp|Inc|Ltd|Co|Cos|Bros"
)
_LOWER_TAIL = (
    r"based|led|backed|born|made|controlled|style|era|owned|run|area|wide|held|occupied|funded|trained|speaking|listed"
    r"|sponsored|bound|built|registered|affiliated|supported|linked|educated|dominated|brokered|mediated|aligned"
)
_TOKEN = re.compile(
    rf"(?<![\w@#/])(?:(?:[{_UP}]\.){{2,}}|U\.\s[SKN]\.|[{_UP}]\.(?=\s[{_UP}])|(?:{_ABBREVIATED})\.(?!\w)"
    rf"|(?:(?:[Aa]l|[Ee]l|[Aa]n|[Aa]s|[Aa]sh|[Bb]in|[Bb]en|[dDlLO])[-'’])?[{_UP}]\w*+"
    rf"(?:[-'’&](?!s\b)(?!(?:{_LOWER_TAIL})\b)\w+)*)"
)
_GAP = re.compile(
    r"\s(?:(?P<particle>(?:de|da|do|dos|das|del|della|di|du|la|van|von|der|den|ter|bin|bint|ibn|al|el|ul|e|y)"
    r"(?:\s(?:la|las|los|der|den|het))?)"
    r"|(?P<link>of|of\sthe|for|for\sthe|on|on\sthe)|(?P<and>and|&))?(?:(?<!\s)\s)?"
)
_DATE = re.compile(
    r"\b(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"|(?:\d{1,2}(?:st|nd|rd|th)?\s)?(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
    r"(?:\s\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s(?:1[5-9]|20)\d\d\b)?"
    r"|(?:1[89]|20)\d\d(?!\d|[.,]\d|-\d|\s?%))"
)
_WEAK_MONTH = re.compile(r"(?:May|March)\Z")
_BEFORE_MONTH = re.compile(
    r"\b(?:in|on|of|since|by|last|this|next|late|early|mid|until|from|and|to)\s\Z", re.IGNORECASE
)
_MONEY = re.compile(
    r"(?:\b(?:US|A|C|HK|NT|S|R|N)\s?)?[$€£¥₹₩₽]\s?\d(?:[\d,.]*\d)?(?:\s(?:million|billion|trillion|mln|bln|bn|m|crore)\b)?"
    r"|(?<![\w,.])\d(?:[\d,.]*\d)?\s(?:(?:million|billion|trillion|mln|bln)\s)?"
    r"(?:dollars|dlrs|euros|pounds|yen|yuan|rupees|rubles|roubles|marks|francs|baht|ringgit|pesos|won|stg|cts)\b"
)
_BEFORE_PLACE = re.compile(r"\b(?:in|from|near|outside|around|across|at|to|of|for|between|leaving)\s\Z", re.IGNORECASE)
_AFTER_PLACE = re.compile(rf",\s[{_UP}]")
_ROLE_BEFORE = re.compile(
    r"\b(?:president|minister|spokes(?:man|woman|person)|chairman|chairwoman|director|leader|chief|secretary|mayor"
    r"|governor|senator|ambassador|judge|lawyer|analyst|economist|coach|captain|actor|actress|author|singer|striker"
    r"|professor|general|officer|manager|founder|candidate|activist|journalist|wife|husband|son|daughter|brother|sister"
    r"|named|executive|lawmaker|king|queen|prince|princess|pope|dealer|trader|editor|writer|poet|artist|player)\s\Z"
)
_SPEECH_AFTER = re.compile(
    r"(?:\s(?:said|says|told|added|noted|argued|explained|tweeted|recalled|insisted|claimed|stressed|wrote|warned"
    r"|declared|who|pointed\sout|went\son|resigned|testified|pleaded|himself|herself)\b|,\s(?:who|\d\d,|an?\s|aged\s))"
)
_SPEECH_BEFORE = re.compile(r"[,\"”’]\s(?:said|says|added|according\sto)\s\Z")
_ACRONYM = re.compile(rf"[{_UP}][{_UP}&]{{1,6}}\Z")
_ROMAN = re.compile(r"[IVXLC]+\Z")
_CONTEXT = 40
_MAX_RUN = 24
_MAX_TOKEN = 40
_LISTED_WORDS = 7
_CAPITALS = 0.6
"""Share of capital letters from which a text is taken to be all in capitals."""


class Span(NamedTuple):
    """A name found: ``[start, end)`` in code points, and its OntoNotes type."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    gap: str
    """What joins it to the one before: "" (nothing), "space", "particle", "link" or "and"."""


def find_names(text: str, gazetteer: Gazetteer, *, listed_only: bool = False) -> list[Span]:
    """The names in a text, sorted, without overlap; ``listed_only`` for text that is not English."""
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    if letters and capitals / letters > _CAPITALS:
        listed_only = True
    finder = _Finder(text, gazetteer, listed_only)
    names = [span for run in _runs(text) for span in finder.take_apart(run)]
    return names if listed_only else _with_quantities(text, names)


def _runs(text: str) -> Iterator[list[_Token]]:
    run: list[_Token] = []
    for match in _TOKEN.finditer(text):
        gap = _gap(text, run[-1].end, match.start()) if run else ""
        if run and (not gap or len(run) == _MAX_RUN):
            yield run
            run, gap = [], ""
        if match.end() - match.start() <= _MAX_TOKEN:
            run.append(_Token(match.start(), match.end(), match.group(), gap))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _gap(text: str, start: int, end: int) -> str:
    if end - start > 12:
        return ""
    match = _GAP.fullmatch(text, start, end)
    return (match.lastgroup or "space") if match else ""


def _with_quantities(text: str, names: list[Span]) -> list[Span]:
    """Add dates and sums of money where no name stands."""
    taken = list(names)
    for label, pattern in (("MONEY", _MONEY), ("DATE", _DATE)):
        for match in pattern.finditer(text):
            weak = label == "DATE" and _WEAK_MONTH.match(match.group())
            if not weak or _BEFORE_MONTH.search(text, max(0, match.start() - 10), match.start()):
                taken.append(Span(match.start(), match.end(), label))
    taken.sort(key=lambda span: (span.start, -span.end))
    apart: list[Span] = []
    for span in taken:
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


class _Finder:
    """Takes runs of one text apart."""

    def __init__(self, text: str, gazetteer: Gazetteer, listed_only: bool) -> None:
        self.text = text
        self.lists = gazetteer
        self.listed_only = listed_only

    def take_apart(self, run: list[_Token]) -> Iterator[Span]:
        """The names in one run, from left to right."""
        at = 0
        while at < len(run):
            end, label = self._name_at(run, at)
            if label:
                yield Span(run[at].start, run[end - 1].end, label)
            at = end

    def _name_at(self, run: list[_Token], at: int) -> tuple[int, str]:
        """The name that begins at a token: the index behind its last token, and its type ("" if there is none)."""
        listed_end, known = self._listed(run, at)
        if self.listed_only:
            sure = known and (listed_end - at > 1 or (known.link and known.link[0] == "iso3166"))
            return (listed_end, known.label) if known and sure else (at + 1, "")
        organisation = self._organisation(run, at)
        if organisation > listed_end:
            return organisation, "ORG"
        person = self._person(run, at)
        if person > listed_end and not (known and listed_end - at > 1):
            return person, "PERSON"
        if known:
            return listed_end, known.label
        return self._unlisted(run, at)

    def _listed(self, run: list[_Token], at: int) -> tuple[int, Known | None]:
        """The longest listed name that begins at a token."""
        for end in range(min(len(run), at + _LISTED_WORDS), at, -1):
            known = self._find(self.text[run[at].start : run[end - 1].end])
            if known and (end - at > 1 or self._means_place(run, at)):
                return end, known
        return at, None

    def _find(self, name: str) -> Known | None:
        known = self.lists.find(name)
        if not known and len(name) > 3 and name.isupper():
            known = self.lists.find(name.title())
        return known

    def _means_place(self, run: list[_Token], at: int) -> bool:
        token = run[at]
        word = token.text.title() if token.text.isupper() and len(token.text) > 3 else token.text
        if word not in self.lists.ambiguous:
            return word not in self.lists.not_names
        if self.listed_only:
            return False
        if at + 1 < len(run) and run[at + 1].gap in ("space", "particle"):
            return False
        before = _BEFORE_PLACE.search(self.text, max(0, token.start - _CONTEXT), token.start)
        return bool(before) or bool(_AFTER_PLACE.match(self.text, token.end) and not at)

    def _organisation(self, run: list[_Token], at: int) -> int:
        """The index behind an organisation's name that begins at a token and has one of the known last words."""
        first = run[at].text
        barred = first in self.lists.titles or (first in self.lists.not_names and first not in self.lists.heads)
        if barred and not (first in _FIRST_WORDS and at + 1 < len(run)):
            return at
        best = at
        for index in range(at, min(len(run), at + 8)):
            token = run[index]
            if index > at and not self._joins_organisation(run, index, best):
                break
            if token.text in self.lists.heads:
                opens = token.text in self.lists.open_heads and index + 1 < len(run) and run[index + 1].gap == "link"
                if opens:
                    return self._behind_link(run, index + 1)
                if index > at:
                    best = index + 1
        return best

    def _joins_organisation(self, run: list[_Token], index: int, best: int) -> bool:
        token = run[index]
        if token.text in self.lists.not_names and token.text not in self.lists.heads and token.text not in _FIRST_WORDS:
            return False
        if token.gap == "and":
            return best == 0 or best < index
        return token.gap in ("space", "particle")

    def _behind_link(self, run: list[_Token], at: int) -> int:
        """Where the part behind "of" or "for" ends: ``Ministry of [Foreign Affairs and Trade]``."""
        ministry = run[at - 1].text in ("Ministry", "Department", "Commission", "Committee", "Institute", "Office")
        end = at + 1
        while end < min(len(run), at + 6):
            token = run[end]
            if token.text in self.lists.titles - _FIRST_WORDS or token.text in self.lists.not_names - _FIRST_WORDS:
                break
            if token.gap == "link" or (token.gap == "and" and not ministry):
                break
            end += 1
        return end

    def _person(self, run: list[_Token], at: int) -> int:
        """The index behind a person's name that begins at a token."""
        end = self._name_end(run, at)
        if end == at:
            return at
        first, count = run[at], end - at
        titled = at > 0 and first.gap == "space" and run[at - 1].text.rstrip(".") in self.lists.titles
        if titled or self._has_role(first.start):
            return end if count > 1 or not self.lists.find(first.text) else at
        if count > 1 and self._is_person(run, at, end):
            return end
        if count <= 3 and not self.lists.find(self.text[first.start : run[end - 1].end]):
            speaks = _SPEECH_AFTER.match(self.text, run[end - 1].end)
            if (speaks or self._follows_speech(first.start)) and not _ACRONYM.match(first.text):
                return end
        return at

    def _is_person(self, run: list[_Token], at: int, end: int) -> bool:
        first = run[at].text
        if first in self.lists.first_names or first.split("-")[0] in self.lists.first_names:
            return True
        if first in self.lists.surnames and end - at <= 3:
            return not any(self.lists.find(token.text) for token in run[at + 1 : end])
        return any(len(token.text) == 2 and token.text[1] == "." for token in run[at:end])

    def _name_end(self, run: list[_Token], at: int) -> int:
        """How far the words from a token on can be one person's name, at most five."""
        end = at
        while end < min(len(run), at + 5):
            token = run[end]
            word = token.text
            if end > at and token.gap not in ("space", "particle"):
                break
            if word in _NOT_IN_PEOPLE or word in self.lists.not_names or word in self.lists.heads:
                break
            if word.rstrip(".") in self.lists.titles:
                break
            known = self.lists.find(word)
            listed = known is not None and (known.label != "GPE" or end == at)
            if listed and word not in self.lists.first_names and (end > at or word not in self.lists.surnames):
                break
            end += 1
        while end > at and run[end - 1].text in ("Al", "El", "Bin"):  # the beginning of a part that is not in the run
            end -= 1
        return end

    def _has_role(self, start: int) -> bool:
        return bool(_ROLE_BEFORE.search(self.text, max(0, start - _CONTEXT), start))

    def _follows_speech(self, start: int) -> bool:
        return bool(_SPEECH_BEFORE.search(self.text, max(0, start - _CONTEXT), start))

    def _unlisted(self, run: list[_Token], at: int) -> tuple[int, str]:
        """Names of no list, by their shape: acronyms, and pairs of capitalised words in the middle of a sentence."""
        word = run[at].text
        if _ACRONYM.match(word):
            neighbours = [*run[at - 1 : at], *run[at + 1 : at + 2]]
            shouted = any(len(token.text) > 3 and token.text.isupper() for token in neighbours)
            counts = self.text[run[at].end : run[at].end + 2].strip()[:1].isdigit()
            usable = word not in self.lists.not_names and not _ROMAN.match(word) and not shouted and not counts
            return at + 1, "ORG" if usable else ""
        end = self._name_end(run, at)
        if 2 <= end - at <= 3 and (end == len(run) or run[end].gap != "space"):
            return end, self._by_last_word(run[end - 1].text)
        return max(at + 1, end), ""

    @staticmethod
    def _by_last_word(word: str) -> str:
        for label, words in _LAST_WORDS.items():
            if word in words:
                return label
        return "PERSON"


_FIRST_WORDS = frozenset(
    """
    Foreign Interior Finance Defense Defence Prime North South East West Northern Southern Eastern Western New World
    Oil Gold Trade Industry Bank Police Justice President People First Central National Royal Joint United Board
    Market
    """.split()
)
"""Words that seldom are names, but begin those of organisations."""

_NOT_IN_PEOPLE = frozenset(
    """
    Executive Affairs Committees Human Climate Penal Uncle Aunt Citizen Senior Decision Indigenous Universal Real
    Project Operation Republic State States City National International Public Social Economic Special High Higher
    General Global Green Labour Labor Health Education Environment Security Rights Nations World University Opposition
    """.split()
)
"""Capitalised words that are no part of a person's name."""

_LAST_WORDS = {
    "GPE": frozenset(
        """
        Province County District City State Territory Municipality Village Town Republic Kingdom
        """.split()
    ),
    "LOC": frozenset(
        """
        River Lake Island Islands Bay Beach Sea Ocean Valley Mountain Mountains Mount Hills Hill Peninsula Desert
        Forest Park Coast Cove Basin Region Area Zone Strait Gulf Canyon Plateau Delta Falls Block Reserve Road Street
        Avenue
        """.split()
    ),
    "FAC": frozenset(
        """
        Bridge Airport Port Station Prison Stadium Dam Hotel Theatre Theater Museum Tower Palace
        """.split()
    ),
    "ORG": frozenset(
        """
        International Energy Sons Post Star Sun Mail News Daily Today Bank Network Security Charity United Hunters
        Union Capital Mining Water Power Health Education Affairs Sport Sports Athletic Rovers Rangers Lions Eagles
        Tigers
        """.split()
    ),
    "": frozenset(
        """
        Rights Change Initiative Agreement Act Bill Law Code Constitution Treaty Accord Summit Conference Games Cup
        Championship Championships League Festival Award Awards Prize Day Week Month Year War Crisis Plan Project
        Policy Strategy Report Study Survey Index Estate Line Style Exposition Gateway Agriculture Peoples People Mr
        Visit Site Heritage Archives Roots Room Series Season Tour Open Final Finals Vision Goals Development Minister
        Executive
        """.split()
    ),
}
"""What names of no list are, by their last word; "" for what has no type here. All others are taken for people."""
