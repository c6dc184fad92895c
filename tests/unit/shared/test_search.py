"""Which stories a search finds."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.models import Dedup, Entity, State, Story
from shared.search import Wanted

STORY = Story(
    state=State.DONE,
    headline="Größe zählt",
    body="The Bank of England held rates.",
    language="en-GB",
    dedup=Dedup(relation="update"),
    entities=[Entity(id="org:bank-of-england", name="Bank of England", type="ORG")],
)


def wanted(
    entity: str | None = None, language: str | None = None, relation: str | None = None, text: str | None = None
):
    return Wanted.parse(entity=entity, language=language, relation=relation, text=text)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "bank RATES"},
        {"text": "GRÖSSE"},
        {"text": " "},
        {"entity": "bank of england"},
        {"entity": "ORG:bank-of-england"},
        {"language": "EN"},
        {"language": "en-gb"},
        {"relation": "update"},
        {"relation": "update", "text": "held", "language": "en", "entity": "Bank of England"},
    ],
)
def test_found(given: dict[str, str]) -> None:
    assert wanted(**given).matches(STORY)


@pytest.mark.parametrize(
    "given",
    [
        {"text": "bank raised"},
        {"entity": "Bank"},
        {"language": "en-US"},
        {"language": "e"},
        {"relation": "original"},
        {"relation": "update", "text": "raised"},
    ],
)
def test_not_found(given: dict[str, str]) -> None:
    assert not wanted(**given).matches(STORY)


def test_a_story_without_anything_is_found_by_nothing() -> None:
    assert wanted().matches(Story())
    for given in ({"text": "x"}, {"entity": "x"}, {"language": "x"}, {"relation": "near"}):
        assert not wanted(**given).matches(Story())


@pytest.mark.parametrize("state", [State.WITHHELD, State.KILLED, State.FAILED])
def test_what_may_not_be_shown_is_not_found(state: State) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    hidden = STORY.model_copy(update={"state": state, "embargo_until": later})
    assert not wanted(text="held").matches(hidden)
    assert not wanted(entity="bank of england").matches(hidden)
    assert wanted(text="größe").matches(hidden)
