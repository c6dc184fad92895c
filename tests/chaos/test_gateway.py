"""A gateway that dies over a submission, or finds no room for it: the submitter tries again, and gets one job."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from redis import Redis

from services.cli.processes import environment, start
from services.cli.server import free_port
from shared import keys
from shared.faults import POINTS
from shared.settings import Settings
from tests.chaos.conftest import Report
from tests.chaos.crew import arm
from tests.conftest import kill_group, until

FEED = b"LONDON (Reuters) - One story.\n"
DYING = tuple(point for point in POINTS if point.startswith("gateway."))

Gateway = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def hasty(hasty: Settings) -> Settings:
    """With a port for the gateway."""
    return hasty.model_copy(update={"port": free_port()})


@pytest.fixture
def client(hasty: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{hasty.port}", timeout=20) as client:
        yield client


def answers(client: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return client.get("/readyz").is_success
    return False


@pytest.fixture
def gateway(hasty: Settings, client: httpx.Client, tmp_path: Path) -> Iterator[Gateway]:
    """Starts a gateway and waits until it answers: ``gateway(env)``."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(env: dict[str, str]) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "services.cli", "gateway"]
        started.append(start(command, log=tmp_path / "gateway.log", env=environment(hasty) | env))
        until(lambda: answers(client), seconds=30, why="the gateway answers")
        return started[-1]

    yield begin
    for process in started:
        kill_group(process)


def jobs(redis: "Redis") -> list[str]:
    return [job.decode() for job in redis.zrange(keys.JOBS, 0, -1)]


def test_a_submission_tried_again_is_one_job_wherever_the_gateway_died(
    redis: "Redis", gateway: Gateway, client: httpx.Client, tmp_path: Path, report: Report
) -> None:
    gateway(arm(tmp_path / "faults", (), 0))
    for number, point in enumerate(DYING, start=1):
        arm(tmp_path / "faults", (point,), 1)
        headers = {"Idempotency-Key": point}
        with pytest.raises(httpx.TransportError):
            client.post("/v1/jobs", content=FEED, headers=headers)
        assert not list((tmp_path / "faults" / point).iterdir())
        until(lambda: answers(client), seconds=30, why="gunicorn has replaced the dead")
        # The dead one holds the key for a minute, which the test does not wait.
        redis.delete(*redis.keys("*:lock"))
        answer = client.post("/v1/jobs", content=FEED, headers=headers)
        assert answer.status_code == 202, answer.text
        assert len(jobs(redis)) == number
        assert answer.json()["id"] in jobs(redis)
    report("kill -9 of the gateway over a submission, tried again", len(DYING), (0, 0), 0)


def limit_files(process: "subprocess.Popen[bytes]", size: int) -> None:
    """No file that a gateway writes may grow past ``size`` bytes: what a full disk does, without filling one."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in (process.pid, *map(int, children)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("form", [False, True])
def test_an_upload_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    redis: "Redis", hasty: Settings, gateway: Gateway, client: httpx.Client, report: Report, form: bool
) -> None:
    large = FEED * 100_000

    def submit() -> httpx.Response:
        return client.post("/v1/jobs", **({"files": {"files": ("large.txt", large)}} if form else {"content": large}))

    process = gateway({})
    limit_files(process, 1_000_000)
    refused = submit()
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:wiremill:problem:spool-full")
    assert "Retry-After" in refused.headers
    assert jobs(redis) == []
    assert list(hasty.spool_dir.glob("*")) == []
    limit_files(process, resource.RLIM_INFINITY)
    assert submit().status_code == 202
    report(f"no room for an upload ({'form' if form else 'body'})", 1, (0, 0), 0)
