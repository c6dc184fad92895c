"""A gateway: in this process, or under gunicorn."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.cli.processes import environment, start
from services.cli.server import free_port
from services.gateway.app import create_app
from shared.settings import Settings
from shared.store import Store
from tests.conftest import kill_group, until
from tests.core import Line
from tests.stages import plan


@pytest.fixture
def client(redis: "Redis", settings: Settings) -> Iterator[FlaskClient]:
    with create_app(settings).test_client() as client:
        yield client


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
    settings = settings.model_copy(update={"port": free_port(), "max_upload_bytes": 2_000_000})
    process: subprocess.Popen[bytes] = start(
        [sys.executable, "-m", "services.cli", "gateway"], log=tmp_path / "gateway.log", env=environment(settings)
    )
    url = f"http://127.0.0.1:{settings.port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz").is_success
        except httpx.TransportError:
            assert process.poll() is None, (tmp_path / "gateway.log").read_text()
            return False

    try:
        until(answers, seconds=60, why="the gateway answers")
        yield url
    finally:
        kill_group(process)
