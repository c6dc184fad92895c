"""What may be asked for a job, and a submission that is sent twice."""

import io
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.gateway import idempotency
from services.gateway.app import create_app
from services.gateway.idempotency import KEPT_SECONDS
from shared import keys
from shared.errors import KeyBusyError
from shared.models import Options
from shared.results import Results
from shared.settings import Settings
from shared.store import Store
from tests.conftest import until
from tests.core import Line
from tests.gateway import problem, spooled
from tests.stages import plan

KEY = {"Idempotency-Key": "0d7c6a0e-wire-1"}


def form(*names: str, options: object = None) -> dict[str, Any]:
    files = [(io.BytesIO(name.encode()), name) for name in names]
    return {"files": files} | ({"options": json.dumps(options)} if options is not None else {})


def test_options_in_the_query_string(client: FlaskClient, redis: "Redis") -> None:
    query = (
        "skip=dedup,summarise&summary_sentences=2&summary_words=40&priority=high&retention_hours=1.5"
        "&metadata=desk=sports&metadata=note=a=b"
    )
    job = client.post(f"/v1/jobs?{query}", data=b"x").json["id"]
    assert Results(redis).job(job).options == Options(
        skip={"dedup", "summarise"}, summary_sentences=2, summary_words=40, priority="high", retention_hours=1.5,
        metadata={"desk": "sports", "note": "a=b"},
    )  # fmt: skip
    shown = client.get(f"/v1/jobs/{job}").json
    assert shown["options"]["metadata"] == {"desk": "sports", "note": "a=b"}
    assert shown["options"]["skip"] == ["dedup", "summarise"]
    assert "tenant" not in shown


@pytest.mark.parametrize(
    ("stages", "skipped"), [("clean,entities", ["dedup", "summarise"]), ("dedup&stages=summarise", ["entities"])]
)
def test_stages_to_run_are_the_opposite_of_those_to_skip(client: FlaskClient, stages: str, skipped: list[str]) -> None:
    assert client.post(f"/v1/jobs?stages={stages}", data=b"x").json["options"]["skip"] == skipped
    assert "not both" in problem(client.post(f"/v1/jobs?stages={stages}&skip=dedup", data=b"x"), 400, "bad-request")


def test_options_as_a_part_of_the_form_give_way_to_the_query_string(client: FlaskClient) -> None:
    said = {"format": "text", "priority": "low", "metadata": {"a": "1"}, "fields": {"headline": "t"}}
    response = client.post("/v1/jobs?priority=high", data=form("a.txt", options=said))
    got = response.json["options"]
    assert {name: got[name] for name in said} == said | {"priority": "high"}
    assert [file["name"] for file in response.json["files"]] == ["a.txt"]


@pytest.mark.parametrize(
    ("query", "options", "slug", "hint"),
    [
        ("prioritty=high", None, "unknown-parameter", "'priority'"),
        ("xyzzy=1", None, "unknown-parameter", "there are: name, format"),
        ("", {"summary_sentenses": 2}, "unknown-parameter", "'summary_sentences'"),
        ("", {"format": "xyzzy"}, "unknown-format", "ndjson"),
        ("", {"fields": {"headlin": "x"}}, "unknown-field", "headline"),
        ("", {"summary_sentences": 99}, "bad-request", "50"),
        ("", [1], "bad-request", "object"),
        ("format=xyzzy", None, "unknown-format", "ndjson"),
        ("priority=urgent", None, "bad-request", "'high', 'normal' or 'low'"),
        ("skip=clean", None, "bad-request", "'dedup'"),
        ("stages=ingest", None, "bad-request", "'clean'"),
        ("retention_hours=0", None, "bad-request", "greater than 0"),
        ("retention_hours=nan", None, "bad-request", "finite"),
        ("retention_hours=100000", None, "bad-request", "72"),
        ("summary_words=0", None, "bad-request", "greater than or equal to 1"),
        ("metadata=desk", None, "bad-request", "metadata"),
        ("&".join(f"metadata=k{place}=v" for place in range(17)), None, "bad-request", "16"),
        ("metadata=k=" + "v" * 513, None, "bad-request", "512"),
    ],
)
def test_options_that_make_no_sense_leave_nothing(
    client: FlaskClient, redis: "Redis", settings: Settings, query: str, options: object, slug: str, hint: str
) -> None:
    assert hint in problem(client.post(f"/v1/jobs?{query}", data=form("a.txt", options=options)), 400, slug)
    assert spooled(settings) == []
    assert redis.keys("*") == []


