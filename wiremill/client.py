"""A typed client of Wiremill's HTTP API.

::

    with Client("http://127.0.0.1:8080", key="wm_…") as wiremill:
        job = wiremill.wait(wiremill.submit(["feed.xml"]).id)
        for story in wiremill.stories(job.id, state=[State.DONE]):
            print(story.headline)

Every method raises ``ApiError`` (``wiremill.errors``) with the gateway's own words.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, TypedDict, Unpack
from urllib.parse import quote

from shared.models import Cluster, ClusterSummary, Job, JobState, Options, State, Story, split_id
from wiremill.answers import job_of
from wiremill.connection import Connection
from wiremill.errors import ApiError, BrokenOffError, UnreachableError
from wiremill.events import Event, Stream
from wiremill.patience import backoff
from wiremill.uploads import Upload, can_be_repeated, parts

if TYPE_CHECKING:  # what they import, few need
    from shared.trail import Trail
    from shared.webhooks import Delivery

__all__ = ["ApiError", "BrokenOffError", "Client", "Event", "Filters", "UnreachableError", "Upload"]

DEFAULT_URL = "http://127.0.0.1:8080"
LONG_POLL_SECONDS = 30.0
NO_CONTENT = 204


class Filters(TypedDict, total=False):
    """Which of a job's stories: all that is said must hold."""

    state: Iterable[State]  # one of these; otherwise all that have ended
    entity: str | None  # names it: an entity's id, or a name
    language: str | None  # ``en`` takes in ``en-GB``
    relation: str | None  # so related to others: ``dedup.relation``
    q: str | None  # all these words stand in its headline or body


