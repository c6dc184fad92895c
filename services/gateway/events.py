"""What happens to a job, as it happens: Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context
from flask_openapi import APIBlueprint

from services.gateway.context import context
from services.gateway.hub import Hub, Id, newest_id, parse_id
from services.gateway.problems import answers
from services.gateway.queries import JobPath, Nothing, ResumeHeader
from shared.errors import JobNotFoundError, UnknownParameterError

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000

_EVENT = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
}
_STREAM = {
    "description": "Events with ids, and after them `job`: the job as it stands. The stream ends with the job.",
    "content": {"text/event-stream": {"schema": _EVENT, "example": (
        'id: 1781942400000-0\nevent: read\ndata: {"event": "read", "detail": "120", "at": 1781942400.0}\n\n'
    )}},
}  # fmt: skip

blueprint = APIBlueprint(
    "events", __name__, abp_tags=[{"name": "Jobs"}], operation_id_callback=lambda *, name, path, method: name
)


@blueprint.get(
    "/v1/jobs/<job>/events",
    responses=answers(
        {200: _STREAM, 204: {"description": "The job has ended, and all was sent."}},
        JobNotFoundError,
        UnknownParameterError,
    ),
)
def watch(path: JobPath, query: Nothing, header: ResumeHeader) -> Any:
    """Watch a job: its events as they happen, from the first one on or from `Last-Event-ID`."""
    at = context()
    after = parse_id(header.last_event_id) if header.last_event_id else (0, 0)
    if at.results.job(path.job).state.ended and header.last_event_id and after >= newest_id(at.redis, path.job):
        return "", 204  # a browser would otherwise connect again for ever
    lines = stream_with_context(events(at.hub, path.job, after, heartbeat=HEARTBEAT_SECONDS))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(lines, content_type="text/event-stream", headers=headers)


def events(hub: Hub, job: str, after: Id, *, heartbeat: float) -> Iterator[bytes]:
    """The stream: events, each followed by the job as it then stands; a comment when nothing happens for a while."""
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    with hub.watching(job) as channel:
        snapshot, over = b"", False
        while not over:
            told, current, over = channel.news(after, snapshot, heartbeat)
            if told:
                after = told[-1][0]
            if told or current != snapshot:
                snapshot = current
                yield b"".join(text for _, text in told) + snapshot
            elif not over:
                yield b": still here\n\n"
