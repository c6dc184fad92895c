"""A gateway: in this process, or under gunicorn."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.cli.processes import environment, start
from services.cli.server import Server, free_port
from services.gateway.app import create_app
from shared.settings import Settings
from shared.store import Store
from tests.conftest import kill_group, quick, until
from tests.core import Line
from tests.desk import Desk
from tests.stages import plan


@pytest.fixture
def client(redis: "Redis", settings: Settings) -> Iterator[FlaskClient]:
    with create_app(settings).test_client() as client:
        yield client


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def finished(store: Store, tmp_path: Path) -> str:
    """A job of 150 stories, three of them failed, one a duplicate, all in the past."""
    line = Line(store)
    keywords = {9: ["raise@clean"], 80: ["raise@dedup"], 81: ["raise@dedup"], 149: ["duplicate@dedup"]}
    job, ref = store.submit([plan(tmp_path, 150, keywords)])
    line.send([ref])
    line.drain()
    return job


@pytest.fixture
def served(redis: "Redis", settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of a real gateway under gunicorn."""
    with serving(settings.model_copy(update={"max_upload_bytes": 2_000_000}), tmp_path) as (_, url):
        yield url


@pytest.fixture(scope="session")
def standing_gateway(redis_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    folder = tmp_path_factory.mktemp("gateway")
    with serving(quick(redis_server.url, folder), folder) as found:
        yield found


@pytest.fixture
def standing(redis: "Redis", standing_gateway: tuple[Settings, str]) -> str:
    """The address of a real gateway under gunicorn that serves many tests, over a store that is empty at first."""
    return standing_gateway[1]


@contextmanager
def serving(settings: Settings, folder: Path) -> Iterator[tuple[Settings, str]]:
    """A gateway under gunicorn: its settings and its address."""
    settings = settings.model_copy(update={"port": free_port()})
    process: subprocess.Popen[bytes] = start(
        [sys.executable, "-m", "services.cli", "gateway"], log=folder / "gateway.log", env=environment(settings)
    )
    url = f"http://127.0.0.1:{settings.port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz").is_success
        except httpx.TransportError:
            assert process.poll() is None, (folder / "gateway.log").read_text()
            return False

    try:
        until(answers, seconds=60, why="the gateway answers")
        yield settings, url
    finally:
        kill_group(process)
