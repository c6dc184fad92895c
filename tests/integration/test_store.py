"""Each change to the store on its own, on a real server."""

import datetime as dt
import time
from types import SimpleNamespace

import pytest
from redis import Redis

from shared import keys
from shared.errors import JobEndedError, JobNotFoundError, JobRunningError, NewerFormatError, StoryNotFoundError
from shared.messages import Ref
from shared.models import Content, Dedup, JobState, Options, SpoolFile, State, Story, StoryError, story_id
from shared.pipeline import FINISHED, INGEST, NAMES
from shared.results import Results
from shared.scripts import FORMAT
from shared.settings import Settings
from shared.stage import Amendment
from shared.store import Lease, Store, new_job_id
from tests.core import check_ledger, check_windows, in_outbox, reader


@pytest.fixture
def clock(store: Store) -> SimpleNamespace:
    """The store's clock, which the test moves."""
    clock = SimpleNamespace(now=time.time())
    store.clock = lambda: clock.now
    return clock


def made(job: str, first: int, count: int, **fields: object) -> list[Story]:
    """Stories as ingest would append them."""
    return [
        Story(id=story_id(job, seq), job_id=job, seq=seq, content=Content(text=f"text {seq}")).model_copy(update=fields)
        for seq in range(first, first + count)
    ]


def loaded(store: Store, *sizes: int, seal: bool = True) -> tuple[str, list[Ref]]:
    """A job with batches of so many stories each, and the messages that are due."""
    job, _ = store.submit([SpoolFile(name="a.txt", path="x/0", size=1)])
    refs = []
    for batch, size in enumerate(sizes):
        refs += store.append(reader(store, job), batch, made(job, sum(sizes[:batch]), size)).sends
    if seal:
        refs += store.seal(job)
    return job, refs


def held(store: Store, ref: Ref) -> Lease:
    lease = store.begin(ref).lease
    assert lease
    return lease


def advance(store: Store, ref: Ref, **fields: object) -> list[Ref]:
    """Take a batch through one stage, every pending story with ``fields`` set."""
    lease = held(store, ref)
    update = {"state": State.DONE, **fields} if ref.stage == NAMES[-1] else fields
    stories = [story.model_copy(update=update) if story.state is State.PENDING else story for story in lease.stories()]
    answer = store.commit(lease, stories, seconds=1)
    assert answer.status == "OK"
    return answer.sends


def finish(store: Store, refs: list[Ref]) -> None:
    while refs:
        refs = [*refs[1:], *advance(store, refs[0])]


def failed(stage: str) -> dict[str, object]:
    return {"state": State.FAILED, "error": StoryError(stage=stage, type="t", title="t", detail="d")}


def test_a_job_from_end_to_end(redis: Redis, store: Store) -> None:
    job, ref = store.submit([SpoolFile(name="a.txt", path="x/0", size=1)], options=Options(format="text"))
    assert ref == Ref(job=job, stage=INGEST)
    check_ledger(redis, job)
    answer = store.append(reader(store, job), 0, made(job, 0, 3))
    assert answer.sends == [Ref(job=job, stage=NAMES[0], batch=0)]
    assert Results(redis).job(job).state is JobState.INGESTING
    store.seal(job)
    refs = answer.sends
    for stage in NAMES:
        check_ledger(redis, job)
        assert [ref.stage for ref in refs] == [stage]
        refs = advance(store, refs[0])
    assert not refs
    check_ledger(redis, job)
    found = Results(redis).job(job)
    assert found.state is JobState.FINISHED
    assert found.finished
    assert found.options.format == "text"
    assert found.balanced
    assert (found.received, found.counts[State.DONE]) == (3, 3)
    assert {name: stage.stories for name, stage in found.stages.items()} == dict.fromkeys(NAMES, 3)
    assert {stage.seconds for stage in found.stages.values()} == {1.0}
    assert redis.zcard(keys.OUTBOX) == 0
    assert redis.hlen(keys.of_job(job, "lease")) == 0


