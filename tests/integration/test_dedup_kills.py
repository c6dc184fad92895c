"""Kill notices and newer versions reach back: also into jobs that have finished."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shared.models import Content, Source, State, Story, Wire
from tests.core import check_ledger
from tests.desk import Desk

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


def item(
    text: str, *, version: str | None = None, hour: int = 0, slug: str | None = "BC-Ferry", **wire: object
) -> Story:
    return Story(
        content=Content(text=f"{text} {text} and nobody said why."),
        source=Source(provider="TWS", guid=None if wire.get("of") else "tws:7", version=version),
        slugline=slug,
        published=NINE + timedelta(hours=hour),
        wire=Wire.model_validate(wire),
    )


def kill(hour: int, of: str) -> Story:
    return item("Kill the story.", hour=hour, slug=None, kind="kill", of=of, note="It is wrong.")


@pytest.mark.parametrize("of", ["BC-Ferry, 1st Ld", "tws:7"])
def test_a_notice_kills_what_came_before_it_in_any_job(desk: Desk, client: FlaskClient, of: str) -> None:
    first = desk.take(item("A ferry ran aground.", version="1"))
    assert desk.story(first).state is State.DONE
    notice = desk.take(kill(1, of))
    substitute = desk.take(item("A barge ran aground.", version="2", hour=2))

    killed = desk.story(first)
    assert killed.dedup
    assert (killed.state, killed.dedup.killed_by) == (State.KILLED, f"{notice}-0")
    assert desk.story(notice).state is State.KILLED
    assert desk.story(substitute).state is State.DONE
    check_ledger(desk.store.redis, first)
    answer = client.get(f"/v1/jobs/{first}/results/0")
    assert answer.status_code == 410
    assert answer.json["detail"] == f"{first}-0 was killed by {notice}-0: It is wrong."
    [row] = client.get(f"/v1/jobs/{first}/results").json["stories"]
    assert (row["state"], row["body"]) == ("killed", None)
    events = [event[b"event"] for _, event in desk.store.redis.xrange(f"wm:{first}:events")]
    assert events.count(b"killed") == 1


def test_what_comes_after_its_notice_is_killed_too(desk: Desk) -> None:
    notice = desk.take(kill(1, "BC-Ferry"))
    found = desk.story(desk.take(item("A ferry ran aground.", version="1")))
    assert found.dedup
    assert (found.state, found.dedup.killed_by) == (State.KILLED, f"{notice}-0")
    assert found.public().body is None


@pytest.mark.parametrize(("day", "dies"), [("20260504", True), ("20260505", True), ("20260506", False)])
def test_a_teletype_message_is_killed_by_its_number(desk: Desk, day: str, dies: bool) -> None:
    def message(story: Story, guid: str) -> Story:
        return story.model_copy(update={"source": Source(provider="TWS", guid=guid)})

    job = desk.take(message(item("A ferry ran aground.", slug=None), "TWS:20260504:tws0204"))
    desk.take(message(kill(48, "TWS0204"), f"TWS:{day}:tws0205"))
    assert desk.story(job).state is (State.KILLED if dies else State.DONE)


def test_a_copy_of_it_is_killed_under_its_own_name(desk: Desk) -> None:
    first, copy = desk.take(item("A ferry ran aground.")), desk.take(item("A ferry ran aground."))
    assert desk.story(copy).state is State.DUPLICATE
    desk.take(kill(1, "tws:7"))
    assert [desk.story(job).state for job in (first, copy)] == [State.KILLED, State.KILLED]


def test_a_notice_that_names_nothing_known_says_so(desk: Desk) -> None:
    desk.take(item("A ferry ran aground.", slug="BC-Ferry-Fares"))
    found = desk.story(desk.take(kill(1, "BC-Ferry")))
    assert found.dedup
    assert [evidence.kind for evidence in found.dedup.evidence] == ["not-found"]


@pytest.mark.parametrize("backwards", [False, True])
def test_each_version_is_superseded_by_the_newest(desk: Desk, backwards: bool) -> None:
    texts = {"1": "A ferry ran aground.", "2": "Nine are missing at sea.", "10": "All nine were found alive."}
    order = sorted(texts, key=int, reverse=backwards)
    jobs = {version: desk.take(item(texts[version], version=version)) for version in order}
    newest = f"{jobs['10']}-0"
    found = {version: desk.story(job) for version, job in jobs.items()}
    assert {version: story.dedup and story.dedup.superseded_by for version, story in found.items()} == {
        "1": newest, "2": newest, "10": None,
    }  # fmt: skip
    assert {story.state for story in found.values()} == {State.DONE}


LONG = " ".join(f"word{number} went to the harbour of Orshavn and came back on day {number}." for number in range(40))


def test_tenants_neither_copy_nor_kill_each_other_s_stories(desk: Desk) -> None:
    mine = desk.take(item(LONG), tenant="desk")
    theirs = desk.take(item(LONG), item(LONG.replace("word7 ", ""), slug=None), tenant="rival")
    nobodys = desk.take(item(LONG))
    for job in (mine, theirs, nobodys):
        assert desk.story(job).state is State.DONE
        dedup = desk.story(job).dedup
        assert dedup and dedup.relation == "original" and dedup.superseded_by is None
    desk.take(item("Kill the ferry.", kind="kill", of="tws:7"), tenant="rival")
    assert desk.story(theirs).state is State.KILLED
    assert desk.story(mine).state is desk.story(nobodys).state is State.DONE
    # Within a tenant all is as it was.
    again = desk.take(item(LONG), tenant="desk")
    assert (desk.story(again).state, desk.story(again).dedup.of) == (State.DUPLICATE, f"{mine}-0")  # type: ignore[union-attr]
