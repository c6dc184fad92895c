"""The HTTP API. Routes are thin: the store changes things, ``Results`` reads them."""

import re
from itertools import islice
from typing import Any

from flask import Flask, Response, request, stream_with_context
from flask.json.provider import DefaultJSONProvider
from redis import Redis

from services.gateway import problems, uploads
from shared.celery_app import Sender, create_celery
from shared.errors import BadCursorError, BadRequestError, StoreFullError, StoryKilledError
from shared.fields import parse_fields
from shared.formats import check_format
from shared.models import SCHEMA_VERSION, Job, Options, State
from shared.results import Results
from shared.settings import Settings
from shared.spool import Spool
from shared.store import Store, connect, new_job_id

MAX_WAIT = 60.0
MAX_PAGE = 1000
NDJSON = "application/x-ndjson"


class InOrder(DefaultJSONProvider):
    """Leaves the members of objects in the order they have: states, stages."""

    sort_keys = False


def create_app(settings: Settings) -> Flask:
    """The gateway; connects to nothing until the first request."""
    app = Flask("wiremill")
    app.request_class = uploads.SpoolingRequest
    app.json = InOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.config["MAX_FORM_PARTS"] = uploads.MAX_FILES
    redis = connect(settings.redis_url)
    store, results, spool = Store(redis, settings), Results(redis), Spool(settings.spool_dir)
    send = Sender(create_celery(settings), settings)
    problems.register(app)

    @app.post("/v1/jobs")
    def submit() -> Any:
        _require_room(redis, settings.max_memory_share)
        options = _options()
        job = new_job_id()
        try:
            files = uploads.receive(request, spool, job, limit=settings.max_upload_bytes)
            _, ref = store.submit(files, options=options, job=job)
        except Exception:
            spool.remove(job)
            raise
        send([ref])
        return _job(results.job(job)), 202, {"Location": f"/v1/jobs/{job}"}

    @app.get("/v1/jobs")
    def jobs() -> Any:
        return {"jobs": [_job(job) for job in results.jobs(_limit(50))]}

    @app.get("/v1/jobs/<job>")
    def status(job: str) -> Any:
        wait = _number("wait", 0, most=MAX_WAIT)
        return _job(results.wait(job, wait) if wait else results.job(job))

    @app.get("/v1/jobs/<job>/results")
    def read(job: str) -> Any:
        states, start = _states(), _start(results.job(job))
        stories = results.stories(job, start=start, states=states)
        if request.args.get("format") == "ndjson" or request.accept_mimetypes.best == NDJSON:
            lines = (story.public_json() + "\n" for story in stories)
            return Response(stream_with_context(lines), content_type=NDJSON)
        limit = _limit(100)
        page = list(islice(stories, limit + 1))
        rows = ",".join(story.public_json() for story in page[:limit])
        following = f'"s{page[limit].seq}"' if len(page) > limit else "null"
        return Response(
            f'{{"schema":{SCHEMA_VERSION},"stories":[{rows}],"next":{following}}}', mimetype="application/json"
        )

    @app.get("/v1/jobs/<job>/results/<int:seq>")
    def story(job: str, seq: int) -> Any:
        found = results.story(job, seq)
        if found.state is State.KILLED:
            raise StoryKilledError(results.why_killed(found))
        return Response(found.public_json(), mimetype="application/json")

    @app.post("/v1/jobs/<job>/results/<int:seq>/release")
    def release(job: str, seq: int) -> Any:
        store.release(job, seq)
        return story(job, seq)

    @app.post("/v1/jobs/<job>/cancel")
    def cancel(job: str) -> Any:
        send(store.cancel(job))
        return _job(results.job(job))

    @app.post("/v1/jobs/<job>/retry")
    def retry(job: str) -> Any:
        retried, refs = store.retry(job)
        send(refs)
        return {"retried": retried, "job": _job(results.job(job))}

    @app.get("/healthz")
    def healthy() -> Any:
        return {"status": "ok"}

    @app.get("/readyz")
    def ready() -> Any:
        redis.ping()
        return {"status": "ok", "store": "ok"}

    return app


def _job(job: Job) -> dict[str, Any]:
    row = job.model_dump(mode="json", exclude={"files": {"__all__": {"path"}}})
    return row | {"links": {"self": f"/v1/jobs/{job.id}", "results": f"/v1/jobs/{job.id}/results"}}


def _options() -> Options:
    return Options(format=check_format(request.args.get("format")), fields=parse_fields(request.args.get("map", "")))


def _number(name: str, default: float, *, most: float) -> float:
    given = request.args.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", given):
        raise BadRequestError(f"{name}={given[:50]!r} is not a number; give one from 0 to {most:g}")
    return min(float(given), most)


def _limit(default: int) -> int:
    limit = int(_number("limit", default, most=MAX_PAGE))
    if limit < 1:
        raise BadRequestError(f"limit must be from 1 to {MAX_PAGE}")  # a page of nothing would come after itself
    return limit


def _states() -> frozenset[State] | None:
    given = [name for part in request.args.getlist("state") for name in part.split(",") if name]
    try:
        return frozenset(map(State, given)) or None
    except ValueError:
        raise BadRequestError(f"state must be one of {', '.join(State)}") from None


def _start(job: Job) -> int:
    cursor = request.args.get("cursor", "s0")
    match = re.fullmatch(r"s(\d{1,12})", cursor)
    if not match or int(match[1]) > job.received:
        raise BadCursorError(f"cursor {cursor[:50]!r} is none; use the `next` of the page before, or leave it out")
    return int(match[1])


def _require_room(redis: "Redis", share: float) -> None:
    memory: dict[str, Any] = redis.info("memory")
    limit = memory.get("maxmemory", 0)
    if limit and memory["used_memory"] > share * limit:
        raise StoreFullError(f"Redis uses {memory['used_memory']:,} of {limit:,} bytes; try again in a while")
