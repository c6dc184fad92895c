"""The commands that talk to a gateway, with a real one."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from services.cli.common import NOT_FINISHED, OK
from services.cli.main import main
from shared.models import Job, State, Story
from shared.pipeline import NAMES
from shared.results import Results
from shared.store import Store
from shared.trail import Trail

Run = Callable[..., Result]


@pytest.fixture
def run(standing: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WIREMILL_URL", standing)
    return lambda *arguments: CliRunner(env={"COLUMNS": "200"}).invoke(main, arguments)


def test_a_job_with_all_its_options(run: Run, redis: "Redis", tmp_path: Path):
    (tmp_path / "a.txt").write_text("x")
    given = (
        "--format=text --map headline=Titel --skip dedup --skip entities --summary-sentences 2 --summary-words 40"
        " --priority low --retention-hours 1.5 --webhook https://example.org/hook --metadata desk=a --metadata note=b=c"
        " --idempotency-key monday"
    ).split()
    job = run("submit", str(tmp_path / "a.txt"), *given).stdout.strip()
    assert json.loads(Results(redis).job(job).options.model_dump_json()) == {
        "format": "text", "fields": {"headline": "Titel"}, "skip": ["dedup", "entities"], "summary_sentences": 2,
        "summary_words": 40, "priority": "low", "retention_hours": 1.5, "metadata": {"desk": "a", "note": "b=c"},
        "webhook": "https://example.org/hook",
    }  # fmt: skip
    again = run("submit", str(tmp_path / "a.txt"), *given, "--json")
    assert Job.model_validate_json(again.stdout).id == job
    other = run("submit", str(tmp_path / "a.txt"), "--idempotency-key", "monday")
    assert other.exit_code == 1 and "take a new key" in other.stderr


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ("--metadata desk", 2, "not KEY=VALUE"), (f"--metadata a={'x' * 600}", 2, "--metadata: string should have"),
        ("--map nosuch=a", 1, "no field 'nosuch'"), ("--webhook http://127.0.0.1/", 1, "not on the public internet"),
        ("--retention-hours 9999", 1, "at most"), ("--summary-words 0", 2, "0"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said(run: Run, tmp_path: Path, given: str, status: int, says: str):
    (tmp_path / "a.txt").write_text("x")
    found = run("submit", str(tmp_path / "a.txt"), *given.split())
    assert (found.exit_code, says in found.stderr) == (status, True), found.stderr


def test_status_of_one_and_of_many(run: Run, finished: str, store: Store):
    other, _ = store.submit([])
    assert f"job {finished} finished: 150 received" in run("status", finished).stdout
    assert json.loads(run("status", finished, "--json").stdout)["received"] == 150
    rows = [json.loads(line)["id"] for line in run("status", "--json").stdout.splitlines()]
    assert rows == [other, finished]
    assert [json.loads(line)["id"] for line in run("status", "--json", "--limit", "1").stdout.splitlines()] == [other]
    listing = run("status", "--state", "finished", "--state", "cancelled").stdout
    assert finished in listing and other not in listing


def test_results_in_every_form_and_by_filter(run: Run, finished: str, tmp_path: Path):
    stories = [Story.model_validate_json(line) for line in run("results", finished).stdout.splitlines()]
    assert [story.seq for story in stories] == list(range(150))
    failed = [*csv.DictReader(run("results", finished, "--state", "failed", "--format", "csv").stdout.splitlines())]
    assert [row["seq"] for row in failed] == ["9", "80", "81"]
    assert len(run("results", finished, "-q", "story 14").stdout.splitlines()) == 12
    assert run("results", finished, "--entity", "nobody", "--language", "en").stdout == ""
    assert "story 149" in run("results", finished, "--format", "pretty", "--state", "duplicate").stdout
    assert len(run("results", finished, "--format", "ninjs").stdout.splitlines()) == 150
    place = tmp_path / "a.parquet"
    assert "bytes written" in run("results", finished, "--format", "parquet", "-o", str(place)).stderr
    assert place.read_bytes()[:4] == b"PAR1"
    assert run("results", finished, "--format", "pretty", "-o", str(place)).exit_code == 2
    assert run("results", finished, "-o", str(tmp_path / "no" / "such")).exit_code == 1


def test_one_story_and_its_trail(run: Run, finished: str):
    assert "story 7" in run("story", f"{finished}-7").stdout
    assert Story.model_validate_json(run("story", f"{finished}-7", "--json").stdout).state is State.DONE
    way = Trail.model_validate_json(run("story", f"{finished}-7", "--trail", "--json").stdout)
    assert [passage.stage for passage in way.passages] == [*NAMES]
    lines = run("story", f"{finished}-7", "--trail").stdout.splitlines()
    assert lines[0] == f"{finished}-7 done"
    assert [line.split()[2] for line in lines[1:] if line.split()[2] in NAMES] == [*NAMES]
    failed = run("story", f"{finished}-9", "--trail").stdout
    assert "told to at clean" in failed
    assert "JOB-7" in run("story", "nonsense").stderr


def test_what_is_done_to_jobs_and_stories(run: Run, finished: str, store: Store):
    assert json.loads(run("retry", finished, "--json").stdout) == {"job": finished, "retried": 3}
    other, _ = store.submit([])
    assert json.loads(run("cancel", other, "--json").stdout)["state"] == "cancelled"
    refused = run("cancel", other)
    assert refused.exit_code == 1 and "already ended" in refused.stderr
    released = run("release", f"{finished}-1")
    assert (released.exit_code, released.stdout) == (OK, f"{finished}-1 done\n")
    assert json.loads(run("release", f"{finished}-1", "--json").stdout)["state"] == "done"


def test_deliveries(run: Run, tmp_path: Path):
    (tmp_path / "a.txt").write_text("x")
    job = run("submit", str(tmp_path / "a.txt"), "--webhook", "https://example.org/hook").stdout.strip()
    assert run("deliveries", job).stdout == ""
    run("cancel", job)
    assert "job.cancelled pending: not tried yet" in run("deliveries", job).stdout
    assert json.loads(run("deliveries", job, "--json").stdout)["event"]["data"]["job"] == job
    assert run("status", job).exit_code == OK != NOT_FINISHED


def test_no_redis_and_no_gateway_are_said_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WIREMILL_REDIS_URL", "redis://127.0.0.1:9/0")
    for found in (run("keys", "list"), run("status", "--url", "http://127.0.0.1:9")):
        assert found.exit_code == 1
        assert len(found.stderr.splitlines()) == 1 and "Traceback" not in found.stderr
