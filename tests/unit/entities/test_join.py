import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.entities.gazetteer import Gazetteer
from services.entities.join import join
from services.entities.rules import Span
from shared.models import Dateline, Entity


def joined(body: str, gazetteer: Gazetteer, *names: tuple[str, str], headline: str | None = None) -> dict[str, Entity]:
    spans: list[Span] = []
    at = 0
    for name, label in names:
        at = body.index(name, at)
        spans.append(Span(at, at + len(name), label))
        at += len(name)
    return {entity.name: entity for entity in join(body, spans, gazetteer, headline=headline)}


def mentions(entity: Entity) -> list[str]:
    return [mention.text for mention in entity.mentions]


def test_surnames_join_the_full_name_wherever_they_stand(gazetteer: Gazetteer) -> None:
    body = "Jane Sample spoke. Later Sample left, and Sample's car with her."
    found = joined(body, gazetteer, ("Jane Sample", "PERSON"))
    assert mentions(found["Jane Sample"]) == ["Jane Sample", "Sample", "Sample"]


def test_family_names_come_first_in_korean_names(gazetteer: Gazetteer) -> None:
    body = "Kim Jong Un met Vladimir Putin. The Kim-Putin talks pleased Kim."
    found = joined(body, gazetteer, ("Kim Jong Un", "PERSON"), ("Vladimir Putin", "PERSON"))
    assert mentions(found["Kim Jong Un"]) == ["Kim Jong Un", "Kim", "Kim"]
    assert mentions(found["Vladimir Putin"]) == ["Vladimir Putin", "Putin"]
    assert found["Kim Jong Un"].id == "person:kim-jong-un"


def test_a_shared_surname_joins_nobody(gazetteer: Gazetteer) -> None:
    body = "Jane Sample and John Sample spoke. Sample left."
    found = joined(body, gazetteer, ("Jane Sample", "PERSON"), ("John Sample", "PERSON"))
    assert mentions(found["Jane Sample"]) == ["Jane Sample"]


def test_initials_join_the_organisation(gazetteer: Gazetteer) -> None:
    body = "The Valley Rescue Service (VRS) came. VRS left."
    found = joined(body, gazetteer, ("Valley Rescue Service", "ORG"), ("VRS", "ORG"), ("VRS", "ORG"))
    assert list(found) == ["Valley Rescue Service"]
    assert len(found["Valley Rescue Service"].mentions) == 3


def test_countries_have_one_id_under_all_their_names(gazetteer: Gazetteer) -> None:
    body = "The U.S. is the United States."
    found = joined(body, gazetteer, ("U.S.", "GPE"), ("the United States", "GPE"))
    assert found["United States"].id == "gpe:iso-US"
    assert found["United States"].links == {"iso3166": "US"}
    assert mentions(found["United States"]) == ["U.S.", "United States"]


def test_possessives_are_not_part_of_a_mention(gazetteer: Gazetteer) -> None:
    assert mentions(joined("Moscow's plan", gazetteer, ("Moscow's", "GPE"))["Moscow"]) == ["Moscow"]


def test_the_type_is_voted(gazetteer: Gazetteer) -> None:
    body = "Acme said Acme and Acme"
    found = joined(body, gazetteer, ("Acme", "PERSON"), ("Acme", "ORG"), ("Acme", "ORG"))
    assert [entity.type for entity in found.values()] == ["ORG"]


def test_the_headline_and_the_lead_make_an_entity_salient(gazetteer: Gazetteer) -> None:
    body = "Moscow spoke.\n\nTokyo listened."
    found = joined(body, gazetteer, ("Moscow", "GPE"), ("Tokyo", "GPE"), headline="Moscow speaks")
    assert found["Moscow"].salience > 0.5 > found["Tokyo"].salience > 0


