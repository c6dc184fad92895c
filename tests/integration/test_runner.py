"""The runner on a real store, without Celery: what becomes of stories, batches and workers in trouble."""

import dataclasses
import datetime as dt
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from redis import Redis, RedisError

from services.cli.processes import environment
from services.ingest.formats import FORMATS, ndjson
from services.ingest.tasks import prepare
from shared import keys
from shared.messages import Ref
from shared.models import Content, Dedup, Job, JobState, Options, SpoolFile, State, Story, Subject, story_id
from shared.pipeline import NAMES, number
from shared.results import Results
from shared.runner import MAX_TRIES, LeaseLostError, Opening, Read, run_ingest, run_stage
from shared.settings import Settings
from shared.stage import Amendment, Result
from shared.store import Store
from tests.conftest import ROOT
from tests.core import Line, check_ledger, reader
from tests.stages import plan

ALL = [Subject(name=name) for name in NAMES]


@pytest.fixture
def line(store: Store) -> Line:
    return Line(store)


def submit(line: Line, folder: Path, stories: int, keywords: dict[int, list[str]] | None = None) -> str:
    job, ref = line.store.submit([plan(folder, stories, keywords)])
    line.send([ref])
    return job


def stories_of(line: Line, job: str) -> list[Story]:
    check_ledger(line.store.redis, job)
    return list(Results(line.store.redis).stories(job, states=frozenset(State)))


def test_each_story_passes_each_stage_once_and_in_order(line: Line, tmp_path: Path) -> None:
    job = submit(line, tmp_path, 130, {3: ["duplicate@dedup"], 4: ["killed@clean"], 5: ["reject@ingest"]})
    line.drain()
    found = stories_of(line, job)
    assert [story.seq for story in found] == list(range(130))
    assert [story.id for story in found] == [story_id(job, seq) for seq in range(130)]
    ends = {3: (State.DUPLICATE, ALL[:2]), 4: (State.KILLED, ALL[:1]), 5: (State.REJECTED, [])}
    for story in found:
        assert (story.state, story.subjects) == ends.get(story.seq, (State.DONE, ALL))
        assert story.timings.received
        if story.state is State.DONE:
            assert story.timings.finished
            assert None not in (story.timings.clean, story.timings.summarise)
    assert Results(line.store.redis).job(job).state is JobState.FINISHED


def test_a_job_may_do_without_a_stage(line: Line, tmp_path: Path) -> None:
    skipped = {NAMES[1], NAMES[-1]}
    job, ref = line.store.submit([plan(tmp_path, 3, None)], options=Options(skip=skipped))
    line.send([ref])
    line.drain()
    for story in stories_of(line, job):
        assert story.state is State.DONE
        assert story.subjects == [subject for subject in ALL if subject.name not in skipped]


@pytest.mark.parametrize("stage", NAMES)
def test_a_story_that_raises_fails_alone(line: Line, tmp_path: Path, stage: str) -> None:
    job = submit(line, tmp_path, 70, {7: [f"raise@{stage}"], 66: [f"raise@{stage}"]})
    line.drain()
    found = stories_of(line, job)
    assert [story.seq for story in found if story.state is not State.DONE] == [7, 66]
    for story in (found[7], found[66]):
        assert story.state is State.FAILED
        assert story.error
        assert (story.error.stage, story.error.type, story.error.attempts) == (stage, "stage-error", 1)
        assert f"StageFailedError: told to at {stage}" in story.error.detail
        assert story.subjects == ALL[: number(stage)]
    assert all(story.subjects == ALL and story.error is None for story in found if story.state is State.DONE)


def test_a_stage_that_fails_at_whole_batches_only_is_given_single_stories(line: Line, tmp_path: Path) -> None:
    sizes = []

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        sizes.append(len(stories))
        if len(stories) > 1:
            raise MemoryError("too much at once")
        return Result(list(stories))

    job = submit(line, tmp_path, 5)
    line.take()
    run_stage(line.store, line.send, process, line.messages.pop())
    assert sizes == [5, 1, 1, 1, 1, 1]
    assert {story.state for story in stories_of(line, job)} == {State.PENDING}


@pytest.mark.parametrize("stage", [NAMES[1], NAMES[-1]])
def test_a_stage_that_loses_a_story_fails_it_instead(line: Line, tmp_path: Path, stage: str) -> None:
    job = submit(line, tmp_path, 5, {2: [f"lose@{stage}"]})
    line.drain()
    found = stories_of(line, job)
    assert [story.state for story in found] == [State.DONE] * 2 + [State.FAILED] + [State.DONE] * 2
    assert found[2].error
    assert "came out: 0" in found[2].error.detail


