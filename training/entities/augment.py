"""Make training texts look like what a wire really sends: capitals, no capitals, datelines, hard-wrapped lines."""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from training.entities.data import Mark, Text, without_address

CAPITALS, LOWER, DATELINE, WRAPPED, PARAGRAPHS, TIGHT, SWAPPED, NO_ADDRESS = 0.08, 0.06, 0.12, 0.1, 0.25, 0.6, 0.3, 0.7
"""Shares of the texts that are changed in each way, anew in every epoch."""

_LINE = 69
_SPACE = re.compile(r" ")
_SENTENCE = re.compile(r"(?<=[.!?”\"]) (?=[^\W\d_a-z]|[\"“])")
_LOOSE = re.compile(r" (?=['’]s?\b)|(?<=['’]) (?=s\b)|(?<=\w) (?=-)|(?<=-) (?=\w)|(?<=[$€£]) (?=\d)")
_PLACES = tuple(
    place.strip()
    for place in """
    LONDON|PARIS|TOKYO|SEOUL, South Korea|MOSCOW|BEIJING|WASHINGTON|NEW YORK|NEW DELHI|NAIROBI, Kenya|LAGOS, Nigeria
    |BRUSSELS|GENEVA|CAIRO|BAGHDAD|TEHRAN, Iran|JERUSALEM|GAZA CITY, Gaza Strip|KABUL, Afghanistan|MEXICO CITY|BOGOTA
    |SAO PAULO|BUENOS AIRES|JOHANNESBURG|HARARE|SYDNEY|CANBERRA|MANILA, Philippines|JAKARTA, Indonesia|BANGKOK|HANOI
    |BERLIN|FRANKFURT|MADRID|ROME|ATHENS, Greece|ANKARA|WARSAW, Poland|KYIV, Ukraine|TORONTO|OTTAWA|CHICAGO|MIAMI
    |LOS ANGELES|AUSTIN, Texas|PHOENIX|UNITED NATIONS|VIENNA|STOCKHOLM|PYONGYANG, North Korea|TAIPEI, Taiwan|DHAKA
    |COLOMBO, Sri Lanka|ISLAMABAD|KATHMANDU, Nepal|MOGADISHU, Somalia|KHARTOUM|TRIPOLI, Libya|TUNIS|ALGIERS|DAKAR
    |KINSHASA, Congo|HAVANA|LIMA, Peru|CARACAS, Venezuela|LA PAZ, Bolivia|SANTIAGO, Chile|London|Paris|Tokyo|Singapore
    """.split("|")
)
_AGENCIES = ("Reuters", "AP", "AFP", "UPI", "dpa", "Xinhua", "Kyodo", "Bloomberg", "TASS", "PTI", "ANSA", "EFE", "PA")
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.", "Jan")
_DASHES = (" - ", " — ", " -- ", "-", " – ", ": ")

Edit = tuple[int, int, str]
"""Replace ``[start, end)`` by a string."""


Names = Mapping[str, Sequence[str]]
"""Names by type, to put in the place of others."""

_SWAPPABLE = ("PERSON", "ORG", "LOC")


def augment(text: Text, chance: random.Random, names: Names) -> Text:
    """The text, perhaps changed; names stay marked."""
    if chance.random() < NO_ADDRESS:
        text = without_address(text)
    if chance.random() < SWAPPED:
        text = _swapped(text, chance, names)
    if chance.random() < TIGHT:
        text = edited(text, ((match.start(), match.end(), "") for match in _LOOSE.finditer(text.text)))
    if chance.random() < PARAGRAPHS:
        text = edited(text, _paragraphs(text.text, chance))
    if chance.random() < DATELINE:
        text = _with_dateline(text, chance)
    if chance.random() < WRAPPED:
        text = edited(text, _wraps(text.text))
    case = chance.random()
    if case < CAPITALS:
        return _recased(text, str.upper)
    return _recased(text, str.lower) if case < CAPITALS + LOWER else text


