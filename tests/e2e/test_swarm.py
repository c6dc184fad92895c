"""``deploy/swarm.yml`` on a swarm of this one host. Leaves an engine alone that is part of a swarm already."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from services.cli.server import free_port
from tests.conftest import until
from tests.e2e.test_compose import (
    SERVICES,
    Stack,
    assert_all_done,
    compose_services,
    docker,
    engine_trouble,
    stories,
    submit,
)

FILE = Path(__file__).parents[2] / "deploy" / "swarm.yml"
NAME = "wiremill-swarm-test"


def test_the_swarm_has_the_services_of_compose_confined_likewise() -> None:
    services = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    assert services.keys() == compose_services()
    for service in services.values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert {"type": "tmpfs", "target": "/tmp"} in service["volumes"]


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Stack]:
    if trouble := engine_trouble():
        pytest.skip(f"needs a Docker engine with Compose v2: {trouble}")
    if docker("info", "--format", "{{.Swarm.LocalNodeState}}").strip() != "inactive":
        pytest.skip("this engine is part of a swarm already")
    for name in ("redis-password", "admin-key"):
        (tmp_path / name).write_text(secrets.token_hex(32))
    port = free_port()
    headers = {"Authorization": f"Bearer {(tmp_path / 'admin-key').read_text()}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, headers=headers) as client:
        stack = Stack(NAME, port, client, tmp_path)
        stack.compose("build")
        for service in SERVICES | {"redis"}:
            docker("tag", f"{NAME}-{service}", f"wiremill-{service}:{NAME}")
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        try:
            docker("node", "update", "--label-add", "wiremill=home", docker("node", "ls", "--quiet").strip())
            deploy(port, tmp_path)
            yield stack
        finally:
            docker("stack", "rm", NAME)
            until(
                lambda: not docker("ps", "--all", "--quiet", "--filter", f"name={NAME}_"), seconds=100, why="all gone"
            )
            docker("swarm", "leave", "--force")
            for kind in ("redis", "spool", "scratch"):
                docker("volume", "rm", "--force", f"{NAME}_{kind}")
            docker("image", "rm", *(f"wiremill-{service}:{NAME}" for service in SERVICES | {"redis"}))
            docker("image", "rm", *(f"{NAME}-{service}" for service in SERVICES | {"redis"}))


def deploy(port: int, folder: Path) -> None:
    own = {"WIREMILL_PORT": str(port), "WIREMILL_SECRETS_DIR": str(folder), "WIREMILL_TAG": NAME}
    command = ["docker", "stack", "deploy", "--compose-file", str(FILE), "--resolve-image", "never", "--detach", NAME]
    subprocess.run(command, env=os.environ | own, check=True, capture_output=True, timeout=120)
    until(lambda: set(replicas().values()) == {"1/1"}, seconds=120, every=1, why="all services are up")


def replicas() -> dict[str, str]:
    """How many there are of each service, of how many there should be."""
    return dict(line.split() for line in docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").splitlines())


@pytest.mark.docker
@pytest.mark.timeout(1800)
def test_a_job_is_done_while_a_service_is_scaled(swarm: Stack) -> None:
    texts = stories(1500, seed=5)
    job = submit(swarm, texts)
    docker("service", "scale", "--detach", f"{NAME}_entities=3")
    assert_all_done(swarm, swarm.wait(job), texts)
    until(lambda: replicas()[f"{NAME}_entities"] == "3/3", seconds=60, every=1, why="there are three")
