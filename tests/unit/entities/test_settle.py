"""What a story's own words make certain."""

import pytest

from services.entities.gazetteer import Gazetteer
from services.entities.rules import Span
from services.entities.settle import settle


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("Kim Jong Un of North Korea", "PERSON", [("Kim Jong Un", "PERSON"), ("North Korea", "GPE")]),
        ("Seoul's Defense Ministry", "ORG", [("Seoul", "GPE"), ("Defense Ministry", "ORG")]),
        ("United States’ Senate", "ORG", [("United States", "GPE"), ("Senate", "ORG")]),
        ("Bank of England", "ORG", [("Bank of England", "ORG")]),
        ("Joan of Arc", "PERSON", [("Joan of Arc", "PERSON")]),
        ("Lloyd's Register", "ORG", [("Lloyd's Register", "ORG")]),
        ("Seoul's", "ORG", [("Seoul's", "ORG")]),
        ("Friday", "ORG", [("Friday", "DATE")]),
        ("the ministry", "ORG", []),
    ],
)
def test_names(gazetteer: Gazetteer, name: str, label: str, expected: list[tuple[str, str]]) -> None:
    body = f"It was {name}, they said."
    found, _ = settle(body, [Span(7, 7 + len(name), label)], gazetteer)
    assert [(body[span.start : span.end], span.label) for span in found] == expected