def edited(text: Text, edits: Iterable[Edit]) -> Text:
    """The text with edits made (sorted, apart); offsets follow. An edit inside a name is made too."""
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    at = shift = 0
    for start, end, new in edits:
        parts += (text.text[at:start], new)
        shift += len(new) - (end - start)
        at = end
        shifts.append((end, shift))
    parts.append(text.text[at:])

    moved = _Moved(shifts)
    starts_ends = [(moved(start), moved(end)) for start, end, _ in text.marks]
    marks = tuple((a, b, mark[2]) for (a, b), mark in zip(starts_ends, text.marks, strict=True) if a < b)
    unsure = tuple((moved(start), moved(end)) for start, end in text.unsure)
    return Text(text.document, "".join(parts), marks, unsure)


class _Moved:
    """Where an offset lies after edits."""

    def __init__(self, shifts: list[tuple[int, int]]) -> None:
        self.shifts = shifts

    def __call__(self, offset: int) -> int:
        from bisect import bisect_right

        found = bisect_right(self.shifts, offset, key=lambda shift: shift[0])
        return offset + (self.shifts[found - 1][1] if found else 0)


def pool(texts: Iterable[Text]) -> Names:
    """The names of texts, each once, of the types that can be swapped without a change of the words around."""
    found: dict[str, set[str]] = {label: set() for label in _SWAPPABLE}
    for text in texts:
        for start, end, label in text.marks:
            if label in found:
                found[label].add(text.text[start:end])
    return {label: sorted(names) for label, names in found.items() if names}


def _swapped(text: Text, chance: random.Random, names: Names) -> Text:
    """Every other name replaced by another of its type."""
    edits: list[Edit] = []
    for start, end, label in text.marks:
        if label in names and chance.random() < 0.5 and (not edits or edits[-1][1] < start):
            edits.append((start, end, chance.choice(names[label])))
    return edited(text, edits)


def _paragraphs(text: str, chance: random.Random) -> Iterable[Edit]:
    mark = chance.choice(("\n\n", "\n\n", "\n", "\n   ", "\n\n    "))
    return [(m.start(), m.end(), mark) for m in _SENTENCE.finditer(text) if chance.random() < 0.4]


def _wraps(text: str) -> Iterable[Edit]:
    """Line ends where a teletype has them: not more than 69 characters a line."""
    begin = last = 0
    for match in _SPACE.finditer(text):
        if match.end() - begin > _LINE and last > begin:
            yield last, last + 1, "\n"
            begin = last + 1
        last = match.start()


def _with_dateline(text: Text, chance: random.Random) -> Text:
    place, agency = chance.choice(_PLACES), chance.choice(_AGENCIES)
    date = f"{chance.choice(_MONTHS)} {chance.randint(1, 31)}"
    form = chance.choice(("{p}, {d} ({a}){s}", "{p} ({a}){s}", "{p}, {d}{s}", "{p}{s}", "{p}, {d} {a}{s}"))
    line = form.format(p=place, d=date, a=agency, s=chance.choice(_DASHES))
    marks: list[Mark] = []
    at = 0
    for part in place.split(", "):
        marks.append((at, at + len(part), "LOC"))
        at += len(part) + 2
    for value, label in ((date, "DATE"), (agency, "ORG")):
        start = line.find(value, len(place))
        if start >= 0:
            marks.append((start, start + len(value), label))
    shift = len(line)
    marks += [(start + shift, end + shift, label) for start, end, label in text.marks]
    unsure = tuple((start + shift, end + shift) for start, end in text.unsure)
    return Text(text.document, line + text.text, tuple(sorted(marks)), unsure)


def _recased(text: Text, case: Callable[[str], str]) -> Text:
    same = "".join(new if len(new := case(letter)) == 1 else letter for letter in text.text)
    return Text(text.document, same, text.marks, text.unsure)