def test_a_job_without_stories_finishes_when_sealed_and_can_be_asked_to_retry(redis: Redis, store: Store) -> None:
    job, _ = loaded(store)
    assert Results(redis).job(job).state is JobState.FINISHED
    assert store.retry(job) == (0, [])
    assert list(Results(redis).stories(job)) == []
    with pytest.raises(StoryNotFoundError):
        Results(redis).story(job, 0)


def test_a_batch_of_rejected_stories_never_enters_the_pipeline(redis: Redis, store: Store) -> None:
    job, _ = store.submit([])
    assert store.append(reader(store, job), 0, made(job, 0, 2, state=State.REJECTED)).sends == []
    store.seal(job)
    check_ledger(redis, job)
    found = Results(redis).job(job)
    assert (found.state, found.counts[State.REJECTED]) == (JobState.FINISHED, 2)


def test_sealing_twice_finishes_once_and_keeps_the_error(redis: Redis, store: Store) -> None:
    job, _ = loaded(store, 1, seal=False)
    store.seal(job, error=StoryError(stage=INGEST, type="unreadable", title="t", detail="torn"))
    store.seal(job)
    error = Results(redis).job(job).error
    assert error
    assert error.detail == "torn"
    finish(store, [Ref(job=job, stage=NAMES[0], batch=0)])
    store.seal(job)
    events = [event[b"event"] for _, event in redis.xrange(keys.of_job(job, "events"))]
    assert events.count(b"finished") == events.count(b"read") == 1


def test_a_batch_appended_again_stays_as_it_is(redis: Redis, store: Store) -> None:
    job, refs = loaded(store, 2, seal=False)
    advance(store, refs[0], headline="worked on")
    assert store.append(reader(store, job), 0, made(job, 0, 2)).status == "SEEN"
    check_ledger(redis, job)
    assert Results(redis).story(job, 0).headline == "worked on"


def test_nothing_is_appended_to_a_job_that_is_sealed_or_cancelled(redis: Redis, store: Store) -> None:
    job, _ = loaded(store, 1)
    assert store.append(reader(store, job), 1, made(job, 1, 1)).status == "ENDED"
    store.cancel(job)
    assert store.append(reader(store, job), 1, made(job, 1, 1)).status == "ENDED"
    assert store.append(reader(store, "nosuchjob"), 0, made("nosuchjob", 0, 1)).status == "ENDED"
    check_ledger(redis, job)
    assert Results(redis).job(job).received == 1


def test_a_lease_keeps_others_out_until_it_runs_out(store: Store, clock: SimpleNamespace) -> None:
    _, [ref] = loaded(store, 1)
    first = held(store, ref)
    assert store.begin(ref).status == "BUSY"
    clock.now += store.settings.lease_seconds - 0.1
    assert store.begin(ref).status == "BUSY"
    assert store.renew(first)
    clock.now += store.settings.lease_seconds - 0.1
    assert store.begin(ref).status == "BUSY"
    clock.now += 0.2
    second = held(store, ref)
    assert (first.tries, second.tries) == (1, 2)
    assert not store.renew(first)
    assert store.renew(second)


def test_the_commit_of_a_lost_lease_changes_nothing(redis: Redis, store: Store, clock: SimpleNamespace) -> None:
    job, [ref] = loaded(store, 2)
    first = held(store, ref)
    clock.now += store.settings.lease_seconds + 1
    second = held(store, ref)
    bad = [story.model_copy(update=failed(NAMES[0])) for story in first.stories()]
    assert store.commit(first, bad, seconds=9).status == "LOST"
    check_ledger(redis, job)
    assert Results(redis).job(job).counts[State.FAILED] == 0
    assert store.commit(second, second.stories(), seconds=1).status == "OK"


def test_a_commit_counts_once_and_hands_the_next_message_out_again(redis: Redis, store: Store) -> None:
    job, [ref] = loaded(store, 2)
    lease = held(store, ref)
    sends = store.commit(lease, lease.stories(), seconds=1).sends
    again = store.commit(lease, lease.stories(), seconds=1)
    assert (again.status, again.sends) == ("STALE", sends)
    found = Results(redis).job(job).stages[NAMES[0]]
    assert (found.stories, found.seconds) == (2, 1)
    # The worker may have died before it sent the next message; the old one, delivered again, brings it.
    stale = store.begin(ref)
    assert (stale.status, stale.sends) == ("STALE", sends)
    finish(store, sends)
    assert (store.begin(ref).status, store.begin(ref).sends) == ("STALE", [])
    assert store.commit(lease, lease.stories(), seconds=1).sends == []
    check_ledger(redis, job)


