from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.summarise.features import NAMES, candidate, features
from services.summarise.model import Model, default
from services.summarise.summarise import choose

TEXTS = st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=12)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    default().write(tmp_path / "weights.json")
    assert Model.read(tmp_path / "weights.json") == default()


def test_a_model_without_a_weight_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    default().write(path)
    path.write_text(path.read_text("utf-8").replace('"early"', '"late"'), "utf-8")
    with pytest.raises(KeyError):
        Model.read(path)


@given(TEXTS, st.none() | st.text())
def test_features_are_from_0_to_1(texts: list[str], headline: str | None) -> None:
    rows = features([candidate(text, 0, len(text)) for text in texts], headline=headline)
    assert [len(row) for row in rows] == [len(NAMES)] * len(texts)
    assert all(0 <= value <= 1 for row in rows for value in row)


def test_the_lead_stays_unless_another_is_better_by_the_margin() -> None:
    candidates = [candidate(text, 0, len(text)) for text in ("one went home", "two came back", "three stayed put")]
    model = Model((0.0,) * len(NAMES), lead_margin=1.0, redundancy=0.0)
    assert choose(candidates, [0.0, 0.0, 0.9], limit=1, model=model) == [0]
    assert choose(candidates, [0.0, 0.0, 1.1], limit=1, model=model) == [2]


def test_what_has_been_said_counts_less() -> None:
    candidates = [candidate(text, 0, len(text)) for text in ("red cat sat", "red cat ran fast", "blue dog slept")]
    frugal = Model((0.0,) * len(NAMES), lead_margin=0.0, redundancy=1.0)
    assert choose(candidates, [1.0, 0.5, 0.4], limit=2, model=frugal) == [0, 2]
