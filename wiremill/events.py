"""Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of a job, read. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.models import Job
from wiremill.answers import job_of


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job: ``queued``, ``read``, ``batch``, ``finished``, … (``docs/api.md``).

    One of the kind ``job`` has no ``id`` and ``at``: it is the ``job`` as it stands, without its files.
    """

    kind: str
    id: str | None = None
    at: datetime | None = None
    detail: str = ""
    job: Job | None = None


@dataclass(slots=True)
class Stream:
    """What has come of a stream so far, over all its connections."""

    last: str | None = None  # id of the last event, for ``Last-Event-ID``
    retry: float = 2.0  # seconds to wait before connecting again
    _fields: dict[str, str] = field(default_factory=dict)

    def read(self, lines: Iterable[str]) -> Iterator[Event]:
        """The events in the lines of one connection; one that is not whole is dropped."""
        self._fields = {}
        for line in lines:
            if line:
                self._take(*line.split(":", 1))
            elif event := self._event():
                yield event

    def _take(self, name: str, value: str = "") -> None:
        value = value.removeprefix(" ")
        if name == "data" and "data" in self._fields:
            value = f"{self._fields['data']}\n{value}"
        if name in ("id", "event", "data"):
            self._fields[name] = value
        elif name == "retry" and value.isdecimal():
            self.retry = int(value) / 1000

    def _event(self) -> Event | None:
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        kind, data = fields.get("event", "message"), json.loads(fields["data"])
        if kind == "job":
            return Event(kind, job=job_of(data))
        self.last = fields.get("id", self.last)
        return Event(kind, fields.get("id"), datetime.fromtimestamp(data["at"], UTC), data["detail"])
