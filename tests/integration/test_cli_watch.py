"""``wiremill watch`` with a real gateway: what lands, what becomes of it, and what a crash leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from redis import Redis

from services.cli.common import OK, SOME_LOST
from services.cli.hotfolder import Hotfolder, Report
from services.cli.main import main
from services.cli.processes import environment
from shared.messages import Ref
from shared.models import Options
from shared.pipeline import INGEST
from shared.results import Results
from shared.settings import Settings
from shared.store import Store
from tests.conftest import until
from tests.core import Line
from tests.proxy import breaking
from wiremill.client import ApiError, Client

GOOD, HALF, BAD = "[[], []]", '[[], ["reject@ingest"]]', '[["reject@ingest"], ["reject@ingest"]]'
"""Files as the tests' ingest stage reads them: stories, by what is to become of each."""


@pytest.fixture
def work(store: Store, standing_gateway: tuple[Settings, str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Works on all jobs that have not ended; the tests' ingest stage finds files below the present folder."""
    monkeypatch.chdir(standing_gateway[0].spool_dir.parent)
    standing_gateway[0].spool_dir.mkdir(exist_ok=True)
    monkeypatch.chdir(standing_gateway[0].spool_dir)

    def go_on() -> None:
        line = Line(store)
        line.send([Ref(job=job.id, stage=INGEST) for job in Results(store.redis).jobs() if not job.state.ended])
        line.drain()

    return go_on


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


class Watched:
    """A hot folder, with a clock of its own and what it told."""

    def __init__(self, folder: Path, client: Client) -> None:
        self.folder, self.now, self.told = folder, 0.0, list[Report]()
        self.hot = Hotfolder(folder, client, Options(metadata={"desk": "a"}), settle=2, tell=self.told.append)

    def look(self, times: int = 1) -> list[Report]:
        before = len(self.told)
        for _ in range(times):
            self.now += 2
            self.hot.round(self.now)
        return self.told[before:]

    @property
    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def watched(folder: Path, standing: str) -> Iterator[Watched]:
    with Client(standing, attempts=1) as client:
        yield Watched(folder, client)


def test_a_file_stays_until_its_job_has_ended(watched: Watched, redis: "Redis", work: Callable[[], None]):
    (watched.folder / "a.json").write_text(GOOD)
    [submitted] = watched.look(4)
    [job] = Results(redis).jobs()
    assert (submitted.what, submitted.job) == ("submitted", job.id)
    assert (job.options.metadata, job.files[0].name) == ({"desk": "a"}, "a.json")
    assert watched.files == ["a.json"] and not watched.hot.idle
    work()
    [done] = watched.look()
    assert (done.what, done.place, done.why) == ("done", "done/a.json", None)
    watched.look()
    assert watched.files == ["done/a.json"] and watched.hot.idle
    (watched.folder / "a.json").write_text(HALF)
    watched.look(2)
    work()
    assert watched.look()[0].place == "done/a.1.json"
    why = (watched.folder / "done" / "a.1.json.error.txt").read_text()
    assert why.startswith("a.json: 1 of 2 stories were lost") and "Bad: told so" in why


def test_what_nothing_came_of_has_failed_and_says_why(watched: Watched, store: Store, work: Callable[[], None]):
    for name, text in {"bad.json": BAD, "cut.json": "[[", "empty.json": "", "stopped.json": GOOD}.items():
        (watched.folder / name).write_text(text)
    told = watched.look(2)
    assert {(report.file, report.what) for report in told} == {
        ("bad.json", "submitted"), ("cut.json", "submitted"), ("empty.json", "failed"), ("stopped.json", "submitted"),
    }  # fmt: skip
    store.cancel(next(report.job for report in told if report.file == "stopped.json" and report.job))
    work()
    watched.look()
    texts = {name: (watched.folder / f"failed/{name}.error.txt").read_text() for name in
             ("bad.json", "cut.json", "empty.json", "stopped.json")}  # fmt: skip
    assert watched.files == sorted(f"failed/{name}{end}" for name in texts for end in ("", ".error.txt"))
    assert "2 of 2 stories were lost" in texts["bad.json"]
    assert "the gateway refused it" in texts["empty.json"] and "empty" in texts["empty.json"]
    assert "cancelled" in texts["stopped.json"]
    assert all(report.why for report in watched.told if report.what == "failed")


def test_killed_between_submission_and_move_it_makes_no_second_job(
    folder: Path, standing: str, redis: "Redis", settings: Settings, work: Callable[[], None], tmp_path: Path
):
    command = [sys.executable, "-m", "services.cli", "watch", str(folder), f"--url={standing}", "--settle=0", "--json"]
    root = Path(__file__).parents[2]

    def start() -> "subprocess.Popen[bytes]":
        log = (tmp_path / "log").open("ab")
        with log:
            return subprocess.Popen(command, cwd=root, env=environment(settings), stdout=log, stderr=log)

    (folder / "a.json").write_text(GOOD)
    first = start()
    until(lambda: Results(redis).jobs(), seconds=60, why="the file was submitted")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert (folder / "a.json").exists()
    [job] = Results(redis).jobs()
    work()
    second = start()
    until(lambda: (folder / "done/a.json").exists(), seconds=60, why="the file was moved")
    second.terminate()
    assert second.wait(20) == OK
    assert [one.id for one in Results(redis).jobs()] == [job.id]
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(report["what"], report["job"]) for report in told[-2:]] == [("submitted", job.id), ("done", job.id)]


def test_one_that_changes_meanwhile_is_handed_over_again(watched: Watched, redis: "Redis", work: Callable[[], None]):
    (watched.folder / "a.json").write_text(GOOD)
    watched.look(2)
    work()
    (watched.folder / "a.json").write_text("[[], [], []]")
    assert [report.what for report in watched.look(2)] == ["changed", "submitted"]
    work()
    assert [report.place for report in watched.look()] == ["done/a.json"]
    assert sorted(job.received for job in Results(redis).jobs()) == [2, 3]


def test_a_gateway_that_is_away_loses_nothing(folder: Path, standing: str, redis: "Redis", work: Callable[[], None]):
    (folder / "a.json").write_text(GOOD)
    with breaking(standing, [0, 0]) as proxy, Client(proxy.url, attempts=1) as client:
        watched = Watched(folder, client)
        watched.look()
        for _ in range(2):
            with pytest.raises(ApiError):
                watched.look()
        assert [report.what for report in watched.look()] == ["submitted"]
        work()
        watched.look()
    assert watched.files == ["done/a.json"]
    assert len(Results(redis).jobs()) == 1


def test_files_that_vanish_or_whose_job_has_expired(watched: Watched, redis: "Redis", standing: str):
    (watched.folder / "a.json").write_text(GOOD)
    watched.look(2)
    redis.flushall()
    assert [report.what for report in watched.look(2)] == ["submitted"]
    (watched.folder / "a.json").unlink()
    [job] = Results(redis).jobs()
    httpx.post(f"{standing}/v1/jobs/{job.id}/cancel").raise_for_status()
    watched.look(2)
    assert watched.hot.idle


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["watch", *arguments])


def test_the_command_stops_when_all_is_done(folder: Path, standing: str, redis: "Redis", work: Callable[[], None]):
    import threading

    (folder / "a.json").write_text(GOOD)
    (folder / "empty.json").write_text("")

    def soon() -> None:
        until(lambda: Results(redis).jobs(), seconds=60)
        work()

    worker = threading.Thread(target=soon)
    worker.start()
    before, handler = time.monotonic(), signal.getsignal(signal.SIGINT)
    done = run(str(folder), "--url", standing, "--interval=0.05", "--settle=0", "--once")
    worker.join()
    assert done.exit_code == SOME_LOST, done.output
    assert "a.json done: job" in done.stdout and "now done/a.json" in done.stdout
    assert "empty.json failed: now failed/empty.json; the gateway refused it" in done.stdout
    assert time.monotonic() - before < 30
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_wrong_key_ends_it(folder: Path, standing: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WIREMILL_KEY", "wm_nonsense")
    (folder / "a.json").write_text(GOOD)
    done = run(str(folder), "--url", standing, "--interval=0.05", "--settle=0")
    assert done.exit_code == 1
    assert "key is unknown" in done.stderr
    assert (folder / "a.json").exists()