def test_a_batch_whose_stories_have_all_ended_skips_the_other_stages(redis: Redis, store: Store) -> None:
    job, [ref] = loaded(store, 2)
    assert advance(store, ref, state=State.DUPLICATE) == []
    check_ledger(redis, job)
    assert Results(redis).job(job).state is JobState.FINISHED


def test_the_windows_hold_and_fill_up_again(redis: Redis, store: Store, settings: Settings) -> None:
    narrow = Store(redis, settings.model_copy(update={"job_window": 2, "total_window": 3}))
    one, refs = loaded(narrow, *[1] * 5)
    two, more = loaded(narrow, *[1] * 5)
    assert in_outbox(redis, one) == {0, 1}
    assert in_outbox(redis, two) == {0}
    refs += more
    while refs:
        check_windows(redis, narrow.settings)
        assert redis.zcard(keys.OUTBOX) <= 3
        refs = [*refs[1:], *advance(narrow, refs[0])]
        check_ledger(redis, one)
        check_ledger(redis, two)
    assert {Results(redis).job(job).state for job in (one, two)} == {JobState.FINISHED}


def test_a_small_job_does_not_wait_for_a_large_one(redis: Redis, store: Store, settings: Settings) -> None:
    narrow = Store(redis, settings.model_copy(update={"job_window": 8, "total_window": 8}))
    _, refs = loaded(narrow, *[1] * 500)
    small, more = loaded(narrow, 1, 1)
    refs += more
    steps = 0
    while not Results(redis).job(small).state.ended:
        refs = [*refs[1:], *advance(narrow, refs[0])]
        steps += 1
    # Eight batches were before it, and each of its two waits for one place to be free.
    assert steps <= 4 * (8 + 8)


def test_cancel_ends_what_is_pending_and_leaves_the_rest(redis: Redis, store: Store) -> None:
    job, refs = loaded(store, 2, 2, *[1] * 20)
    ref = refs[0]
    for _ in NAMES:
        ref = advance(store, ref)[0]
    lease = held(store, refs[1])
    store.cancel(job)
    check_ledger(redis, job)
    found = Results(redis).job(job)
    assert (found.state, found.counts[State.DONE], found.counts[State.CANCELLED]) == (JobState.CANCELLED, 2, 22)
    assert store.commit(lease, lease.stories(), seconds=1).status == "STALE"
    assert store.begin(refs[1]).status == "STALE"
    assert not store.renew(lease)
    assert redis.zcard(keys.OUTBOX) == redis.zcard(keys.RING) == 0
    assert [story.state for story in Results(redis).stories(job)] == [State.DONE] * 2 + [State.CANCELLED] * 22
    with pytest.raises(JobEndedError):
        store.cancel(job)
    with pytest.raises(JobEndedError):
        store.retry(job)
    check_ledger(redis, job)


def test_cancel_makes_room_for_other_jobs(redis: Redis, store: Store, settings: Settings) -> None:
    narrow = Store(redis, settings.model_copy(update={"total_window": 2}))
    first, _ = loaded(narrow, 1, 1)
    second, refs = loaded(narrow, 1)
    assert not [ref for ref in refs if ref.job == second]
    assert [ref.job for ref in narrow.cancel(first)] == [second]


def test_jobs_that_are_not_there(redis: Redis, store: Store) -> None:
    for act in (store.cancel, store.retry, Results(redis).job, lambda job: Results(redis).wait(job, 5)):
        with pytest.raises(JobNotFoundError):
            act("nosuchjob")
    assert store.begin(Ref(job="nosuchjob", stage=INGEST)).status == "STALE"
    assert store.begin(Ref(job="nosuchjob", stage=NAMES[0], batch=0)).status == "STALE"
    assert store.seal("nosuchjob") == []
    assert store.amend([Amendment(story_id="nosuchjob-3", state=State.DUPLICATE)]) == 0
    assert redis.keys("*") == []


