"""What becomes of a story on its way through other houses, and through its own: a seeded generator of edits.

*Reprints* say what the story said: cut from the bottom, under a new headline or a local lead, between a header and a
footer, in another house's spelling, paragraphs moved, words replaced, as teletype, or several of these. *Writethrus*
are the agency's own newer versions, without a word that says so: new figures, a new lead, more paragraphs.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.wordings import FILLERS, SPELLINGS, SYNONYMS

_PLACES = "Springfield Oakdale Brighton Ridgeford Harlow Dunmore Tauranga Ballarat Kenosha Lethbridge Paisley".split()
_PEOPLE = "Ann Walsh,Tom Okafor,Maria Lund,Jim Pereira,Ruth Adeyemi,Karl Stein,Lucy Tran,Owen Price".split(",")
_PAPERS = "Daily Herald,Evening Post,Morning Star-Tribune,Observer,Sun-Times,Courier,Gazette & Echo".split(",")
_LOCAL = (
    "{place} residents will be watching closely as the news below unfolds, and local leaders say they are ready.",
    "What it means for {place}: businesses here have followed the matter for months, {person} of the {paper} writes.",
    "Readers in {place} have asked the {paper} about the following report, which came over the wire this morning.",
    "A former {place} woman, {person}, knows the people involved well, and spoke to the {paper} about it by telephone.",
    "Among those affected is {place}, where {person}, who runs a shop on the main street, called the news no surprise.",
    "{place} council members, {person} among them, said {count} families in the area could feel the consequences.",
)
_HEADERS = (
    "{paper} | News | World",
    "By {person}, {paper} Staff Writer",
    "From the {paper} wire services",
    "Posted by {person} at 09:{count}",
    "{place.upper}: SPECIAL TO THE {paper.upper}",
    "Share this article: Facebook Twitter Email Print",
)
_FOOTERS = (
    "Copyright 2026 {paper}. All rights reserved. This material may not be published, broadcast or redistributed.",
    "Reporting by {person}; editing by {other}",
    "Follow the {paper} on Twitter and sign up for our daily newsletter to get the news from {place} first.",
    "{person} can be reached at 555-01{count} or by e-mail at newsroom@example.com.",
    "This story has been automatically generated from a syndicated feed and was not edited by {paper} staff.",
    "Read more: The {paper} guide to what is on in {place} this weekend",
)
_OTHER_LOCAL = (
    "A national story has people talking at the diner on Route 9 in {place}, where {person} pours the coffee.",
    "Farmers around {place} woke up to this on the radio, and {person} says nobody at the co-op spoke of other things.",
    "Pupils at {place} High School discussed the dispatch reproduced here in {person}'s social studies class.",
    "The {paper} prints this in full because so many in {place} have family ties to those it concerns.",
    "{person} of {place}, {count}, remembers a similar episode well and agreed to share a few memories with us.",
)
_OTHER_HEADERS = (
    "WORLD NEWS",
    "Published: {count} minutes ago; last updated at 10:32 GMT",
    "3 min read",
    "PHOTO: A file picture shows the scene. {person}/{paper}",
    "{person}, bureau chief, {place}",
)
_OTHER_FOOTERS = (
    "The Associated Press contributed to this report.",
    "Have a tip? Call our desk or send a message through the app. Anonymous hints are welcome, day and night.",
    "(Additional reporting by {person} in {place}; Writing by {other}; Editing by Sue Marsh)",
    "© 2026 {place} Media Group, a division of Northern Holdings plc. Privacy policy | Terms of use | Cookies",
    "Most popular now: 1. Storm batters coast 2. Five easy recipes for spring 3. Football: all the results",
    "Support independent journalism: give from as little as $1, it only takes a minute. Thank you.",
    "A version of this article appeared in the print edition on page A{count} under another title.",
)
_NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_WORD = re.compile(r"[A-Za-z]+")
_FIGURE = re.compile(rf"\b(?:\d+(?:[.,]\d+)*|{'|'.join(_NUMBER_WORDS)})\b")


@dataclass(frozen=True)
class Article:
    """A story to edit. ``highlights`` are what people wrote as its gist; a story may have none."""

    id: str
    headline: str
    paragraphs: tuple[str, ...]
    highlights: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()

    @property
    def body(self) -> str:
        """As the clean stage leaves it."""
        return "\n\n".join(self.paragraphs)

    @property
    def words(self) -> int:
        """How long it is."""
        return len(self.body.split())


Edit = Callable[[random.Random, Article], Article]


def _edited(article: Article, paragraphs: Sequence[str]) -> Article:
    return replace(article, paragraphs=tuple(paragraphs))


def _filled(draw: random.Random, template: str) -> str:
    person, other = draw.sample(_PEOPLE, 2)
    place, paper, count = draw.choice(_PLACES), draw.choice(_PAPERS), str(draw.randint(12, 59))
    template = template.replace("{place.upper}", place.upper()).replace("{paper.upper}", paper.upper())
    return template.format(person=person, other=other, place=place, paper=f"{place} {paper}", count=count)


def cut(draw: random.Random, article: Article) -> Article:
    """Its first third to four fifths, in whole paragraphs, 40 words at least."""
    share = draw.uniform(0.33, 0.8) * article.words
    kept: list[str] = []
    for paragraph in article.paragraphs:
        words = sum(len(one.split()) for one in kept)
        if words >= 40 and words >= share:
            break
        kept.append(paragraph)
    return _edited(article, kept)


def headline(draw: random.Random, article: Article) -> Article:
    """A new headline, which also stands above the text, and now and then a line below it."""
    title = reworded(0.5)(draw, replace(article, paragraphs=(article.headline.title() or "The News",))).paragraphs[0]
    lines = [title, _filled(draw, draw.choice(_HEADERS[:2]))] if draw.random() < 0.4 else [title]
    return _edited(replace(article, headline=title), [*lines, *article.paragraphs])


def local_lead(leads: Sequence[str]) -> Edit:
    """A local paragraph on top; in one of three cases it stands in place of the first."""

    def edit(draw: random.Random, article: Article) -> Article:
        rest = article.paragraphs[1:] if len(article.paragraphs) > 4 and draw.random() < 1 / 3 else article.paragraphs
        return _edited(article, [_filled(draw, draw.choice(leads)), *rest])

    return edit


def furniture(headers: Sequence[str], footers: Sequence[str]) -> Edit:
    """Lines of the paper's own above and below."""

    def edit(draw: random.Random, article: Article) -> Article:
        above = [_filled(draw, one) for one in draw.sample(headers, draw.randint(0, 2))]
        below = [_filled(draw, one) for one in draw.sample(footers, draw.randint(1, 3))]
        return _edited(article, [*above, *article.paragraphs, *below])

    return edit


