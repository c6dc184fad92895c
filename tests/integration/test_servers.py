"""The pipeline on servers as an operator may set them up."""

import re
import secrets
import shutil
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, NoPermissionError

from services.gateway.app import create_app
from shared.celery_app import Sender, create_celery
from shared.models import JobState, State
from shared.results import Results
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store
from tests import servers
from tests.conftest import StartWorker, quick, until
from tests.core import check_ledger
from tests.stages import plan

USERS = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl"
StartClerk = Callable[[Settings], None]


@pytest.fixture
def password() -> str:
    return secrets.token_hex(16)


@pytest.fixture
def password_file(tmp_path: Path, password: str) -> Path:
    (tmp_path / "password").write_text(f"{password}\n")
    return tmp_path / "password"


@pytest.fixture
def users(tmp_path: Path, password: str) -> Path:
    """The users of compose's Redis, with a password."""
    digest = sha256(password.encode()).hexdigest()
    (tmp_path / "users.acl").write_text(USERS.read_text().replace("user wiremill on", f"user wiremill on #{digest}"))
    return tmp_path / "users.acl"


def submit(settings: Settings, tmp_path: Path, stories: int) -> str:
    job, ref = Store(connect(settings.store()), settings).submit([plan(tmp_path, stories, every=["sleep@all"])])
    Sender(create_celery(settings), settings)([ref])
    return job


def assert_finishes(settings: Settings, job: str, stories: int, *, seconds: float = 60) -> None:
    redis = connect(settings.store())
    until(lambda: Results(redis).job(job).state.ended, seconds=seconds, why="the job has ended")
    found = Results(redis).job(job)
    assert (found.state, found.counts[State.DONE]) == (JobState.FINISHED, stories)
    check_ledger(redis, job)
    redis.close()


def test_all_services_do_with_what_the_user_of_compose_may(
    tmp_path: Path, users: Path, password_file: Path, worker: StartWorker, clerk: StartClerk
) -> None:
    with servers.running(tmp_path / "redis", f"aclfile {users}") as (port, _):
        settings = quick(f"redis://wiremill@127.0.0.1:{port}/0", tmp_path).model_copy(
            update={"redis_password_file": password_file, "submit_rate": "100/minute", "read_rate": "100/minute"}
        )
        worker(settings=settings)
        clerk(settings)
        with create_app(settings).test_client() as client:
            job = client.post("/v1/jobs", data="a story").json["id"]
            assert client.post(f"/v1/jobs/{job}/cancel").status_code == 200
            assert client.get(f"/v1/jobs/{job}/events").status_code == 200
            assert client.get("/metrics").status_code == 200
            assert client.get("/readyz").status_code == 200
        assert_finishes(settings, submit(settings, tmp_path, 300), 300)
        redis = connect(settings.store())
        for command in ("FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "GET other", "CLIENT LIST"):
            with pytest.raises(NoPermissionError):
                redis.execute_command(*command.split())
        redis.close()


def test_no_transaction_is_lost_when_that_user_is_the_only_one_and_redis_starts_again(
    tmp_path: Path, users: Path, password_file: Path
) -> None:
    for starts in range(3):
        with servers.running(tmp_path / "redis", f"aclfile {users}", "appendonly yes") as (port, _):
            settings = quick(f"redis://wiremill@127.0.0.1:{port}/0", tmp_path)
            settings = settings.model_copy(update={"redis_password_file": password_file})
            redis = connect(settings.store())
            until(partial(answers, redis), why="the server has read its file")
            assert len(Results(redis).jobs()) == starts
            Store(redis, settings).submit([plan(tmp_path, 1)])
            redis.close()


def answers(redis: "Redis") -> bool:
    try:
        return bool(redis.ping())
    except BusyLoadingError:
        return False


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_store_and_broker_speak_tls_to_whom_the_certificate_names(
    tmp_path: Path, password: str, password_file: Path, worker: StartWorker, clerk: StartClerk
) -> None:
    with (
        servers.running(tmp_path / "redis", f"requirepass {password}") as (inner, _),
        servers.tls(tmp_path, inner) as (port, trusted),
    ):
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={trusted}"
        settings = quick(url, tmp_path).model_copy(update={"redis_password_file": password_file})
        worker(settings=settings)
        clerk(settings)
        assert_finishes(settings, submit(settings, tmp_path, 300), 300)
        with pytest.raises(ConnectionError, match="certificate verify failed"):
            connect(f"rediss://127.0.0.1:{port}/0").ping()
        distrusting = settings.model_copy(update={"redis_url": f"rediss://127.0.0.1:{port}/0"})
        with pytest.raises(Exception, match="certificate verify failed"):
            create_celery(distrusting).connection_for_write().ensure_connection(max_retries=1)


def test_a_job_goes_on_when_sentinels_make_another_server_the_first(
    tmp_path: Path, password: str, worker: StartWorker, clerk: StartClerk
) -> None:
    with servers.watched(tmp_path, password) as (url, first):
        settings = quick(url, tmp_path)
        worker(settings=settings)
        clerk(settings)
        job = submit(settings, tmp_path, 2000)
        redis = connect(url)
        until(lambda: Results(redis).job(job).counts[State.DONE] > 100, why="the job has begun")
        place = redis.info("server")["tcp_port"]
        first.kill()
        assert_finishes_elsewhere(settings, job, 2000, place)


def assert_finishes_elsewhere(settings: Settings, job: str, stories: int, place: int) -> None:
    def moved() -> bool:
        try:
            with connect(settings.store()) as redis:
                return bool(redis.info("server")["tcp_port"] != place)
        except ConnectionError:
            return False

    until(moved, seconds=30, why="there is another first server")
    assert_finishes(settings, job, stories)


def test_a_worker_outlives_a_server_whose_loss_shows_first_where_no_message_is_waited_for(
    redis: "Redis", settings: Settings, tmp_path: Path, worker: StartWorker, clerk: StartClerk
) -> None:
    settings = settings.model_copy(update={"batch_stories": 200})
    process, log = worker(settings=settings), tmp_path / "worker.log"
    clerk(settings)

    most = redis.config_get("maxclients")["maxclients"]

    def logged(text: str, times: int, why: str) -> None:
        until(lambda: log.read_text().count(text) >= times, why=why)

    for losses in range(1, 4):  # each goes that way about every third time
        job = submit(settings, tmp_path, 200)
        logged(f"job={job}", 1, "one process has work, the other has none")
        redis.config_set("maxclients", 1)  # whoever comes now is sent away
        with redis.pipeline() as cut:
            for kind in ("pubsub", "normal"):
                cut.execute_command("CLIENT", "KILL", "TYPE", kind)
            cut.execute()
        logged("Connection to broker lost", losses, "the worker has seen it")
        redis.config_set("maxclients", most)
        assert_finishes(settings, job, 200)
    assert process.poll() is None


@pytest.mark.skipif(not shutil.which("rabbitmq-server"), reason="rabbitmq-server is not installed")
def test_messages_may_go_through_rabbitmq(
    redis: "Redis", settings: Settings, tmp_path: Path, worker: StartWorker, clerk: StartClerk
) -> None:
    with servers.rabbitmq(tmp_path) as url:
        settings = settings.model_copy(update={"broker_url": url})
        worker(settings=settings)
        clerk(settings)
        assert_finishes(settings, submit(settings, tmp_path, 500), 500)
        assert not [key for key in redis.scan_iter() if not re.match(rb"wm:", key)], "a message went through Redis"
