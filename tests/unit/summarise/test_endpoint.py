"""A real server on a local port stands in for a model."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from services.summarise.abstract import Request
from services.summarise.endpoint import MAX_ANSWER, Endpoint
from services.summarise.tasks import prepare
from shared.errors import BadSettingError
from shared.models import Story, Wire
from shared.settings import Settings

LEAD = "The river Elbe rose above its banks on Monday and flooded two villages."
SECOND = "Rescuers took about forty families to a school on higher ground."
BODY = f"{LEAD} {SECOND} Officials expect the water to fall before the end of the week."

Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def say(text: Any) -> Answer:
    """Answer with a chat completion."""

    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        send(handler, 200, json.dumps({"choices": [{"message": {"content": text}}]}).encode())

    return answer


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def model(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a model, and the requests it was sent."""
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append({"path": self.path, "key": self.headers["Authorization"], **asked})
            with suppress(OSError):  # the client has hung up
                answer(self, asked)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def summarised(url: str, *stories: Story, **settings: Any) -> list[Story]:
    process = prepare(Settings(summary_model=url, summary_seconds=1, **settings), cast(Any, None))
    return process(stories or [Story(headline="Flood", body=BODY)]).stories


def test_what_the_model_writes_becomes_the_summary(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret\n")
    with model(say("The Elbe flooded two villages on Monday.")) as (url, requests):
        (done,) = summarised(url, summary_key_file=tmp_path / "key", summary_model_name="small")
    (one,) = done.summary
    assert (one.by, one.text, BODY[one.start : one.end]) == ("model", "The Elbe flooded two villages on Monday.", LEAD)
    assert done.summary_note is None
    (asked,) = requests
    assert (asked["path"], asked["key"], asked["model"]) == ("/v1/chat/completions", "Bearer secret", "small")
    assert json.loads(asked["messages"][1]["content"]) == {"headline": "Flood", "body": BODY}


def test_a_number_that_the_story_does_not_have_is_replaced_and_recorded() -> None:
    with model(say("The Elbe flooded two villages on Monday. Rescuers took 400 families to a school.")) as (url, _):
        (done,) = summarised(url)
    assert [one.by for one in done.summary] == ["model", "extract"]
    assert done.summary[1].text == SECOND
    assert done.summary[1].unsupported == ["400"]


def redirect(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    send(handler, 302, b"", Location="/elsewhere")


def drip(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _i in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (lambda handler, _: send(handler, 500, b"oh"), "the model answered with status 500"),
        (lambda handler, _: send(handler, 200, b"<html>"), "the model's answer is no chat completion"),
        (lambda handler, _: send(handler, 200, b"[" * 100_000), "the model's answer is no chat completion"),
        (lambda handler, _: send(handler, 200, b'{"choices": []}'), "the model's answer is no chat completion"),
        (say(None), "the model's answer holds no text"),
        (say(""), "no answer"),
        (say("Buy gold at once from our shop."), "the story supports no sentence of the model's"),
        (lambda handler, _: send(handler, 200, b"x" * (MAX_ANSWER + 1)), "the model's answer is too long or too slow"),
        (lambda handler, _: time.sleep(1.5), "the model could not be reached: ReadTimeout"),
        (drip, "the model's answer is too long or too slow"),
        (redirect, "the model answered with status 302"),
    ],
)
def test_a_bad_answer_leaves_the_extract_and_says_why(answer: Answer, note: str) -> None:
    began = time.monotonic()
    with model(answer) as (url, requests):
        (done,) = summarised(url)
    assert done.summary_note == f"extracted: {note}"
    assert done.summary and all(BODY[one.start : one.end] == one.text for one in done.summary)
    assert len(requests) == 1
    assert time.monotonic() - began < 10


def test_a_model_that_is_not_there_leaves_the_extract() -> None:
    with model(say("")) as (url, _):
        pass
    (done,) = summarised(url)
    assert done.summary_note == "extracted: the model could not be reached: ConnectError"
    assert done.summary


def test_stories_of_a_batch_are_asked_for_side_by_side_and_keep_their_order() -> None:
    def echo(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        time.sleep(0.3)
        say(json.loads(asked["messages"][1]["content"])["body"])(handler, asked)

    stories = [Story(seq=at, body=f"The {name} flooded two villages on Monday.") for at, name in enumerate("ABCDEFGH")]
    began = time.monotonic()
    with model(echo) as (url, _):
        done = summarised(url, *stories)
    assert time.monotonic() - began < 2
    assert [[one.text for one in story.summary] for story in done] == [[story.body] for story in stories]


def test_a_story_without_sentences_and_a_brief() -> None:
    with model(say(f"{LEAD} {SECOND}")) as (url, requests):
        empty, brief = summarised(url, Story(body=None), Story(body=BODY, wire=Wire(kind="brief")))
    assert (empty.summary, empty.summary_note) == ([], "no text")
    assert [one.text for one in brief.summary] == [LEAD]
    assert len(requests) == 1


def test_what_is_left_of_a_batch_that_takes_too_long_is_not_asked_for() -> None:
    endpoint = Endpoint("http://127.0.0.1:9", model="x", key=None, seconds=1e-9)
    time.sleep(0.01)
    assert [one.failed != "" for one in endpoint([Request(None, BODY, 3)] * 3)] == [True] * 3


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match="WIREMILL_SUMMARY_KEY_FILE"):
        summarised("http://127.0.0.1:9", summary_key_file=tmp_path / "none")
