"""What a story calls itself."""

import pytest

from services.dedup.label import label
from shared.models import Source, Story, Wire


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("story", ""), ("update", "update"), ("correction", "correction"), ("kill", ""), ("advisory", "")],
)
def test_labels(kind: str, expected: str) -> None:
    assert label(Story(wire=Wire.model_validate({"kind": kind}), headline="UPDATE 2-Fire")) == expected


@pytest.mark.parametrize(
    ("version", "expected"), [("2", "update"), ("17", "update"), ("1", ""), ("0", ""), ("2.1", ""), ("20260504", "")]
)
def test_a_number_says_it_too(version: str, expected: str) -> None:
    assert label(Story(source=Source(version=version))) == expected
