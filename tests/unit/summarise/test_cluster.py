import datetime as dt
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.summarise.cluster import MAX_STORIES, summarise_cluster
from shared.models import ClusterSummary, Dedup, State, Story

FIRST = (
    "At least 12 people were killed when a bus plunged into a ravine in northern Peru on Monday, police said. Thirty "
    "others were hurt.\n\nThe bus was carrying 45 passengers from Lima to Trujillo. Rescuers worked through the night."
)
OTHER = (
    "A bus fell into a ravine in northern Peru, killing 12 people and injuring 28, the transport ministry said on "
    "Monday.\n\nThe bus, with 45 passengers aboard, was on its way from Lima to Trujillo."
)
UPDATE = (
    "The death toll from a bus crash in northern Peru rose to 15 on Tuesday from 12, police said. Thirty others were "
    "hurt when the bus plunged into a ravine.\n\nThe bus was carrying 45 passengers from Lima to Trujillo, the company "
    "said. The president declared a day of mourning."
)


def cluster(*bodies: str, **first: Any) -> list[Story]:
    """Stories, oldest first."""
    stories = [Story(id=f"j-{at}", body=body, state=State.DONE) for at, body in enumerate(bodies)]
    return [stories[0].model_copy(update=first), *stories[1:]]


def disagreements(summary: ClusterSummary) -> dict[str, list[tuple[str, str]]]:
    return {one.about: [(figure.story, figure.text) for figure in one.figures] for one in summary.disagreements}


def test_sentences_are_cited_from_versions_that_still_stand() -> None:
    stories = cluster(FIRST, OTHER, UPDATE, dedup=Dedup(superseded_by="j-2"))
    summary = summarise_cluster(stories)
    assert summary.stories == ["j-0", "j-1", "j-2"]
    assert {one.story for one in summary.sentences} == {"j-1", "j-2"}
    bodies = {story.id: story.body or "" for story in stories}
    for one in summary.sentences:
        for cited in [one, *one.also, *(checked.figure for checked in one.figures)]:
            assert bodies[cited.story][cited.start : cited.end] == cited.text


def test_what_versions_disagree_about_is_listed_in_their_order() -> None:
    summary = summarise_cluster(cluster(FIRST, OTHER, UPDATE))
    assert disagreements(summary) == {
        "dead": [("j-0", "At least 12"), ("j-1", "12"), ("j-2", "15")],
        "injured": [("j-0", "Thirty"), ("j-1", "28"), ("j-2", "Thirty")],
    }


def test_the_numbers_of_cited_sentences_are_checked_against_the_others() -> None:
    summary = summarise_cluster(cluster(FIRST, OTHER, UPDATE), limit=5)
    checked = {
        (one.story, figure.about, figure.figure.text): (figure.agree, figure.differ)
        for one in summary.sentences
        for figure in one.figures
    }
    assert checked["j-2", "dead", "15"] == ([], ["j-0", "j-1"])
    assert checked["j-2", "passenger", "45"] == (["j-0", "j-1"], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The company sold about 1,000 cars in the north of the country.", "The company sold 1,012 cars in the north."),
        ("The bridge cost $1.2 billion to build, the ministry said.", "The bridge cost $1.21 billion to build."),
        (
            "Gas will cost a yearly average of $2.60 a gallon in the nation.",
            "The highest national average price of gas was $4.11 on Monday.",
        ),
        ("The mayor has lived in the town for 12 years.", "The quake in the hills killed 12 goats on Monday."),
        ("The quake in the hills killed 3 goats on Monday.", "The mayor of the town owns 12 goats, he said on Monday."),
    ],
)
def test_what_agrees_or_is_about_something_else_is_no_disagreement(one: str, other: str) -> None:
    assert disagreements(summarise_cluster(cluster(one, other))) == {}


def test_amounts_of_the_same_thing_are_compared() -> None:
    one, other = (
        "The company sold the bridge for $12 million on Monday.",
        "The bridge was sold by the company for $15 million.",
    )
    assert disagreements(summarise_cluster(cluster(one, other))) == {
        "$": [("j-0", "$12 million"), ("j-1", "$15 million")]
    }


def test_what_may_not_leave_is_not_read() -> None:
    embargo = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    killed = Story(id="k-0", body=FIRST, state=State.KILLED)
    withheld = Story(id="k-1", body=FIRST, state=State.WITHHELD, embargo_until=embargo)
    early = Story(id="k-2", body=FIRST, embargo_until=embargo)
    summary = summarise_cluster([killed, withheld, early, *cluster(OTHER)])
    assert summary.stories == ["j-0"]
    assert "k-" not in summary.model_dump_json()


@pytest.mark.parametrize("stories", [[], [Story(id="j-0")], [Story(id="j-0", body="A | 1 | 2", state=State.DONE)]])
def test_nothing_to_cite_has_its_reason(stories: list[Story]) -> None:
    summary = summarise_cluster(stories)
    assert summary.sentences == []
    assert summary.note


def test_copies_and_superseded_stories_are_cited_if_there_is_nothing_else() -> None:
    (only,) = cluster(FIRST, dedup=Dedup(superseded_by="gone-1"))
    assert [one.story for one in summarise_cluster([only], limit=1).sentences] == ["j-0"]


PIECES = st.sampled_from([*FIRST.split(" "), *UPDATE.split(". "), "\n\n", "killed 7 people. ", "%", "$5 "])


@given(st.lists(st.lists(PIECES, max_size=20).map(" ".join), max_size=4))
def test_every_citation_is_where_it_says(bodies: list[str]) -> None:
    stories = [Story(id=f"j-{at}", body=body, state=State.DONE) for at, body in enumerate(bodies)]
    summary = summarise_cluster(stories)
    by_id = {story.id: story.body or "" for story in stories}
    cited = [*summary.sentences, *(figure for one in summary.disagreements for figure in one.figures)]
    for one in cited:
        assert by_id[one.story][one.start : one.end] == one.text
    listed = [(one.story, one.start) for each in summary.disagreements for one in each.figures]
    assert len(set(listed)) == len(listed)


def test_many_long_stories_take_bounded_time() -> None:
    body = "\n\n".join(f"{FIRST} {UPDATE}" for _ in range(2_000))
    began = time.process_time()
    summary = summarise_cluster(cluster(*[body] * (MAX_STORIES + 5)))
    assert time.process_time() - began < 10
    assert len(summary.stories) == MAX_STORIES


def test_the_gateway_can_import_it() -> None:
    heavy = "{'numpy', 'spacy', 'httpx', 'flask', 'lxml'}"
    code = f"import sys, services.summarise.cluster; print(*{heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []
