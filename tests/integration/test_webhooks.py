"""Webhooks: from the scripts that put them down to a receiver that fails, hangs, redirects or talks without end."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from standardwebhooks import Webhook, WebhookVerificationError

from services.clerk import post as posting
from services.clerk.courier import PER_HOST, Courier
from services.clerk.post import post
from services.cli.processes import environment, start
from services.cli.server import free_port
from shared import keys
from shared.models import Options, State, story_id
from shared.settings import Settings
from shared.stage import Amendment
from shared.store import Store
from shared.webhooks import Webhooks
from tests.conftest import kill_group, until
from tests.core import Line
from tests.receiver import drip, flood, receiver, status
from tests.stages import plan


@pytest.fixture
def store(redis: "Redis", settings: Settings) -> Store:
    return Store(redis, settings.model_copy(update={"webhook_allow_private": True, "webhook_retry_seconds": 0.05}))


@pytest.fixture
def webhooks(store: Store) -> Webhooks:
    return Webhooks(store)


@pytest.fixture
def courier(store: Store) -> Iterator[Courier]:
    courier = Courier(store)
    yield courier
    courier.stop()


def finished(store: Store, url: str, tmp_path: Path, keywords: dict[int, list[str]] | None = None) -> str:
    """A job of three stories, ended."""
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 3, keywords or {})], options=Options(webhook=url), tenant="desk")
    line.send([ref])
    line.drain()
    return job


def types(webhooks: Webhooks, job: str) -> list[str]:
    return [delivery.event.type for delivery in webhooks.deliveries(job)]


def deliver(courier: Courier, webhooks: Webhooks, job: str, *, seconds: float = 20) -> None:
    """Until nothing of the job is pending."""

    def settled() -> bool:
        courier.round()
        return all(delivery.state != "pending" for delivery in webhooks.deliveries(job))

    until(settled, seconds=seconds, why="all webhooks are settled")


def test_a_webhook_arrives_and_can_be_verified(
    store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path
) -> None:
    with receiver(status(204)) as there:
        job = finished(store, there.url, tmp_path)
        deliver(courier, webhooks, job)
    [request] = there.requests
    assert request.path == "/hook?a=b%20c"
    [secret] = webhooks.secrets("desk")
    payload = Webhook(secret).verify(request.body, request.headers)
    counts = {state: 3 if state is State.DONE else 0 for state in State}
    assert payload["type"] == "job.finished"
    assert payload["data"] == {"job": job, "state": "finished", "received": 3, "counts": counts}
    assert abs(datetime.fromisoformat(payload["timestamp"]).timestamp() - time.time()) < 60
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.replace(b"finished", b"FINISHED"), request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(webhooks.secrets("another")[0]).verify(request.body, request.headers)
    [delivery] = webhooks.deliveries(job)
    assert (delivery.state, delivery.next_attempt) == ("delivered", None)
    assert [attempt.status for attempt in delivery.attempts] == [204]
    assert request.headers["webhook-id"] == delivery.id


def test_after_a_change_of_secret_both_verify(
    store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path
) -> None:
    [old] = webhooks.secrets("desk")
    assert webhooks.change_secret("desk")[1] == old
    with receiver(status(200)) as there:
        deliver(courier, webhooks, finished(store, there.url, tmp_path))
    [request] = there.requests
    for secret in webhooks.secrets("desk"):
        assert Webhook(secret).verify(request.body, request.headers)
    webhooks.change_secret("desk")
    assert old not in webhooks.secrets("desk")


def test_what_fails_is_sent_again_as_it_was(store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path) -> None:
    def answer(handler: Any, before: int) -> None:
        status([500, 503, 302][before] if before < 3 else 200, Location="http://127.0.0.1:1/")(handler, before)

    with receiver(answer) as there:
        job = finished(store, there.url, tmp_path)
        deliver(courier, webhooks, job)
    assert len(there.requests) == 4
    assert len({(request.body, request.headers["webhook-id"]) for request in there.requests}) == 1
    gaps = [b.at - a.at for a, b in zip(there.requests, there.requests[1:], strict=False)]
    assert all(gap >= 0.05 * 2**failures for failures, gap in enumerate(gaps))
    [delivery] = webhooks.deliveries(job)
    assert [attempt.status for attempt in delivery.attempts] == [500, 503, 302, 200]
    assert "redirect" in str(delivery.attempts[2].error)


def test_a_receiver_that_is_not_there_is_given_up_at_last(store: Store, settings: Settings, tmp_path: Path) -> None:
    brief = Store(store.redis, store.settings.model_copy(update={"webhook_hours": 1 / 3600}))
    webhooks, courier = Webhooks(brief), Courier(brief)
    job = finished(brief, f"http://127.0.0.1:{free_port()}/", tmp_path)
    deliver(courier, webhooks, job)
    courier.stop()
    [delivery] = webhooks.deliveries(job)
    assert delivery.state == "dead"
    assert len(delivery.attempts) > 2
    assert all(attempt.status is None and attempt.error for attempt in delivery.attempts)
    assert store.redis.zcard(keys.WEBHOOKS) == 0


def test_a_receiver_that_says_it_is_gone_is_not_asked_again(
    store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path
) -> None:
    with receiver(status(410)) as there:
        job = finished(store, there.url, tmp_path)
        deliver(courier, webhooks, job)
    assert len(there.requests) == 1
    assert webhooks.deliveries(job)[0].state == "dead"


def test_a_receiver_gets_no_more_time_than_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.5)
    with receiver(drip) as there, socket.create_server(("127.0.0.1", 0)) as silent:
        for url in (there.url, f"http://127.0.0.1:{silent.getsockname()[1]}/"):
            began = time.monotonic()
            attempt = post(url, {}, b"{}", allow_private=True)
            assert not attempt.ok and "Timeout" in str(attempt.error)
            assert time.monotonic() - began < 2


def test_a_body_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(flood) as there:
        began = time.monotonic()
        assert post(there.url, {}, b"{}", allow_private=True).ok
        assert time.monotonic() - began < 2


def test_nothing_is_sent_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(status(200)) as there:
        port = int(there.url.split(":")[2].split("/")[0])
        assert "bad" not in str(post(there.url, {}, b"{}", allow_private=True).error)
        # A name that was public when the job was submitted, and leads inside now; one of its addresses is enough.
        rows = socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)
        public = [(*rows[0][:4], ("93.184.215.14", port))]
        monkeypatch.setattr(
            posting.socket, "getaddrinfo", lambda *_, **flags: [] if flags.get("flags") else public + rows
        )
        monkeypatch.setattr("shared.addresses.literal", lambda _: None)
        attempt = post("http://rebound.example.org:8080/", {}, b"{}", allow_private=False)
        assert "not on the public internet" in str(attempt.error)
    assert len(there.requests) == 1


def test_stories_killed_and_released_later_are_told_of(
    redis: "Redis", store: Store, webhooks: Webhooks, tmp_path: Path
) -> None:
    job = finished(store, "http://127.0.0.1:1/", tmp_path)
    killed = Amendment(story_id=story_id(job, 1), state=State.KILLED, killed_by="other-1", rank="1")
    store.amend([killed])
    store.amend([killed])
    assert types(webhooks, job) == ["job.finished", "story.killed"]
    event = webhooks.deliveries(job)[1].event
    assert event.data.stories == [story_id(job, 1)]
    assert event.data.counts[State.KILLED] == 1


def test_a_kill_that_comes_before_the_end_is_part_of_it(store: Store, webhooks: Webhooks, tmp_path: Path) -> None:
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 1, {})], options=Options(webhook="http://127.0.0.1:1/"))
    line.send([ref])
    line.take()
    store.amend([Amendment(story_id=story_id(job, 0), state=State.KILLED, rank="1")])
    assert types(webhooks, job) == ["job.finished"]


@pytest.mark.parametrize("by", ["time", "person"])
def test_a_story_released_later_is_told_of(
    redis: "Redis", store: Store, webhooks: Webhooks, tmp_path: Path, by: str
) -> None:
    job = finished(store, "http://127.0.0.1:1/", tmp_path)
    for seq in (0, 2):  # as if an embargo had held them
        redis.setrange(keys.of_job(job, "outcome"), seq, "w")
        redis.hincrby(keys.of_job(job, "job"), "n:withheld", 1)
        redis.hincrby(keys.of_job(job, "job"), "n:done", -1)
        redis.zadd(keys.EMBARGO, {f"{job}:{seq}": time.time() - 1 if by == "time" else time.time() + 99})
    if by == "time":
        store.sweep()
        expected = [[story_id(job, 0), story_id(job, 2)]]
    else:
        store.release(job, 2)
        expected = [[story_id(job, 2)]]
    told = [delivery.event for delivery in webhooks.deliveries(job)][1:]
    assert [event.type for event in told] == ["story.released"]
    assert [sorted(event.data.stories) for event in told] == expected


def test_a_cancelled_job_is_told_of(store: Store, webhooks: Webhooks) -> None:
    job, _ = store.submit([], options=Options(webhook="http://127.0.0.1:1/"))
    store.cancel(job)
    assert types(webhooks, job) == ["job.cancelled"]


def test_a_job_without_a_webhook_leaves_nothing(redis: "Redis", store: Store, webhooks: Webhooks) -> None:
    job, _ = store.submit([])
    store.cancel(job)
    assert webhooks.deliveries(job) == []
    assert not redis.exists(keys.WEBHOOKS)


def test_one_that_hangs_holds_up_only_its_own(
    store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SECONDS", 2.0)
    with receiver(lambda *_: time.sleep(3)) as slow, receiver(status(200)) as quick:
        for _ in range(40):
            store.cancel(store.submit([], options=Options(webhook=slow.url))[0])
        last, _ = store.submit([], options=Options(webhook=quick.url))
        store.cancel(last)
        began = time.monotonic()
        courier.round()
        assert time.monotonic() - began < 0.5  # whoever calls it has other things to do
        until(lambda: quick.requests, seconds=1.5, why="the quick one has it")
        assert len(slow.requests) <= PER_HOST
        courier.stop()


def test_two_at_once_take_each_once_and_a_dead_one_s_is_taken_again(
    redis: "Redis", store: Store, webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [store.submit([], options=Options(webhook="http://127.0.0.1:1/"))[0] for _ in range(30)]
    for job in jobs:
        store.cancel(job)
    taken = [notice for _ in range(4) for notice in Webhooks(store).take(10)]
    assert sorted(notice.job for notice in taken) == sorted(jobs)
    monkeypatch.setattr("shared.webhooks.LEASE_SECONDS", 0.0)
    redis.zadd(keys.WEBHOOKS, {f"{jobs[0]}:1": time.time() - 1}, xx=True)  # its lease has run out
    assert [notice.id for notice in webhooks.take(10)] == [f"msg_{jobs[0]}_1"]


def test_what_has_been_delivered_stays_so_and_an_expired_job_is_left_alone(
    redis: "Redis", store: Store, webhooks: Webhooks, tmp_path: Path
) -> None:
    job, _ = store.submit([], options=Options(webhook="http://127.0.0.1:1/"))
    store.cancel(job)
    [notice] = webhooks.take(1)
    good, bad = attempt(200), attempt(None)
    webhooks.settle(notice, good)
    webhooks.settle(notice, bad)  # of another clerk, which had lost its lease
    assert webhooks.deliveries(job)[0].state == "delivered"
    assert webhooks.take(1) == []
    redis.zadd(keys.EXPIRY, {job: 1})
    assert store.expired() == [job]
    store.forget([job])
    webhooks.settle(notice, good)
    assert not [key for key in redis.keys("*") if job.encode() in key]


def attempt(code: int | None) -> Any:
    return posting.Attempt(at=datetime.now(UTC), seconds=0.1, status=code)


def test_the_clerk_delivers(
    store: Store, webhooks: Webhooks, clerk: Callable[[Settings], None], tmp_path: Path
) -> None:
    clerk(store.settings)
    with receiver(status(200)) as there:
        job = finished(store, there.url, tmp_path)
        until(lambda: webhooks.deliveries(job)[0].state == "delivered", why="the clerk has delivered it")
    assert len(there.requests) == 1


def test_a_clerk_killed_in_the_middle_of_a_delivery_loses_nothing(
    redis: "Redis", store: Store, webhooks: Webhooks, courier: Courier, tmp_path: Path
) -> None:
    def answer(handler: Any, before: int) -> None:
        if before:
            status(200)(handler, before)
        else:
            time.sleep(3)

    with receiver(answer) as there:
        job, _ = store.submit([], options=Options(webhook=there.url))
        store.cancel(job)
        command = [sys.executable, "-m", "services.cli", "clerk"]
        process = start(command, log=tmp_path / "clerk.log", env=environment(store.settings))
        try:
            until(lambda: there.requests, why="the clerk delivers")
        finally:
            kill_group(process)
        courier.round()
        assert len(there.requests) == 1  # it is leased: the clerk might be alive
        redis.zadd(keys.WEBHOOKS, {f"{job}:1": time.time() - 1}, xx=True)  # two minutes later
        deliver(courier, webhooks, job)
    assert len({request.headers["webhook-id"] for request in there.requests}) == 1
    assert len(there.requests) == 2
