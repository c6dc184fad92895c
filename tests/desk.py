"""Takes stories through a pipeline of the tests' stages with the real dedup stage among them, on a real server."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from services.dedup.tasks import prepare
from shared import keys
from shared.messages import Ref
from shared.models import Options, Story
from shared.pipeline import INGEST
from shared.results import Results
from shared.runner import run_ingest, run_stage
from shared.stage import Amendment, Result
from shared.store import Answer, Lease, Store
from tests.core import check_ledger
from tests.stages import lookup


class DiedError(BaseException):
    """A worker's sudden end: nothing catches it."""


class Mortal(Store):
    """A worker's store; the worker dies when it says ``dies``: after it has amended, or before."""

    dies = ""

    def amend(self, amendments: Sequence[Amendment]) -> int:
        """As it is, or dies first."""
        if self.dies == "asked":
            raise DiedError
        return super().amend(amendments)

    def commit(self, lease: Lease, stories: Sequence[Story], *, seconds: float) -> Answer:
        """As it is, or dies first."""
        if self.dies == "amended":
            raise DiedError
        return super().commit(lease, stories, seconds=seconds)


class Desk:
    """Jobs, and the messages of all of them, to be worked on in any order. A story's keyword ``days=3`` makes it one
    received three days later.
    """

    def __init__(self, store: Store) -> None:
        self.store = Mortal(store.redis, store.settings)
        self.results = Results(store.redis)
        self.messages: list[Ref] = []
        self.jobs: dict[str, Sequence[Sequence[Story]]] = {}
        self._dedup = prepare(store.settings, store.redis)

    def submit(self, batches: Sequence[Sequence[Story]], *, tenant: str = "") -> str:
        """A job whose files are read as these batches."""
        job, ref = self.store.submit([], tenant=tenant)
        self.jobs[job] = batches
        self.messages.append(ref)
        return job

    def step(self, place: int = 0, *, dies: str = "") -> None:
        """Work on one of the messages; the worker ``dies`` when it has ``asked`` the index, or has ``amended``, too."""
        ref = self.messages.pop(place)
        if ref.stage == INGEST:
            run_ingest(self.store, self.messages.extend, lambda job, _: map(list, self.jobs[job.id]), ref)
            return
        stage: Callable[..., Any] = (
            self._at_dedup if ref.stage == "dedup" else lookup(ref.stage)(self.store.settings, self.store.redis)
        )
        self.store.dies = dies
        try:
            run_stage(self.store, self.messages.extend, stage, ref)
        except DiedError:  # its lease runs out, and the message comes again
            self.store.redis.hset(keys.of_job(ref.job, "lease"), f"{ref.unit}:until", 0)
            self.messages.append(ref)
        finally:
            self.store.dies = ""

    def drain(self) -> None:
        """Work until nothing is left to do."""
        while self.messages:
            self.step()
        for job in self.jobs:
            check_ledger(self.store.redis, job)

    def take(self, *stories: Story, tenant: str = "") -> str:
        """A job of these stories, from the beginning to its end."""
        job = self.submit([stories], tenant=tenant)
        self.drain()
        return job

    def story(self, job: str, seq: int = 0) -> Story:
        """As it is read."""
        return self.results.story(job, seq)

    def outcome(self) -> Counter[tuple[object, ...]]:
        """What became of all stories. They go by their ``custom_id``, so that their jobs and places do not matter."""
        stories = [story for job in self.jobs for story in self.results.stories(job)]
        names = {story.id: story.custom_id for story in stories}
        return Counter(self._told(story, names) for story in stories)

    def _told(self, story: Story, names: dict[str, str | None]) -> tuple[object, ...]:
        dedup = story.dedup
        assert dedup
        cluster = self.results.cluster(story.id)
        assert cluster.id == dedup.cluster
        assert [member.id for member in cluster.members if member.head] == [cluster.id]
        links = {"of": dedup.of, "superseded_by": dedup.superseded_by, "killed_by": dedup.killed_by}
        return (
            story.custom_id,
            story.state,
            dedup.relation,
            *((part, id and names[id]) for part, id in links.items()),
            names[cluster.id],
            tuple(names[member.id] for member in cluster.members),
        )

    def _at_dedup(self, stories: Sequence[Story], options: Options) -> Result:
        return self._dedup([_later(story) for story in stories], options)


def _later(story: Story) -> Story:
    days = sum(float(word.removeprefix("days=")) for word in story.keywords if word.startswith("days="))
    received = story.timings.received
    assert received
    return story.model_copy(
        update={"timings": story.timings.model_copy(update={"received": received + timedelta(days)})}
    )
