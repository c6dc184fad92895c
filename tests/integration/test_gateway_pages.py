"""The page on a real store, without a browser: what is handed over, what is refused, what is never shown."""

import html
import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.gateway.app import create_app
from services.gateway.pages.guard import HEADERS
from services.gateway.uploads import MAX_TEXT
from shared.keyring import Keyring
from shared.models import Content, Dedup, Evidence, State, Story, Wire
from shared.results import Results
from shared.runner import run_ingest
from shared.settings import Settings
from shared.spool import open_spool
from shared.stage import Amendment
from shared.store import Store
from tests.core import Line

SECRET = "the minister resigns"
EYES = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def client(redis: "Redis", settings: Settings) -> Iterator[FlaskClient]:
    with create_app(settings).test_client() as client:
        yield client


def submitted(redis: "Redis", settings: Settings, location: str) -> dict[str, bytes]:
    """Name and content of the files of the job at a page's address."""
    job, spool = Results(redis).job(location.rsplit("/", 1)[-1]), open_spool(settings)
    found = {}
    for file in job.files:
        with spool.open(file) as opened:
            found[file.name] = opened.read()
    return found


def test_files_and_pasted_text_become_one_job_with_its_options(
    client: FlaskClient, redis: "Redis", settings: Settings
) -> None:
    form = {
        "files": [(io.BytesIO(b"one"), "a.txt"), (io.BytesIO(b"two"), "b.txt")],
        "text": "Zürich – drei",
        "format": "text",
        "skip": ["entities", "dedup"],
        "summary_sentences": "7",
    }
    answer = client.post("/jobs", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert submitted(redis, settings, answer.headers["Location"]) == {
        "a.txt": b"one", "b.txt": b"two", "pasted.txt": "Zürich – drei".encode(),
    }  # fmt: skip
    options = Results(redis).job(answer.headers["Location"].rsplit("/", 1)[-1]).options
    assert (options.format, options.skip, options.summary_sentences) == ("text", {"entities", "dedup"}, 7)


def test_a_field_without_a_file_is_no_file(client: FlaskClient, redis: "Redis", settings: Settings) -> None:
    form = {"files": [(io.BytesIO(b""), "")], "text": "A story.", "format": "", "summary_sentences": ""}
    answer = client.post("/jobs", data=form, content_type="multipart/form-data")
    assert submitted(redis, settings, answer.headers["Location"]) == {"pasted.txt": b"A story."}


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"text": ""}, 400, "Nothing was handed over"),
        ({"text": "A", "format": "word"}, 400, "there is no format"),
        ({"text": "A", "summary_sentences": "many"}, 400, "summary_sentences='many': "),
        ({"text": "A", "skip": "clean"}, 400, "skip='clean': "),
    ],
)
def test_what_is_refused_is_explained_and_leaves_nothing_behind(
    client: FlaskClient, settings: Settings, redis: "Redis", form: dict[str, str], status: int, says: str
) -> None:
    answer = client.post("/jobs", data=form, content_type="multipart/form-data", headers=EYES)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert says in html.unescape(answer.text)
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert Results(redis).jobs() == []
    assert not settings.spool_dir.exists() or not any(settings.spool_dir.iterdir())


def test_more_text_than_memory_should_hold_is_refused(client: FlaskClient, redis: "Redis") -> None:
    start = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    body = start + b"A" * (MAX_TEXT + 1) + b"\r\n--b--\r\n"
    answer = client.post("/jobs", data=body, content_type="multipart/form-data; boundary=b", headers=EYES)
    assert answer.status_code == 413
    assert "larger than this gateway takes" in answer.text
    assert Results(redis).jobs() == []


def test_programs_get_problem_documents_and_people_pages(client: FlaskClient) -> None:
    assert client.get("/v1/jobs/none", headers=EYES).mimetype == "application/problem+json"
    for path in ("/jobs/none", "/nowhere"):
        assert client.get(path).mimetype == "application/problem+json"
        assert client.get(path, headers={"Accept": "*/*"}).mimetype == "application/problem+json"
        page = client.get(path, headers=EYES)
        assert (page.status_code, page.mimetype) == (404, "text/html")
        assert "<h1>" in page.text


@pytest.fixture
def job(store: Store) -> str:
    """A finished job: a story, one on hold, and a copy of it."""
    line = Line(store)
    job, ref = store.submit([])
    copy = Story(content=Content(text=f"{SECRET} again"), keywords=["duplicate@dedup"])
    stories = [
        Story(headline="Open", content=Content(text="An open story.")),
        Story(headline="Held", content=Content(text=SECRET), wire=Wire(withheld="HOLD FOR RELEASE")),
        copy,
    ]
    run_ingest(store, line.send, lambda job, opening: iter([stories]), ref)
    line.drain()
    return job


def test_a_text_that_is_withheld_or_killed_is_on_no_page(client: FlaskClient, store: Store, job: str) -> None:
    held = f"{job}-1"
    quoting = [Evidence(kind="added-text", detail=SECRET)]
    held_is_one, held_has_one = (
        Dedup(relation="near", of=of, score=0.9, evidence=quoting) for of in (f"{job}-0", held)
    )
    store.amend([Amendment(story_id=held, dedup=held_is_one), Amendment(story_id=f"{job}-2", dedup=held_has_one)])
    for state in (State.WITHHELD, State.KILLED):
        if state is State.KILLED:
            store.amend([Amendment(story_id=held, state=state, rank="2")])
        assert Results(store.redis).story(job, 1).state is state
        for path in ("", "/progress", "/stories", "/stories?q=minister", "/stories/1", "/stories/1?view=original",
                     "/stories/1?whole=1", "/stories/1/compare", "/stories/2/compare"):  # fmt: skip
            page = client.get(f"/jobs/{job}{path}")
            assert page.status_code == 200, path
            assert SECRET not in page.text.replace(f"{SECRET} again", ""), path
        assert "Held" not in client.get(f"/jobs/{job}/stories?q=minister").text


def test_every_page_has_the_policy_and_no_inline_script_or_style(client: FlaskClient, job: str) -> None:
    for path in ("/", f"/jobs/{job}", f"/jobs/{job}/progress", f"/jobs/{job}/stories", f"/jobs/{job}/stories/0"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert page.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        for inline in ("<style", " style=", " onclick=", "<script>", "javascript:"):
            assert inline not in page.text, (path, inline)


def test_a_person_logs_in_with_a_key_and_out_again(redis: "Redis", settings: Settings) -> None:
    key, _ = Keyring(redis).create("desk", scopes=frozenset({"read"}), tenant="desk")
    with create_app(settings.model_copy(update={"require_keys": True})).test_client() as client:
        closed = client.get("/", headers=EYES)
        assert closed.status_code == 401
        assert 'action="/login"' in closed.text
        assert client.post("/login", data={"key": key}).status_code == 303
        opened = client.get("/", headers=EYES)
        assert opened.status_code == 200
        assert "Log out" in opened.text
        client.post("/logout")
        assert client.get("/", headers=EYES).status_code == 401


def test_another_site_cannot_use_the_page(client: FlaskClient, redis: "Redis") -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        assert client.post("/sample", headers=headers).status_code == 403
    assert Results(redis).jobs() == []
    assert client.post("/sample", headers={"Origin": "http://localhost"}).status_code == 303
