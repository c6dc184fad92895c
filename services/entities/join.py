"""From mentions to entities: which names of a story mean the same, what it is, and how much the story is about it."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.entities.bodies import bodies
from services.entities.gazetteer import Gazetteer, Known, city_link, key
from services.entities.places import City, Where
from services.entities.rules import Span
from services.entities.settle import QUANTITIES, settle
from shared.models import Dateline, Entity, Mention

MAX_SURNAMES = 300
"""Different surnames of one story that are looked for."""

_POSSESSIVE = re.compile(r"['’]s?$")
_ARTICLE = re.compile(r"(?:the|a|an)\s+(?=\S)")
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
_PARTICLES = frozenset(
    {"van", "von", "der", "den", "ter", "de", "da", "di", "du", "la", "bin", "ibn", "al", "el", "dos"}
)
_SMALL_WORDS = frozenset({"of", "and", "for", "the", "on", "in", "&", "de", "la"})
_COMPANY = frozenset(
    """
    Corp Corporation Inc Ltd Limited Co Company PLC Plc LLC AG Group Holdings
    """.split()
)
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_MISTAKEN = _PLACES | {"ORG", "MISC", "PRODUCT"}
"""Types that models mistake for one another."""
_HEADLINE_CHARACTERS = 1_000
_AUTHORITIES = {"iso3166": "iso", "geonames": "geonames"}
"""How the authorities of links are called in keys."""


@dataclass(slots=True)
class _Group:
    """Mentions that mean the same."""

    spans: list[Span] = field(default_factory=list)
    known: Known | None = None


def join(
    body: str,
    spans: Iterable[Span],
    gazetteer: Gazetteer,
    *,
    headline: str | None = None,
    dateline: Dateline | None = None,
) -> list[Entity]:
    """The entities of a story, most salient first, from the names found in its ``body``.

    ``spans`` are sorted and do not overlap. Possessive endings and articles are trimmed off them; lone surnames that
    were overlooked are added. For every mention ``body[start:end] == text``, and no two overlap.
    """
    found = [trimmed for span in spans if (trimmed := _trim(body, span)).start < trimmed.end]
    found, halves = settle(body, found, gazetteer)
    people = _People(body, found, gazetteer)
    found = sorted([*people.apart(found), *people.overlooked()])
    groups = _grouped(body, found, people, halves, gazetteer)
    where = Where(body, _named(groups, dateline, gazetteer), gazetteer.code)
    return _entities(body, groups, gazetteer, where, (headline or "")[:_HEADLINE_CHARACTERS])


def _named(groups: Iterable[_Group], dateline: Dateline | None, gazetteer: Gazetteer) -> frozenset[str]:
    """ISO 3166 codes of the countries and states that a story names."""
    codes = {group.known.link[1] for group in groups if group.known and group.known.link and _is_iso(group.known.link)}
    parts = f"{dateline.place or ''}, {dateline.country or ''}".split(",") if dateline else []
    return frozenset(codes | {code for part in parts if (code := gazetteer.code(part.strip()))})


def _trim(body: str, span: Span) -> Span:
    text = body[span.start : span.end]
    end = span.start + len(_POSSESSIVE.sub("", text.rstrip()))
    start = span.start + len(text) - len(text.lstrip())
    if article := _ARTICLE.match(body, start, end):
        start = article.end()
    return Span(start, end, span.label)


class _People:
    """The persons a story names in full, and the short names that can only mean one of them."""

    def __init__(self, body: str, spans: Sequence[Span], gazetteer: Gazetteer) -> None:
        self.body = body
        self.spans = spans
        self.lists = gazetteer
        self.full: dict[tuple[str, str], str] = {}
        named = [body[span.start : span.end] for span in spans if span.label == "PERSON"]
        self.lone = {name for name in named if len(name.split()) == 1}
        for name in named:
            ends = self._first_and_last(name)
            if ends and len(name) > len(self.full.get(ends, "")):
                self.full[ends] = name
        self.short = self._short_names()

    def canonical(self, name: str) -> str:
        """The fullest form of a person's name in this story."""
        ends = self._first_and_last(name)
        return self.full.get(ends, name) if ends else self.short.get(name, name)

    def apart(self, spans: Iterable[Span]) -> Iterator[Span]:
        """The spans, ``Kim-Putin`` split where either half can only mean a person of the story."""
        for span in spans:
            first, dash, second = self.body[span.start : span.end].partition("-")
            if dash and first in self.short and second in self.short:
                middle = span.start + len(first)
                yield Span(span.start, middle, "PERSON")
                yield Span(middle + 1, span.end, "PERSON")
            else:
                yield span

    def overlooked(self) -> list[Span]:
        """Further places where the body uses the short name of one of its persons."""
        names = sorted(name for name in {*self.short, *self.lone} if self._is_distinct(name))[:MAX_SURNAMES]
        if not names:
            return []
        end = self.spans[-1].end + 2_000  # not far beyond what was tagged
        pattern = re.compile(rf"(?<![\w'’])(?:{'|'.join(map(re.escape, names))})(?![\w])(?!-[^\W\dA-Z])")
        rest = iter([*self.spans, Span(len(self.body), len(self.body) + 1, "")])
        current = next(rest)
        more: list[Span] = []
        for match in pattern.finditer(self.body, 0, end):
            while current.end <= match.start():
                current = next(rest)
            if match.end() <= current.start:
                more.append(Span(match.start(), match.end(), "PERSON"))
        return more

    def _first_and_last(self, name: str) -> tuple[str, str] | None:
        words = [word for word in name.split() if word not in _SUFFIXES]
        return (words[0].casefold(), words[-1].casefold()) if len(words) > 1 else None

    def _short_names(self) -> dict[str, str]:
        """Family names, then given names, each only where one person of the story has it."""
        families: dict[str, set[str]] = defaultdict(set)
        given: dict[str, set[str]] = defaultdict(set)
        for name in self.full.values():
            words = [word for word in name.split() if word not in _SUFFIXES]
            family, first = (words[0], words[-1]) if words[0] in self.lists.surnames else (words[-1], words[0])
            families[family].add(name)
            given[first].add(name)
            small = next((i for i, word in enumerate(words[1:], 1) if word in _PARTICLES), None)
            if small is not None:
                families[" ".join(words[small:])].add(name)
        short = {name: next(iter(people)) for name, people in given.items() if len(people) == 1}
        for name, people in families.items():
            if len(people) == 1:
                short[name] = next(iter(people))
            else:
                short.pop(name, None)
        return short

    def _is_distinct(self, name: str) -> bool:
        """Whether a lone name can be searched for: no word that means something else."""
        known = self.lists.names.get(key(name))
        plain = name in self.lists.not_names or name in self.lists.titles or name in self.lists.heads
        return len(name) > 1 and not plain and (known is None or name in self.lists.ambiguous) and name[0].isupper()