def test_parts_that_are_no_json(client: FlaskClient, settings: Settings) -> None:
    for part in ("{", "\ud800".encode("utf-8", "surrogatepass"), "[" * 50_000):
        data = {"files": (io.BytesIO(b"x"), "a.txt"), "options": part}
        problem(client.post("/v1/jobs", data=data), 400, "bad-request")
    assert spooled(settings) == []


def test_a_content_coding_that_nobody_reads(client: FlaskClient, settings: Settings) -> None:
    detail = problem(
        client.post("/v1/jobs", data=b"x", headers={"Content-Encoding": "br"}), 415, "unsupported-encoding"
    )
    assert "gzip" in detail
    assert spooled(settings) == []
    assert client.post("/v1/jobs", data=b"x", headers={"Content-Encoding": "gzip"}).status_code == 202


def test_a_job_is_kept_as_long_as_it_asked(store: Store, redis: "Redis") -> None:
    short, _ = store.submit([], options=Options(retention_hours=1))
    long, _ = store.submit([])
    for job in (short, long):
        store.cancel(job)
    now = redis.zscore(keys.EXPIRY, short) - 3600
    assert redis.zscore(keys.EXPIRY, long) - now == pytest.approx(store.settings.retention_hours * 3600, abs=60)
    store.clock = lambda: now + 3599
    assert store.expired() == []
    store.clock = lambda: now + 3601
    assert store.expired() == [short]
    store.forget([short])


def test_jobs_have_their_share_by_priority_and_none_starves(store: Store, tmp_path: Path) -> None:
    settings = store.settings.model_copy(update={"batch_stories": 1, "job_window": 1, "total_window": 4})
    store.settings = settings
    line = Line(store)
    by_priority: dict[str, str] = {}
    for priority in ("low", "normal", "high"):
        job, ref = store.submit([plan(tmp_path, 400)], options=Options(priority=priority))  # type: ignore[arg-type]
        by_priority[job] = priority
        line.send([ref])
    for _ in range(3):
        line.take()  # read all three
    done: dict[str, int] = dict.fromkeys(by_priority.values(), 0)
    for _ in range(1200):
        ref = line.messages[0]
        line.take()
        if ref.stage == "summarise":
            done[by_priority[ref.job]] += 1
    assert sum(done.values()) == 300
    assert done["low"] > 10
    assert done["high"] >= 2 * done["normal"] >= 2 * done["low"]


