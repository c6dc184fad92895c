"""The sentences in which an agency takes a story back, and what they say it is and why."""

import re
from typing import NamedTuple

_STORY = r"(?:story|stories|item|article|dispatch|file|(?:news ?)?alert|report|brief|snap|take|version)"
_PASSIVE = r"(?:has been|have been|is|are|is being|was|should be|must be) (?:hereby )?"
_GONE = r"(?:killed|withdrawn|retracted|eliminated)"
_SENT = r"(?:slugged|headlined|titled|moved|sent|transmitted|issued|filed|published)"
_MELDUNG = r"(?:meldung|bericht|beitrag|text|eilmeldung|nachricht)"
_AGENCY = r"(?:AP|The Associated Press|Reuters|AFP|Agence France-Presse|dpa|PA|AAP|UPI|Kyodo News|Xinhua|We)"

_DROP = r"(?:kill|withdraw|disregard|eliminate|spike|do not use|do not publish)"

_ASKED = re.compile(
    rf"please {_DROP} (?:\w{{1,20}} ){{0,4}}{_STORY}\b(?! (?:until|before))"
    rf"|please {_DROP}(?: (?:(?-i:[A-Z]{{2}}-)|[\"“«])|\s?[:.]|\Z)"
    rf"|(?:this|the above|the preceding|the following) {_STORY} (?:has been|is|is being) {_GONE}\b"
    r"|bitte (?:(?!foto|bild|grafik|video)\S{1,40} ){0,4}nicht (?:mehr |weiter )?(?:zu )?verwenden(?! vor"
    r"| \S{0,20}(?:foto|bild))"
    r"|bitte verwenden sie (?:die|den|diese[nr]?) (?:\S{1,40} ){1,12}nicht\b"
    r"|(?:pri[eè]re|merci|veuillez) (?:de )?(?:ne pas (?:utiliser|tenir compte|publier|diffuser)|annuler)\b(?! avant)"
    r"|(?:les |se )?rueg[ao]n?\w{0,3} (?:\S{1,20} ){0,3}(?:no (?:utili|publi|difund)\w{1,8}|anul(?:ar|en)\b)(?! antes)"
    r"|(?:les )?rogamos (?:\S{1,20} ){0,3}(?:no (?:utili|publi|difund)\w{1,8}|anul(?:ar|en)\b)(?! antes)"
    r"|si prega di (?:non utilizzare|annullare|non tenere conto)(?! prima)",
    re.IGNORECASE,
)
"""What is said to editors only, wherever a line begins with it."""

_TOLD = re.compile(
    rf"(?:\A|[.:;–—-] ?|\bmust )(?:kill|withdraw|disregard|eliminate|spike) (?:(?:the|this|our|all"
    rf"|\w{{1,20}}) ){{0,4}}{_STORY}\b"
    r"|(?:\A|[.:;–—-] ?|\bmust |please )(?:kill|withdraw|eliminate|disregard) (?-i:[A-Z]{2}-[\w-]{2,60})"
    rf"|\bdo not use (?:the |this |our )(?:\w{{1,20}} ){{0,3}}{_STORY}\b(?! (?:until|before))"
    rf"|\b{_STORY}(?:,? {_SENT}\b[^.;]{{0,160}}?)?,? {_PASSIVE}{_GONE}\b"
    rf"|\b(?-i:{_AGENCY}) (?:has |have |is |are |)(?:withdrawn|withdrew|retracted|killed|withdrawing"
    rf"|retracting) (?:its|the|our|an?)\b"
    rf"[^.;]{{0,60}}\b{_STORY}\b"
    rf"|\bno (?:substitute|replacement) {_STORY}\b"
    rf"|\b(?:dpa-)?{_MELDUNG}\b.{{0,160}}\b(?:zur(?:ü|ue)ckgezogen|storniert)|\bzieh(?:t"
    rf"|en) .{{0,60}}{_MELDUNG}\b.{{0,100}}\bzurück\b"
    r"|\b(?:d[eé]p[eê]che|papier|alerte|article)\b.{0,160}\best annul[eé]e?\b"
    r"|\b(?:noticia|informaci[oó]n|nota|despacho)\b.{0,160}\bqueda anulad[ao]\b",
    re.IGNORECASE,
)  # fmt: skip
"""What may be news elsewhere, and is only believed in a note to editors or an advisory."""

_WITHDRAWN = re.compile(
    rf"(?P<of>.{{0,200}}?\b(?:{_STORY}|{_MELDUNG})\b(?:,? {_SENT})?[^.;]{{0,120}}?),? (?:{_PASSIVE})?"
    r"(?:withdrawn|retracted|zur(?:ü|ue)ckgezogen)\W{0,3}\Z",
    re.IGNORECASE,
)
"""A notice as a headline: ``ADVISORY-Fed story withdrawn``."""
_NAMED = re.compile(
    r"[\"“„«»](?P<title>[^\"“”„«»]{4,200})[\"“”«»]|(?P<slug>\b[A-Z]{2}-{1,2}\w[\w.-]{2,60})"
    r"|(?P<number>\b[a-z]{3}\d{3,4}\b|\b[A-Z]{1,3}\d[A-Z0-9]{4,10}\b|\b[A-Z]\d{4}\b)"
)
_REASON = re.compile(
    r"\b(?:because|due to|as (?:the|it|an?|its)\b|for the reason|reason ?:|weil|wegen|grund ?:|da (?:der|die|das"
    r"|sie|es)\b"
    r"|en raison|car (?:elle|il|la|le|l')|motif ?:|porque|debido a|perch[eé]|a causa)[^\n]{3,250}",
    re.IGNORECASE,
)
_OPENING = re.compile(r"[\s(\[*/«\"-]{0,5}(?:ACHTUNG|Achtung|ATTENTION|ATENCI[OÓ]N|ADVISORY|EDITORS)?[\s:!,–-]{0,4}")
"""A line that names whom it speaks to is known to speak to editors."""


_MARKS = ' ([*/«"-:!,–'
ASKING = (
    "please",
    "this ",
    "the ",
    "bitte",
    "pri",
    "merci",
    "veuillez",
    "les ",
    "se r",
    "rueg",
    "rogamos",
    "si prega",
)
"""What the lines that ask editors for it begin with, in lower case, behind any marks."""


class Kill(NamedTuple):
    """The words that take a story back; which one, as they call it; and why."""

    words: str
    of: str | None
    note: str | None


def speaks_of_kill(text: str) -> bool:
    """Whether a line that need not speak to editors may be a kill; quick, and true of all that are."""
    return text.lstrip(_MARKS)[:8].lower().startswith(ASKING)


def read_kill(text: str, *, trusted: bool) -> Kill | None:
    """The kill that a line speaks; ``trusted`` if the line is known to speak to editors."""
    opening = _OPENING.match(text)
    match = _ASKED.match(text, opening.end() if opening else 0)
    if match is None and trusted:
        match = _ASKED.search(text) or _TOLD.search(text) or _WITHDRAWN.match(text)
    if match is None:
        return None
    return Kill(match[0].strip(" .:;-"), killed(text), reason(text) or text.strip())


def killed(text: str) -> str | None:
    """What a notice calls the story that it takes back: its title in quotes, its slugline or its number."""
    if match := _NAMED.search(text):
        return (match["title"] or match["slug"] or match["number"]).strip()
    match = _WITHDRAWN.match(text)
    return match["of"].strip(" :-") if match else None


def reason(text: str) -> str | None:
    """Why, as far as the notice says."""
    match = _REASON.search(text)
    return match[0].strip() if match else None