def test_retry_takes_a_story_up_where_it_failed(redis: Redis, store: Store) -> None:
    job, [ref] = loaded(store, 3)
    [ref] = advance(store, ref)
    lease = held(store, ref)
    stories = lease.stories()
    stories[1] = stories[1].model_copy(update=failed(NAMES[1]))
    finish(store, store.commit(lease, stories, seconds=1).sends)
    assert Results(redis).job(job).state is JobState.FINISHED

    moved, refs = store.retry(job)
    assert (moved, refs) == (1, [Ref(job=job, stage=NAMES[1], batch=0)])
    check_ledger(redis, job)
    found = Results(redis).job(job)
    assert (found.state, found.finished, found.counts[State.PENDING]) == (JobState.RUNNING, None, 1)
    with pytest.raises(JobRunningError):
        store.retry(job)
    assert held(store, refs[0]).letters == "dpd"
    redis.delete(keys.of_job(job, "lease"))
    finish(store, refs)
    check_ledger(redis, job)
    assert Results(redis).job(job).counts[State.DONE] == 3
    assert store.retry(job) == (0, [])


def test_a_late_message_cannot_start_a_retried_batch_before_its_turn(
    redis: Redis, store: Store, settings: Settings
) -> None:
    """A message sent twice may be taken long after its batch has failed, and been put back in line for a retry."""
    narrow = Store(redis, settings.model_copy(update={"total_window": 1}))
    job, [ref] = loaded(narrow, 1)
    assert advance(narrow, ref, **failed(NAMES[0])) == []
    other, _ = loaded(narrow, 1)
    assert in_outbox(redis, other) == {0}
    assert narrow.retry(job) == (1, [])  # it waits in its job

    assert narrow.begin(ref).status == "STALE"
    check_ledger(redis, job)
    finish(narrow, [Ref(job=other, stage=NAMES[0], batch=0)])  # which lets it in
    check_ledger(redis, job)
    assert Results(redis).job(job).state is JobState.FINISHED


def test_an_amendment_overrides_what_was_written(redis: Redis, store: Store) -> None:
    job, refs = loaded(store, 3)
    finish(store, refs)
    finding = Amendment(
        story_id=story_id(job, 1), state=State.DUPLICATE, dedup=Dedup(relation="near", of="x-1", score=0.9)
    )
    assert store.amend([finding]) == 1
    assert store.amend([finding]) == 0
    check_ledger(redis, job)
    story = Results(redis).story(job, 1)
    assert (story.state, story.dedup) == (State.DUPLICATE, finding.dedup)
    assert [story.state for story in Results(redis).stories(job)] == [State.DONE, State.DUPLICATE, State.DONE]
    events = [event[b"event"] for _, event in redis.xrange(keys.of_job(job, "events"))]
    assert events.count(b"finished") == 1


def test_an_amendment_of_a_story_in_hand_outlives_its_commits(redis: Redis, store: Store) -> None:
    job, [ref] = loaded(store, 2)
    lease = held(store, ref)
    store.amend([Amendment(story_id=story_id(job, 0), state=State.KILLED)])
    check_ledger(redis, job)
    sends = store.commit(lease, lease.stories(), seconds=1).sends
    assert held(store, sends[0]).letters == "kp"
    redis.delete(keys.of_job(job, "lease"))
    finish(store, sends)
    check_ledger(redis, job)
    assert [story.state for story in Results(redis).stories(job)] == [State.KILLED, State.DONE]


def test_an_amendment_of_the_last_pending_story_finishes_the_job_once(redis: Redis, store: Store) -> None:
    job, [ref] = loaded(store, 1)
    store.amend([Amendment(story_id=story_id(job, 0), state=State.DUPLICATE)])
    assert Results(redis).job(job).state is JobState.FINISHED
    assert advance(store, ref) == []
    check_ledger(redis, job)
    events = [event[b"event"] for _, event in redis.xrange(keys.of_job(job, "events"))]
    assert events.count(b"finished") == 1
    assert redis.zcard(keys.OUTBOX) == 0