class Client:
    """A gateway. May be used by many threads; close it, or use it as a context, when done."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        key: str = "",
        timeout: float = 90,
        attempts: int = 5,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """``key``: an API key, where the gateway asks for one; ``timeout``: seconds without any news of a request.

        What fails for now (429, 503, a broken connection) is tried ``attempts`` times at most, as the gateway's
        Retry-After asks or else after half a second, a second, two, …; it is ``sleep`` that waits (``Event.wait``, say,
        in a program that may be told to stop).
        """
        self._gateway = Connection(url, key=key, timeout=timeout, attempts=attempts, sleep=sleep)
        self._attempts = attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._gateway.close()

    def submit(
        self, files: Iterable[Upload], options: Options = Options(), *, idempotency_key: str | None = None
    ) -> Job:
        """Hand files over as one job, and return it.

        The same under the same key is the same job, for 24 hours. Without one, this call makes its own: then it may be
        tried again without danger, but calling again makes another job. Raises ``OSError`` for a file that cannot be
        read. A file that cannot be rewound (a pipe) is sent once.
        """
        with parts(files) as sent:
            response = self._gateway.call(
                "POST",
                "/v1/jobs",
                repeatable=True,
                attempts=None if can_be_repeated(sent) else 1,
                headers={"Idempotency-Key": idempotency_key or str(uuid.uuid4())},
                data={"options": options.model_dump_json(exclude_defaults=True)},
                files=[("files", part) for part in sent],
            )
        return job_of(response.json())

    def job(self, job: str, *, wait: float = 0) -> Job:
        """A job, at once or when it has ended (after ``wait`` seconds in any case, 60 at most)."""
        params = {"wait": wait} if wait else {}
        return job_of(self._gateway.call("GET", _path(job), params=params).json())

    def wait(self, job: str, *, seconds: float | None = None) -> Job:
        """A job once it has ended, or as it stands after so many seconds."""
        deadline = time.monotonic() + seconds if seconds is not None else None
        while True:
            left = LONG_POLL_SECONDS if deadline is None else deadline - time.monotonic()
            found = self.job(job, wait=max(0.0, min(left, LONG_POLL_SECONDS)))
            if found.state.ended or (deadline is not None and time.monotonic() >= deadline):
                return found

    def jobs(
        self,
        *,
        state: Iterable[JobState] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        page: int = 50,
    ) -> Iterator[Job]:
        """Jobs, newest first: pages of so many are fetched as they are needed."""
        params: dict[str, Any] = {"limit": page, "state": [*state]}
        params |= {"metadata": [f"{name}={value}" for name, value in (metadata or {}).items()]}
        times = {"created_after": created_after, "created_before": created_before}
        params |= {name: when.isoformat() for name, when in times.items() if when}
        while True:
            body = self._gateway.call("GET", "/v1/jobs", params=params).json()
            yield from map(job_of, body["jobs"])
            if not body["next"]:
                return
            params["cursor"] = body["next"]

    def events(self, job: str, *, after: str | None = None) -> Iterator[Event]:
        """What happens to a job, from the first event on or from the one that follows the id ``after``, until it ends.

        A connection that breaks is made again and goes on where it was; an event of the kind ``job`` may come twice.
        """
        stream, ended, failures = Stream(last=after), False, 0
        while not ended:
            headers = {"Last-Event-ID": stream.last} if stream.last else {}
            try:
                with self._gateway.stream(f"{_path(job)}/events", headers=headers) as response:
                    ended = response.status_code == NO_CONTENT
                    for event in stream.read(response.iter_lines()):
                        failures = 0
                        ended = event.job is not None and event.job.state.ended
                        yield event
            except BrokenOffError:
                failures += 1
                if failures >= self._attempts:
                    raise
            if not ended:
                self._gateway.sleep(max(stream.retry, backoff(failures + 1)))

    def stories(self, job: str, **filters: Unpack[Filters]) -> Iterator[Story]:
        """A job's stories as they come, in order: all that have ended, or those that pass all filters.

        Raises ``BrokenOffError`` when the stream breaks off: then those that came are not all.
        """
        with self._gateway.stream(f"{_path(job)}/results", params=_params("ndjson", filters)) as response:
            for line in response.iter_lines():
                yield Story.model_validate_json(line)

    def export(self, job: str, format: str, to: str | Path | IO[bytes], **filters: Unpack[Filters]) -> int:
        """Write a job's stories in a form of ``shared.exports`` (``csv``, …), chosen as by ``stories``.

        ``to`` is a path, at which there is nothing new before all is there, or a file that is open for writing bytes.
        Returns how many bytes.
        """
        with self._gateway.stream(f"{_path(job)}/results", params=_params(format, filters)) as response:
            if isinstance(to, (str, Path)):
                return _write_whole(response.iter_bytes(), Path(to))
            return sum(to.write(chunk) for chunk in response.iter_bytes())

    def story(self, id: str) -> Story:
        """One story, by its id (``JOB-7``)."""
        return Story.model_validate_json(self._gateway.call("GET", _story_path(id)).content)

    def trail(self, id: str) -> "Trail":
        """How a story came through the pipeline: which stages, when, how long, how many tries."""
        from shared.trail import Trail

        return Trail.model_validate_json(self._gateway.call("GET", f"{_story_path(id)}/trail").content)

    def cluster(self, id: str) -> Cluster:
        """The stories that tell the same as one, by the id of any of them: in order of time, across jobs."""
        return Cluster.model_validate_json(self._gateway.call("GET", _cluster_path(id)).content)

    def cluster_summary(self, id: str) -> ClusterSummary:
        """What the stories of a cluster say together, every sentence cited, and where they disagree."""
        return ClusterSummary.model_validate_json(self._gateway.call("GET", f"{_cluster_path(id)}/summary").content)

    def cancel(self, job: str) -> Job:
        """Stop a job: what is pending is cancelled."""
        return job_of(self._gateway.call("POST", f"{_path(job)}/cancel").json())

    def retry(self, job: str) -> int:
        """Take a job's failed stories up again, where they failed; returns how many."""
        return int(self._gateway.call("POST", f"{_path(job)}/retry").json()["retried"])

    def release(self, id: str) -> Story:
        """Let a withheld story out, on a person's word; returns it."""
        return Story.model_validate_json(self._gateway.call("POST", f"{_story_path(id)}/release").content)

    def deliveries(self, job: str) -> "list[Delivery]":
        """A job's webhooks, oldest first, and what came of each attempt to deliver them."""
        from shared.webhooks import Delivery

        rows = self._gateway.call("GET", f"{_path(job)}/deliveries").json()["deliveries"]
        return [Delivery.model_validate(row) for row in rows]

    def version(self) -> str:
        """The gateway's version."""
        return str(self._gateway.call("GET", "/openapi.json").json()["info"]["version"])


def _path(job: str) -> str:
    return f"/v1/jobs/{quote(job, safe='')}"


def _story_path(id: str) -> str:
    try:
        job, seq = split_id(id)
    except ValueError:
        raise ApiError(f"{id!r} is no story's id; they look like JOB-7") from None
    return f"{_path(job)}/results/{seq}"


def _cluster_path(id: str) -> str:
    return f"/v1/clusters/{quote(id, safe='')}"


def _params(format: str, filters: Filters) -> dict[str, Any]:
    said: dict[str, Any] = {"format": format, **filters, "state": [*filters.get("state", ())]}
    return {name: value for name, value in said.items() if value is not None}


def _write_whole(chunks: Iterable[bytes], place: Path) -> int:
    """Write a file that is there only once it is whole."""
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            size = sum(file.write(chunk) for chunk in chunks)
        os.replace(part, place)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return size
