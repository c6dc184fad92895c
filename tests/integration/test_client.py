"""``wiremill.client`` against a real gateway, over connections that hold and over some that do not."""

import io
import json
import os
import resource
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest
from redis import Redis

from shared.exports import EXPORTS
from shared.keyring import Keyring
from shared.models import JobState, Options, State
from shared.pipeline import NAMES
from shared.results import Results
from shared.store import Store
from tests.core import Line
from tests.proxy import breaking
from tests.receiver import receiver, status
from tests.stages import plan
from wiremill.client import ApiError, BrokenOffError, Client, UnreachableError


@pytest.fixture
def client(standing: str):
    with Client(standing) as client:
        yield client


Hurried = Callable[..., tuple[Client, list[float]]]


@pytest.fixture
def hurried() -> Iterator[Hurried]:
    """Makes clients that do not wait, and lists of how long they would have."""
    with ExitStack() as stack:

        def make(url: str, *, attempts: int = 5) -> tuple[Client, list[float]]:
            waits: list[float] = []
            return stack.enter_context(Client(url, attempts=attempts, sleep=waits.append)), waits

        yield make


def test_paths_bytes_and_open_files_are_one_job_with_their_options(client: Client, redis: "Redis", tmp_path: Path):
    (tmp_path / "a.txt").write_text("first")
    options = Options(
        format="text", skip=frozenset({"dedup"}), summary_sentences=2, priority="high", metadata={"a": "b"}
    )
    job = client.submit([tmp_path / "a.txt", ("b.txt", b"second"), ("c.txt", io.BytesIO(b"third"))], options)
    assert [(file.name, file.size) for file in job.files] == [("a.txt", 5), ("b.txt", 6), ("c.txt", 5)]
    assert job.options == options == Results(redis).job(job.id).options
    assert client.job(job.id).state is JobState.QUEUED


def test_the_same_under_the_same_key_is_the_same_job(client: Client):
    first = client.submit([("a.txt", b"x")], idempotency_key="monday")
    assert client.submit([("a.txt", b"x")], idempotency_key="monday").id == first.id
    assert client.submit([("a.txt", b"x")]).id != first.id
    with pytest.raises(ApiError) as refused:
        client.submit([("a.txt", b"y")], idempotency_key="monday")
    assert (refused.value.status, refused.value.slug) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("passed", [0, 40], ids=["no answer", "half an answer"])
def test_a_connection_that_breaks_makes_no_second_job(hurried: Hurried, standing: str, redis: "Redis", passed: int):
    with breaking(standing, [passed, passed]) as proxy:
        client, waits = hurried(proxy.url)
        job = client.submit([("a.txt", b"x" * 100_000)])
    assert [one.id for one in Results(redis).jobs()] == [job.id]
    assert proxy.connections == 3
    assert len(waits) == 2 and all(waits)


def test_what_may_do_harm_is_not_sent_twice(hurried: Hurried, standing: str, store: Store, tmp_path: Path):
    job, _ = store.submit([plan(tmp_path, 1)])
    with breaking(standing, [0]) as proxy:
        client, waits = hurried(proxy.url)
        with pytest.raises(UnreachableError):
            client.cancel(job)
    assert (proxy.connections, waits) == (1, [])


def test_retry_after_is_honoured_and_patience_has_an_end(hurried: Hurried):
    with receiver(status(429, **{"Retry-After": "7"})) as full:
        client, waits = hurried(full.url.split("/hook")[0], attempts=3)
        with pytest.raises(ApiError) as refused:
            client.submit([("a.txt", b"x")])
    assert refused.value.status == 429
    assert waits == [7, 7]
    assert len({request.headers["Idempotency-Key"] for request in full.requests}) == 1
    with receiver(status(503, **{"Retry-After": "3600"})) as closed:
        client, waits = hurried(closed.url.split("/hook")[0])
        with pytest.raises(ApiError):
            client.job("x")
    assert (len(closed.requests), waits) == (1, [])


@contextmanager
def piped(data: bytes) -> Iterator[IO[bytes]]:
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        yield pipe


def test_a_pipe_is_sent_once(hurried: Hurried, client: Client):
    with receiver(status(503)) as closed, piped(b"text") as pipe, pytest.raises(ApiError):
        hurried(closed.url.split("/hook")[0])[0].submit([("a.txt", pipe)])
    assert len(closed.requests) == 1
    with piped(b"text") as pipe:
        assert client.submit([("a.txt", pipe)]).files[0].size == 4


def test_more_files_than_may_be_open(client: Client, tmp_path: Path):
    names = [f"{number:03}.txt" for number in range(400)]
    for name in names:
        (tmp_path / name).write_text(name)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
    try:
        job = client.submit([tmp_path / name for name in names])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert [file.name for file in job.files] == names
    with pytest.raises(FileNotFoundError):
        client.submit([tmp_path / "nosuch.txt"])


def test_jobs_page_by_page_and_filtered(client: Client):
    ids = [client.submit([("a.txt", b"x")], Options(metadata={"odd": str(turn % 2)})).id for turn in range(5)]
    assert [job.id for job in client.jobs(page=2)] == ids[::-1]
    assert [job.id for job in client.jobs(page=2, metadata={"odd": "1"})] == [ids[3], ids[1]]
    third = client.job(ids[2]).created
    assert [job.id for job in client.jobs(created_after=third)] == ids[:1:-1]
    assert not list(client.jobs(created_before=third - timedelta(days=1)))
    client.cancel(ids[0])
    assert [job.id for job in client.jobs(state=[JobState.CANCELLED])] == [ids[0]]


