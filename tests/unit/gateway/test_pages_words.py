"""What the page says of a story in a few words."""

import datetime as dt
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.pages.record import facts, steps
from services.gateway.pages.words import KINDS, MEANS, RELATIONS, by_kind, line, measure, names, title, visible, why
from shared.models import Dateline, Dedup, Entity, Source, State, Story, StoryError, Subject, Wire
from shared.trail import Happening, Passage, Trail

WITHDRAWN = "what it is a copy of was withdrawn by its agency"
LATER = dt.datetime(2026, 6, 1, 6, tzinfo=dt.UTC)
ERROR = StoryError(stage="ingest", type="malformed-json", title="The item is not valid JSON", detail="line 5")


def copy(relation: Literal["near", "exact"], score: float) -> Story:
    return Story(state=State.DUPLICATE, dedup=Dedup(relation=relation, of="j-1", score=score))


def test_every_state_and_relation_has_words():
    assert set(MEANS) == set(State)
    assert set(RELATIONS) == set(Dedup.model_fields["relation"].annotation.__args__)


@given(st.text())
def test_nothing_visible_steers_the_reading_direction_and_offsets_hold(text: str):
    shown = visible(text)
    assert len(shown) == len(text)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_a_name_that_pretends_to_end_otherwise_is_seen_through():
    assert visible("invoice\u202egnp.exe") == "invoice\ufffdgnp.exe"


@given(st.text(max_size=600))
def test_a_line_is_not_a_page(text: str):
    assert len(line(text)) <= 501
    assert line(text) == visible(text) or line(text).endswith("…")


def test_a_story_in_place_of_a_headline_is_cut():
    assert line("word" * 1000) == "word" * 125 + "…"


@pytest.mark.parametrize(
    ("story", "says"),
    [
        (Story(headline="Ferry aground", body="ORSHAVN"), "Ferry aground"),
        (Story(headline="  ", body="\nA car ferry ran aground.\n\nMore."), "A car ferry ran aground."),
        (Story(body="word " * 100), "word " * 17 + "…"),
        (Story(error=ERROR), "The item is not valid JSON"),
        (Story(slugline="Ferry"), "Ferry"),
        (Story(), "(no headline)"),
    ],
)
def test_titles(story: Story, says: str):
    assert title(story) == says


@pytest.mark.parametrize(
    ("story", "says", "about"),
    [
        (Story(state=State.DONE), None, None),
        (copy("near", 0.93), "nearly the same text, 93% alike", "j-1"),
        (copy("exact", 1), "the same text, word for word", "j-1"),
        (Story(state=State.KILLED, dedup=Dedup(killed_by="j-2")), "killed by a notice of its agency", "j-2"),
        (Story(state=State.KILLED, wire=Wire(note="Kill it.")), "Kill it.", None),
        (Story(state=State.DONE, dedup=Dedup(killed_by="j-2")), WITHDRAWN, "j-2"),
        (Story(state=State.WITHHELD, wire=Wire(withheld="HOLD")), "on hold: HOLD", None),
        (Story(state=State.WITHHELD, embargo_until=LATER), "embargoed until 1 June 2026, 06:00 UTC", None),
        (Story(state=State.REJECTED, error=ERROR), "line 5", None),
        (Story(state=State.FAILED, headline="Ferry", error=ERROR), "The item is not valid JSON: line 5", None),
        (Story(state=State.DONE, dedup=Dedup(superseded_by="j-3")), "there is a later version", "j-3"),
        (Story(state=State.DONE, dedup=Dedup(relation="update", of="j-1")), "a later version", "j-1"),
    ],
)  # fmt: skip
def test_reasons(story: Story, says: str | None, about: str | None):
    found = why(story)
    assert (found and found.text, found and found.story) == (says, about)


def test_names_are_put_under_their_kinds_the_most_salient_first():
    entities = [
        Entity(id="oslo", name="Oslo", type="GPE", salience=0.1),
        Entity(id="may", name="May 4", type="DATE"),
        Entity(id="bergen", name="Bergen", type="LOC", salience=0.9),
    ]
    found = {kind.slug: [entity.id for entity in rows] for kind, rows in by_kind(entities)}
    assert found == {"place": ["bergen", "oslo"], "other": ["may"]}
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


def test_what_jobs_are_called():
    assert names(["a.txt", "b.xml"]) == "a.txt, b.xml"
    assert names([f"{letter}.txt" for letter in "abcde"]) == "a.txt, b.txt and 3 more"
    assert names([]) == ""


def test_measures():
    assert [measure(value) for value in (0.932, 1, 12, 1234.5)] == ["93%", "100%", "12", "1,234.5"]


def test_the_record_lists_what_is_known_and_nothing_else():
    story = Story(
        source=Source(file="a.txt", byte_range=(0, 1234)), language="en", urgency=2, custom_id="mine",
        subjects=[Subject(code="medtop:1", name="ferries"), Subject(code="medtop:2")],
        dateline=Dateline(text="OSLO", place="Oslo"), embargo_until=LATER,
    )  # fmt: skip
    assert facts(story) == [
        ("file", "a.txt"), ("place in it", "bytes 0 to 1,234"), ("your id", "mine"), ("language", "en"),
        ("urgency", "2"), ("place", "Oslo"), ("subjects", "ferries, medtop:2"),
        ("embargoed until", "1 Jun 2026, 06:00"),
    ]  # fmt: skip
    assert facts(Story()) == []


def test_the_trail_is_told_in_the_order_of_time():
    def at(second: int) -> dt.datetime:
        return LATER + dt.timedelta(seconds=second)

    trail = Trail(
        id="j-0", state=State.DONE, received=at(0), finished=at(3), deaths=1,
        passages=[
            Passage(stage="entities", at=at(3) + dt.timedelta(milliseconds=4), batch=0, batch_seconds=2, tries=1),
            Passage(stage="clean", at=at(1), seconds=0.0004, batch=0, batch_seconds=1, tries=1),
            Passage(stage="dedup", at=at(3), seconds=1.25, batch=0, batch_seconds=2, tries=2),
        ],
        happenings=[Happening(at=at(2), event="read"), Happening(at=at(9), event="released")],
    )  # fmt: skip
    assert [(step.name, step.says) for step in steps(trail)] == [
        ("received", ""), ("clean", "0.4 ms"), ("dedup", "1.2 s, try 2"), ("entities", "nothing to do"),
        ("finished", "1 worker died with it in hand"), ("released", ""),
    ]  # fmt: skip
    assert steps(Trail(id="j-0", state=State.REJECTED)) == []
