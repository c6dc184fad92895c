"""The dedup index on a real server: what is found, what it costs, what is forgotten."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from services.dedup.decide import Entry, entry_of
from services.dedup.index import KIN, SIMILAR, Index
from services.dedup.register import CAP, Register
from services.dedup.signature import BAND_BYTES, MARKS, SKETCH_BYTES, Signature
from services.dedup.tasks import prepare
from services.dedup.versions import Version
from shared.models import Source, State, Story, Timings, Wire, split_id
from shared.settings import Settings
from shared.stage import Process

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
VOCABULARY = [a + b + c for a in "bdfgklmn" for b in "aeiou" for c in ("st", "rn", "lk", "mp", "nd")]


@pytest.fixture
def process(redis: "Redis") -> Process:
    return prepare(Settings(), redis)


def article(seed: int, words: int = 120) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=words)


def story(
    seq: int, body: str | list[str], *, headline: str | None = None, kind: str = "story", days: float = 0
) -> Story:
    """Published ``seq`` minutes past noon, received ``days`` later."""
    return Story(
        id=f"job-{seq}",
        job_id="job",
        seq=seq,
        headline=headline,
        body=body if isinstance(body, str) else " ".join(body),
        published=START + timedelta(minutes=seq),
        timings=Timings(received=START + timedelta(days=days)),
        wire=Wire.model_validate({"kind": kind}),
    )


def outcomes(process: Process, batches: list[list[Story]]) -> dict[str, tuple[State, str]]:
    """State and relation by id, as they are after the last batch."""
    table: dict[str, tuple[State, str]] = {}
    for batch in batches:
        result = process(batch)
        assert [found.id for found in result.stories] == [found.id for found in batch]
        table |= {found.id: (found.state, found.dedup.relation) for found in result.stories if found.dedup}
        for found in result.amendments:
            if found.state and found.dedup:
                table[found.story_id] = (found.state, found.dedup.relation)
    return table


def state_of(process: Process, *stories: Story) -> list[State]:
    table = outcomes(process, [list(stories)])
    return [table[one.id][0] for one in stories]


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


def test_of_many_that_are_alike_those_most_alike_are_compared(redis: "Redis") -> None:
    index, text = Index(redis, days=7), article(1, 300)
    crowd = [entry_of(story(n, [*text[:150], *article(100 + n, 150)])) for n in range(1, 14)]
    twin = entry_of(story(90, [*text[:-5], *article(200, 5)]))
    index.find([(entry, START.timestamp()) for entry in (*crowd, twin)])
    [found] = index.find([(entry_of(story(99, text)), START.timestamp())])
    assert found.similar[0] == replace(twin, signature=replace(twin.signature, text=b"", bands=b""))
    assert len(found.similar) == SIMILAR


def test_short_and_empty_bodies(process: Process) -> None:
    stories = [story(1, "Yes"), story(2, "yes."), story(3, "No"), story(4, ""), story(5, ""), story(6, "***")]
    assert state_of(process, *stories) == [State.PENDING, State.DUPLICATE, *[State.PENDING] * 4]


def test_update_is_kept_and_linked(process: Process) -> None:
    text = article(1)
    result = process([story(1, text), story(2, [*text, "12", "dead"], kind="update")])
    assert result.stories[1].dedup is not None
    assert (result.stories[1].state, result.stories[1].dedup.relation) == (State.PENDING, "update")
    assert result.stories[1].dedup.of == "job-1"


def test_the_same_words_as_an_update_are_an_update_all_the_same(process: Process) -> None:
    update = story(2, article(1), kind="update")
    assert state_of(process, story(1, article(1)), update, story(3, article(1), kind="update")) == [
        State.PENDING,
        State.PENDING,
        State.DUPLICATE,
    ]


def test_the_earliest_is_the_original_whenever_it_comes(process: Process) -> None:
    assert outcomes(process, [[story(10, article(1))], [story(9, article(1))], [story(11, article(1))]]) == {
        "job-10": (State.DUPLICATE, "exact"),
        "job-9": (State.PENDING, "original"),
        "job-11": (State.DUPLICATE, "exact"),
    }


def test_old_stories_are_forgotten(process: Process) -> None:
    days = Settings().dedup_days
    assert state_of(process, story(1, article(1)), story(2, article(1), days=days)) == [State.PENDING, State.DUPLICATE]
    assert state_of(process, story(3, article(1), days=5 * days)) == [State.PENDING]


def test_every_key_expires(process: Process, redis: "Redis") -> None:
    process([story(n, article(n % 3)) for n in (5, 4, 3, 2, 1)])
    process([story(n, [*article(n % 3), "12", "dead"], kind="update") for n in (6, 7)])
    keys = list(redis.scan_iter())
    kinds = {b"text", b"hash", b"size", b"count", b"kin", b"up", b"later", b"seat"}
    assert {part for key in keys for part in key.split(b":")} >= kinds
    assert all(key.startswith(b"wm:dedup:") for key in keys)
    assert all(0 < redis.ttl(key) <= (2 * Settings().dedup_days + 1) * 86_400 for key in keys)


def test_client_that_decodes_is_served_too(redis: "Redis", settings: Settings) -> None:
    with Redis.from_url(settings.redis_url, decode_responses=True) as client:
        process = prepare(Settings(), client)
        assert state_of(process, story(1, article(1)), story(2, article(1)[:-2])) == [State.PENDING, State.DUPLICATE]


@pytest.mark.parametrize("backwards", [False, True])
def test_thousands_of_equal_stories_cost_little_more_than_one(
    process: Process, redis: "Redis", backwards: bool
) -> None:
    text = " ".join(article(1, 40))
    process([story(5001 if backwards else 0, text)])
    before = {key for key in redis.scan_iter() if b":seat:" not in key}
    places = sorted(range(1, 5001), reverse=backwards)
    table = outcomes(process, [[story(n, text) for n in places[at : at + 1000]] for at in range(0, 5000, 1000)])
    originals = {split_id(id)[1] for id, (state, _) in table.items() if state is not State.DUPLICATE}
    assert originals == ({1} if backwards else set())
    [added] = {key for key in redis.scan_iter() if b":seat:" not in key} - before
    assert b":kin:" in added
    assert redis.zcard(added) == KIN
    assert max(redis.hlen(key) for key in redis.scan_iter("*:seat:*")) <= 128


def test_crowd_of_near_texts_keeps_its_buckets_small(process: Process, redis: "Redis") -> None:
    text = article(1, 200)
    process([story(n, [*text, "figure", str(n)]) for n in range(500)])
    largest = max(len(v) for key in redis.scan_iter("*:hash:*") for v in redis.hvals(key))
    assert largest == 16 * 4


def test_megabyte_story(process: Process) -> None:
    text = " ".join(article(1, 200_000))
    assert state_of(process, story(1, text), story(2, text), story(3, text[:900_000])) == [
        State.PENDING,
        State.DUPLICATE,
        State.DUPLICATE,
    ]


def test_an_id_that_all_items_have_costs_no_more_with_each(process: Process, redis: "Redis") -> None:
    source = Source(provider="TWS", guid="same")
    process([story(n, article(n, 30)).model_copy(update={"source": source}) for n in range(200)])
    names = max(redis.scan_iter("*:hash:*"), key=redis.hlen)
    assert CAP <= redis.hlen(names) < 2 * CAP
    assert redis.object("encoding", names) == b"listpack"


def test_a_story_costs_little_and_is_found_however_the_table_grows(redis: "Redis") -> None:
    draw, index, register = random.Random(1), Index(redis, days=7), Register(redis, days=7)
    received, before = START.timestamp(), redis.info("memory")["used_memory"]
    stories = [made(draw, draw.randbytes(BAND_BYTES * MARKS), seq) for seq in range(5000)]
    assert not any(found.same or found.similar for found in index.find([(one, received) for one in stories]))
    names = [{f"{kind}{one.order!r}": Version(one.order, "story") for kind in ("id", "slug")} for one in stories]
    for at in range(0, len(names), 500):
        register.meet([(some, received) for some in names[at : at + 500]])
    assert (redis.info("memory")["used_memory"] - before) / len(stories) < 600  # with every mark that a text may have
    buckets = list(redis.scan_iter("*:hash:*", count=1000))
    sizes = [redis.hlen(bucket) for bucket in buckets]
    [counter] = redis.scan_iter("*:size", count=1000)
    assert sum(sizes) == int(redis.get(counter) or 0)
    assert len(buckets) > 2 * 1024  # all have been split
    assert max(sizes) < 256
    assert {redis.object("encoding", bucket) for bucket in buckets} == {b"listpack"}
    some = stories[::10]
    again = [(made(draw, one.signature.bands, 9000 + seq), received) for seq, one in enumerate(some)]
    for one, found in zip(some, index.find(again), strict=True):
        assert found.similar[0].order == one.order
    later = [({name: Version(again[0][0].order, "story") for name in both}, received) for both in names[::10]]
    for one, known in zip(some, register.meet(later), strict=True):
        assert [[other.order for other in found] for found in known.values()] == [[one.order]] * 2


def made(draw: random.Random, bands: bytes, seq: int) -> Entry:
    """A text that has these bands, and as much else as one of that many."""
    sketch, figures = draw.randbytes(len(bands) // BAND_BYTES * SKETCH_BYTES), draw.randbytes(12)
    order = bytes(14) + bytes(13) + seq.to_bytes(4, "big")
    return Entry(order, "", Signature(draw.randbytes(12), bands, sketch, figures))
