"""What counts as a story calling itself a new version, and what only looks like it."""

import pytest

from services.dedup.label import label
from shared.models import Story, Wire


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("UPDATE 2-Bank cuts rates", "update"),
        ("Quake, 1st Ld", "update"),
        ("AM-Quake, 3rd Ld-Writethru", "update"),
        ("Bank cuts rates (Adds details)", "update"),
        ("Recasts: bank cuts rates", "update"),
        ("CORRECTED - GM sees rise", "correction"),
        ("CORRECTED-UPDATE 1-GM sees rise", "correction"),
        ("Correction: bank story", "correction"),
        ("Bank cuts rates", ""),
        ("Company updates forecast", ""),
        ("Lead prices rise", ""),
        ("Corrective surgery at 60", ""),
        ("Firm adds 200 jobs", ""),
        (None, ""),
    ],
)
def test_headline(headline: str | None, expected: str) -> None:
    assert label(Story(headline=headline, body="Text.")) == expected


def test_slugline_first_line_and_the_wire_itself() -> None:
    assert label(Story(slugline="BC-Quake,2nd Ld", body="Text.")) == "update"
    assert label(Story(body="(Updates with toll)\nText.")) == "update"
    assert label(Story(body="Text.\n(Updates with toll)")) == ""
    assert label(Story(body="Text.", wire=Wire(kind="correction"))) == "correction"
