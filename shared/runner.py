"""How a worker does its work: begin, call the stage's function, commit, send what comes next.

Three kinds of trouble, three answers. A story whose processing *raises* fails alone, its batch goes on. A worker that
*dies* (killed, out of memory, over its time: Celery's limit for a stage, ``Deadline`` for reading) leaves a lease that
runs out; the next one takes the batch's stories one by one, naming each before it starts, and a story with which
``fatal_deaths`` workers died fails without being tried again. Likewise a file that kills its readers: it is read no
further than it had been.
A store that cannot be *reached* ends the attempt; the clerk sends the message again. So does a batch that cannot be
*read*, as often as one that kills workers: then its stories fail, and cannot be retried.
"""

import faulthandler
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog
import zstandard
from redis import RedisError

from shared.errors import SpoolUnavailableError
from shared.faults import reach
from shared.messages import Ref
from shared.models import Job, JobState, State, Story, StoryError, Timings, story_id
from shared.pipeline import NAMES, STAGES, number
from shared.results import Results
from shared.stage import Amendment, Process, Result
from shared.store import LOST, Answer, Lease, Store, pack

log = structlog.get_logger()

MAX_TRIES = 20
"""Attempts at a batch (at reading a job, since the last batch was added) after which what is left of it fails: whatever
keeps killing workers, it is no single story or file."""

Send = Callable[[list[Ref]], None]
Run = Callable[[Send, Ref], None]
"""Does a message's work; sends what comes of it."""
Work = Callable[[list[Story]], Result]
"""A stage's function, told what the job wants of it."""
Opening = Callable[[int], int | None]
"""To be told the place of each file before it is opened. Returns None, or that the file kills its readers: no more is
to be read of it once so many stories have been given out, of all files together."""
Read = Callable[[Job, Opening], Iterator[list[Story]]]
"""Reads a job's files into batches. It must be repeatable: the same files, the same batches."""


class LeaseLostError(Exception):
    """Somebody else has taken over this unit of work."""


class Keeper:
    """Renews a lease from a thread for as long as the work takes."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store, self._lease = store, lease
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def _keep(self) -> None:
        while not self._done.wait(self._store.settings.lease_seconds / 3):
            try:
                self._store.renew(self._lease)
            except RedisError as error:
                log.warning("lease not renewed", error=str(error))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()


class Deadline:
    """Ends this process, and says where it was, unless each step of its work is begun soon enough after the one before.

    For reading, which may take any time as long as it goes on. Python's own threads would not do: what hangs may hold
    the interpreter's lock.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def begin(self) -> None:
        """Another step."""
        faulthandler.dump_traceback_later(self._seconds, exit=True, file=sys.__stderr__ or sys.stderr)

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()


def follow(runs: Mapping[str, Run], send: Send, ref: Ref, *, fast: int, seconds: float) -> None:
    """Do a message's work. If it was for one of a job's ``fast`` first batches, go on with that batch through those of
    its next stages that are among ``runs``, instead of sending it there; but begin none after so many ``seconds``: all
    of it is one task, whose time is limited.

    So a small job waits once for a process that is busy with a large one, not at every stage.
    """
    until = time.monotonic() + seconds
    here: list[Ref] = [ref]

    def send_or_keep(refs: list[Ref]) -> None:
        stays = ref.batch is not None and ref.batch < fast and time.monotonic() < until
        here.extend(
            sent for sent in refs if stays and (sent.job, sent.unit) == (ref.job, ref.unit) and sent.stage in runs
        )
        send([sent for sent in refs if sent not in here])

    while here:
        now = here.pop()
        runs[now.stage](send_or_keep, now)


@contextmanager
def _taken(store: Store, send: Send, ref: Ref) -> Iterator[Lease | None]:
    """Hold a unit of work; None when there is nothing to do (any message that is due is sent on)."""
    with structlog.contextvars.bound_contextvars(job=ref.job, batch=ref.batch, stage=ref.stage):
        answer = store.begin(ref)
        send(answer.sends)
        if answer.lease is None:
            log.debug("nothing to do", status=answer.status)
            yield None
            return
        with Keeper(store, answer.lease):
            yield answer.lease


