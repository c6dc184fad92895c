"""A job's stories: page by page, as a stream, one by one."""

from itertools import islice
from typing import Any

from flask import Blueprint, Response, request, stream_with_context

from services.gateway import queries
from services.gateway.context import context
from shared.errors import StoryKilledError
from shared.models import SCHEMA_VERSION, State

NDJSON = "application/x-ndjson"

blueprint = Blueprint("results", __name__, url_prefix="/v1/jobs/<job>/results")


@blueprint.get("")
def read(job: str) -> Any:
    """A page of stories, or a stream of all."""
    results = context().results
    states, start = queries.states(), queries.start(results.job(job))
    stories = results.stories(job, start=start, states=states)
    if request.args.get("format") == "ndjson" or request.accept_mimetypes.best == NDJSON:
        lines = (story.public_json() + "\n" for story in stories)
        return Response(stream_with_context(lines), content_type=NDJSON)
    limit = queries.limit(100)
    page = list(islice(stories, limit + 1))
    rows = ",".join(story.public_json() for story in page[:limit])
    following = f'"s{page[limit].seq}"' if len(page) > limit else "null"
    return Response(f'{{"schema":{SCHEMA_VERSION},"stories":[{rows}],"next":{following}}}', mimetype="application/json")


@blueprint.get("/<int:seq>")
def story(job: str, seq: int) -> Any:
    """One story."""
    results = context().results
    found = results.story(job, seq)
    if found.state is State.KILLED:
        raise StoryKilledError(results.why_killed(found))
    return Response(found.public_json(), mimetype="application/json")


@blueprint.post("/<int:seq>/release")
def release(job: str, seq: int) -> Any:
    """Let a withheld story out."""
    context().store.release(job, seq)
    return story(job, seq)