@pytest.mark.parametrize("state", [State.DUPLICATE, State.REJECTED, State.FAILED, State.KILLED])
def test_an_end_is_not_amended(redis: Redis, store: Store, state: State) -> None:
    job, [ref] = loaded(store, 1)
    advance(store, ref, state=state)
    assert store.amend([Amendment(story_id=story_id(job, 0), state=State.DUPLICATE)]) == 0
    check_ledger(redis, job)


def test_an_embargo_is_lifted_when_its_time_has_come(redis: Redis, store: Store, clock: SimpleNamespace) -> None:
    job, refs = loaded(store, 2)
    until = dt.datetime.fromtimestamp(clock.now + 100, dt.UTC)
    while refs[0].stage != NAMES[-1]:
        refs = advance(store, refs[0])
    lease = held(store, refs[0])
    stories = [story.model_copy(update={"state": State.DONE, "body": "secret"}) for story in lease.stories()]
    stories[1] = stories[1].model_copy(update={"state": State.WITHHELD, "embargo_until": until})
    store.commit(lease, stories, seconds=1)
    store.sweep()
    check_ledger(redis, job)
    assert Results(redis).story(job, 1).public().body is None
    clock.now += 101
    store.sweep()
    check_ledger(redis, job)
    found = Results(redis).story(job, 1)
    assert (found.state, found.public().body) == (State.DONE, "secret")
    assert redis.zcard(keys.EMBARGO) == 0


def test_sweep_hands_out_what_is_overdue_and_only_that(store: Store, clock: SimpleNamespace) -> None:
    job, ref = store.submit([])
    assert store.sweep() == []
    clock.now += store.settings.resend_seconds + 0.1
    assert store.sweep() == [ref]
    assert store.sweep() == []
    lease = held(store, ref)
    clock.now += store.settings.lease_seconds - 0.1
    store.renew(lease)
    clock.now += store.settings.lease_seconds - 0.1
    assert store.sweep() == []
    clock.now += 0.2
    assert store.sweep() == [ref]
    refs = store.append(reader(store, job), 0, made(job, 0, 1)).sends
    store.seal(job)
    clock.now += store.settings.resend_seconds + 0.1
    assert store.sweep() == refs


def test_a_clock_set_back_stalls_nothing(store: Store, clock: SimpleNamespace) -> None:
    _, [ref] = loaded(store, 1)
    held(store, ref)
    clock.now -= 3600
    assert store.sweep() == [ref]
    again = held(store, ref)
    assert again.tries == 2
    assert store.begin(ref).status == "BUSY"
    assert store.commit(again, again.stories(), seconds=0).status == "OK"


def test_one_clock_rules_whatever_a_worker_s_own_says(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, [ref] = loaded(store, 1)
    held(store, ref)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1e6)
    assert store.begin(ref).status == "BUSY"


