"""The store under whatever order of events Hypothesis can think of."""

import datetime as dt
import json
import time
from types import SimpleNamespace

import pytest
import redis as redis_py
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared import keys
from shared.errors import JobEndedError, JobRunningError
from shared.messages import Ref
from shared.models import Content, Dedup, Options, State, Story, StoryError, story_id
from shared.pipeline import NAMES
from shared.results import Results
from shared.settings import Settings
from shared.stage import Amendment
from shared.store import Lease, Store
from tests.core import check_ledger, check_windows, reader

ENDS = [State.PENDING, State.PENDING, State.PENDING, State.DUPLICATE, State.FAILED, State.KILLED]
pick = st.integers(0, 10**6)


class Machine(RuleBasedStateMachine):
    """Readers, workers, clerk and users, none of them reliable. Messages get lost and repeated, leases run out."""

    def __init__(self, redis: "redis_py.Redis", settings: Settings, clock: SimpleNamespace) -> None:
        super().__init__()
        redis.flushall()
        self.redis, self.settings, self.clock = redis, settings, clock
        self.store = Store(redis, settings)
        self.store.clock = lambda: clock.now
        self.jobs: list[str] = []
        self.batches: dict[str, list[list[Story]]] = {}
        self.retries: dict[str, int] = {}
        self.messages: list[Ref] = []
        self.leases: list[Lease] = []
        self.counted: set[tuple[str, int | None, str, int]] = set()

    def _send(self, refs: list[Ref], lost: bool = False) -> None:
        self.messages += [] if lost else refs

    @precondition(lambda self: len(self.jobs) < 3)
    @rule()
    def submit(self) -> None:
        job, ref = self.store.submit([], options=Options(webhook="https://desk.example/hook"))
        self.jobs.append(job)
        self.batches[job], self.retries[job] = [], 0
        self._send([ref])

    @precondition(lambda self: self.jobs)
    @rule(job=pick, rejects=st.lists(st.booleans(), min_size=1, max_size=3), lost=st.booleans())
    def append(self, job: int, rejects: list[bool], lost: bool) -> None:
        name = self.jobs[job % len(self.jobs)]
        batches = self.batches[name]
        first = sum(map(len, batches))
        stories = [
            Story(
                id=story_id(name, first + place),
                job_id=name,
                seq=first + place,
                state=State.REJECTED if rejected else State.PENDING,
                content=Content(text="x"),
            )
            for place, rejected in enumerate(rejects)
        ]
        answer = self.store.append(reader(self.store, name), len(batches), stories)
        if answer.status == "OK":
            batches.append(stories)
        self._send(answer.sends, lost)

    @precondition(lambda self: any(self.batches.values()))
    @rule(job=pick, batch=pick)
    def append_again(self, job: int, batch: int) -> None:
        name = self.jobs[job % len(self.jobs)]
        if batches := self.batches[name]:
            place = batch % len(batches)
            answer = self.store.append(reader(self.store, name), place, batches[place])
            assert answer.status in ("SEEN", "ENDED")
            assert not answer.sends

    @precondition(lambda self: self.jobs)
    @rule(job=pick, skip=st.integers(1, 3))
    def append_skips(self, job: int, skip: int) -> None:
        name = self.jobs[job % len(self.jobs)]
        if Results(self.redis).job(name).state in ("queued", "ingesting"):
            with pytest.raises(redis_py.ResponseError, match="skips"):
                self.store.append(reader(self.store, name), len(self.batches[name]) + skip, [Story()])

    @precondition(lambda self: self.jobs)
    @rule(job=pick, lost=st.booleans())
    def seal(self, job: int, lost: bool) -> None:
        self._send(self.store.seal(self.jobs[job % len(self.jobs)]), lost)

    @precondition(lambda self: self.messages)
    @rule(message=pick, again=st.booleans())
    def begin(self, message: int, again: bool) -> None:
        place = message % len(self.messages)
        ref = self.messages[place] if again else self.messages.pop(place)
        answer = self.store.begin(ref)
        self._send(answer.sends)
        if answer.lease:
            self.leases.append(answer.lease)

    @rule(stages=st.integers(1, 6), end=st.sampled_from(ENDS))
    def work_steadily(self, stages: int, end: State) -> None:
        """For a while all goes well, so that batches come far enough for the rarer rules."""
        for _ in range(min(stages, len(self.messages))):
            ref = self.messages.pop(0)
            if (lease := self.store.begin(ref).lease) and ref.batch is not None:
                self.leases.append(lease)
                self.commit(len(self.leases) - 1, [end] * 3, again=False, lost=False)

    @precondition(lambda self: self.leases)
    @rule(lease=pick, hand=st.none() | st.integers(0, 5))
    def renew(self, lease: int, hand: int | None) -> None:
        self.store.renew(self.leases[lease % len(self.leases)], in_hand=hand)

    @precondition(lambda self: self.leases)
    @rule(
        lease=pick,
        ends=st.lists(st.sampled_from(ENDS), min_size=3, max_size=3),
        again=st.booleans(),
        lost=st.booleans(),
    )
    def commit(self, lease: int, ends: list[State], again: bool, lost: bool) -> None:
        place = lease % len(self.leases)
        held = self.leases[place] if again else self.leases.pop(place)
        if held.ref.batch is None:
            return
        made = [self._end(story, held.ref.stage, end) for story, end in zip(held.stories(), ends, strict=False)]
        answer = self.store.commit(held, made, seconds=0.5)
        if answer.status == "OK":
            once = (held.ref.job, held.ref.batch, held.ref.stage, self.retries[held.ref.job])
            assert once not in self.counted, "a batch was committed twice at one stage"
            self.counted.add(once)
        self._send(answer.sends, lost)

    def _end(self, story: Story, stage: str, end: State) -> Story:
        if story.state is not State.PENDING:
            return story
        if end is State.PENDING and stage == NAMES[-1]:
            end = State.WITHHELD if story.seq % 3 == 0 else State.DONE
        error = StoryError(stage=stage, type="t", title="t", detail="d") if end is State.FAILED else None
        until = {"embargo_until": self.clock.when(30)} if end is State.WITHHELD else {}
        return story.model_copy(update={"state": end, "error": error, **until})

    @precondition(lambda self: any(self.batches.values()))
    @rule(job=pick, seq=pick, state=st.sampled_from([State.DUPLICATE, State.KILLED]))
    def amend(self, job: int, seq: int, state: State) -> None:
        name = self.jobs[job % len(self.jobs)]
        if received := sum(map(len, self.batches[name])):
            amendment = Amendment(story_id=story_id(name, seq % received), state=state, dedup=Dedup(relation="near"))
            self.store.amend([amendment])
            before = self.redis.get(keys.of_job(name, "outcome"))
            assert self.store.amend([amendment]) == 0
            assert self.redis.get(keys.of_job(name, "outcome")) == before

    @rule(seconds=st.sampled_from([1, 11, 25, 100]))
    def pass_time(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(lost=st.booleans())
    def sweep(self, lost: bool) -> None:
        self._send(self.store.sweep(), lost)

    @precondition(lambda self: self.jobs)
    @rule(job=pick, sure=st.integers(0, 3))
    def cancel(self, job: int, sure: int) -> None:
        name = self.jobs[job % len(self.jobs)]
        if sure == 0:
            try:
                self._send(self.store.cancel(name))
            except JobEndedError:
                assert Results(self.redis).job(name).state.ended

    @precondition(lambda self: self.jobs)
    @rule(job=pick, lost=st.booleans())
    def retry(self, job: int, lost: bool) -> None:
        name = self.jobs[job % len(self.jobs)]
        try:
            moved, refs = self.store.retry(name)
        except (JobEndedError, JobRunningError):
            return
        self.retries[name] += moved > 0
        self._send(refs, lost)

    @invariant()
    def everything_is_accounted_for(self) -> None:
        for job in self.jobs:
            check_ledger(self.redis, job)
            events = [event[b"event"] for _, event in self.redis.xrange(keys.of_job(job, "events"))]
            finishes = events.count(b"finished")
            state = Results(self.redis).job(job).state
            assert finishes <= self.retries[job] + (state == "finished" or self.retries[job] > 0)
            hooks = self.redis.hgetall(keys.of_job(job, "hooks"))
            told = [json.loads(said)["type"] for number, said in hooks.items() if number.isdigit()]
            assert told.count("job.finished") == finishes
            assert told.count("job.cancelled") == events.count(b"cancelled") == (state == "cancelled")
            assert (self.redis.zscore(keys.RUNNING, job) is None) == state.ended
        check_windows(self.redis, self.settings)

    def teardown(self) -> None:
        """Whatever happened: the clerk and one steady worker bring every job to its end, and nothing is left."""
        for job in self.jobs:
            self._send(self.store.seal(job))
        for _ in range(200):
            if all(Results(self.redis).job(job).state.ended for job in self.jobs) and not self.redis.zcard(keys.OUTBOX):
                break
            self.clock.now += 21
            for ref in self.store.sweep():
                lease = self.store.begin(ref).lease
                if lease and ref.batch is not None:
                    made = [self._end(story, ref.stage, State.PENDING) for story in lease.stories()]
                    assert self.store.commit(lease, made, seconds=0).status == "OK"
        for job in self.jobs:
            found = Results(self.redis).job(job)
            assert found.state.ended
            assert found.counts[State.PENDING] == 0
            check_ledger(self.redis, job)
            stories = list(Results(self.redis).stories(job))
            assert [story.seq for story in stories] == list(range(found.received))
        self.clock.now += 10 + self.settings.retention_hours * 3600
        self.store.sweep()
        expired = self.store.expired()
        assert set(expired) == set(self.jobs)
        self.store.forget(expired)
        assert self.store.run("due", 1000, 1) == []  # nothing is left to be told of
        assert set(self.redis.keys("*")) <= {keys.TURN.encode(), keys.TOTALS.encode()}


@pytest.mark.parametrize("examples", [15, pytest.param(400, marks=[pytest.mark.chaos, pytest.mark.timeout(1800)])])
def test_no_order_of_events_loses_or_counts_twice(redis: "redis_py.Redis", settings: Settings, examples: int) -> None:
    clock = SimpleNamespace(now=time.time())
    clock.when = lambda seconds: dt.datetime.fromtimestamp(clock.now + seconds, dt.UTC)
    narrow = settings.model_copy(update={"job_window": 2, "total_window": 4, "lease_seconds": 10, "resend_seconds": 20})
    run_state_machine_as_test(
        lambda: Machine(redis, narrow, clock),
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