def _grouped(
    body: str, spans: Iterable[Span], people: _People, halves: Mapping[str, str], gazetteer: Gazetteer
) -> list[_Group]:
    spans = list(spans)
    acronyms = _acronyms(body[span.start : span.end] for span in spans if span.label == "ORG")
    companies = _short_companies(body[span.start : span.end] for span in spans if span.label == "ORG")
    of_states = bodies(body, spans, gazetteer)
    by_name = {
        " ".join(body[span.start : span.end].split()): of_states[span.start]
        for span in spans
        if span.start in of_states
    }
    groups: dict[str, _Group] = defaultdict(_Group)
    for span in spans:
        text = " ".join(body[span.start : span.end].split())
        if text in people.short:
            if span.label not in QUANTITIES and not gazetteer.find(text):
                span = span._replace(label="PERSON")
        elif text in companies or (span.label == "PERSON" and text in acronyms):
            span = span._replace(label="ORG")
        elif span.label == "PERSON" and " " not in text:
            span = span._replace(label=_listed_label(text, gazetteer))
        known = None
        if span.label == "PERSON":
            name = people.canonical(text)
        else:
            known = of_states.get(span.start) or by_name.get(acronyms.get(text, ""))
            known = known or gazetteer.find(halves.get(text, text))
            name = known.canonical if known else acronyms.get(text) or companies.get(text, text)
        group = groups[key(name).casefold()]
        group.known = group.known or known
        group.spans.append(span)
    return list(groups.values())


def _listed_label(word: str, gazetteer: Gazetteer) -> str:
    """What a lone word taken for a person is: nobody of that name is named in full, so a list may know better."""
    known = gazetteer.find(word)
    if known is None or key(word) in gazetteer.ambiguous or word in gazetteer.surnames:
        return "PERSON"
    return known.label


def _short_companies(names: Iterable[str]) -> Mapping[str, str]:
    """First words that stand for a company named in full: ``Acme`` for ``Acme Corp.``, where one only begins so."""
    meant: dict[str, set[str]] = defaultdict(set)
    for name in names:
        words = name.split()
        if len(words) > 1 and words[-1].rstrip(".") in _COMPANY:
            for end in range(1, len(words)):
                meant[" ".join(words[:end])].add(" ".join(words))
    return {short: next(iter(full)) for short, full in meant.items() if len(full) == 1}


def _acronyms(names: Iterable[str]) -> Mapping[str, str]:
    """Initials of organisations named in full, where they fit one only: both with and without the small words."""
    meant: dict[str, set[str]] = defaultdict(set)
    for name in set(names):
        words = [word for word in re.split(r"[\s-]+", name) if word]
        if len(words) > 1:
            full = " ".join(name.split())
            meant["".join(word[0] for word in words if word not in _SMALL_WORDS)].add(full)
            meant["".join(word[0].upper() for word in words)].add(full)
    return {acronym: next(iter(full)) for acronym, full in meant.items() if len(full) == 1}