def test_a_story_that_cannot_be_written_fails_alone(line: Line, tmp_path: Path) -> None:
    """The batch's commit raises; the lease runs out, and the next worker finds out which story it was."""
    line.store = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 0.3}))
    job = submit(line, tmp_path, 3, {1: ["unwritable@dedup"]})
    with pytest.raises(ValueError, match="surrogates"):
        line.drain()
    time.sleep(0.4)
    line.send(line.store.sweep())
    line.drain()
    found = stories_of(line, job)
    assert [story.state for story in found] == [State.DONE, State.FAILED, State.DONE]
    assert [story.subjects for story in found if story.state is State.DONE] == [ALL, ALL]


def test_a_retried_story_goes_back_to_the_stage_where_it_failed(line: Line, tmp_path: Path) -> None:
    keywords = {
        1: ["raise-once@entities"],
        2: ["raise-once@clean"],
        3: ["raise@entities"],
        4: ["raise-once@clean", "duplicate@dedup"],
    }
    job = submit(line, tmp_path, 6, keywords)
    line.drain()
    assert [story.state for story in stories_of(line, job)].count(State.FAILED) == 4
    for round in (2, 3):
        retried, refs = line.store.retry(job)
        line.send(refs)
        check_ledger(line.store.redis, job)
        line.drain()
        assert retried == (4 if round == 2 else 1)
        found = stories_of(line, job)
        # Nothing is done twice: each of them passed each stage once, in spite of its batch going round again.
        assert [story.subjects for story in found] == [ALL, ALL, ALL, ALL[:2], ALL[:2], ALL]
        assert [story.state for story in found if story.seq not in (3, 4)] == [State.DONE] * 4
        assert found[3].error
        assert found[3].error.attempts == round
        assert found[4].state is State.DUPLICATE
        assert [story.seq for story in found if story.error] == [3]


def test_reading_that_fails_keeps_what_was_read(line: Line, tmp_path: Path) -> None:
    job = submit(line, tmp_path, 200, {100: ["raise@ingest"]})
    line.drain()
    found = Results(line.store.redis).job(job)
    assert (found.state, found.received, found.counts[State.DONE]) == (JobState.FINISHED, 64, 64)
    assert found.error
    assert "the file is bad from here on" in found.error.detail
    stories_of(line, job)


def test_reading_is_given_up_when_readers_die_over_no_file_in_particular(store: Store) -> None:
    quick = Store(store.redis, store.settings.model_copy(update={"lease_seconds": 0.01}))
    job, ref = quick.submit([])
    for _ in range(MAX_TRIES):
        assert quick.begin(ref).status == "OK"
        time.sleep(0.02)

    def read(job: object, opening: object) -> None:
        raise AssertionError("read once more")

    run_ingest(quick, lambda refs: None, read, ref)  # type: ignore[arg-type]
    found = Results(store.redis).job(job)
    assert found.state is JobState.FINISHED
    assert found.error
    assert str(MAX_TRIES) in found.error.detail