@given(st.data())
def test_mentions_are_cut_from_the_body_and_apart(gazetteer: Gazetteer, data: st.DataObject) -> None:
    words = st.sampled_from(
        ["Kim", "Kim Jong Un", "Putin", "the", "’s", "U.S.", "Bank of Kim", " ", "\n", "-", "日本", "II"]
    )
    body = data.draw(st.lists(words).map(" ".join))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)))))
    labels = st.sampled_from(["PERSON", "ORG", "GPE", "DATE"])
    spans = [Span(start, end, data.draw(labels)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    entities = join(body, spans, gazetteer, headline=body[:20])
    found = sorted((one.start, one.end, one.text) for entity in entities for one in entity.mentions)
    assert all(body[start:end] == text for start, end, text in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
    assert all(0 <= entity.salience <= 1 for entity in entities)
    assert len({entity.id for entity in entities}) == len(entities)
    for entity in entities:
        assert entity.mentions == sorted(entity.mentions, key=lambda one: one.start)


def test_a_company_is_called_by_its_first_words(gazetteer: Gazetteer) -> None:
    found = joined(
        "Zyxo Mills Corp. grew. Zyxo Mills said so.", gazetteer, ("Zyxo Mills Corp.", "ORG"), ("Zyxo Mills", "PERSON")
    )
    assert [entity.type for entity in found.values()] == ["ORG"]
    assert mentions(found["Zyxo Mills Corp."]) == ["Zyxo Mills Corp.", "Zyxo Mills"]


KOREAS = "North Korea and South Korea talked. The North's officials left. Then the South spoke of the north."


def test_the_north_is_the_country_if_its_other_half_is_named(gazetteer: Gazetteer) -> None:
    found = joined(KOREAS, gazetteer, ("North Korea", "LOC"), ("South Korea", "LOC"))
    assert mentions(found["North Korea"]) == ["North Korea", "North"]
    assert mentions(found["South Korea"]) == ["South Korea", "South"]


def test_the_north_is_nothing_if_it_is_not_certain(gazetteer: Gazetteer) -> None:
    found = joined("North Korea talked. The North left.", gazetteer, ("North Korea", "GPE"), ("North", "LOC"))
    assert mentions(found["North Korea"]) == ["North Korea"]
    assert list(found) == ["North Korea"]


def test_common_words_are_no_names(gazetteer: Gazetteer) -> None:
    body = "The ministry spoke to the Oil Ministry."
    assert list(joined(body, gazetteer, ("ministry", "ORG"), ("Oil Ministry", "ORG"))) == ["Oil Ministry"]


def test_text_without_capitals_keeps_its_names(gazetteer: Gazetteer) -> None:
    found = joined("officials in moscow spoke.", gazetteer, ("moscow", "LOC"))
    assert mentions(found["moscow"]) == ["moscow"]


def test_lists_tell_countries_and_towns_from_other_places(gazetteer: Gazetteer) -> None:
    body = "Kenya, SEOUL, Ballarat, the Nile, the Big River and KCNA."
    names = [(name, "LOC") for name in ("Kenya", "SEOUL", "Ballarat", "Nile", "Big River", "KCNA")]
    assert {name: entity.type for name, entity in joined(body, gazetteer, *names).items()} == {
        "Kenya": "GPE",
        "Seoul": "GPE",
        "Ballarat": "GPE",
        "Nile": "LOC",
        "Big River": "LOC",
        "Korean Central News Agency": "ORG",
    }


def test_a_country_is_no_organisation_whatever_the_vote(gazetteer: Gazetteer) -> None:
    body = "Kenya won. Kenya lost."
    assert next(iter(joined(body, gazetteer, ("Kenya", "ORG"), ("Kenya", "ORG")).values())).id == "gpe:iso-KE"


def test_a_lone_name_that_is_listed_is_no_person(gazetteer: Gazetteer) -> None:
    found = joined(
        "Algiers met Jordan Sample. Jordan left.", gazetteer, ("Algiers", "PERSON"), ("Jordan Sample", "PERSON")
    )
    assert {name: entity.type for name, entity in found.items()} == {"Algiers": "GPE", "Jordan Sample": "PERSON"}


def test_a_weekday_is_a_date(gazetteer: Gazetteer) -> None:
    assert joined("On Monday.", gazetteer, ("Monday", "MISC"))["Monday"].type == "DATE"


def test_two_people_joined_by_a_hyphen_are_two(gazetteer: Gazetteer) -> None:
    body = "Kim Jong Un met Vladimir Putin. The Kim-Putin talks ended."
    names = ("Kim Jong Un", "PERSON"), ("Vladimir Putin", "PERSON"), ("Kim-Putin", "PERSON")
    found = joined(body, gazetteer, *names)
    assert {name: mentions(entity) for name, entity in found.items()} == {
        "Kim Jong Un": ["Kim Jong Un", "Kim"],
        "Vladimir Putin": ["Vladimir Putin", "Putin"],
    }


def test_a_city_is_the_one_beside_its_state_or_country(gazetteer: Gazetteer) -> None:
    texan = joined("He was born in Paris, Texas, in 1940.", gazetteer, ("Paris", "LOC"), ("Texas", "LOC"))
    assert texan["Paris"].links == {"geonames": "4717560"}
    assert texan["Paris"].id == "gpe:geonames-4717560"
    assert joined("He went to Paris, and left.", gazetteer, ("Paris", "LOC"))["Paris"].links == {"geonames": "2988507"}


def test_a_city_of_many_is_the_one_where_the_story_is(gazetteer: Gazetteer) -> None:
    body = "The mayor of Springfield spoke in Illinois."
    assert joined(body, gazetteer, ("Springfield", "LOC"), ("Illinois", "LOC"))["Springfield"].links == {
        "geonames": "4250542"
    }
    assert joined("The mayor of Springfield spoke.", gazetteer, ("Springfield", "LOC"))["Springfield"].links == {}


def test_the_dateline_tells_where_the_story_is(gazetteer: Gazetteer) -> None:
    body = "The mayor of Springfield spoke."
    spans = [Span(body.index("Springfield"), body.index(" spoke"), "LOC")]
    for dateline, links in (
        (Dateline(text="BOSTON, Massachusetts -", place="BOSTON, Massachusetts"), {"geonames": "4951788"}),
        (Dateline(text="LONDON -", place="LONDON"), {}),
        (Dateline(text="CHICAGO -", place="CHICAGO", country="United States"), {}),
    ):
        assert join(body, spans, gazetteer, dateline=dateline)[0].links == links
