"""Lists, searches, exports and trails on a real store."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.gateway import results as routes
from services.gateway.examples import EXAMPLES
from shared.models import Content, Dedup, Entity, Options, State, Story, Wire
from shared.runner import run_ingest
from shared.stage import Amendment
from shared.store import Store
from tests.core import Line
from tests.gateway import problem
from tests.stages import plan


def through(store: Store, stories: Sequence[Story], *, tenant: str = "", batch: int = 10) -> str:
    """A job of these stories, finished."""
    line = Line(store)
    job, ref = store.submit([], tenant=tenant)
    batches = [list(stories[start : start + batch]) for start in range(0, len(stories), batch)]
    run_ingest(store, line.send, lambda job, opening: iter(batches), ref)
    line.drain()
    return job


def naming(*names: str, **fields: Any) -> Story:
    entities = [Entity(id=f"person:{name.lower()}", name=name, type="PERSON") for name in names]
    return Story(entities=entities, **({"content": Content(text=f"About {' and '.join(names)}.")} | fields))


@pytest.fixture
def mixed(store: Store) -> str:
    """A job of 30 stories in several languages; every third one names Kim, and two are not to be shown."""
    stories = [
        naming("Lee" if seq % 3 else "Kim", headline=f"Story {seq} of Élan", language=["en-GB", "de", "fr"][seq % 3])
        for seq in range(28)
    ]
    hold = naming("Kim", headline="A secret", wire=Wire(withheld="HOLD"))
    killed = naming("Kim", headline="Libel", keywords=["killed@summarise"])
    return through(store, [*stories, hold, killed])


def seqs(client: FlaskClient, job: str, query: str) -> list[int]:
    return [story["seq"] for story in client.get(f"/v1/jobs/{job}/results?{query}").json["stories"]]


def test_stories_by_entity_language_relation_and_text(client: FlaskClient, mixed: str, store: Store) -> None:
    assert seqs(client, mixed, "entity=kim") == list(range(0, 28, 3))
    assert seqs(client, mixed, "entity=person:kim&language=en") == list(range(0, 28, 3))
    assert seqs(client, mixed, "entity=kim&language=de") == []
    assert seqs(client, mixed, "language=en-gb") == list(range(0, 28, 3))
    assert seqs(client, mixed, "language=e") == []
    assert seqs(client, mixed, "q=%C3%89LAN+story+27") == [27]
    assert seqs(client, mixed, "q=about+kim&limit=3") == [0, 3, 6]
    assert seqs(client, mixed, "relation=near") == []
    store.amend([Amendment(story_id=f"{mixed}-4", dedup=Dedup(relation="near", of=f"{mixed}-1"))])
    assert seqs(client, mixed, "relation=near") == [4]


def test_what_may_not_be_shown_is_not_found_by_its_text(client: FlaskClient, mixed: str) -> None:
    assert seqs(client, mixed, "state=withheld,killed") == [28, 29]
    assert seqs(client, mixed, "state=withheld,killed&entity=kim") == []
    assert seqs(client, mixed, "state=withheld,killed&q=about") == []
    assert seqs(client, mixed, "q=secret") == [28]  # headlines may be shown
    assert "'entity'" in problem(client.get(f"/v1/jobs/{mixed}/results?entiti=x"), 400, "unknown-parameter")


def test_a_search_goes_on_where_the_page_before_stopped_looking(
    client: FlaskClient, mixed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MAX_LOOKS", 7)
    found, pages, query = [], 0, {"q": "about kim", "limit": "2"}
    while True:
        page = client.get(f"/v1/jobs/{mixed}/results", query_string=query).json
        found += [story["seq"] for story in page["stories"]]
        pages += 1
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == list(range(0, 28, 3))
    assert pages >= 5


def test_states_are_found_without_reading_the_other_batches(client: FlaskClient, store: Store, tmp_path: Path) -> None:
    job = through(
        store, [Story(content=Content(text="x"), keywords=["raise@dedup"] * (seq == 95)) for seq in range(100)]
    )
    store.redis.hdel(f"wm:{job}:blob", *range(9))
    assert seqs(client, job, "state=failed") == [95]


def test_the_stories_about_somebody_whichever_job_they_came_with(client: FlaskClient, store: Store, mixed: str) -> None:
    later = through(store, [naming("Kim"), naming("Lee"), naming("Kim", "Lee")])
    through(store, [naming("Kim")], tenant="another")
    ids = [story["id"] for story in client.get("/v1/entities/person:kim").json["stories"]]
    assert ids == [f"{later}-{seq}" for seq in (0, 2)] + [f"{mixed}-{seq}" for seq in range(0, 28, 3)]
    walked, query = [], {"limit": "3"}
    while True:
        page = client.get("/v1/entities/person:kim", query_string=query).json
        walked += [story["id"] for story in page["stories"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert walked == ids
    assert client.get("/v1/entities/person:nobody").json == {"schema": 1, "stories": [], "next": None}
    store.redis.zadd("wm:expiry", {later: 0})
    store.forget(store.expired())
    assert len(client.get("/v1/entities/person:kim").json["stories"]) == len(ids) - 2


def test_a_released_story_is_found_with_its_entities(client: FlaskClient, mixed: str) -> None:
    client.post(f"/v1/jobs/{mixed}/results/28/release")
    assert f"{mixed}-28" in [story["id"] for story in client.get("/v1/entities/person:kim").json["stories"]]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "W05hTiwieCJd", "[", "é", "Wzk5OTk5"])
def test_cursors_that_nobody_gave_out(client: FlaskClient, redis: "Redis", cursor: str) -> None:
    for path in ("/v1/jobs", "/v1/entities/person:kim"):
        problem(client.get(path, query_string={"cursor": cursor}), 400, "bad-cursor")


@pytest.fixture
def jobs(store: Store) -> list[str]:
    """Twelve jobs, newest first: every third is cancelled, every other one is of the desk of sports."""
    made = []
    for place in range(12):
        job, _ = store.submit([], options=Options(metadata={"desk": ["sports", "news"][place % 2], "n": str(place)}))
        if place % 3 == 0:
            store.cancel(job)
        made.insert(0, job)
    store.submit([], tenant="another")
    return made


def listed(client: FlaskClient, query: str) -> list[str]:
    found: list[str] = []
    following = ""
    while True:
        page = client.get(f"/v1/jobs?{query}{following}").json
        found += [job["id"] for job in page["jobs"]]
        if page["next"] is None:
            return found
        following = f"&cursor={page['next']}"


@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_a_walk_through_the_jobs(client: FlaskClient, jobs: list[str], limit: int) -> None:
    assert listed(client, f"limit={limit}") == jobs
    assert listed(client, f"limit={limit}&state=cancelled") == jobs[2::3]
    assert listed(client, f"limit={limit}&metadata=desk=sports") == jobs[1::2]
    assert listed(client, f"limit={limit}&metadata=desk=sports&metadata=n=4&state=queued") == [jobs[7]]


def test_jobs_by_the_time_of_their_making(client: FlaskClient, jobs: list[str], store: Store) -> None:
    times = {job: store.redis.zscore("wm:jobs", job) for job in jobs}
    middle = datetime.fromtimestamp(times[jobs[5]], UTC).isoformat().replace("+00:00", "Z")
    assert jobs[:5] == listed(client, f"created_after={middle}")[:5]
    assert set(listed(client, f"created_before={middle}&limit=2")) <= set(jobs[5:])
    assert listed(client, "created_after=2100-01-01T00:00:00Z") == []
    problem(client.get("/v1/jobs?created_after=yesterday"), 400, "bad-request")


def test_jobs_made_in_the_same_instant_are_each_listed_once(client: FlaskClient, store: Store) -> None:
    made = {store.submit([])[0] for _ in range(230)}
    store.redis.zadd("wm:jobs", dict.fromkeys(made, 1.5))
    assert sorted(listed(client, "limit=7")) == sorted(made)
    assert sorted(listed(client, "limit=1000")) == sorted(made)


def test_nothing_new_is_not_sent_again(client: FlaskClient, finished: str, store: Store) -> None:
    for path in (f"/v1/jobs/{finished}", f"/v1/jobs/{finished}/results/3"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert client.get(path, headers={"If-None-Match": '"x"'}).data == first.data
    tag = client.get(f"/v1/jobs/{finished}").headers["ETag"]
    store.retry(finished)
    changed = client.get(f"/v1/jobs/{finished}", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json["state"]) == (200, "running")


def test_exports(client: FlaskClient, finished: str) -> None:
    def get(**options: Any) -> Any:
        response = client.get(f"/v1/jobs/{finished}/results", **options)
        assert response.status_code == 200
        return response

    rows = list(csv.DictReader(io.StringIO(get(query_string={"format": "csv"}).text)))
    assert [int(row["seq"]) for row in rows] == list(range(150))
    assert rows[3]["headline"] == "story 3"
    assert get(headers={"Accept": "text/csv"}).data == get(query_string={"format": "csv"}).data
    lines = get(query_string={"format": "ninjs", "state": "done"}).text.splitlines()
    assert json.loads(lines[0])["uri"] == f"urn:wiremill:story:{finished}-0"
    from pyarrow import BufferReader, parquet

    table = parquet.read_table(BufferReader(get(headers={"Accept": "application/vnd.apache.parquet"}).data))
    assert table.column("seq").to_pylist() == list(range(150))
    assert get(headers={"Accept": "application/json"}).json["stories"]
    assert get(headers={"Accept": "text/html, */*;q=0.1"}).json["stories"]
    problem(client.get(f"/v1/jobs/{finished}/results", headers={"Accept": "text/html"}), 406, "not-acceptable")
    problem(client.get(f"/v1/jobs/{finished}/results?format=xml"), 400, "bad-request")


def test_a_form_that_this_gateway_cannot_write(
    client: FlaskClient, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "find_spec", lambda name: None)
    detail = problem(client.get(f"/v1/jobs/{finished}/results?format=parquet"), 406, "not-acceptable")
    assert "pyarrow" in detail


def test_the_trail_of_a_story(client: FlaskClient, store: Store, tmp_path: Path) -> None:
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 100, {70: ["raise-once@dedup"], 80: ["duplicate@dedup"]})])
    line.send([ref])
    line.drain()
    failed = client.get(f"/v1/jobs/{job}/results/70/trail").json
    assert (failed["state"], failed["error"]["stage"], failed["error"]["attempts"]) == ("failed", "dedup", 1)
    assert "retried" not in [one["event"] for one in failed["happenings"]]
    line.send(store.retry(job)[1])
    line.drain()
    story = client.get(f"/v1/jobs/{job}/results/70").json
    trail = client.get(f"/v1/jobs/{job}/results/70/trail").json
    assert [(step["stage"], step["batch"], step["tries"]) for step in trail["passages"]] == [
        (stage, 1, 1) for stage in ("clean", "dedup", "entities", "summarise", "dedup", "entities", "summarise")
    ]
    times = [step["at"] for step in trail["passages"]]
    assert times == sorted(times)
    assert trail["id"] == f"{job}-70"
    assert trail["received"] == story["timings"]["received"]
    assert (trail["state"], trail["error"]) == ("done", None)
    events = [one["event"] for one in trail["happenings"]]
    assert events == ["queued", "read", "batch", "finished", "retried", "batch", "finished"]
    early = client.get(f"/v1/jobs/{job}/results/80/trail").json
    assert [step["seconds"] is None for step in early["passages"][:4]] == [False, False, True, True]
    problem(client.get(f"/v1/jobs/{job}/results/100/trail"), 404, "story-not-found")


def test_the_trail_tells_what_was_found_out_later(client: FlaskClient, finished: str, store: Store) -> None:
    store.amend([
        Amendment(story_id=f"{finished}-5", state=State.KILLED, killed_by="x-1"),
        Amendment(story_id=f"{finished}-6", superseded_by="x-2", dedup=Dedup(relation="near", of="x-3")),
    ])  # fmt: skip
    store.redis.hset(f"wm:{finished}:death", "5", 2)
    killed = client.get(f"/v1/jobs/{finished}/results/5/trail").json
    assert (killed["state"], killed["deaths"], killed["amendments"]["killed_by"]) == ("killed", 2, "x-1")
    assert killed["happenings"][-1]["event"] == "killed"
    amended = client.get(f"/v1/jobs/{finished}/results/6/trail").json["amendments"]
    assert (amended["superseded_by"], amended["dedup"]["of"]) == ("x-2", "x-3")


def test_every_answer_has_its_security_headers(client: FlaskClient, finished: str) -> None:
    for path in ("/v1/jobs", f"/v1/jobs/{finished}/results?format=ndjson", "/nowhere", "/docs", "/openapi.json"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_other_methods(client: FlaskClient, finished: str) -> None:
    for path in ("/v1/jobs", f"/v1/jobs/{finished}", f"/v1/jobs/{finished}/results", f"/v1/jobs/{finished}/events"):
        head = client.head(path)
        assert (head.status_code, head.data) == (200, b"")
        allowed = client.options(path)
        assert allowed.status_code in (200, 204)
        assert {"GET", "HEAD", "OPTIONS"} <= set(allowed.headers["Allow"].split(", "))
        wrong = client.delete(path)
        problem(wrong, 405, "http")
        assert "GET" in wrong.headers["Allow"]


def test_the_description_and_its_page(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json
    assert described["openapi"].startswith("3.1.")
    page = client.get("/docs")
    assert "<script>" not in page.text
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    for asset in ("/docs/start.js", "/docs/assets/js/swagger-ui-bundle.js", "/docs/assets/css/swagger-ui.css"):
        assert asset in page.text
        assert client.get(asset, buffered=True).status_code == 200


def test_every_answer_in_json_has_an_example_that_fits(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json
    schemas = described["components"]["schemas"]
    shown = {
        content["schema"]["$ref"].rpartition("/")[2]
        for path, item in described["paths"].items()
        for operation in item.values()
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for kind, content in response.get("content", {}).items()
        if kind == "application/json"
    }
    assert shown == set(EXAMPLES)
    for name in shown:
        [example] = schemas[name]["examples"]
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(example)


def test_every_route_is_described_with_an_operation_of_its_own(client: FlaskClient) -> None:
    app: Any = client.application
    rules = {
        (rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.split(".")[0] not in ("static", "docs", "login", "pages")
    }
    paths = client.get("/openapi.json").json["paths"]
    operations = {(path, method): operation for path, item in paths.items() for method, operation in item.items()}
    assert set(operations) == rules
    assert len({operation["operationId"] for operation in operations.values()}) == len(operations)
    for operation in operations.values():
        assert operation["summary"].endswith(".") and operation["tags"] != ["default"]