def test_a_batch_of_a_newer_version_waits_for_a_newer_worker(
    redis: Redis, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, [ref] = loaded(store, 1)
    blob = redis.hget(keys.of_job(job, "blob"), "0")
    redis.hset(keys.of_job(job, "blob"), "0", bytes([FORMAT + 1]) + blob[1:])
    assert store.begin(ref).status == "BUSY"
    with pytest.raises(NewerFormatError, match=f"format {FORMAT + 1}"):
        Results(redis).story(job, 0)
    redis.hset(keys.of_job(job, "blob"), "0", blob)
    assert held(store, ref).tries == 1, "it was counted against the batch that somebody could not read it"


def test_who_dies_with_a_story_in_hand_is_remembered(store: Store, clock: SimpleNamespace) -> None:
    job, [ref] = loaded(store, 3)
    for deaths in ({}, {}, {1: 1}, {1: 2}, {1: 2, 2: 1}):
        lease = held(store, ref)
        assert lease.deaths == deaths
        # Before any is named, nobody is under suspicion.
        if lease.tries > 1:
            store.renew(lease, in_hand=2 if lease.tries == 4 else 1)
        clock.now += store.settings.lease_seconds + 0.1
    assert job == lease.ref.job


def test_expired_jobs_leave_nothing(redis: Redis, store: Store, clock: SimpleNamespace) -> None:
    job, [ref] = loaded(store, 2)
    store.renew(held(store, ref), in_hand=1)
    clock.now += store.settings.lease_seconds + 0.1
    while ref.stage != NAMES[-1]:
        [ref] = advance(store, ref)
    far = dt.datetime.fromtimestamp(clock.now + 400 * 86400, dt.UTC)
    assert advance(store, ref, state=State.WITHHELD, embargo_until=far) == []
    store.amend([Amendment(story_id=story_id(job, 0), state=State.DUPLICATE)])
    cancelled, _ = loaded(store, 1)
    store.cancel(cancelled)
    running, _ = loaded(store, 1)
    assert store.expired() == []
    clock.now += store.settings.retention_hours * 3600 + 1
    assert sorted(store.expired()) == sorted([job, cancelled])
    store.forget([job, cancelled])
    assert not [key for key in redis.keys("*") if job.encode() in key or cancelled.encode() in key]
    assert redis.zcard(keys.EMBARGO) == 0
    assert Results(redis).job(running).counts[State.PENDING] == 1
    store.cancel(running)
    clock.now += store.settings.retention_hours * 3600 + 1
    assert store.expired() == [running]
    store.forget([running])
    assert set(redis.keys("*")) <= {keys.TURN.encode(), keys.CLERK.encode(), keys.TOTALS.encode()}
    assert store.begin(ref).status == "STALE"


def test_results_from_any_place_and_of_any_state(redis: Redis, store: Store) -> None:
    job, refs = loaded(store, 3, 1, 4)
    finish(store, [ref for ref in refs if ref.batch != 1])
    results = Results(redis)
    assert [story.seq for story in results.stories(job)] == [0, 1, 2, 4, 5, 6, 7]
    assert [story.seq for story in results.stories(job, states=frozenset({State.PENDING}))] == [3]
    for start in range(10):
        seqs = [story.seq for story in results.stories(job, start=start)]
        assert seqs == [seq for seq in range(start, 8) if seq != 3]
    for seq in range(8):
        assert results.story(job, seq).seq == seq
    for seq in (-1, 8, 10**12):
        with pytest.raises(StoryNotFoundError):
            results.story(job, seq)


def test_a_story_read_while_its_batch_moves_on_is_never_half_old(redis: Redis, store: Store) -> None:
    """Its state and its text are of the same instant: nothing is ``done`` with the text of the stage before."""
    import threading

    job, refs = loaded(store, 200)
    while refs[0].stage != NAMES[-1]:
        refs = advance(store, refs[0])
    halves: list[Story] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            halves.extend(story for story in Results(redis).stories(job) if story.headline != "summed up")

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(40):
        time.sleep(0.005)
        lease = held(store, refs[0])
        done = [story.model_copy(update={"state": State.DONE, "headline": "summed up"}) for story in lease.stories()]
        store.commit(lease, done, seconds=0)
        # Back to before the last stage, as no caller could: the same race, forty times.
        with redis.pipeline() as pipe:
            pipe.setrange(keys.of_job(job, "stage"), 0, str(FINISHED - 1))
            pipe.set(keys.of_job(job, "outcome"), "p" * 200)
            pipe.hset(
                keys.of_job(job, "job"), mapping={"state": "running", "n:pending": 200, "n:done": 0, "inflight": 1}
            )
            pipe.hset(keys.of_job(job, "blob"), "0", lease.blob)
            pipe.zadd(keys.OUTBOX, {f"{job}:0": time.time() + 60})
            pipe.execute()
    stop.set()
    reader.join()
    assert not halves


def test_the_newest_jobs_come_first(redis: Redis, store: Store, clock: SimpleNamespace) -> None:
    made_jobs = []
    for _ in range(3):
        made_jobs.append(store.submit([])[0])
        clock.now += 1
    assert [job.id for job in Results(redis).jobs()] == made_jobs[::-1]
    assert [job.id for job in Results(redis).jobs(limit=1)] == made_jobs[-1:]


def test_job_ids_differ_and_sort_by_time() -> None:
    ids = [new_job_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {len(job) for job in ids} == {23}
    assert [job[:11] for job in ids] == sorted(job[:11] for job in ids)
