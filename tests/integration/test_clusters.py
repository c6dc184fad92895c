"""Clusters as the API and the command line show them: heads that come late, kills that reach copies, newer versions."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from services.cli.cluster import lines
from services.cli.main import main
from services.gateway.app import create_app
from shared.clusters import MEMBERS
from shared.errors import ClusterNotFoundError
from shared.models import Content, Source, State, Story, Wire
from tests.desk import Desk

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
FERRY = "A ferry with forty people on board ran aground off the coast of Orsk on Monday, the harbour master said. "
TEXT = FERRY + "Tugs were on their way from three ports, but a storm that had blown all night kept them away. "


def item(hour: int, text: str = TEXT, *, provider: str = "TWS", guid: str | None = None, **fields: object) -> Story:
    """A story of an agency's, or of a paper's that prints it."""
    version = str(fields.pop("version", "")) or None
    source = Source(provider=provider, guid=guid or f"{provider}:{hour}", version=version)
    wire = Wire.model_validate({name: fields.pop(name) for name in ("kind", "of", "note") if name in fields})
    return Story(
        headline=f"Ferry {hour}", content=Content(text=text), source=source, published=hours(hour), wire=wire, **fields
    )


def hours(hour: int) -> datetime:
    return NINE + timedelta(hours=hour)


def notice(hour: int, of: str) -> Story:
    return item(hour, "Kill the story.", kind="kill", of=of, note="It is wrong.")


def test_a_cluster_is_asked_for_by_any_of_its_stories(desk: Desk, client: FlaskClient) -> None:
    copy = desk.take(item(2, provider="Herald"))
    original = desk.take(item(1), item(3, TEXT + "Nine are missing.", kind="update"))
    other = desk.take(item(4, "Nothing of the kind was ever said about it by anybody on Monday."))
    asked = [client.get(f"/v1/clusters/{id}").json for id in (f"{copy}-0", f"{original}-0", f"{original}-1")]
    assert asked[0] == asked[1] == asked[2]
    assert (asked[0]["id"], asked[0]["more"]) == (f"{original}-0", False)
    told = [
        (row["id"], row["head"], row["relation"], row["of"], row["superseded_by"], row["state"])
        for row in asked[0]["members"]
    ]
    newest = f"{original}-1"
    assert told == [
        (f"{original}-0", True, "original", None, newest, "done"),
        (f"{copy}-0", False, "exact", f"{original}-0", newest, "duplicate"),
        (newest, False, "update", f"{original}-0", None, "done"),
    ]
    assert {desk.story(job).dedup.cluster for job in (copy, original)} == {f"{original}-0"}  # type: ignore[union-attr]
    [alone] = client.get(f"/v1/clusters/{other}-0").json["members"]
    assert (alone["headline"], alone["provider"], alone["published"]) == ("Ferry 4", "TWS", "2026-05-04T13:00:00Z")


def test_a_cluster_is_summed_up_with_its_sources_and_where_they_disagree(desk: Desk, client: FlaskClient) -> None:
    early = desk.take(item(1, "A ferry sank off Busan on Sunday, killing at least 12 people, police said. " + TEXT))
    late = desk.take(
        item(3, "A ferry sank off Busan on Sunday, killing 15 people, police said. " + TEXT, kind="update")
    )
    found = client.get(f"/v1/clusters/{early}-0/summary?sentences=2").json
    assert found["stories"] == [f"{early}-0", f"{late}-0"]
    assert 1 <= len(found["sentences"]) <= 2
    for sentence in found["sentences"]:
        body = desk.story(sentence["story"].split("-")[0]).body
        assert body
        assert body[sentence["start"] : sentence["end"]] == sentence["text"]
    assert [[figure["text"] for figure in row["figures"]] for row in found["disagreements"]] == [["at least 12", "15"]]
    assert client.get(f"/v1/clusters/{early}-0/summary?sentences=0").status_code == 400


@pytest.mark.parametrize("id", ["nobody-7", "nobody", "%E2%82%AC-1", "x" * 5000, "nobody-99999999999"])
def test_an_unknown_story_has_no_cluster(client: FlaskClient, id: str) -> None:
    answer = client.get(f"/v1/clusters/{id}")
    assert (answer.status_code, answer.json["type"]) == (404, "urn:wiremill:problem:cluster-not-found")


@pytest.mark.parametrize("cut", [TEXT, TEXT[: len(FERRY)]])
def test_an_earlier_original_that_comes_later_becomes_the_head(desk: Desk, cut: str) -> None:
    second = desk.take(item(2, TEXT + TEXT))
    third = desk.take(item(3, TEXT + cut))
    first = desk.take(item(1, TEXT + TEXT))
    found = [desk.story(job) for job in (second, third)]
    assert [(story.state, story.dedup and (story.dedup.of, story.dedup.cluster)) for story in found] == [
        (State.DUPLICATE, (f"{first}-0", f"{first}-0"))
    ] * 2


def test_an_item_sent_again_is_an_exact_copy_of_itself_and_changes_nothing_else(desk: Desk) -> None:
    one, two = item(1, guid="a", version=1), item(3, TEXT + "Nine are missing.", guid="a", version=2)
    job = desk.take(one, two)
    before = [story.model_dump(exclude={"timings"}) for story in desk.results.stories(job)]
    again = desk.take(one, two)
    assert [story.model_dump(exclude={"timings"}) for story in desk.results.stories(job)] == before
    for seq, story in enumerate(desk.results.stories(again)):
        assert story.dedup
        assert (story.state, story.dedup.relation, story.dedup.of) == (State.DUPLICATE, "exact", f"{job}-{seq}")


def test_a_version_that_only_repeats_the_text_supersedes_nothing(desk: Desk) -> None:
    first = desk.take(item(1, guid="a"))
    again = desk.take(item(2, guid="a"))
    assert desk.story(again).state is State.DUPLICATE
    assert desk.story(first).dedup.superseded_by is None  # type: ignore[union-attr]
    newer = desk.take(item(3, "All forty were brought ashore by noon, and none of them was hurt at all.", guid="a"))
    assert desk.story(first).dedup.superseded_by == f"{newer}-0"  # type: ignore[union-attr]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0)])
def test_a_copy_of_what_was_killed_is_withdrawn_whichever_comes_first(
    desk: Desk, client: FlaskClient, order: tuple[int, ...]
) -> None:
    original, notice_ = item(1, guid="tws:7"), notice(5, "tws:7")
    copies = [item(hour, TEXT, provider="Herald") for hour in (2, 9)]
    cut = item(3, TEXT + "Reported by TWS", provider="Echo")
    parts = [[original], [notice_], [*copies, cut]]
    jobs = {place: desk.take(*parts[place]) for place in order}
    for seq in range(3):
        found = desk.story(jobs[2], seq)
        assert found.dedup
        assert (found.state, found.dedup.killed_by) == (State.DUPLICATE, f"{jobs[1]}-0")
        assert "copy-of-killed" in [evidence.kind for evidence in found.dedup.evidence]
        answer = client.get(f"/v1/jobs/{jobs[2]}/results/{seq}")
        assert answer.status_code == 410
        assert answer.json["detail"].endswith(f"is a copy of a story that was killed by {jobs[1]}-0: It is wrong.")
    rows = client.get(f"/v1/jobs/{jobs[2]}/results").json["stories"]
    assert [row["body"] for row in rows] == [None] * 3


def test_what_the_agency_sends_after_its_notice_is_served(desk: Desk) -> None:
    desk.take(item(1, guid="tws:7"), notice(5, "tws:7"))
    again = desk.take(item(6, guid="tws:8"), item(7, TEXT + "Nine are missing.", guid="tws:9", kind="update"))
    assert [story.withdrawn for story in desk.results.stories(again)] == [False, False]


def test_what_a_dead_worker_had_found_of_a_story_is_found_again_though_others_ended_it(desk: Desk) -> None:
    notice_ = desk.take(notice(5, "tws:7"))
    job = desk.submit([[item(2, guid="tws:7")]])
    while desk.messages[0].stage != "dedup":
        desk.step()
    desk.step(dies="asked")
    left = desk.messages
    desk.messages = []
    original = desk.take(item(1, provider="Herald"))
    assert desk.story(job).state is State.DUPLICATE
    desk.messages = left
    desk.drain()
    found = desk.story(job)
    assert found.dedup
    assert (found.state, found.dedup.killed_by, found.dedup.of) == (State.KILLED, f"{notice_}-0", f"{original}-0")


def test_tenants_have_clusters_of_their_own(desk: Desk) -> None:
    jobs = [desk.take(item(hour), tenant=tenant) for hour, tenant in ((1, "desk"), (2, "rival"))]
    assert [len(desk.results.cluster(f"{job}-0").members) for job in jobs] == [1, 1]
    mine, theirs = (f"{job}-0" for job in jobs)
    assert desk.results.cluster(mine, tenant="desk").id == mine
    with pytest.raises(ClusterNotFoundError):
        desk.results.cluster(theirs, tenant="desk")


def test_an_original_is_not_killed_with_its_copy(desk: Desk) -> None:
    original, copy = desk.take(item(1, provider="Herald")), desk.take(item(2, guid="tws:7"))
    desk.take(notice(5, "tws:7"))
    assert (desk.story(original).withdrawn, desk.story(copy).withdrawn) == (False, True)


def test_a_cluster_outlives_the_jobs_of_its_stories(desk: Desk, client: FlaskClient) -> None:
    original = desk.take(item(1))
    copies = [desk.take(item(hour, provider="Herald")) for hour in (2, 3)]
    desk.take(notice(5, "TWS:1"))
    desk.store.redis.delete(*desk.store.redis.keys(f"wm:{original}:*"))
    found = [desk.story(job).dedup for job in copies]
    assert [dedup and (dedup.cluster, dedup.of, bool(dedup.killed_by)) for dedup in found] == [
        (f"{original}-0", f"{original}-0", True)
    ] * 2
    head, *others = client.get(f"/v1/clusters/{original}-0").json["members"]
    assert (head["id"], head["head"], head["state"]) == (f"{original}-0", True, None)
    assert [row["id"] for row in others] == [f"{job}-0" for job in copies]


def test_a_large_cluster_lists_its_first(desk: Desk, client: FlaskClient) -> None:
    jobs = [desk.take(*(item(hour, guid=f"{n}.{hour}") for hour in range(60))) for n in range(5)]
    answer = client.get(f"/v1/clusters/{jobs[4]}-59").json
    assert (answer["id"], len(answer["members"]), answer["more"]) == (answer["members"][0]["id"], MEMBERS, True)
    published = [row["published"] for row in answer["members"]]
    assert published == sorted(published)


def test_the_command(desk: Desk) -> None:
    job = desk.take(item(1, provider="T\x1b[31mWS"), item(2, provider="Herald"))
    server = make_server("127.0.0.1", 0, create_app(desk.store.settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        run = CliRunner().invoke(main, ["cluster", f"{job}-1", "--url", url, "--json"])
        assert [row["id"] for row in json.loads(run.output)["members"]] == [f"{job}-0", f"{job}-1"]
        lost = CliRunner().invoke(main, ["cluster", "nobody-1", "--url", url])
        assert lost.exit_code == 1
    finally:
        server.shutdown()
        thread.join()
    head, copy = lines(desk.results.cluster(f"{job}-1"))
    assert head.split()[:2] == ["*", f"{job}-0"]
    assert head.isprintable()
    assert f"{job}-1  2026-05-04 11:00  Herald" in copy
    assert copy.endswith("duplicate  exact     Ferry 2")