def spelling(draw: random.Random, article: Article) -> Article:
    """The quotes, dashes, spellings and abbreviations of another house."""

    def spelt(match: re.Match[str]) -> str:
        word = match[0]
        other = SPELLINGS.get(word.lower(), word)
        return other.capitalize() if word[0].isupper() and not word.isupper() and other != word else other

    single = draw.random() < 0.5
    paragraphs = []
    for paragraph in article.paragraphs:
        text = _WORD.sub(spelt, paragraph)
        text = re.sub(r'"([^"]*)"', r"‘\1’" if single else r"“\1”", text)
        paragraphs.append(text.replace("'", "’").replace(" - ", " — ").replace(" -- ", " — "))
    return _edited(article, paragraphs)


def moved(draw: random.Random, article: Article) -> Article:
    """One to three paragraphs at another place; the first stays."""
    paragraphs = list(article.paragraphs)
    for _ in range(draw.randint(1, 3)):
        if len(paragraphs) > 2:
            paragraphs.insert(
                draw.randint(1, len(paragraphs) - 1), paragraphs.pop(draw.randint(1, len(paragraphs) - 1))
            )
    return _edited(article, paragraphs)


def reworded(share: float) -> Edit:
    """So many of its words replaced, left out or joined by others."""

    def edit(draw: random.Random, article: Article) -> Article:
        return _edited(article, [" ".join(_reworded(draw, text.split(), share)) for text in article.paragraphs])

    return edit


def _reworded(draw: random.Random, words: list[str], share: float) -> list[str]:
    """Words to replace are drawn among those that can be, so that the share is of all words."""
    able = [at for at, word in enumerate(words) if word.strip(",.;:\"'").lower() in SYNONYMS]
    chosen = set(draw.sample(able, min(len(able), round(share * len(words)))))
    said: list[str] = []
    for at, word in enumerate(words):
        if at not in chosen:
            said.append(word)
            continue
        bare = word.strip(",.;:\"'")
        chance = draw.random()
        if chance < 0.08 and word == bare:
            continue
        other = draw.choice(SYNONYMS[bare.lower()])
        said.append(word.replace(bare, other.capitalize() if bare[0].isupper() else other))
        if chance > 0.95:
            said.append(draw.choice(FILLERS))
    return said


def teletype(draw: random.Random, article: Article) -> Article:
    """Capitals, hard lines, a sign-off, and a page mark in a long one."""
    width, lines = draw.randint(55, 69), list[str]()
    for paragraph in article.paragraphs:
        line = "   "
        for word in paragraph.upper().replace('"', "''").split():
            if len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line += " " + word
        lines.append(line)
        if len(lines) > 25 and draw.random() < 0.2:
            lines.append("MORE")
    return _edited(article, ["\n".join([*lines, draw.choice(["REUTER", "-30-", "END", "NNNN"])])])