def run_stage(store: Store, send: Send, process: Process, ref: Ref) -> None:
    """Take one batch through one stage."""
    with _taken(store, send, ref) as lease:
        if lease is None:
            return
        reach("stage.begun")
        began = time.perf_counter()
        result = _process(store, lease, _as_asked(process, lease))
        seconds = time.perf_counter() - began
        reach("stage.processed")
        store.amend(result.amendments)
        reach("stage.amended")
        answer: Answer = store.commit(lease, result.stories, seconds=seconds)
        reach("stage.committed")
        send(answer.sends)
        reach("stage.sent")
        log.info("batch", status=answer.status, stories=len(result.stories), seconds=round(seconds, 4))


def _as_asked(process: Process, lease: Lease) -> Work:
    """The stage's function as the batch's job wants it: with its options, or doing nothing."""
    if lease.ref.stage in lease.options.skip:
        return Result
    return lambda stories: process(stories, lease.options)


def _process(store: Store, lease: Lease, process: Work) -> Result:
    """The whole batch with what the stage made of its pending stories; careful if a worker died over it before."""
    stage = lease.ref.stage
    try:
        stories = lease.stories()
    except (zstandard.ZstdError, ValueError) as error:
        if lease.tries <= MAX_TRIES:  # it may be this process that is at fault
            raise
        detail = f"What is stored of its batch cannot be read: {type(error).__name__}: {error}"
        return Result([_lost(story, stage, detail) for story in lease.remains()])
    pending = [story for story in stories if _is_due(story, stage)]
    began = time.perf_counter()
    if lease.tries > MAX_TRIES:
        made = Result([_given_up(story, stage, lease.tries - 1) for story in pending])
    elif lease.tries > 1:
        convicted = {seq: deaths for seq, deaths in lease.deaths.items() if deaths >= store.settings.fatal_deaths}
        made = _one_by_one(stage, pending, process, convicted, before=lambda seq: _name(store, lease, seq))
    else:
        try:
            made = _whole(process, pending)
        except RedisError:
            raise
        except Exception:
            log.warning("batch failed, trying its stories one by one", exc_info=True)
            made = _one_by_one(stage, pending, process, {}, before=lambda seq: None)
    share = (time.perf_counter() - began) / max(1, len(pending))
    finished = [_stamped(story, stage, share) for story in made.stories]
    by_seq = {story.seq: story for story in finished}
    return Result([by_seq.get(story.seq, story) for story in stories], made.amendments)


def _is_due(story: Story, stage: str) -> bool:
    """Whether a story is to pass a stage: one that is retried has passed those before the one at which it failed."""
    if story.state is not State.PENDING:
        by_others = story.state in (State.DUPLICATE, State.KILLED) and story.timings.finished is None
        return by_others and STAGES[number(stage)].tells_of_others
    return story.error is None or story.error.stage not in NAMES or number(story.error.stage) <= number(stage)


def _whole(process: Work, stories: list[Story]) -> Result:
    """What a stage makes of stories; raises ``ValueError`` when that is not as many, in the same order."""
    result = process(stories)
    if [story.seq for story in result.stories] != [story.seq for story in stories]:
        raise ValueError(f"{len(stories)} stories went in and others came out: {len(result.stories)}")
    return result


def _name(store: Store, lease: Lease, in_hand: int) -> None:
    if not store.renew(lease, in_hand=in_hand):
        raise LeaseLostError(f"{lease.ref} has gone to another worker")


def _one_by_one(
    stage: str, stories: list[Story], process: Work, convicted: dict[int, int], *, before: Callable[[int], None]
) -> Result:
    """Each story alone, so that a bad one fails alone. ``before`` is told the seq of each before it is tried."""
    made: list[Story] = []
    amendments: list[Amendment] = []
    for story in stories:
        attempts = (story.error.attempts if story.error else 0) + 1
        if story.seq in convicted:
            detail = f"{convicted[story.seq]} workers died while they worked on it"
            made.append(_failed(story, stage, "worker-died", "The story kills its worker", detail, attempts))
            continue
        before(story.seq)
        try:
            result = _whole(process, [story])
            pack(result.stories)  # what cannot be written must fail here, not when its batch is committed
        except RedisError:
            raise
        except Exception as error:
            log.warning("story failed", story=story.id, exc_info=True)
            detail = f"{type(error).__name__}: {error}"
            made.append(
                _failed(story, stage, "stage-error", f"The {stage} stage could not process it", detail, attempts)
            )
        else:
            made += result.stories
            amendments += result.amendments
    return Result(made, amendments)


