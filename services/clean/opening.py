"""What stands before the first sentence: headline, byline and dateline, split off into fields of their own."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache

from services.clean.draft import Cut, Draft, Paragraph, Rule, cut_paragraphs
from services.clean.places import country_of_city, country_of_region
from shared.models import Dateline, Story

HEADLINE = Rule("headline", "the headline is a field of its own")
BYLINE = Rule("byline", "the byline is a field of its own")
DATELINE = Rule("dateline", "the dateline is a field of its own")

_LONGEST_HEADLINE, _LONGEST_BYLINE, _LONGEST_DATELINE = 160, 140, 160  # characters

_FEWEST_WORDS = 4  # of a line that is the beginning of the headline

_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){2,}\Z")
_BYLINE = re.compile(
    r"(?:By|BY|by|Von|VON|Par|PAR|Por|POR)[: ] ?(?P<names>[^\W\d_a-z][\w.'’-]*+"
    r"(?:(?:(?:,? and|,? &|,| \||;)? |/)"
    r"(?:[^\W\d_a-z][\w.'’-]*+|(?:of|de|da|di|del|van|von|der|den|bin|al|el|la|le|for|in|the)\b)){0,15}) ?=?"
)
_BYLINE_BEGINS = frozenset(("by", "vo", "pa", "po"))
_AFFILIATION = re.compile(
    r"(?:The )?(?:[A-Z][\w.'’-]* ){0,4}(?:Press|Reuters|AP|AFP|UPI|AAP|Writers?|Reporters?|Correspondents?|Editors?"
    r"|Staff|Service|Columnist|News|Bloomberg) ?=?"
)

_AGENCIES = re.compile(
    r"AP|Associated Press|Reuters?|AFP|dpa|UPI|PA|AAP|ANSA|EFE|TASS|Itar-Tass|Interfax|Xinhua|KCNA|Kyodo|Jiji|Yonhap"
    r"|PTI|ANI|"
    r"IANS|UNI|APP|ANP|APA|ATS|Belga|Lusa|MTI|PAP|CTK|TT|NTB|Ritzau|STT|SANA|WAM|SPA|MENA|IRNA|NNN|RIA Novosti"
    r"|Bloomberg|CNN|"
    r"BBC|NPR|VOA|RFE/RL|(?:Business|PR|Globe|Market)? ?(?:News)?wire|.{0,20}\b(?:News|Wire|Press|Times|Post|Agency"
    r"|Business|Tribune)",
    re.IGNORECASE,
)
_MOST_WORDS = 3  # of a place that is not set off from the day by a comma
_INITIALS = re.compile(r"[A-Z]{2,6}")  # of an agency not known, believed after a place in capitals
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_UPPER = r"(?:Mc|Mac|St\.? )?[^\W\d_a-zß-ÿ]++(?:[.'’/-]++[^\W\d_a-zß-ÿ]*+)*+"  # no repetition fails half-way
_CAPITALISED = r"[^\W\d_a-z]\w*(?:[.'’-]\w*)*"
_DASH = re.compile(r"[-–—―_](?:\s|\Z)|[–—―]| -|/\.")
_DATELINE = re.compile(
    rf"(?:[*^]{{1,6}} ?)?(?:(?P<owner>{_CAPITALISED}(?: {_CAPITALISED}){{0,2}})['’]s )?"
    rf"(?P<place>{_UPPER}(?: ?/? ?{_UPPER}){{0,4}}|{_CAPITALISED}(?: (?:{_CAPITALISED}|d[eou]s?|la|el|al|am|of"
    rf"|upon)){{0,4}}?)"
    rf"(?P<region>(?: ?, ?(?!{_MONTH}\b){_CAPITALISED}(?: (?!{_MONTH} ?\d){_CAPITALISED}){{0,2}}){{0,2}})"
    rf"(?P<date>(?P<comma> ?,)?(?: -)? (?i:(?P<month>{_MONTH}) ?(?P<day>\d\d?)"
    rf"|(?P<day2>\d\d?) (?P<month2>{_MONTH}))(?:,? (?P<year>(?:19|20)\d\d))?)?"
    r"[.,]?(?: ?\((?P<agency>[^()\d]{2,30})\)| ?/(?P<agency2>[^/()\d]{2,20})/\.?| (?P<agency3>AAP|AP|PTI|Reuters?))?"
    r"(?:(?P<dash>\s*(?:-{1,3}|[–—―_])(?:\s+|\Z)|\s*[–—―]\s*|\s+-(?=\w))|(?<=/\.)\s+)"
)


def take_headline(draft: Draft, story: Story) -> Iterable[Cut]:
    """Cut a first line that repeats the headline; or that must be one, as a byline or dateline comes right after it."""
    paragraphs = draft.paragraphs[:2]
    if not paragraphs or len(paragraphs[0].text) > _LONGEST_HEADLINE:
        return ()
    first = paragraphs[0].text
    if story.headline is not None:
        repeats = len(draft.paragraphs) > 1 and _repeats(first, story.headline)
        return cut_paragraphs(draft, {0: (HEADLINE, None)}) if repeats else ()
    if len(paragraphs) < 2 or _is_sentence(first) or read_byline(first) or _match_dateline(first):
        return ()
    if read_byline(paragraphs[1].text) or _match_dateline(paragraphs[1].text):
        return cut_paragraphs(draft, {0: (HEADLINE, {"headline": first.rstrip("= ")})})
    return ()


def _is_sentence(line: str) -> bool:
    """Whether a line ends as no headline does: ``U.S.`` may end one, and one in capitals may have its full stop."""
    return line.endswith((":", ",", ";")) or (
        line.endswith(".") and not line.isupper() and not _ABBREVIATION.search(line, len(line) - 8)
    )


def _repeats(line: str, headline: str) -> bool:
    """Whether a line is the headline, or all of it but the name of a site: ``A long headline | Daily News``."""
    words, all_words = _words(line), _words(headline)
    whole = words == all_words
    return bool(words) and (whole or (len(words) >= _FEWEST_WORDS and words == all_words[: len(words)]))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def take_byline(draft: Draft, story: Story) -> Iterable[Cut]:
    """Cut ``By …`` at the top, with the lines below it that say who the writers work for."""
    bylines: dict[int, tuple[Rule, Mapping[str, object] | None]] = {}
    names: list[str] = []
    for number, paragraph in enumerate(draft.paragraphs):
        name = read_byline(paragraph.text)
        if name is None and names and len(paragraph.text) < _LONGEST_BYLINE and _AFFILIATION.fullmatch(paragraph.text):
            name = paragraph.text.rstrip("= ")
        if name is None:
            break
        names.append(name)
        bylines[number] = (BYLINE, None)
    if not bylines:
        return ()
    bylines[0] = (BYLINE, {"byline": ", ".join(names)})
    return cut_paragraphs(draft, bylines)


def bare_byline(byline: str | None) -> str | None:
    """``Ann Lee`` of ``By Ann Lee``, as some formats carry it."""
    return re.sub(r"(?i)\A(?:by|von|par|por)[: ]\s*", "", byline.strip()) if byline else byline


def read_byline(text: str) -> str | None:
    """``Ann Lee, Reuters`` of ``By Ann Lee, Reuters``; ``None`` for a paragraph that is no byline."""
    if len(text) > _LONGEST_BYLINE or text[:2].lower() not in _BYLINE_BEGINS:
        return None
    match = _BYLINE.fullmatch(text)
    return match["names"].strip() if match else None


def take_dateline(draft: Draft, story: Story) -> Iterable[Cut]:
    """Cut the dateline off the first paragraph; parts that the story's format already told are kept."""
    if not draft.paragraphs:
        return ()
    first: Paragraph = draft.paragraphs[0]
    match = _match_dateline(first.text)
    if match is None:
        return ()
    dateline = _read_dateline(match, story.published)
    if story.dateline:
        known = {name: value for name, value in story.dateline.model_dump().items() if value}
        dateline = dateline.model_copy(update=known)
    if match.end() == len(first.text):
        return cut_paragraphs(draft, {0: (DATELINE, {"dateline": dateline})})
    return [Cut(0, match.end(), "", DATELINE, {"dateline": dateline})]


