"""What a page says of its article in JSON-LD, in the terms of schema.org. Pure: works on the texts of its scripts."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

SCRIPT_TYPE = "application/ld+json"
_LONGEST = 2_000_000  # characters of a script
_ARTICLES = ("Article", "BlogPosting", "Report")  # what the names of its types of article end in


def find_article(scripts: Iterable[str]) -> dict[str, Any]:
    """The properties of the first article that the scripts describe; none if there is no such thing, or no JSON."""
    return next((thing for script in scripts for thing in _things(script) if _is_article(thing)), {})


def _things(script: str) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(script, strict=False) if len(script) <= _LONGEST else None  # raw line ends are common
    except (ValueError, RecursionError):
        return
    for thing in found if isinstance(found, list) else [found]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()


def _is_article(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type")
    return any(str(kind).endswith(_ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def text_of(article: dict[str, Any], name: str) -> str | None:
    """The property as text on one line or more, if it is one."""
    value = article.get(name)
    return value.strip() or None if isinstance(value, str) else None


def authors(article: dict[str, Any]) -> str | None:
    """The names of the article's authors, with commas between them."""
    given = article.get("author")
    people = given if isinstance(given, list) else [given]
    names = (person.get("name") if isinstance(person, dict) else person for person in people)
    return ", ".join(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip())) or None
