import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.entities.bodies import bodies
from services.entities.gazetteer import Gazetteer
from services.entities.join import join
from services.entities.rules import Span


def marked(text: str) -> tuple[str, list[Span]]:
    """A text with its names, from ``[GPE|Seoul]'s [ORG|Defense Ministry]``."""
    body, spans = "", []
    for part in re.split(r"(\[[^\]]*\])", text):
        label, bar, name = part[1:-1].partition("|")
        if bar:
            spans.append(Span(len(body), len(body) + len(name), label))
        body += name if bar else part
    return body, spans


def called(text: str, gazetteer: Gazetteer) -> list[str]:
    return [known.canonical for known in bodies(*marked(text), gazetteer).values()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[GPE|Seoul]'s [ORG|Defense Ministry] spoke.", "Defense Ministry (South Korea)"),
        ("the [NORP|South Korean] [ORG|Foreign Ministry]", "Foreign Ministry (South Korea)"),
        ("[GPE|U.S.] [ORG|State Department]", "State Department (United States)"),
        ("the [ORG|British Defence Ministry]", "Defence Ministry (United Kingdom)"),
        ("[ORG|Ukraine’s Supreme Court] ruled", "Supreme Court (Ukraine)"),
        ("[ORG|California Supreme Court]", "Supreme Court (California)"),
        ("[ORG|Supreme Court of Canada]", "Supreme Court (Canada)"),
        ("[GPE|Kenya]'s [ORG|Ministry of Education, Science and Technology]",
         "Ministry of Education, Science and Technology (Kenya)"),
    ],
)  # fmt: skip
def test_a_body_is_called_by_its_state(text: str, name: str, gazetteer: Gazetteer) -> None:
    assert called(text, gazetteer) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "the [ORG|Foreign Ministry] said",
        "[ORG|British Council]",
        "[GPE|U.S.] [ORG|Central Intelligence Agency]",
        "[ORG|Kishida Cabinet]",
        "[GPE|Chicago]'s [ORG|Health Department]",
        "[GPE|Russia]. [ORG|Foreign Ministry] officials",
        "[GPE|Russia] and the [ORG|Foreign Ministry]",
        "[ORG|Bank of America]",
        "[GPE|Japan]'s [PERSON|Senate]",
    ],
)
def test_what_is_no_body_of_a_state_or_nobody_s_keeps_its_name(text: str, gazetteer: Gazetteer) -> None:
    assert called(text, gazetteer) == []


def test_a_body_named_alone_is_that_of_the_only_state_spoken_of(gazetteer: Gazetteer) -> None:
    body, spans = marked("[GPE|Japan]'s [ORG|Senate] met. The [ORG|Senate] voted.")
    assert {entity.name: len(entity.mentions) for entity in join(body, spans, gazetteer)} == {
        "Japan": 1,
        "Senate (Japan)": 2,
    }


def test_bodies_of_two_states_are_two_and_one_named_alone_is_neither(gazetteer: Gazetteer) -> None:
    body, spans = marked(
        "[GPE|Russia]'s [ORG|Foreign Ministry] and [GPE|Seoul]'s [ORG|Foreign Ministry]; the [ORG|Foreign Ministry]"
    )
    found = {entity.id for entity in join(body, spans, gazetteer) if entity.type == "ORG"}
    assert found == {"org:foreign-ministry-russia", "org:foreign-ministry-south-korea", "org:foreign-ministry"}


def test_its_initials_are_those_of_the_body(gazetteer: Gazetteer) -> None:
    body, spans = marked("The [NORP|Kenyan] [ORG|National Electoral Council] ([ORG|NEC]) spoke. The [ORG|NEC] left.")
    found = next(entity for entity in join(body, spans, gazetteer) if entity.type == "ORG")
    assert (found.name, len(found.mentions)) == ("National Electoral Council (Kenya)", 3)


@given(
    st.lists(
        st.sampled_from(["Defense", "Ministry", "of", "and", ",", "the", "Kenya", "'s", "Seoul", " ", "x"]), max_size=30
    )
)
def test_any_words_are_told_in_bounded_time(parts: list[str]) -> None:
    body = " ".join(parts)
    gazetteer = Gazetteer({}, *([frozenset()] * 7), {}, {"Kenya": "Kenya"})
    found = bodies(body, [Span(0, len(body), "ORG")], gazetteer)
    assert all(known.canonical.endswith("(Kenya)") for known in found.values())
