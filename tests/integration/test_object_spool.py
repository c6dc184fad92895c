"""Uploads in an object store: the gateway, ingest and the clerk share nothing but Redis and it."""

import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from redis import Redis

from services.clerk.clerk import Clerk
from services.cli.checks import spool as look
from services.cli.processes import environment, start
from services.cli.server import free_port
from services.gateway.app import create_app
from services.ingest.tasks import prepare
from shared.errors import SpoolUnavailableError
from shared.models import Job, JobState, SpoolFile, State
from shared.pipeline import QUEUES
from shared.results import Results
from shared.settings import Settings
from shared.spool import PART, open_spool
from shared.store import job_time, new_job_id
from tests.conftest import kill_group, until
from tests.gateway import PROBLEM

BUCKET = "wire"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    """An S3 of our own, with a bucket."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    at = {"ENDPOINT_URL": f"http://{host}:{port}", "DEFAULT_REGION": "us-east-1", "MAX_ATTEMPTS": "1"}
    for name, value in (at | {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "y"}).items():
        monkeypatch.setenv(f"AWS_{name}", value)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    yield server
    server.stop()


@pytest.fixture
def far(settings: Settings, store: ThreadedMotoServer) -> Settings:
    return settings.model_copy(update={"spool_url": f"s3://{BUCKET}/{uuid4().hex}"})


@pytest.fixture
def real_worker(far: Settings, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Starts a worker of the real stages; returns its log."""
    started = []

    def begin() -> Path:
        command = [sys.executable, "-m", "services.cli", "worker", *QUEUES, "--processes", "1"]
        env = environment(far.model_copy(update={"entity_model": "rules"}))
        started.append(start(command, log=tmp_path / "worker.log", env=env))
        return tmp_path / "worker.log"

    yield begin
    for process in started:
        kill_group(process)


def archive(*stories: str, litter: int) -> bytes:
    """A zip file of stories, and of so many bytes that nobody reads."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("__MACOSX/0", bytes(litter))
        for number, story in enumerate(stories):
            packed.writestr(f"{number}.txt", story)
    return made.getvalue()


def test_a_job_goes_through_an_object_store(
    redis: "Redis", far: Settings, real_worker: Callable[[], Path], clerk: Callable[[Settings], None]
) -> None:
    large = archive("One story, of Paris.", "Another, of Rome.", litter=PART)
    with create_app(far).test_client() as client:
        parts = {
            "a": (io.BytesIO(large), "feed.zip"),
            "b": (io.BytesIO(b"A third, of Bonn."), "third.txt"),
            "text": "And one that was pasted.",
        }
        job = client.post("/v1/jobs", data=parts, query_string={"format": "text"}).json["id"]
    assert Results(redis).job(job).files[0].size == len(large) > PART
    real_worker()
    clerk(far)
    until(lambda: Results(redis).job(job).state.ended, seconds=60, why="the job has ended")
    found = Results(redis).job(job)
    assert (found.received, found.counts[State.DONE], found.error) == (4, 4, None)
    assert not far.spool_dir.exists()


def test_while_the_store_is_gone_uploads_are_refused_and_reading_waits(
    redis: "Redis", far: Settings, store: ThreadedMotoServer, real_worker: Callable[[], Path],
    clerk: Callable[[Settings], None],
) -> None:  # fmt: skip
    with create_app(far).test_client() as client:
        kept = client.post("/v1/jobs", data=b"A story of Paris.").json["id"]
        store.stop()
        for upload in ({"data": b"A story."}, {"data": {"a": (io.BytesIO(b"A story."), "a.txt")}}):
            refused = client.post("/v1/jobs", **upload)
            assert (refused.status_code, refused.content_type) == (503, PROBLEM)
            assert refused.json["type"] == "urn:wiremill:problem:spool-unavailable"
        assert [found.level for found in look(far)] == ["fail"]
        log = real_worker()
        clerk(far)
        until(lambda: b"SpoolUnavailableError" in log.read_bytes(), seconds=60, why="the worker has tried")
        assert Results(redis).job(kept).error is None
        store.start()
        until(lambda: Results(redis).job(kept).state.ended, seconds=60, why="the job has ended")
        assert Results(redis).job(kept).counts[State.DONE] == 1
    assert [found.level for found in look(far)] == ["ok"]
    assert open_spool(far).jobs(older=-1) == [kept]


def test_the_clerk_removes_what_no_job_knows_and_outlives_the_store(
    far: Settings, store: ThreadedMotoServer, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool(far)
    old = job_time(time.time() - 48 * 3600) + "0" * 12
    for job in (old, new_job_id()):
        spool.write(job, 0, "x", [b"x"], limit=1)
    store.stop()
    one = Clerk(far)
    with pytest.raises(SpoolUnavailableError):
        one.round()
    store.start()
    monkeypatch.setattr(one, "_expire_at", 0.0)
    one.round()
    assert old not in spool.jobs(older=-1)
    assert len(spool.jobs(older=-1)) == 1


def test_a_file_that_is_gone_ends_the_job_and_says_so(far: Settings, redis: "Redis") -> None:
    gone = SpoolFile(name="a", path="0/0", size=1)
    job = Job(id=new_job_id(), state=JobState.QUEUED, created=datetime.now(UTC), files=[gone])
    with pytest.raises(FileNotFoundError):
        list(prepare(far, redis)(job, lambda place: None))
