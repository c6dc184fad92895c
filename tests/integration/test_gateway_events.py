"""Server-Sent Events: whole, resumed, to many at the same time."""

import json
import os
import re
import selectors
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from redis import Redis

from services.gateway import hub as hubs
from services.gateway.events import events
from services.gateway.hub import Hub, newest_id
from shared.store import Store
from tests.conftest import until
from tests.core import Line
from tests.gateway import problem
from tests.stages import plan

Message = dict[str, str]


def messages(lines: Iterator[str]) -> Iterator[Message]:
    """Take a stream apart as the standard says; comments are messages, too."""
    message: Message = {}
    for line in lines:
        if line.startswith(":"):
            message["comment"] = line[1:].strip()
        elif line:
            name, _, value = line.partition(": ")
            message[name] = value
        else:
            yield message
            message = {}


@contextmanager
def watching(url: str, job: str, *, after: str | None = None) -> Iterator[Iterator[Message]]:
    headers = {"Last-Event-ID": after} if after else {}
    with httpx.stream("GET", f"{url}/v1/jobs/{job}/events", headers=headers, timeout=30) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        yield messages(response.iter_lines())


def of_job(stream: Iterator[bytes]) -> Iterator[Message]:
    return messages(line for part in stream for line in part.decode().split("\n")[:-1])


def test_a_job_from_its_beginning_to_its_end(served: str, store: Store, tmp_path: Path) -> None:
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 150)])
    line.send([ref])
    with watching(served, job) as stream:
        assert next(stream) == {"retry": "2000"}
        assert next(stream)["event"] == "queued"
        worker = threading.Thread(target=line.drain)
        worker.start()
        rest = list(stream)
        worker.join()
    told = [message["event"] for message in rest if "id" in message]
    assert told == ["read", "batch", "batch", "batch", "finished"]
    ids = [message["id"] for message in rest if "id" in message]
    assert ids == sorted(ids, key=hubs.parse_id)
    jobs = [json.loads(message["data"]) for message in rest if message.get("event") == "job"]
    assert rest[-1]["event"] == "job"
    shown = httpx.get(f"{served}/v1/jobs/{job}").json()
    assert jobs[-1] == {name: value for name, value in shown.items() if name != "files"}
    assert (jobs[-1]["state"], jobs[-1]["counts"]["done"]) == ("finished", 150)


def test_a_stream_that_broke_goes_on_where_it_was(served: str, store: Store) -> None:
    job, _ = store.submit([])
    for place in range(300):
        store.redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": str(place)})
    details: list[str] = []
    last: str | None = None
    for _ in range(5):
        with watching(served, job, after=last) as stream:
            for message in stream:
                if message.get("event") == "batch":
                    details.append(json.loads(message["data"])["detail"])
                    last = message["id"]
                    if len(details) % 60 == 0:
                        break
    assert details == [str(place) for place in range(300)]
    store.cancel(job)
    with watching(served, job, after=last) as stream:
        rest = [message for message in stream if "id" in message]
    assert [message["event"] for message in rest] == ["cancelled"]
    over = httpx.get(f"{served}/v1/jobs/{job}/events", headers={"Last-Event-ID": rest[0]["id"]})
    assert (over.status_code, over.content) == (204, b"")


def test_a_stream_goes_on_when_its_job_is_retried(finished: str, store: Store, redis: "Redis") -> None:
    _, refs = store.retry(finished)
    stream = of_job(events(Hub(redis), finished, (0, 0), heartbeat=10))
    seen = [next(stream).get("event") for _ in range(8)]
    assert "finished" in seen and "retried" in seen
    line = Line(store)
    line.send(refs)
    line.drain()
    rest = list(stream)
    assert [message["event"] for message in rest if "id" in message][-1] == "finished"