def _entities(body: str, groups: Iterable[_Group], gazetteer: Gazetteer, where: Where, headline: str) -> list[Entity]:
    first_paragraph = body.find("\n\n")
    first_paragraph = len(body) if first_paragraph < 0 else first_paragraph
    entities: dict[str, Entity] = {}
    for group in groups:
        entity = _entity(body, group, gazetteer, where, headline, first_paragraph)
        twin = entities.get(entity.id)
        if twin:  # two spellings of one name
            mentions = sorted([*twin.mentions, *entity.mentions], key=lambda mention: mention.start)
            entity = twin.model_copy(update={"mentions": mentions, "salience": max(twin.salience, entity.salience)})
        entities[entity.id] = entity
    return sorted(entities.values(), key=lambda entity: (-entity.salience, entity.mentions[0].start))


def _entity(
    body: str, group: _Group, gazetteer: Gazetteer, where: Where, headline: str, first_paragraph: int
) -> Entity:
    mentions = [Mention(start=one.start, end=one.end, text=body[one.start : one.end]) for one in group.spans]
    longest = " ".join(max((mention.text for mention in mentions), key=len).split())
    label = _vote(group)
    if label in _PLACES:
        label = _kind_of_place(label, longest, group.known, gazetteer)
    known = group.known if group.known and group.known.label == label else None
    name = known.canonical if known else longest
    link = known.link if known else None
    if label == "GPE" and (namesakes := gazetteer.cities.get(key(name))) and not (link and _is_iso(link)):
        link = _city(namesakes, link, mentions, where)
    return Entity(
        id=_id(label, name, link),
        name=name,
        type=label,
        salience=_salience(mentions, label, headline, first_paragraph, len(body)),
        links=dict([link]) if link else {},
        mentions=mentions,
    )


def _city(
    namesakes: Sequence[City], link: tuple[str, str] | None, mentions: Sequence[Mention], where: Where
) -> tuple[str, str] | None:
    """The link of the city that is meant: the one beside its state or country, the one that all know, the only one
    where the story is.
    """
    if city := where.beside(namesakes, mentions):
        return city_link(city)
    city = None if link else where.among(namesakes)
    return city_link(city) if city else link


def _is_iso(link: tuple[str, str]) -> bool:
    return link[0] == "iso3166"


def _kind_of_place(label: str, name: str, known: Known | None, gazetteer: Gazetteer) -> str:
    """Whether a place has a government: a list knows better than the words around it, and not all models tell."""
    if known and known.label in _PLACES:
        return known.label
    return "GPE" if label == "LOC" and key(name) in gazetteer.cities else label


def _vote(group: _Group) -> str:
    """The type most mentions were given; among equals, that of the list, then the first."""
    votes = Counter(span.label for span in group.spans)
    most = max(votes.values())
    winner = next(label for label, count in votes.items() if count == most)
    if group.known and (votes[group.known.label] == most or (winner in _MISTAKEN and _is_certain(group.known))):
        return group.known.label
    return winner


def _is_certain(known: Known) -> bool:
    """Whether a list may overrule the vote: of a country, a part of one, or an organisation. A club may be called like
    a city."""
    return known.label == "ORG" or (known.label == "GPE" and (known.link is None or _is_iso(known.link)))


def _salience(mentions: Sequence[Mention], label: str, headline: str, first_paragraph: int, length: int) -> float:
    """From 0 to 1: named in the headline, in the first paragraph, often, and from beginning to end."""
    in_headline = any(_names(headline, mention) for mention in {mention.text: mention for mention in mentions}.values())
    spread = (mentions[-1].end - mentions[0].start) / length if len(mentions) > 1 else 0.0
    salience = (
        0.35 * in_headline
        + 0.25 * (mentions[0].start < first_paragraph)
        + 0.25 * min(1.0, len(mentions) / 5)
        + 0.15 * spread
    )
    return round(salience * (0.2 if label in QUANTITIES else 1.0), 3)


def _names(headline: str, mention: Mention) -> bool:
    at = headline.find(mention.text)
    if at < 0:
        return False
    before, after = headline[at - 1 : at], headline[at + len(mention.text) :][:1]
    return not before.isalnum() and not after.isalnum()


def _id(label: str, name: str, link: tuple[str, str] | None) -> str:
    """A key that is the same in every story: ``gpe:iso-KR``, ``gpe:geonames-1871859``, ``person:kim-jong-un``."""
    if link:
        return f"{label.lower()}:{_AUTHORITIES[link[0]]}-{link[1]}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower().replace("'", "").replace(".", ""))
    return f"{label.lower()}:{'-'.join(words) or '-'.join(name.casefold().split())}"
