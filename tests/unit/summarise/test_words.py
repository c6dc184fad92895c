from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.summarise.candidates import candidate, word_count
from services.summarise.summarise import choose
from services.summarise.words import NAMES, Model, default, expected, features
from shared.models import Entity, Mention

TEXTS = st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=12)
NOTHING_LEARNED = (0.0,) * len(NAMES)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    default().write(tmp_path / "weights.json")
    assert Model.read(tmp_path / "weights.json") == default()


def test_a_model_without_a_weight_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    default().write(path)
    path.write_text(path.read_text("utf-8").replace('"early"', '"soon"'), "utf-8")
    with pytest.raises(KeyError):
        Model.read(path)


@given(TEXTS, st.none() | st.text())
def test_every_word_has_its_features_and_a_probability(texts: list[str], headline: str | None) -> None:
    candidates = [candidate(text, 0, len(text)) for text in texts]
    rows = features(" ".join(texts), candidates)
    assert set(rows) == set().union(*(one.lower for one in candidates))
    assert all(len(row) == len(NAMES) for row in rows.values())
    assert all(0 <= value <= 1 for value in expected(default(), rows, headline=headline).values())


def test_the_headline_and_salient_entities_make_a_word_likelier() -> None:
    body = "Rescuers took forty families to a school."
    rows = features(body, [candidate(body, 0, len(body))])
    plain = expected(default(), rows)
    school = Entity(id="x", name="school", type="FAC", salience=1, mentions=[Mention(start=34, end=40, text="school")])
    known = expected(default(), rows, headline="Rescuers busy", entities=[school])
    assert {word for word in rows if known[word] > plain[word]} == {"rescuers", "school"}


def test_the_lead_stays_unless_another_is_better_by_the_margin() -> None:
    candidates = [candidate(text, 0, len(text)) for text in ("One went.", "Two came.", "Three stayed.")]
    model = Model(NOTHING_LEARNED, price=0.0, lead_margin=1.0)
    likely = dict.fromkeys(("one", "went", "two", "came"), 0.0)
    assert choose(candidates, likely | {"three": 0.4, "stayed": 0.5}, limit=1, model=model) == [0]
    assert choose(candidates, likely | {"three": 0.5, "stayed": 0.6}, limit=1, model=model) == [2]


def test_what_has_been_said_counts_no_more() -> None:
    texts = ("Red cats sat down.", "Red cats ran.", "Dogs slept.")
    likely = {"red": 0.9, "cats": 0.9, "sat": 0.5, "down": 0.5, "ran": 0.1, "dogs": 0.4, "slept": 0.1}
    model = Model(NOTHING_LEARNED, price=0.0, lead_margin=0.0)
    candidates = [candidate(text, 0, len(text)) for text in texts]
    assert choose(candidates, likely, limit=2, model=model) == [0, 2]


def test_a_sentence_that_leans_is_worth_more_behind_the_one_it_leans_on() -> None:
    texts = ("The mayor spoke.", "He left.", "Nobody answered.")
    likely = {"the": 0.3, "mayor": 0.9, "spoke": 0.9, "he": 0.1, "left": 0.4, "nobody": 0.1, "answered": 0.3}
    model = Model(NOTHING_LEARNED, price=0.0, lead_margin=0.0)
    candidates = [candidate(text, 0, len(text)) for text in texts]
    assert choose(candidates, likely, limit=2, model=model) == [0, 1]
    assert choose(candidates, likely | {"the": 0.0, "mayor": 0.0, "spoke": 0.0}, limit=1, model=model) == [2]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("It rained in St. Louis -- again.", 7), ("大阪は雨。", 4), ("हिन्दी में समाचार।", 3)]
)
def test_words_are_counted_as_an_editor_does(text: str, count: int) -> None:
    assert word_count(text) == count
