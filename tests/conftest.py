"""A real server and real workers for every test that wants them; nothing outlives the tests."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog
from redis import Redis

from services.clerk.clerk import Clerk
from services.cli.processes import environment, start
from services.cli.server import Server
from shared.errors import SpoolUnavailableError
from shared.models import Job
from shared.pipeline import QUEUES
from shared.results import Results
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store

UP = b"worker is up"
ROOT = Path(__file__).parent.parent


def until(condition: Callable[[], object], *, seconds: float = 20, every: float = 0.02, why: str = "") -> None:
    """Wait for something to come true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {why or condition}")
        time.sleep(every)


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """Plain tracebacks: those with every local variable take seconds, and failures are what is tested here."""
    chain = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
    structlog.configure(processors=chain, cache_logger_on_first_use=False)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def redis(redis_server: Server) -> Iterator["Redis"]:
    client = connect(redis_server.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def settings(redis_server: Server, tmp_path: Path) -> Settings:
    return quick(redis_server.url, tmp_path)


def quick(url: str, folder: Path) -> Settings:
    """Settings under which what is lost is found again soon."""
    return Settings(
        redis_url=url,
        spool_dir=folder / "spool",
        log_level="INFO",
        log_json=False,
        lease_seconds=2,
        resend_seconds=2,
        sweep_seconds=0.1,
    )


@pytest.fixture
def store(redis: "Redis", settings: Settings) -> Store:
    return Store(redis, settings)


StartWorker = Callable[..., "subprocess.Popen[bytes]"]


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all its children, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers of the tests' own stages: ``worker(stages=…, processes=…, settings=…)``."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(
        *,
        stages: tuple[str, ...] = QUEUES,
        processes: int = 2,
        settings: Settings = settings,
        wait: bool = True,
    ) -> "subprocess.Popen[bytes]":
        env = environment(settings)
        log = tmp_path / "worker.log"
        before = log.stat().st_size if log.exists() else 0
        command = [sys.executable, "-m", "tests.stages", str(processes), *stages]
        process = start(command, log=log, env=env | {"PYTHONPATH": str(ROOT)})
        started.append(process)
        if wait:
            until(lambda: UP in log.read_bytes()[before:], seconds=60, why="the worker is up")
        return process

    yield begin
    for process in started:
        kill_group(process)


@pytest.fixture
def clerk(settings: Settings) -> Iterator[Callable[[Settings], None]]:
    """Runs a clerk in a thread: ``clerk(settings)``; an error it does not expect fails the test."""
    stop = threading.Event()
    errors: list[BaseException] = []
    threads: list[threading.Thread] = []

    def rounds(settings: Settings) -> None:
        from redis import RedisError

        one = Clerk(settings)
        while not stop.wait(settings.sweep_seconds):
            try:
                one.round()
            except (RedisError, SpoolUnavailableError):
                continue
            except BaseException as error:
                errors.append(error)
                raise
        one.stop()

    def begin(settings: Settings = settings) -> None:
        threads.append(threading.Thread(target=rounds, args=(settings,)))
        threads[-1].start()

    yield begin
    stop.set()
    for thread in threads:
        thread.join(20)
    assert not errors


def ended(redis: "Redis", job: str, *, seconds: float = 30) -> Job:
    """The job, once it has ended."""
    results = Results(redis)
    until(lambda: results.job(job).state.ended, seconds=seconds, why=f"job {job} has ended")
    return results.job(job)