def test_a_file_that_kills_its_readers_is_read_no_further_and_the_others_are(
    redis: Redis, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real reading, with a parser that "dies" at a story in the middle of the second of three files."""
    settings = settings.model_copy(update={"lease_seconds": 0.1, "batch_stories": 2})
    store = Store(redis, settings)
    files = []
    for name, texts in {"a": range(3), "b": range(3, 10), "c": range(10, 12)}.items():
        path = tmp_path / f"{name}.ndjson"
        path.write_text("".join(json.dumps({"body": f"text {number}"}) + "\n" for number in texts))
        files.append(SpoolFile(name=path.name, path=str(path), size=path.stat().st_size))

    class Died(BaseException):
        """Nobody catches it: to the store it is as good as a worker's death."""

    parse = ndjson.FORMAT.parse

    def deadly(text: str, head: str) -> Story:
        if "text 8" in text:
            raise Died
        return parse(text, head)

    monkeypatch.setitem(FORMATS, "ndjson", dataclasses.replace(ndjson.FORMAT, parse=deadly))
    job, ref = store.submit(files)
    read = prepare(settings, redis)
    deaths = 0
    while Results(redis).job(job).state in (JobState.QUEUED, JobState.INGESTING):
        with suppress(Died):
            run_ingest(store, lambda refs: None, read, ref)
            continue
        deaths += 1
        time.sleep(0.15)
    assert deaths == 2 + settings.fatal_deaths  # the first added batches, the second named no file
    check_ledger(redis, job)
    found = list(Results(redis).stories(job, states=frozenset(State)))
    texts = [int(story.content.text.split()[1]) if story.content else None for story in found]
    assert texts == [0, 1, 2, 3, 4, 5, 6, 7, None, 10, 11]
    [lost] = [story for story in found if story.state is State.REJECTED]
    assert lost.error
    assert (lost.error.type, lost.source.file) == ("worker-died", "b.ndjson")
    assert Results(redis).job(job).error is None


def test_a_reader_that_has_lost_its_lease_adds_nothing(store: Store) -> None:
    job, ref = store.submit([])
    late = reader(store, job)
    store.redis.hset(f"wm:{job}:lease", "ingest:until", 0)
    assert store.begin(ref).status == "OK"
    assert store.append(late, 0, [Story()]).status == "LOST"
    store.redis.hset(f"wm:{job}:lease", "ingest:until", 0)
    with pytest.raises(LeaseLostError):
        run_ingest(store, lambda refs: None, stolen(store), ref)
    assert Results(store.redis).job(job).received == 0


def stolen(store: Store) -> Read:
    """A reading during which another worker takes over."""

    def read(job: Job, opening: Opening) -> Iterator[list[Story]]:
        store.redis.hset(f"wm:{job.id}:lease", "ingest:token", "another's")
        yield [Story()]

    return read


def test_a_batch_over_which_workers_keep_dying_fails_in_the_end(line: Line, tmp_path: Path) -> None:
    job = submit(line, tmp_path, 2)
    line.take()
    [ref] = line.messages
    quick = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 0.01}))
    for _ in range(MAX_TRIES):
        assert quick.begin(ref).status == "OK"
        time.sleep(0.02)
    line.drain()
    stories = stories_of(line, job)
    assert [story.state for story in stories] == [State.FAILED] * 2
    assert {story.error.type for story in stories if story.error} == {"gave-up"}
    assert Results(line.store.redis).job(job).state is JobState.FINISHED


@pytest.mark.parametrize("blob", [b"\x01", b"\x01no such thing", b"\x01" + zstandard.compress(b"[{}]")])
def test_a_batch_that_cannot_be_read_fails_in_the_end(line: Line, tmp_path: Path, blob: bytes) -> None:
    job = submit(line, tmp_path, 2)
    line.take()
    [ref] = line.messages
    line.store.redis.hset(keys.of_job(job, "blob"), "0", blob)
    quick = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 0.01}))
    for _ in range(MAX_TRIES):
        with pytest.raises((zstandard.ZstdError, ValueError)):
            run_stage(quick, line.send, Result, ref)
        time.sleep(0.02)
    line.drain()
    stories = stories_of(line, job)
    assert [(story.seq, story.state) for story in stories] == [(0, State.FAILED), (1, State.FAILED)]
    assert {story.error.type for story in stories if story.error} == {"lost"}
    assert line.store.retry(job) == (0, [])


def test_two_retries_at_once_are_one(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = submit(line, tmp_path, 3, {1: ["raise-once@clean"]})
    line.drain()
    run = line.store.run

    def run_after_another(script: str, *arguments: str | bytes | float) -> object:
        monkeypatch.setattr(line.store, "run", run)
        moved, refs = line.store.retry(job)
        assert moved == 1
        line.send(refs)
        line.drain()
        return run(script, *arguments)

    monkeypatch.setattr(line.store, "run", run_after_another)
    assert line.store.retry(job) == (0, [])
    assert [story.state for story in stories_of(line, job)] == [State.DONE] * 3


def test_a_reader_that_takes_over_adds_nothing_twice(line: Line, tmp_path: Path) -> None:
    line.store = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 0.05}))
    job = submit(line, tmp_path, 150)
    line.store.append(
        reader(line.store, job),
        0,
        [Story(id=story_id(job, seq), job_id=job, seq=seq, content=Content(text="x")) for seq in range(64)],
    )
    time.sleep(0.1)
    line.store = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 5}))
    line.drain()
    assert Results(line.store.redis).job(job).received == 150
    line.store.redis.zadd("wm:outbox", dict.fromkeys((f"{job}:{batch}" for batch in range(3)), 0), xx=True)
    line.send(line.store.sweep())
    line.drain()
    assert {story.state for story in stories_of(line, job)} == {State.DONE}


