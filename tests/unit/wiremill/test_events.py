import json

import pytest

from wiremill.events import Stream

BATCH = ["id: 5-0", "event: batch", 'data: {"event": "batch", "detail": "3", "at": 1.5}', ""]


def test_events_ids_and_the_pause_between_connections():
    stream = Stream()
    [event] = stream.read([": still here", "retry: 250", "", *BATCH])
    assert (event.kind, event.id, event.detail, event.job) == ("batch", "5-0", "3", None)
    assert event.at and event.at.timestamp() == 1.5
    assert (stream.last, stream.retry) == ("5-0", 0.25)


@pytest.mark.parametrize("cut", range(len(BATCH)))
def test_an_event_that_is_not_whole_did_not_come(cut: int):
    stream = Stream()
    assert not list(stream.read(BATCH[:cut]))
    assert stream.last is None
    assert [event.id for event in stream.read(BATCH)] == ["5-0"]


def test_a_job_of_a_newer_gateway():
    job = {"id": "a", "state": "running", "created": "2026-06-20T08:00:00Z", "links": {}, "mood": "fine"}
    lines = ["event: job", *(f"data: {line}" for line in json.dumps(job, indent=1).split("\n")), ""]
    [event] = Stream().read(lines)
    assert event.job and (event.job.id, event.job.state, event.id) == ("a", "running", None)