def test_the_same_submission_twice_is_one_job(client: FlaskClient, redis: "Redis", settings: Settings) -> None:
    first = client.post("/v1/jobs?name=a.txt", data=b"story", headers=KEY)
    again = client.post("/v1/jobs?name=a.txt", data=b"story", headers=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json == first.json
    assert [path.name for path in spooled(settings)] == [first.json["id"]]
    assert redis.llen("ingest") == 1
    [kept] = redis.keys("wm:once:*")
    assert KEPT_SECONDS - 60 < redis.ttl(kept) <= KEPT_SECONDS
    client.post(f"/v1/jobs/{first.json['id']}/cancel")
    assert client.post("/v1/jobs?name=a.txt", data=b"story", headers=KEY).json["state"] == "cancelled"


def test_a_form_is_the_same_whatever_its_boundary(client: FlaskClient) -> None:
    jobs = {client.post("/v1/jobs", data=form("a.txt", "b.txt"), headers=KEY).json["id"] for _ in range(3)}
    assert len(jobs) == 1


@pytest.mark.parametrize(
    ("query", "data"),
    [("", b"story!"), ("?priority=low", b"story"), ("?name=b.txt", b"story"), ("", form("upload"))],
)
def test_another_submission_under_the_same_key(
    client: FlaskClient, settings: Settings, query: str, data: object
) -> None:
    first = client.post("/v1/jobs", data=b"story", headers=KEY).json["id"]
    response = client.post(f"/v1/jobs{query}", data=data, headers=KEY)
    assert first in problem(response, 422, "idempotency-key-reused")
    assert [path.name for path in spooled(settings)] == [first]


def test_keys_of_tenants_have_nothing_to_do_with_each_other(settings: Settings, redis: "Redis") -> None:
    app = create_app(settings)
    tenants = iter(["a", "b", "a"])

    @app.before_request
    def _() -> None:
        from flask import g

        g.tenant = next(tenants)

    first, second, third = (app.test_client().post("/v1/jobs", data=b"x", headers=KEY).json["id"] for _ in range(3))
    assert first == third != second
    assert [Results(redis).job(job).tenant for job in (first, second)] == ["a", "b"]


def test_a_failed_submission_frees_its_key(client: FlaskClient, redis: "Redis") -> None:
    problem(client.post("/v1/jobs", data=b"", headers=KEY), 400, "empty-submission")
    problem(client.post("/v1/jobs", data=form("a", options={"x": 1}), headers=KEY), 400, "unknown-parameter")
    assert redis.keys("*") == []
    assert "Idempotent-Replayed" not in client.post("/v1/jobs", data=b"x", headers=KEY).headers


def test_a_gateway_that_died_between_key_and_job(client: FlaskClient, redis: "Redis") -> None:
    first = client.post("/v1/jobs", data=b"x", headers=KEY).json["id"]
    redis.delete(keys.of_job(first, "job"))  # as if it had been killed before it made the job
    again = client.post("/v1/jobs", data=b"x", headers=KEY)
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (202, False)
    assert client.post("/v1/jobs", data=b"x", headers=KEY).json["id"] == again.json["id"] != first


def test_the_same_key_while_it_is_uploaded(served: str, redis: "Redis") -> None:
    go_on = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b"sto"
        assert go_on.wait(20)
        yield b"ry"

    with ThreadPoolExecutor() as pool:
        upload = pool.submit(httpx.post, f"{served}/v1/jobs", content=slowly(), headers=KEY)
        until(lambda: redis.keys("wm:once:*:lock"), why="the upload has begun")
        meanwhile = httpx.post(f"{served}/v1/jobs", content=b"story", headers=KEY)
        go_on.set()
        first = upload.result(20)
    assert (meanwhile.status_code, meanwhile.json()["type"]) == (409, "urn:wiremill:problem:idempotency-key-busy")
    assert meanwhile.headers["Retry-After"]
    assert first.status_code == 202
    assert httpx.post(f"{served}/v1/jobs", content=b"story", headers=KEY).json()["id"] == first.json()["id"]


def test_a_long_upload_keeps_its_claim(redis: "Redis", monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    with idempotency.claim(redis, "", "key") as claim:
        [lock] = redis.keys("wm:once:*:lock")
        redis.pexpire(lock, 5000)
        claim.beat()
        assert redis.pttl(lock) <= 5000
        monkeypatch.setattr("time.monotonic", lambda: now + idempotency.CLAIM_SECONDS)
        claim.beat()
        assert redis.pttl(lock) > 50_000
        redis.delete(lock)
        monkeypatch.setattr("time.monotonic", lambda: now + 2 * idempotency.CLAIM_SECONDS)
        with pytest.raises(KeyBusyError):
            claim.beat()


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256, "\t"])
def test_keys_that_are_none(client: FlaskClient, key: str) -> None:
    problem(client.post("/v1/jobs", data=b"x", headers={"Idempotency-Key": key}), 400, "bad-request")