def test_a_worker_that_lost_its_lease_stops(line: Line, tmp_path: Path) -> None:
    submit(line, tmp_path, 3)
    line.take()
    [ref] = line.messages
    line.store.begin(ref)
    line.store.redis.hset(f"wm:{ref.job}:lease", f"{ref.unit}:until", "0")
    tried = []

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        tried.append(stories[0].seq)
        line.store.redis.hset(f"wm:{ref.job}:lease", f"{ref.unit}:token", "somebody else")
        return Result(list(stories))

    with pytest.raises(LeaseLostError):
        run_stage(line.store, line.send, process, ref)
    assert tried == [0]


def test_a_store_that_is_gone_fails_no_story(line: Line, tmp_path: Path) -> None:
    job = submit(line, tmp_path, 3)
    line.take()

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        raise RedisError("gone")

    with pytest.raises(RedisError):
        run_stage(line.store, line.send, process, line.messages.pop())
    assert {story.state for story in stories_of(line, job)} == {State.PENDING}


def test_a_lease_is_kept_while_the_work_takes(line: Line, tmp_path: Path) -> None:
    line.store = Store(line.store.redis, line.store.settings.model_copy(update={"lease_seconds": 0.3}))
    job = submit(line, tmp_path, 1)
    line.take()
    ref = line.messages.pop()

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        time.sleep(1)
        assert line.store.begin(ref).status == "BUSY"
        return Result(list(stories))

    run_stage(line.store, line.send, process, ref)
    line.drain()
    assert stories_of(line, job)[0].state is State.DONE


def test_amendments_show_in_the_results(line: Line, tmp_path: Path) -> None:
    job = submit(line, tmp_path, 4)
    line.drain()
    finding = Dedup(relation="near", of="other-1", score=0.93)
    line.store.amend(
        [
            Amendment(story_id=story_id(job, 1), state=State.DUPLICATE, dedup=finding),
            Amendment(story_id=story_id(job, 2), state=State.KILLED),
            Amendment(story_id="gone-0", state=State.DUPLICATE),
        ]
    )
    found = stories_of(line, job)
    assert [story.state for story in found] == [State.DONE, State.DUPLICATE, State.KILLED, State.DONE]
    assert found[1].dedup == finding
    assert found[2].public().body is None
    assert found[0].public().body
    assert Results(line.store.redis).job(job).balanced


def test_an_embargoed_story_is_processed_but_its_text_stays(line: Line) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    job, ref = line.store.submit([])
    past = until - dt.timedelta(hours=2)
    stories = [Story(content=Content(text="secret"), embargo_until=time) for time in (until, past)]
    run_ingest(line.store, line.send, lambda job, opening: iter([stories]), ref)
    line.drain()
    withheld, released = stories_of(line, job)
    assert (withheld.state, released.state) == (State.WITHHELD, State.DONE)
    assert withheld.subjects == ALL
    assert withheld.body == "secret"
    assert "secret" not in withheld.public_json()
    assert "secret" in released.public_json()


ONE_BATCH = """
from shared.messages import Ref
from shared.runner import run_stage
from shared.settings import Settings
from shared.servers import connect
from shared.store import Store
from tests.stages import lookup
import sys
settings = Settings()
redis = connect(settings.store())
ref = Ref.model_validate_json(sys.argv[1])
run_stage(Store(redis, settings), lambda refs: None, lookup(ref.stage)(settings, redis), ref)
"""


def test_a_poisonous_story_is_convicted_and_no_other(line: Line, tmp_path: Path, settings: Settings) -> None:
    settings = settings.model_copy(update={"lease_seconds": 0.5})
    line.store = Store(line.store.redis, settings)
    job = submit(line, tmp_path, 6, {3: ["die@clean"]})
    line.take()
    [ref] = line.messages
    deaths = 0

    def attempt(ref: Ref) -> int:
        return subprocess.run(
            [sys.executable, "-c", ONE_BATCH, ref.model_dump_json()], env=environment(settings), cwd=ROOT, check=False
        ).returncode

    while (status := attempt(ref)) != 0:
        assert status == -signal.SIGKILL
        deaths += 1
        assert deaths <= 1 + settings.fatal_deaths
        time.sleep(0.6)
    assert deaths == 1 + settings.fatal_deaths  # the first took the whole batch and named nobody
    line.messages = [Ref(job=job, stage=NAMES[1], batch=0)]
    line.drain()
    found = stories_of(line, job)
    assert [story.seq for story in found if story.state is not State.DONE] == [3]
    assert found[3].error
    assert (found[3].state, found[3].error.type, found[3].error.stage) == (State.FAILED, "worker-died", "clean")