@lru_cache(maxsize=256)  # the rules ask again about the same lines, in turn
def _match_dateline(paragraph: str) -> re.Match[str] | None:
    """The dateline that a paragraph begins with; ``None`` if there is none.

    A capitalised name and a dash are not enough: there must be an agency, a date, a region that is known, or a city
    that is known to stand alone.
    """
    opening = paragraph[:_LONGEST_DATELINE]
    match = _DATELINE.match(opening) if _DASH.search(opening) else None
    if not match:
        return None
    place, regions, agency = _place(match), _regions(match), _agency(match)
    if agency and not (_AGENCIES.fullmatch(agency.strip()) or (place.isupper() and _INITIALS.fullmatch(agency))):
        return None
    if match["date"] and not (match["comma"] or agency or regions) and len(place.split()) > _MOST_WORDS:
        return None  # a headline in capitals that names a day
    named = bool(regions and country_of_region(regions[-1])) or (place.isupper() and country_of_city(place) is not None)
    return match if agency or match["date"] or (named and place.isupper()) else None


def _place(match: re.Match[str]) -> str:
    return match["place"].strip(" ,")


def _regions(match: re.Match[str]) -> list[str]:
    return [region.strip() for region in match["region"].split(",") if region.strip()]


def _agency(match: re.Match[str]) -> str | None:
    return match["agency"] or match["agency2"] or match["agency3"]


def _read_dateline(match: re.Match[str], published: datetime | None) -> Dateline:
    place, regions, agency = _place(match), _regions(match), _agency(match)
    countries = (country_of_region(name) for name in (match["owner"] or "", *reversed(regions)))
    return Dateline(
        text=match[0].strip(),
        place=place,
        country=next(filter(None, countries), None) or (None if regions else country_of_city(place)),
        date=_date(match, published),
        agency=agency.strip() if agency else None,
    )


def _date(match: re.Match[str], published: datetime | None) -> date | None:
    """The dateline's day: in the year it names, or else in the one that brings it closest to publication."""
    if not match["date"]:
        return None
    month = _MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    day = int(match["day"] or match["day2"])
    days = []
    for year in _years(match["year"], published):
        with suppress(ValueError):  # 30 February, or 29 in most years
            days.append(date(year, month, day))
    return min(days, key=lambda day: abs(day - published.date()), default=None) if published else next(iter(days), None)


def _years(named: str | None, published: datetime | None) -> list[int]:
    if named:
        return [int(named)]
    return [year for year in range(published.year - 1, published.year + 2) if 0 < year < 10_000] if published else []
