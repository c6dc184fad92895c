"""``wiremill doctor``: a real pipeline that is well, and what it says of one that is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis

from services.cli import checks
from services.cli.embedded import REDIS, SPOOL
from services.cli.main import main
from services.cli.server import Server
from shared import keys
from shared.pipeline import INGEST, NAMES
from shared.settings import Settings
from tests.conftest import StartWorker, until

WORKERS = {f"worker {name}" for name in (INGEST, *NAMES)}


def doctor(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit status, and what was found, by check."""
    done = CliRunner().invoke(main, ["doctor", "--json", *arguments])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(row["do"] for row in rows if row["level"] != "ok")
    return done.exit_code, {row["check"]: row for row in rows}


@pytest.fixture
def env(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("WIREMILL_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("WIREMILL_SPOOL_DIR", str(settings.spool_dir))
    monkeypatch.setenv("WIREMILL_ENTITY_MODEL", "rules")
    monkeypatch.setenv("WIREMILL_MAX_UPLOAD_BYTES", "1000")
    monkeypatch.setattr(checks, "ROOM", 1000)
    return monkeypatch


def test_a_pipeline_that_is_well(
    env: pytest.MonkeyPatch, redis: "Redis", standing: str, worker: StartWorker, clerk: Callable[[], None]
):
    env.setattr(checks, "WAIT_SECONDS", 1)
    worker(processes=1)
    clerk()
    until(lambda: redis.exists(keys.CLERK), why="the clerk is at work")
    status, found = doctor("--url", standing)
    assert {check for check, row in found.items() if row["level"] != "ok"} == {"aof"}  # the tests' own keeps nothing
    assert found["aof"]["level"] == "warn"
    assert status == 0
    assert found.keys() > WORKERS
    assert {"python", "redis", "eviction", "clerk", "spool", "room", "entity model", "summary weights", "gateway"} < (
        found.keys()
    )
    shown = CliRunner().invoke(main, ["doctor", "--url", standing])
    assert "  ok worker dedup: 1 alive" in shown.stdout
    assert "warn aof: off\n       set appendonly yes" in shown.stdout


def test_a_pipeline_that_is_not(env: pytest.MonkeyPatch, redis: "Redis", standing: str, tmp_path: Path):
    env.setattr(checks, "WAIT_SECONDS", 0.2)
    env.setattr(checks, "version", lambda _: "99.0")
    env.setattr(checks, "REDIS", 99)
    env.setenv("WIREMILL_ENTITY_MODEL", "nosuch")
    env.setenv("WIREMILL_SUMMARY_MODEL", str(tmp_path / "nosuch"))
    (tmp_path / "file").write_text("")
    env.setenv("WIREMILL_SPOOL_DIR", "/proc/self")
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        status, found = doctor("--url", standing)
    finally:
        redis.config_set("maxmemory-policy", "noeviction")
    assert status == 1
    failed = {check for check, row in found.items() if row["level"] == "fail"}
    assert failed == WORKERS | {"redis", "eviction", "clerk", "spool", "entity model", "summary model"}
    assert "allkeys-lru" in found["eviction"]["says"]
    assert found["worker clean"]["do"] == "start `wiremill worker clean`"
    assert (found["gateway"]["level"], "99.0" in found["gateway"]["says"]) == ("warn", True)


def test_nothing_there_at_all(env: pytest.MonkeyPatch):
    env.setenv("WIREMILL_REDIS_URL", "redis://:secret@127.0.0.1:9/0")
    env.setattr(checks, "ROOM", 10**18)
    done = CliRunner().invoke(main, ["doctor", "--url", "http://127.0.0.1:9"])
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert lines[0].startswith("  ok python: 3.")
    assert lines[1].startswith("fail redis: cannot be used") and lines[2].startswith("       start one")
    assert [line.split(":")[0] for line in lines if line.startswith("fail")] == [
        "fail redis",
        "fail room",
        "fail gateway",
    ]
    assert "secret" not in done.stdout


def test_the_one_of_wiremill_up(env: pytest.MonkeyPatch, tmp_path: Path):
    env.delenv("WIREMILL_REDIS_URL")
    env.setattr(checks, "WAIT_SECONDS", 0.2)
    missing = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path)])
    assert missing.exit_code == 1 and "no server was ever started" in missing.stderr
    server = Server(tmp_path / REDIS, durable=True)
    try:
        _, found = doctor("--data", str(tmp_path), "--url", "http://127.0.0.1:9")
    finally:
        server.stop()
    assert (found["redis"]["level"], found["aof"]["level"]) == ("ok", "ok")
    assert str(tmp_path / SPOOL) in found["spool"]["says"]


def test_python(monkeypatch: pytest.MonkeyPatch):
    assert checks.python().level == "ok"
    for version, level in {(3, 10, 1): "fail", (3, 13, 0): "ok", (3, 15, 0): "warn"}.items():
        monkeypatch.setattr("sys.version_info", version)
        assert checks.python().level == level


def test_an_append_only_file_that_cannot_be_written():
    assert checks.kept({"aof_enabled": 1, "aof_last_write_status": "ok"}).level == "ok"
    assert checks.kept({"aof_enabled": 1, "aof_last_write_status": "err"}).level == "fail"