def combined(draw: random.Random, article: Article) -> Article:
    """Three to five of the others, each once, in an order in which an editor would."""
    steps: list[Edit] = [cut, reworded(draw.uniform(0.03, 0.15)), moved, spelling]
    steps += [
        local_lead(_LOCAL + _OTHER_LOCAL),
        furniture(_HEADERS + _OTHER_HEADERS, _FOOTERS + _OTHER_FOOTERS),
        headline,
    ]
    chosen = sorted(draw.sample(range(len(steps)), draw.randint(3, 5)))
    for at in chosen:
        article = steps[at](draw, article)
    return teletype(draw, article) if draw.random() < 0.15 else article


REPRINTS: dict[str, Edit] = {
    "cut from the bottom": cut,
    "new headline": headline,
    "local lead": local_lead(_LOCAL),
    "header, footer": furniture(_HEADERS, _FOOTERS),
    "reworded 5 %": reworded(0.05),
    "reworded 15 %": reworded(0.15),
    "spelling, quotes": spelling,
    "paragraphs moved": moved,
    "reworded 30 %": reworded(0.30),
    "teletype": teletype,
    "other local leads": local_lead(_OTHER_LOCAL),
    "other headers, footers": furniture(_OTHER_HEADERS, _OTHER_FOOTERS),
    "combined": combined,
}

Versions = Callable[[random.Random, Article], tuple[Article, Article]]
"""The story as it was sent first, and as it was sent again."""


def figures(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """One to four figures are now others; nothing else is."""
    places = [
        (at, match.span())
        for at, text in enumerate(article.paragraphs)
        for match in _FIGURE.finditer(text)
        if not re.fullmatch(r"(?:19|20)\d\d", match[0])
    ]
    paragraphs = list(article.paragraphs)
    for at, (start, end) in sorted(draw.sample(places, min(len(places), draw.randint(1, 4))), reverse=True):
        text = paragraphs[at]
        paragraphs[at] = text[:start] + _another(draw, text[start:end]) + text[end:]
    return article, _edited(article, paragraphs)


def _another(draw: random.Random, figure: str) -> str:
    if figure in _NUMBER_WORDS:
        return draw.choice([word for word in _NUMBER_WORDS if word != figure])
    digits = int(re.sub(r"\D", "", figure))
    other = str(
        max(1, digits + draw.choice([-1, 1]) * draw.randint(1, max(1, digits // 5))) if digits > 1 else digits + 1
    )
    points = iter(other.zfill(sum(char.isdigit() for char in figure)))
    return "".join(next(points, "") if char.isdigit() else char for char in figure) + "".join(points)


def added(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """More paragraphs, 25 words or a tenth of the story at least, at any place but the first."""
    paragraphs, told = list(article.paragraphs), 0
    least, wanted = max(25, article.words // 10), draw.randint(1, 3)
    while len(paragraphs) > 2 and (wanted > 0 or told < least):
        told += len(paragraphs.pop(draw.randint(1, len(paragraphs) - 1)).split())
        wanted -= 1
    return _edited(article, paragraphs), article


def replaced(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """One paragraph for another, both of a dozen words or more, if there are such."""
    long = [at for at, text in enumerate(article.paragraphs) if at and len(text.split()) >= 12]
    if len(long) < 2:
        return article, article
    gone, new = draw.sample(long, 2)
    rest = [at for at in range(len(article.paragraphs)) if at != gone]
    first = [article.paragraphs[gone if at == new else at] for at in rest]
    return _edited(article, first), _edited(article, [article.paragraphs[at] for at in rest])


def snap(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """First a third to a half of it, then all."""
    size = max(1, round(len(article.paragraphs) * draw.uniform(1 / 3, 1 / 2)))
    return _edited(article, article.paragraphs[:size]), article


def new_lead(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """A new first paragraph, the old one shortened below it, and new figures or more paragraphs."""
    first, second = added(draw, article) if draw.random() < 0.5 else figures(draw, article)
    lead = " ".join(article.highlights[: draw.randint(1, 2)])
    old = _edited(second, [second.paragraphs[0]])
    return first, _edited(second, [lead, reworded(0.15)(draw, old).paragraphs[0], *second.paragraphs[1:]])


def overhauled(draw: random.Random, article: Article) -> tuple[Article, Article]:
    """All of it: more paragraphs, one or two old ones gone, new figures, light rewording, a new lead if it has one."""
    first, second = added(draw, article)
    old = [at for at, text in enumerate(second.paragraphs) if at and text in first.paragraphs]
    gone = set(draw.sample(old, min(len(old) // 3, draw.randint(0, 2))))
    second = _edited(second, [text for at, text in enumerate(second.paragraphs) if at not in gone])
    second = reworded(0.05)(draw, figures(draw, second)[1])
    return first, _edited(second, [*article.highlights[:1], *second.paragraphs])


WRITETHRUS: dict[str, Versions] = {
    "new figures": figures,
    "paragraphs added": added,
    "new lead": new_lead,
    "all of it": overhauled,
    "paragraph replaced": replaced,
    "snap grows": snap,
}