def test_wait_for_the_end_or_for_so_long(client: Client, store: Store, tmp_path: Path):
    job, ref = store.submit([plan(tmp_path, 3)])
    assert client.wait(job, seconds=0.1).state is JobState.QUEUED
    line = Line(store)
    line.send([ref])
    worker = threading.Timer(0.2, line.drain)
    worker.start()
    found = client.wait(job)
    worker.join()
    assert (found.state, found.counts[State.DONE]) == (JobState.FINISHED, 3)


def test_events_go_on_where_a_connection_broke(hurried: Hurried, standing: str, store: Store, finished: str):
    for place in range(300):
        store.redis.xadd(f"wm:{finished}:events", {"event": "batch", "detail": f"more {place}"})
    with breaking(standing, [3_000, 300, 0, 9_000]) as proxy:
        client, waits = hurried(proxy.url)
        events = list(client.events(finished))
    assert proxy.connections == 5
    assert len(waits) == 4 and max(waits) == 2  # as the stream's `retry` asks
    assert [event.detail for event in events if event.detail.startswith("more")] == [
        f"more {place}" for place in range(300)
    ]
    assert (events[0].kind, events[-1].kind) == ("queued", "job")
    assert events[-1].job == client.job(finished).model_copy(update={"files": []})
    ids = [event.id for event in events if event.id]
    with Client(standing) as again:
        assert [event.id for event in again.events(finished, after=ids[-3]) if event.id] == ids[-2:]
        assert not list(again.events(finished, after=ids[-1]))


def test_a_stream_of_events_that_always_breaks_ends(hurried: Hurried, standing: str, finished: str):
    with breaking(standing, [0] * 9) as proxy:
        client, _ = hurried(proxy.url, attempts=2)
        with pytest.raises(ApiError):
            list(client.events(finished))


def test_stories_and_exports_by_filters(client: Client, finished: str, tmp_path: Path):
    assert len(list(client.stories(finished))) == 150
    failed = list(client.stories(finished, state=[State.FAILED]))
    assert [story.seq for story in failed] == [9, 80, 81]
    assert [story.seq for story in client.stories(finished, q="STORY 149")] == [149]
    assert not list(client.stories(finished, entity="nobody"))
    assert not list(client.stories(finished, language="de", relation="near"))
    for form, export in EXPORTS.items():
        place = tmp_path / f"stories{export.suffix}"
        size = client.export(finished, form, place, state=iter([State.FAILED]))
        assert place.read_bytes() == b"".join(export.write(failed)) and size == place.stat().st_size
    buffer = io.BytesIO()
    client.export(finished, "ndjson", buffer)
    assert [json.loads(line)["seq"] for line in buffer.getvalue().splitlines()] == list(range(150))


def test_an_export_that_breaks_off_leaves_nothing(hurried: Hurried, standing: str, finished: str, tmp_path: Path):
    with breaking(standing, [20_000] * 2) as proxy:
        client, _ = hurried(proxy.url)
        with pytest.raises(BrokenOffError):
            client.export(finished, "ndjson", tmp_path / "out.ndjson")
        stories, seen = client.stories(finished), []
        with pytest.raises(BrokenOffError):
            seen.extend(story.seq for story in stories)
    assert seen == list(range(len(seen))) and len(seen) < 150
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_one_story_its_trail_and_what_may_be_done(client: Client, finished: str):
    story = client.story(f"{finished}-9")
    assert (story.seq, story.state) == (9, State.FAILED)
    assert [passage.stage for passage in client.trail(f"{finished}-10").passages] == [*NAMES]
    assert client.retry(finished) == 3
    for call, slug in {
        (client.story, f"{finished}-999"): "story-not-found",
        (client.story, "nosuch-1"): "job-not-found",
        (client.cluster, "nosuch-1"): "cluster-not-found",
        (client.cluster_summary, f"{finished}-1"): "cluster-not-found",
        (client.release, f"{finished}-149"): "not-withheld",
        (client.job, "a/b?c"): "job-not-found",
    }.items():
        with pytest.raises(ApiError) as refused:
            call[0](call[1])
        assert refused.value.slug in (slug, "http"), refused.value
        assert refused.value.title and refused.value.detail
    with pytest.raises(ApiError, match="look like JOB-7"):
        client.trail("nosuch")


def test_deliveries_and_version(client: Client):
    from importlib.metadata import version

    job = client.submit([("a.txt", b"x")], Options(webhook="https://example.org/hook"))
    assert client.deliveries(job.id) == []
    client.cancel(job.id)
    [delivery] = client.deliveries(job.id)
    assert (delivery.event.type, delivery.state) == ("job.cancelled", "pending")
    assert client.version() == version("wiremill")


def test_keys_are_sent(redis: "Redis", standing: str):
    token, _ = Keyring(redis).create("a", scopes=frozenset({"read"}), tenant="")
    with Client(standing, key=token) as client:
        assert list(client.jobs()) == []
        with pytest.raises(ApiError) as refused:
            client.submit([("a.txt", b"x")])
    assert refused.value.slug == "not-allowed"
    with Client(standing, key="wm_nonsense") as client, pytest.raises(ApiError) as refused:
        list(client.jobs())
    assert refused.value.slug == "no-key"


def test_where_there_is_no_gateway(hurried: Hurried):
    client, waits = hurried("http://127.0.0.1:9", attempts=3)
    with pytest.raises(UnreachableError, match="wiremill up"):
        client.job(str(uuid.uuid4()))
    assert len(waits) == 2
    for url in ("http://[", "ftp://example.org", "nonsense"):
        with pytest.raises(UnreachableError):
            hurried(url, attempts=1)[0].job("x")
