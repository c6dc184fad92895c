"""What a story calls itself."""

import pytest

from services.dedup.label import label
from shared.models import Story, Wire


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("story", ""), ("update", "update"), ("correction", "correction"), ("kill", ""), ("advisory", "")],
)
def test_labels(kind: str, expected: str) -> None:
    assert label(Story(wire=Wire.model_validate({"kind": kind}), headline="UPDATE 2-Fire")) == expected
