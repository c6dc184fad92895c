"""A job's stories: page by page, as a stream in many forms, one by one, and how each came through the pipeline."""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from flask import Response, request, stream_with_context
from flask_openapi import APIBlueprint

from services.gateway.context import context
from services.gateway.problems import answers
from services.gateway.queries import ConditionHeader, JobPath, Nothing, ResultsQuery, StoryPath
from shared.errors import (
    BadCursorError,
    JobNotFoundError,
    NotAcceptableError,
    NotWithheldError,
    StoryKilledError,
    StoryNotFoundError,
    UnknownParameterError,
)
from shared.exports import EXPORTS, Export
from shared.models import SCHEMA_VERSION, Job, Story
from shared.search import Wanted
from shared.trail import Trail, trail

MAX_LOOKS = 5000
"""Stories that one request for a page looks at, at most; the next page goes on from there."""

JSON = "application/json"

_STREAMS = {export.content_type.split(";")[0]: {"schema": {"type": "string"}} for export in EXPORTS.values()}
_FORMS = {"description": "A page of stories, or a stream of all.", "content": {
    JSON: {"schema": {"$ref": "#/components/schemas/StoriesPage"}}, **_STREAMS,
}}  # fmt: skip

blueprint = APIBlueprint(
    "results",
    __name__,
    url_prefix="/v1/jobs/<job>/results",
    abp_tags=[{"name": "Stories", "description": "Read, search and export what became of each story."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.get(
    "",
    responses=answers({200: _FORMS}, JobNotFoundError, BadCursorError, UnknownParameterError, NotAcceptableError),
)
def read_stories(path: JobPath, query: ResultsQuery) -> Any:
    """Read, search or export a job's stories.

    A page holds `limit` stories at most; `next` is the cursor of the page after it. A search looks at 5,000 stories a
    request, so its pages may be short, or empty, before the last one.
    """
    results = context().results
    start = start_of(query.cursor, results.job(path.job))
    form = _form(query.format)
    wanted = Wanted.parse(entity=query.entity, language=query.language, relation=query.relation, text=query.q)
    stories = results.stories(path.job, start=start, states=frozenset(query.state) or None)
    if form is None:
        return page_of(*look(stories, wanted, query.limit))
    lines = form.write(story for story in stories if wanted.matches(story))
    response = Response(stream_with_context(lines), content_type=form.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{path.job}{form.suffix}"'
    return response


def look(stories: Iterable[Story], wanted: Wanted, limit: int) -> tuple[list[Story], str | None]:
    """The first ``limit`` stories wanted, among the first ``MAX_LOOKS``; and the cursor of those that follow."""
    page: list[Story] = []
    for looked, story in enumerate(stories):
        if len(page) == limit or looked == MAX_LOOKS:
            return page, f"s{story.seq}"
        if wanted.matches(story):
            page.append(story)
    return page, None


def page_of(stories: Iterable[Story], following: str | None) -> Response:
    """A page of stories, and where the next one starts."""
    rows = ",".join(story.public_json() for story in stories)
    cursor = f'"{following}"' if following else "null"
    return Response(f'{{"schema":{SCHEMA_VERSION},"stories":[{rows}],"next":{cursor}}}', mimetype=JSON)


def start_of(cursor: str | None, job: Job) -> int:
    """The seq at which a page starts; raises ``BadCursorError``."""
    given = cursor or "s0"
    seq = given[1:]
    if given[0] != "s" or not (seq.isascii() and seq.isdigit()) or len(seq) > 12 or int(seq) > job.received:
        raise BadCursorError(f"cursor {given[:50]!r} is none; use the `next` of the page before, or leave it out")
    return int(seq)


def _form(name: str | None) -> Export | None:
    """How to write the stories, as the query or else the Accept header says; None for a page of JSON."""
    if name is None and request.accept_mimetypes:
        types = {JSON: "json"} | {export.content_type.split(";")[0]: name for name, export in reversed(EXPORTS.items())}
        best = request.accept_mimetypes.best_match(types)
        if best is None:
            raise NotAcceptableError(f"there is {', '.join(types)}; ask for one of them, or say `format=`")
        name = types[best]
    form = EXPORTS.get(name or "json")
    if form and form.needs and find_spec(form.needs) is None:
        raise NotAcceptableError(f"{name} needs {form.needs}, which is not installed with this gateway")
    return form


@blueprint.get(
    "/<int:seq>",
    responses=answers(
        {200: Story, 304: None}, JobNotFoundError, StoryNotFoundError, StoryKilledError, UnknownParameterError
    ),
)
def read_story(path: StoryPath, query: Nothing, header: ConditionHeader) -> Any:
    """Read one story."""
    results = context().results
    found = results.story(path.job, path.seq)
    if found.withdrawn:
        raise StoryKilledError(results.why_killed(found))
    response = Response(found.public_json(), mimetype=JSON)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get(
    "/<int:seq>/trail",
    responses=answers({200: Trail}, JobNotFoundError, StoryNotFoundError, UnknownParameterError),
)
def read_trail(path: StoryPath, query: Nothing) -> Any:
    """Show how a story came through the pipeline: which stage, when, how long, how many tries, what was found later."""
    return Response(trail(context().redis, path.job, path.seq).model_dump_json(), mimetype=JSON)


@blueprint.post(
    "/<int:seq>/release",
    responses=answers({200: Story}, JobNotFoundError, StoryNotFoundError, NotWithheldError, UnknownParameterError),
)
def release(path: StoryPath, query: Nothing) -> Any:
    """Let a withheld story out, on a person's word."""
    at = context()
    at.store.release(path.job, path.seq)
    return Response(at.results.story(path.job, path.seq).public_json(), mimetype=JSON)
