"""The HTTP API on a real store."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.cli.server import free_port
from services.gateway.app import create_app
from shared.models import Content, State, Story, Wire
from shared.results import Results
from shared.runner import run_ingest
from shared.settings import Settings
from shared.store import Store
from tests.conftest import until
from tests.core import Line, check_ledger
from tests.gateway import PROBLEM, problem, spooled

PART = b'--b\r\nContent-Disposition: form-data; name="f"'


def test_a_feed_as_the_body(client: FlaskClient, settings: Settings, redis: "Redis") -> None:
    response = client.post("/v1/jobs?name=wire.txt&format=text", data=b"one story", content_type="text/plain")
    assert response.status_code == 202
    job = response.json["id"]
    assert response.headers["Location"] == f"/v1/jobs/{job}"
    assert (response.json["state"], response.json["options"]["format"]) == ("queued", "text")
    assert response.json["files"] == [{"name": "wire.txt", "size": 9}]
    [file] = Results(redis).job(job).files
    assert (settings.spool_dir / file.path).read_bytes() == b"one story"
    assert client.get(response.headers["Location"]).json == response.json
    assert client.get("/v1/jobs").json["jobs"] == [response.json]
    assert redis.llen("ingest") == 1


def test_a_mapping_of_fields_goes_with_the_job(client: FlaskClient, redis: "Redis") -> None:
    response = client.post("/v1/jobs?map=headline:Titel,text=artikel.text", data=b"{}")
    assert response.json["options"]["fields"] == {"headline": "Titel", "text": "artikel.text"}
    assert Results(redis).job(response.json["id"]).options.fields == response.json["options"]["fields"]
    assert "headlin" in problem(client.post("/v1/jobs?map=headlin=x", data=b"{}"), 400, "unknown-field")
    problem(client.post("/v1/jobs?map=headline", data=b"{}"), 400, "unknown-field")


def test_a_form_content_type_is_a_body_like_any_other(client: FlaskClient) -> None:
    response = client.post("/v1/jobs", data=b"a=b", content_type="application/x-www-form-urlencoded")
    assert response.json["files"] == [{"name": "upload", "size": 3}]


def test_many_files_in_one_submission(client: FlaskClient, settings: Settings, redis: "Redis") -> None:
    files = [(io.BytesIO(b"x" * (place % 7 + 1)), f"{place}.txt") for place in range(1, 1501)]
    data = {"files": files[:-1], "another": files[-1:]}
    response = client.post("/v1/jobs", data=data, content_type="multipart/form-data")
    assert response.status_code == 202
    found = Results(redis).job(response.json["id"]).files
    assert [(file.name, file.size) for file in found] == [(f"{place}.txt", place % 7 + 1) for place in range(1, 1501)]
    for file in found[::100]:
        assert (settings.spool_dir / file.path).stat().st_size == file.size


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/abs/olute", "olute"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("", "upload"),
        ("dir/", "upload"),
        ("é" * 400, "é" * 255),
    ],
)
def test_hostile_names_are_data_only(client: FlaskClient, settings: Settings, given: str, shown: str) -> None:
    response = client.post("/v1/jobs", query_string={"name": given}, data=b"x")
    assert [file["name"] for file in response.json["files"]] == [shown]
    assert [path.name for path in spooled(settings)] == [response.json["id"]]
    assert [path.name for path in spooled(settings)[0].iterdir()] == ["0"]


def test_a_hostile_name_in_a_form(client: FlaskClient, settings: Settings) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../../x/evil.txt"\r\n\r\nhi\r\n--b--\r\n'
    response = client.post("/v1/jobs", data=body, content_type="multipart/form-data; boundary=b")
    assert response.json["files"] == [{"name": "evil.txt", "size": 2}]
    assert [path.name for path in spooled(settings)] == [response.json["id"]]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/plain"),
        (b"", "multipart/form-data; boundary=b"),
        (b"garbage", "multipart/form-data; boundary=b"),
        (b"garbage", "multipart/form-data"),
        (PART + b'; filename="a"\r\n\r\n\r\n--b--\r\n', "multipart/form-data; boundary=b"),
        (PART + b'; filename="a"\r\n\r\nbroken off', "multipart/form-data; boundary=b"),
        (PART + b"\r\n\r\nno file\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
def test_nothing_handed_over_leaves_nothing(
    client: FlaskClient, settings: Settings, redis: "Redis", body: bytes, content_type: str
) -> None:
    problem(client.post("/v1/jobs", data=body, content_type=content_type), 400, "empty-submission")
    assert spooled(settings) == []
    assert redis.keys("*") == []


@pytest.mark.parametrize("form", [True, False])
def test_too_large_an_upload_leaves_nothing(redis: "Redis", settings: Settings, form: bool) -> None:
    app = create_app(settings.model_copy(update={"max_upload_bytes": 1000}))
    data: object = {"f": (io.BytesIO(b"x" * 2000), "a.txt")} if form else b"x" * 2000
    detail = problem(app.test_client().post("/v1/jobs", data=data), 413, "too-large")
    assert "1,000 bytes" in detail
    assert spooled(settings) == []
    assert redis.keys("*") == []


def test_a_person_releases_what_nobody_could_read(client: FlaskClient, store: Store) -> None:
    job, ref = store.submit([])
    line = Line(store)
    hold = Story(content=Content(text="held back"), wire=Wire(withheld="HOLD FOR RELEASE"))
    far = Story(content=Content(text="later"), embargo_until=datetime.now(UTC) + timedelta(days=1))
    run_ingest(store, line.send, lambda job, opening: iter([[hold, far, Story(content=Content(text="open"))]]), ref)
    line.drain()
    for seq, text in enumerate(["held back", "later"]):
        url = f"/v1/jobs/{job}/results/{seq}"
        story = client.get(url).json
        assert (story["state"], story["body"]) == ("withheld", None)
        released = client.post(f"{url}/release").json
        assert (released["state"], released["body"]) == ("done", text)
        assert client.post(f"{url}/release").json == client.get(url).json == released
        check_ledger(store.redis, job)
    assert client.post(f"/v1/jobs/{job}/results/2/release").json["state"] == "done"
    assert store.redis.zcard("wm:embargo") == 0
    problem(client.post(f"/v1/jobs/{job}/results/3/release"), 404, "story-not-found")
    problem(client.post(f"/v1/jobs/{job}/results/99999999999999999999/release"), 404, "story-not-found")
    problem(client.post("/v1/jobs/nosuch/results/0/release"), 404, "job-not-found")


def test_what_is_not_withheld_is_not_released(client: FlaskClient, finished: str) -> None:
    for seq in (9, 149):  # failed, duplicate
        problem(client.post(f"/v1/jobs/{finished}/results/{seq}/release"), 409, "not-withheld")


def test_errors_are_problem_documents(client: FlaskClient, finished: str, store: Store) -> None:
    problem(client.get("/nowhere"), 404, "http")
    assert "GET" in client.delete("/v1/jobs").headers["Allow"]
    problem(client.delete("/v1/jobs"), 405, "http")
    for path in ("", "/results", "/results/0", "/results?format=ndjson"):
        problem(client.get(f"/v1/jobs/nosuch{path}"), 404, "job-not-found")
    problem(client.get("/v1/jobs/nosuch?wait=5"), 404, "job-not-found")
    problem(client.post("/v1/jobs/nosuch/cancel"), 404, "job-not-found")
    problem(client.post("/v1/jobs/nosuch/retry"), 404, "job-not-found")
    problem(client.get(f"/v1/jobs/{finished}/results/150"), 404, "story-not-found")
    problem(client.get(f"/v1/jobs/{finished}/results/99999999999999999999"), 404, "story-not-found")
    problem(client.get(f"/v1/jobs/{finished}/results/x"), 404, "http")
    problem(client.post(f"/v1/jobs/{finished}/cancel"), 409, "job-ended")
    running, _ = store.submit([])
    problem(client.post(f"/v1/jobs/{running}/retry"), 409, "job-running")


@pytest.mark.parametrize("cursor", ["x", "s", "s-1", "s151", "s99999999999999", "0", "s0'", "s" + "9" * 5000])
def test_a_cursor_that_nobody_gave_out(client: FlaskClient, finished: str, cursor: str) -> None:
    problem(client.get(f"/v1/jobs/{finished}/results", query_string={"cursor": cursor}), 400, "bad-cursor")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=0.5", "limit=-1", "limit=x", "limit=", "limit=1e3", "state=nope", "state=done,nope"]
)
def test_queries_that_make_no_sense(client: FlaskClient, finished: str, query: str) -> None:
    problem(client.get(f"/v1/jobs/{finished}/results?{query}"), 400, "bad-request")
    if query.startswith("limit"):
        problem(client.get(f"/v1/jobs?{query}"), 400, "bad-request")
    if query.startswith("limit") and query not in ("limit=0", "limit=0.5", "limit=1e3"):
        problem(client.get(f"/v1/jobs/{finished}?{query.replace('limit', 'wait')}"), 400, "bad-request")


def test_limits_beyond_the_most_are_cut(client: FlaskClient, finished: str) -> None:
    assert len(client.get(f"/v1/jobs/{finished}/results?limit=999999999").json["stories"]) == 150
    assert client.get(f"/v1/jobs/{finished}?wait=999999999").json["state"] == "finished"


@pytest.mark.parametrize("limit", [1, 7, 64, 149, 150, 1000])
def test_a_walk_through_the_pages_gives_each_story_once(client: FlaskClient, finished: str, limit: int) -> None:
    seqs, query, pages = [], {"limit": str(limit)}, 0
    while True:
        page = client.get(f"/v1/jobs/{finished}/results", query_string=query).json
        seqs += [story["seq"] for story in page["stories"]]
        pages += 1
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seqs == list(range(150))
    assert pages == -(-150 // limit)


def test_stories_of_some_states(client: FlaskClient, finished: str) -> None:
    def seqs(query: str) -> list[int]:
        return [story["seq"] for story in client.get(f"/v1/jobs/{finished}/results?{query}").json["stories"]]

    assert seqs("state=failed") == [9, 80, 81]
    assert seqs("state=failed,duplicate") == seqs("state=failed&state=duplicate") == [9, 80, 81, 149]
    assert seqs("state=failed&limit=2") == [9, 80]
    assert seqs("state=failed&limit=2&cursor=s81") == [81]
    assert seqs("state=pending") == []


def test_the_stream_of_all(client: FlaskClient, finished: str) -> None:
    for options in ({"query_string": {"format": "ndjson"}}, {"headers": {"Accept": "application/x-ndjson"}}):
        response = client.get(f"/v1/jobs/{finished}/results", **options)  # type: ignore[arg-type]
        assert response.content_type == "application/x-ndjson"
        stories = [Story.model_validate_json(line) for line in response.data.splitlines()]
        assert [story.seq for story in stories] == list(range(150))
    assert stories[3].model_dump(mode="json", exclude={"content"}) == client.get(f"/v1/jobs/{finished}/results/3").json


def test_what_leaves_holds_no_raw_text_and_no_path(client: FlaskClient, finished: str) -> None:
    for path in ("/results", "/results/9", "/results?format=ndjson", ""):
        body = client.get(f"/v1/jobs/{finished}{path}").text
        assert '"content"' not in body
        assert "/plan-" not in body


def test_retry_over_http(client: FlaskClient, finished: str, redis: "Redis") -> None:
    response = client.post(f"/v1/jobs/{finished}/retry")
    assert response.json["retried"] == 3
    assert response.json["job"]["state"] == "running"
    assert response.json["job"]["counts"]["pending"] == 3
    # The message of a long job's later batches is in the queue of its priority.
    assert sum(redis.llen(key) for key in redis.keys("clean*") + redis.keys("dedup*")) == 2


def test_waiting_ends_with_the_job(client: FlaskClient, store: Store) -> None:
    job, _ = store.submit([])
    began = time.monotonic()
    assert client.get(f"/v1/jobs/{job}?wait=0.3").json["state"] == "queued"
    assert 0.25 < time.monotonic() - began < 5
    timer = threading.Timer(0.5, store.cancel, [job])
    timer.start()
    began = time.monotonic()
    assert client.get(f"/v1/jobs/{job}?wait=30").json["state"] == "cancelled"
    assert time.monotonic() - began < 10
    timer.join()
    assert client.get(f"/v1/jobs/{job}?wait=30").json["state"] == "cancelled"


def test_a_full_store_takes_no_more(client: FlaskClient, redis: "Redis", settings: Settings) -> None:
    redis.config_set("maxmemory", redis.info("memory")["used_memory"] + 50_000)
    try:
        response = client.post("/v1/jobs", data=b"x")
    finally:
        redis.config_set("maxmemory", 0)
    problem(response, 429, "store-full")
    assert response.headers["Retry-After"]
    assert spooled(settings) == []


def test_a_store_that_is_gone(settings: Settings) -> None:
    client = create_app(settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}/0"})).test_client()
    assert client.get("/healthz").status_code == 200
    for method, path in (("POST", "/v1/jobs"), ("GET", "/v1/jobs"), ("GET", "/v1/jobs/x"), ("GET", "/readyz")):
        response = client.open(path, method=method, data=b"x" if method == "POST" else None)
        problem(response, 503, "store-unavailable")
        assert response.headers["Retry-After"]
    assert spooled(settings) == []


def test_ready_and_healthy(client: FlaskClient) -> None:
    assert client.get("/healthz").json["status"] == "ok"
    assert client.get("/readyz").json["status"] == "ok"


def test_a_real_gateway(served: str, settings: Settings, redis: "Redis") -> None:
    def chunks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield b"x" * 10_000

    response = httpx.post(f"{served}/v1/jobs?name=long.txt", content=chunks(100))
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/jobs/{response.json()['id']}"
    assert response.json()["files"] == [{"name": "long.txt", "size": 1_000_000}]
    kept = spooled(settings)
    assert [path.name for path in kept] == [response.json()["id"]]

    response = httpx.post(f"{served}/v1/jobs", content=chunks(300))
    assert (response.status_code, response.headers["Content-Type"]) == (413, PROBLEM)
    assert spooled(settings) == kept

    # A client that goes away in the middle of its upload.
    host, port = served.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 1000)
        until(lambda: len(spooled(settings)) == 2, why="the upload has begun")
    until(lambda: spooled(settings) == kept, why="what came of it is removed")
    assert [job.counts[State.PENDING] for job in Results(redis).jobs()] == [0]
