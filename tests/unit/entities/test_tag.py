import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.gazetteer import Gazetteer
from services.entities.tag import MAX_CHARACTERS, PIECE_CHARACTERS, pieces_of
from services.entities.tagger import SHIPPED, load_tagger
from shared.models import Entity, Story
from shared.stage import Process

BODY = (
    "Vladimir Putin of Russia met Kim Jong Un in Pyongyang on Thursday, the Korean Central News Agency said.\n\n"
    "KCNA said Putin thanked Kim. The U.S. and South Korean officials were wary."
)


def tagged(process: Process, **story: str) -> dict[str, Entity]:
    return {entity.name: entity for entity in process([Story(**story)]).stories[0].entities}  # type: ignore[arg-type]


def test_a_story_becomes_its_entities(process: Process) -> None:
    found = tagged(process, body=BODY, headline="Putin visits North Korea", language="en-US")
    assert {name: entity.type for name, entity in found.items()} == {
        "Vladimir Putin": "PERSON",
        "Russia": "GPE",
        "Kim Jong Un": "PERSON",
        "Pyongyang": "GPE",
        "Thursday": "DATE",
        "Korean Central News Agency": "ORG",
        "United States": "GPE",
        "South Korean": "NORP",
    }
    assert len(found["Korean Central News Agency"].mentions) == 2
    assert found["Pyongyang"].links == {"geonames": "1871859"}
    assert max(found.values(), key=lambda entity: entity.salience).name == "Vladimir Putin"


def test_other_languages_get_listed_names_only(process: Process) -> None:
    found = tagged(process, body="Der Präsident von Ghana, Peter Beispiel, sprach in Most.", language="de")
    assert list(found) == ["Ghana"]


def test_the_batch_keeps_its_order_and_its_stories(process: Process) -> None:
    stories = [
        Story(seq=0, body="In Japan."),
        Story(seq=1),
        Story(seq=2, body="In Kenya.", language="fr"),
        Story(seq=3, body="In Peru."),
    ]
    done = process(stories).stories
    assert [[entity.name for entity in story.entities] for story in done] == [["Japan"], [], ["Kenya"], ["Peru"]]
    assert [story.seq for story in done] == [0, 1, 2, 3]
    assert stories[0].entities == []


ODD = [BODY, "🇰🇵", "Kim\u0301 ", "\x1b", "שלום ", "Putin", "\n\n", "ǅ", "ß", "İ", "1,0.", "\u2028", "_"]


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(ODD)).map("".join)))
def test_mentions_are_cut_from_the_body(process: Process, body: str) -> None:
    entities = process([Story(body=body)]).stories[0].entities
    found = sorted((one.start, one.end, one.text) for entity in entities for one in entity.mentions)
    assert all(body[start:end] == text for start, end, text in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))


@given(st.text(alphabet="ab \n.", max_size=3 * PIECE_CHARACTERS), st.integers(0, 3))
def test_pieces_join_to_the_text(text: str, times: int) -> None:
    body = (text + "x" * 500) * 4 * times
    pieces = list(pieces_of(body))
    assert "".join(piece for _, piece in pieces) == body[:MAX_CHARACTERS]
    assert all(0 < len(piece) <= PIECE_CHARACTERS and body.startswith(piece, at) for at, piece in pieces)


UNITS = ["Kim Jong Un met Putin ", "x", "(", "KIM ", "日本", "שלום עולם ", "🇰🇵", "\x00", "A. Bcd, ", "\n", "1,", "A."]


SLOW = "accurate"
"""Takes seconds for a megabyte of anything, so it gets the three that take longest."""
LONGEST = ["Kim Jong Un met Putin ", "(", "🇰🇵"]


@pytest.mark.parametrize(
    ("process", "unit"),
    [(name, unit) for name in (*SHIPPED, "rules") for unit in (LONGEST if name == SLOW else UNITS)],
    indirect=["process"],
)
def test_a_megabyte_takes_bounded_time(unit: str, process: Process) -> None:
    began = time.process_time()
    process([Story(body=unit * (1_000_000 // len(unit)))])
    assert time.process_time() - began < 40


def test_any_spacy_model_goes_through_the_same_path(gazetteer: Gazetteer, tmp_path: object) -> None:
    import spacy

    from services.entities.tag import tag

    model = spacy.blank("en")
    model.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Jane Sample"}])  # type: ignore[attr-defined]
    model.to_disk(f"{tmp_path}/model")
    loaded = load_tagger(f"{tmp_path}/model", gazetteer)
    entities = tag([Story(body="Jane Sample left. Sample's car stayed.")], loaded, gazetteer)[0]
    assert [one.text for one in entities[0].mentions] == ["Jane Sample", "Sample"]


def test_an_unknown_model_is_an_error(gazetteer: Gazetteer) -> None:
    for name in ("no_such_model", "/no/such/folder"):
        with pytest.raises(OSError, match=name):
            load_tagger(name, gazetteer)
