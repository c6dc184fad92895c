"""``wiremill pull`` from a local server that behaves well, and from some that do not, into a real gateway."""

import gzip
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from redis import Redis

from services.cli.feeds import Known, Pulled, Puller, StateFile, browser
from services.cli.main import main
from services.cli.processes import environment, start
from shared.models import Options
from shared.results import Results
from shared.settings import Settings
from tests.conftest import kill_group, until
from tests.receiver import Receiver, receiver
from wiremill.client import Client

RSS = "<rss version='2.0'><channel><ttl>60</ttl><item><title>{}</title></item></channel></rss>"
Answer = Callable[[BaseHTTPRequestHandler], None]


def says(body: str | bytes, status: int = 200, *, length: int | None = None, **headers: str) -> Answer:
    """Answers with a body; ``length``: what it claims that the body has."""
    data = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def tagged(body: str, tag: str) -> Answer:
    """A feed with an ETag, as a server should have it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == tag:
            says("", 304, ETag=tag)(handler)
        else:
            says(body, ETag=tag, Last_Modified="Sat, 20 Jun 2026 08:00:00 GMT")(handler)

    return answer


@contextmanager
def feed(*answers: Answer) -> Iterator[Receiver]:
    """A server that gives one answer after the other, and the last one again and again."""
    with receiver(lambda handler, before: answers[min(before, len(answers) - 1)](handler)) as found:
        yield found


class Pulling:
    """A puller, what it told, and hands on its clock."""

    def __init__(self, gateway: str, folder: Path, *, max_bytes: int = 100_000) -> None:
        self.path, self.told = folder / "pull.json", list[Pulled]()
        self.http, self.client = browser(), Client(gateway, attempts=1)
        self.puller = Puller(
            self.http, self.client, Options(priority="low"), StateFile(self.path),
            interval=300, max_bytes=max_bytes, tell=self.told.append,
        )  # fmt: skip

    def pull(self, url: str) -> tuple[Pulled, float]:
        """What came of it, and how many seconds the feed is then left alone."""
        before = datetime.now(UTC)
        self.puller.pull(url)
        return self.told[-1], (self.told[-1].due - before) / timedelta(seconds=1)

    def known(self, url: str) -> Known:
        return StateFile(self.path).known[url]

    def close(self) -> None:
        self.http.close()
        self.client.close()


@pytest.fixture
def pulling(standing: str, tmp_path: Path) -> Iterator[Pulling]:
    found = Pulling(standing, tmp_path)
    yield found
    found.close()


def test_only_what_has_changed_is_submitted(pulling: Pulling, redis: "Redis"):
    first, second = RSS.format("one"), RSS.format("two")
    with feed(tagged(first, '"1"'), tagged(first, '"1"'), says(first, ETag='"x"'), tagged(second, '"2"')) as server:
        found = [pulling.pull(server.url) for _ in range(4)]
        asked = [request.headers for request in server.requests]
    assert [pulled.what for pulled, _ in found] == ["submitted", "unchanged", "unchanged", "submitted"]
    assert all(3600 <= seconds < 3660 for _, seconds in found)  # its <ttl>, remembered when it has not changed
    assert [headers.get("If-None-Match") for headers in asked] == [None, '"1"', '"1"', '"x"']
    assert asked[1]["If-Modified-Since"] == "Sat, 20 Jun 2026 08:00:00 GMT"
    assert asked[0]["User-Agent"].startswith("wiremill/")
    jobs = Results(redis).jobs()
    assert [job.id for job in jobs[::-1]] == [found[0][0].job, found[3][0].job]
    assert (jobs[0].files[0].name, jobs[0].files[0].size) == ("127.0.0.1-hook", len(second))
    assert jobs[0].options.priority == "low"


def test_killed_before_it_was_written_down_it_makes_no_second_job(pulling: Pulling, redis: "Redis", standing: str):
    with feed(says(RSS.format("one"))) as server:
        first, _ = pulling.pull(server.url)
        pulling.path.unlink()
        again = Pulling(standing, pulling.path.parent)
        assert again.pull(server.url)[0].job == first.job
        again.close()
    assert len(Results(redis).jobs()) == 1


def test_a_server_that_asks_for_patience_gets_it(pulling: Pulling, redis: "Redis"):
    busy = says("", 429, Retry_After="7200")
    with feed(busy, says("", 503), says("", 404), says(RSS.format("a"), Cache_Control="max-age=4000")) as server:
        found = [pulling.pull(server.url) for _ in range(4)]
    assert [pulled.what for pulled, _ in found] == ["failed", "failed", "failed", "submitted"]
    for (_, seconds), expected in zip(found, (7200, 600, 1200, 4000), strict=True):
        assert expected <= seconds < expected + 60
    assert "429" in (found[0][0].why or "") and "404" in (found[2][0].why or "")
    assert pulling.known(server.url).failures == 0
    assert len(Results(redis).jobs()) == 1


@pytest.mark.parametrize("cut", [20, -8], ids=["early", "before the end"])
def test_a_feed_that_is_cut_off_is_not_taken_for_whole(pulling: Pulling, redis: "Redis", cut: int):
    whole = RSS.format("one")
    broken = says(whole[:cut], length=len(whole), ETag='"1"')
    seems = says(whole[:cut], ETag='"1"')
    with feed(broken, seems, tagged(whole, '"1"'), says(RSS.format("two")[:cut])) as server:
        found = [pulling.pull(server.url)[0] for _ in range(5)]
    assert [pulled.what for pulled in found] == ["failed", "failed", "submitted", "failed", "submitted"]
    assert "cut off" in (found[1].why or "")
    assert [request.headers.get("If-None-Match") for request in server.requests] == [None, None, None, '"1"', '"1"']
    assert [job.files[0].size for job in Results(redis).jobs()] == [len(RSS.format("two")[:cut]), len(whole)]


def test_what_is_too_large_packed_or_not(standing: str, tmp_path: Path, redis: "Redis"):
    pulling = Pulling(standing, tmp_path, max_bytes=1000)
    bomb = gzip.compress(b"x" * 1_000_000)
    packed = [says(data, Content_Encoding="gzip") for data in (bomb, gzip.compress(b"a\n"))]
    with feed(says("x" * 1001), *packed) as server:
        found = [pulling.pull(server.url)[0] for _ in range(3)]
    pulling.close()
    assert [pulled.what for pulled in found] == ["failed", "failed", "submitted"]
    assert "larger than 1,000 bytes" in (found[0].why or "") and "larger" in (found[1].why or "")
    assert Results(redis).jobs()[0].files[0].size == 2


def test_redirects_have_an_end_and_stay_on_the_web(pulling: Pulling):
    with feed(says(RSS.format("one"))) as target:

        def moved(to: str) -> Answer:
            return says("", 302, Location=to)

        with feed(moved(target.url), moved("file:///etc/passwd"), moved("/again")) as server:
            found = [pulling.pull(server.url)[0] for _ in range(3)]
    assert [pulled.what for pulled in found] == ["submitted", "failed", "failed"]
    assert len(server.requests) <= 2 + 6


def test_nonsense_and_nobody(pulling: Pulling):
    packed = says(b"\x1f\x8bnonsense", Content_Encoding="gzip")
    for answer in (says(""), packed, says("x", 500, Retry_After="soon")):
        with feed(answer) as server:
            assert pulling.pull(server.url)[0].what == "failed"
    assert pulling.pull("http://127.0.0.1:9/feed")[0].what == "failed"


def test_a_feed_that_is_gone_is_asked_for_no_more(pulling: Pulling):
    with feed(says("", 410)) as server:
        assert pulling.pull(server.url)[0].what == "gone"
        assert pulling.puller.due(server.url) is None


def test_a_gateway_that_is_away(standing: str, tmp_path: Path, redis: "Redis"):
    away, back = Pulling("http://127.0.0.1:9", tmp_path), Pulling(standing, tmp_path)
    with feed(tagged(RSS.format("one"), '"1"')) as server:
        assert away.pull(server.url)[0].what == "failed"
        assert away.known(server.url).etag is None
        assert back.pull(server.url)[0].what == "submitted"
    away.close()
    back.close()
    assert len(Results(redis).jobs()) == 1


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pull", *arguments])


def test_the_command_asks_for_what_is_due(standing: str, tmp_path: Path, redis: "Redis"):
    with feed(tagged(RSS.format("one"), '"1"')) as one, feed(says("", 500)) as two:
        options = ("--once", "--url", standing, "--state", str(tmp_path / "pull.json"))
        done = run(one.url, two.url, one.url, *options, "--json")
        assert done.exit_code == 1, done.output
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert [(row["url"], row["what"]) for row in told] == [(one.url, "submitted"), (two.url, "failed")]
        again = run(one.url, two.url, *options)
        assert (again.exit_code, again.stdout) == (0, "")
        assert len(one.requests) == len(two.requests) == 1
    assert [job.id for job in Results(redis).jobs()] == [told[0]["job"]]


def test_wrong_usage_and_a_wrong_key(standing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert run("ftp://example.org/a").exit_code == 2
    state = tmp_path / "pull.json"
    with feed(says(RSS.format("one"))) as server:
        monkeypatch.setenv("WIREMILL_KEY", "wm_nonsense")
        done = run(server.url, "--url", standing, "--state", str(state))
        assert done.exit_code == 1 and "key is unknown" in done.stderr
        assert httpx.get(server.url).is_success
    assert not state.exists()
    state.write_text("{")
    assert "remove it" in run("http://127.0.0.1:9/", "--once", "--state", str(state)).stderr


def test_it_goes_on_until_it_is_told_to_stop(standing: str, settings: Settings, tmp_path: Path, redis: "Redis"):
    with feed(tagged("<rss></rss>", '"1"')) as server:
        command = [sys.executable, "-m", "services.cli", "pull", server.url, "--interval=1", f"--url={standing}"]
        process = start(
            [*command, f"--state={tmp_path / 'pull.json'}"], log=tmp_path / "log", env=environment(settings)
        )
        try:
            until(lambda: len(server.requests) >= 2, seconds=60, why="it asked again")
            process.terminate()
            assert process.wait(20) == 0
        finally:
            kill_group(process)
    first, second = server.requests[:2]
    assert second.at - first.at >= 1
    assert second.headers["If-None-Match"] == '"1"'
    assert [line.split()[1] for line in (tmp_path / "log").read_text().splitlines()][:1] == ["submitted:"]
    assert len(Results(redis).jobs()) == 1