def test_silence_is_filled_and_ends_with_the_watcher(store: Store, redis: "Redis") -> None:
    hub = Hub(redis)
    job, _ = store.submit([])
    source = events(hub, job, newest_id(redis, job), heartbeat=0.1)
    stream = of_job(source)
    assert next(stream) == {"retry": "2000"}
    until(lambda: next(stream).get("comment") == "still here", seconds=5)
    source.close()
    threads = [thread for thread in threading.enumerate() if thread.name == "events"]
    store.redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": "0"})
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_whoever_falls_behind_misses_nothing(store: Store, redis: "Redis", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "KEPT", 4)
    job, _ = store.submit([])
    slow = of_job(events(Hub(redis), job, newest_id(redis, job), heartbeat=10))
    next(slow)
    threading.Timer(0.2, lambda: store.redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": "0"})).start()
    details = []
    while not details:
        message = next(slow)
        details += [json.loads(message["data"])["detail"]] if message.get("event") == "batch" else []
    for place in range(1, 40):
        store.redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": str(place)})
        time.sleep(0.02)
    time.sleep(3 * hubs.PACE_SECONDS)
    store.cancel(job)
    details += [json.loads(one["data"])["detail"] for one in slow if one.get("event") == "batch"]
    assert details == [str(place) for place in range(40)]


def test_a_job_that_is_forgotten_ends_its_stream(store: Store, redis: "Redis") -> None:
    job, _ = store.submit([])
    stream = of_job(events(Hub(redis), job, (0, 0), heartbeat=10))
    assert [next(stream).get("event") for _ in range(2)] == [None, "queued"]
    redis.delete(f"wm:{job}:job")
    redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": "0"})
    assert list(stream)


def test_a_gateway_that_is_to_stop_does_not_wait_for_its_watchers(served: str, store: Store, tmp_path: Path) -> None:
    job, _ = store.submit([])
    [pid] = re.findall(r"Booting worker with pid: (\d+)", (tmp_path / "gateway.log").read_text())
    began = time.monotonic()
    with watching(served, job) as stream:
        until(lambda: next(stream).get("event") == "job", why="the stream has begun")
        os.kill(int(pid), signal.SIGTERM)
        assert "finished" not in [message.get("event") for message in stream]
    assert time.monotonic() - began < 15


def test_requests_for_streams_that_make_no_sense(client: FlaskClient, finished: str) -> None:
    problem(client.get("/v1/jobs/nosuch/events"), 404, "job-not-found")
    for last in ("x", "1", "1-", "-1-0", "1-0\x00", "9" * 40 + "-0"):
        headers = {"Last-Event-ID": last}
        problem(client.get(f"/v1/jobs/{finished}/events", headers=headers), 400, "bad-request")


MANY = 500


def test_many_watch_at_the_same_time(served: str, store: Store) -> None:
    job, _ = store.submit([])
    host, port = served.removeprefix("http://").split(":")
    heard: dict[socket.socket, bytes] = {}
    selector = selectors.DefaultSelector()

    def hear(all_have: bytes) -> None:
        deadline = time.monotonic() + 60
        while not all(all_have in said for said in heard.values()):
            assert time.monotonic() < deadline, f"{sum(all_have in said for said in heard.values())} of {len(heard)}"
            for key, _ in selector.select(0.1):
                part = key.fileobj.recv(65536)  # type: ignore[union-attr]
                heard[key.fileobj] += part  # type: ignore[index]
                if not part:
                    selector.unregister(key.fileobj)

    try:
        for _ in range(MANY):
            watcher = socket.create_connection((host, int(port)))
            watcher.sendall(f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            heard[watcher] = b""
            selector.register(watcher, selectors.EVENT_READ)
        hear(b"event: queued")
        began = time.monotonic()
        assert httpx.get(f"{served}/healthz", timeout=10).is_success
        assert time.monotonic() - began < 5
        store.cancel(job)
        hear(b"event: cancelled")
        hear(b"\r\n0\r\n\r\n")  # the end of each stream
    finally:
        for watcher in heard:
            watcher.close()
        selector.close()