def _given_up(story: Story, stage: str, tries: int) -> Story:
    return _failed(story, stage, "gave-up", "Its batch could not be processed", f"{tries} workers went silent", tries)


def _lost(story: Story, stage: str, detail: str) -> Story:
    if story.state is not State.PENDING:
        return story
    return _stamped(_failed(story, stage, LOST, "Its text is lost", detail, MAX_TRIES), stage, 0)


def _failed(story: Story, stage: str, kind: str, title: str, detail: str, attempts: int) -> Story:
    error = StoryError(stage=stage, type=kind, title=title, detail=detail[:1000], attempts=attempts)
    return story.model_copy(update={"state": State.FAILED, "error": error})


def _stamped(story: Story, stage: str, seconds: float) -> Story:
    """With its timing, and at the last stage with its end: done, or withheld while its embargo lasts."""
    now = datetime.now(UTC)
    update: dict[str, object] = {}
    if story.state is State.PENDING and stage == NAMES[-1]:
        update["state"] = State.WITHHELD if story.embargoed else State.DONE
    ends = story.state is not State.PENDING or "state" in update
    if ends and story.state is not State.FAILED:
        update["error"] = None  # of an attempt before this one
    timings: Timings = story.timings.model_copy(
        update={stage: round(seconds, 6)} | ({"finished": now.replace(microsecond=0)} if ends else {})
    )
    return story.model_copy(update=update | {"timings": timings})


def run_ingest(store: Store, send: Send, read: Read, ref: Ref) -> None:
    """Read a job's files, append their stories batch by batch, seal the job."""
    with _taken(store, send, ref) as lease:
        if lease is None:
            return
        if lease.tries > MAX_TRIES:
            _give_up(store, send, ref, f"{MAX_TRIES} workers died while reading its files")
            return
        reach("ingest.begun")
        try:
            with Deadline(store.settings.task_seconds) as deadline:
                stories = _read(store, send, read, lease, deadline)
        except (RedisError, LeaseLostError, SpoolUnavailableError):
            raise
        except Exception as error:
            log.exception("reading failed")
            _give_up(store, send, ref, f"{type(error).__name__}: {error}")
            return
        if stories is None:
            log.info("job ended while it was read", state=JobState.CANCELLED)
        else:
            reach("ingest.read")
            sends = store.seal(ref.job)
            reach("ingest.sealed")
            send(sends)
            log.info("read", stories=stories)


def _read(store: Store, send: Send, read: Read, lease: Lease, deadline: Deadline) -> int | None:
    """Append all batches; returns how many stories they hold, or None when the job ended meanwhile."""

    def opening(place: int) -> int | None:
        deadline.begin()
        if lease.tries > 1:
            _name(store, lease, place)
        return lease.cuts.get(place)

    received = datetime.now(UTC).replace(microsecond=0)
    seq = 0
    for batch, stories in enumerate(read(Results(store.redis).job(lease.ref.job), opening)):
        queued = [_queued(story, lease.ref.job, seq + place, received) for place, story in enumerate(stories)]
        answer = store.append(lease, batch, queued)
        if answer.status == "ENDED":
            return None
        if answer.status == "LOST":
            raise LeaseLostError(f"{lease.ref} has gone to another worker")
        reach("ingest.appended")
        send(answer.sends)
        reach("ingest.sent")
        seq += len(queued)
        deadline.begin()
    return seq


def _queued(story: Story, job: str, seq: int, received: datetime) -> Story:
    timings = Timings(received=received)
    return story.model_copy(update={"id": story_id(job, seq), "job_id": job, "seq": seq, "timings": timings})


def _give_up(store: Store, send: Send, ref: Ref, detail: str) -> None:
    error = StoryError(stage="ingest", type="unreadable", title="The files could not be read to the end", detail=detail)
    send(store.seal(ref.job, error=error))
