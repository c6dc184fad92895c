"""Jobs: submit, list, watch, cancel, retry."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from flask import g, jsonify, request
from flask_openapi import APIBlueprint
from redis import Redis

from services.gateway import cursors, idempotency, queries, uploads
from services.gateway.auth import listed_tenant
from services.gateway.context import Context, context
from services.gateway.problems import answers
from services.gateway.queries import JobPath, JobQuery, JobsQuery, Nothing, Submission, SubmissionHeader
from services.gateway.shapes import JobAnswer, JobsPage, Retried, job_body
from shared.errors import (
    BadCursorError,
    BadWebhookError,
    EmptySubmissionError,
    JobEndedError,
    JobNotFoundError,
    JobRunningError,
    KeyBusyError,
    KeyReusedError,
    SpoolFullError,
    SpoolUnavailableError,
    StoreFullError,
    TooLargeError,
    UnknownFieldError,
    UnknownFormatError,
    UnknownParameterError,
    UnsupportedEncodingError,
)
from shared.faults import reach
from shared.models import Job, Options, SpoolFile
from shared.store import new_job_id

MAX_JOBS = 1000
"""Jobs that one request for a list looks at, at most."""

_FORM = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "options": {"type": "string", "description": "Options as JSON; those in the query string come first."},
    },
}
_BODY = {
    "description": "A feed in any format, packed or not; or many files as a form, and options with them.",
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {"schema": _FORM},
    },
}

blueprint = APIBlueprint(
    "jobs",
    __name__,
    url_prefix="/v1/jobs",
    abp_tags=[{"name": "Jobs", "description": "Submit feeds, and watch what becomes of them."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.post(
    "",
    request_body=_BODY,
    responses=answers({202: JobAnswer}, 
        EmptySubmissionError, UnknownFormatError, UnknownFieldError, UnknownParameterError, BadWebhookError,
        TooLargeError, UnsupportedEncodingError, KeyBusyError, KeyReusedError, StoreFullError, SpoolFullError,
        SpoolUnavailableError,
    ),
)  # fmt: skip
def submit(query: Submission, header: SubmissionHeader) -> Any:
    """Take a feed, or many, as one job."""
    at = context()
    _require_room(at.redis, at.settings.max_memory_share)
    queries.merged(None, query, settings=at.settings)  # what is wrong there is said before the upload
    with idempotency.claim(at.redis, g.tenant, header.idempotency_key) as claim:
        job, replayed = _submit(at, query, claim)
    headers = {"Location": f"/v1/jobs/{job}"} | ({"Idempotent-Replayed": "true"} if replayed else {})
    return job_body(at.results.job(job)), 202, headers


def _submit(at: Context, query: Submission, claim: idempotency.Claim) -> tuple[str, bool]:
    """The job, and whether an earlier submission had made it."""
    job = new_job_id()
    try:
        upload = uploads.receive(request, at.spool, job, limit=at.settings.max_upload_bytes, beat=claim.beat)
        options = queries.merged(upload.options, query, settings=at.settings)
        fingerprint = upload.fingerprint(options)
        earlier = claim.earlier(fingerprint)
    except Exception:
        at.spool.discard(job)
        uploads.drain(request)
        raise
    if earlier and at.results.has(earlier):
        at.spool.discard(job)
        return earlier, True
    reach("gateway.spooled")
    _create(at, job, upload, options, claim, fingerprint)
    return job, False


def _create(
    at: Context, job: str, upload: uploads.Upload, options: Options, claim: idempotency.Claim, fingerprint: str
) -> None:
    try:
        claim.keep(fingerprint, job)
        reach("gateway.kept")
        _start(at, job, upload.files, options)
    except Exception:
        at.spool.discard(job)
        claim.forget()
        raise


def _start(at: Context, job: str, files: list[SpoolFile], options: Options) -> None:
    """Make the job and have it read."""
    _, ref = at.store.submit(files, options=options, job=job, tenant=g.tenant)
    reach("gateway.submitted")
    at.send([ref])
    reach("gateway.sent")


def hand_over(receive: Callable[[str], tuple[list[SpoolFile], Options]]) -> str:
    """Make a job of the files that ``receive`` puts into the spool for it, for a person; returns its id."""
    at = context()
    _require_room(at.redis, at.settings.max_memory_share)
    job = new_job_id()
    try:
        files, options = receive(job)
        _start(at, job, files, options)
    except Exception:
        at.spool.discard(job)
        uploads.drain(request)
        raise
    return job


@blueprint.get("", responses=answers({200: JobsPage}, BadCursorError, UnknownParameterError))
def list_jobs(query: JobsQuery) -> Any:
    """List jobs, newest first."""
    after = cursors.read(query.cursor, float, str) if query.cursor else None
    limits: dict[str, float] = {}
    if query.created_before:
        limits["newest"] = query.created_before.timestamp()
    if query.created_after:
        limits["oldest"] = query.created_after.timestamp()
    found: list[Job] = []
    looked = 0
    rest = islice(context().results.walk(tenant=listed_tenant(), after=after, **limits), MAX_JOBS)
    for place, job in rest:
        after, looked = place, looked + 1
        if _listed(job, query):
            found.append(job)
        if len(found) == query.limit:
            break
    more = len(found) == query.limit or looked == MAX_JOBS
    return {"jobs": [job_body(job) for job in found], "next": cursors.write(*after) if more and after else None}


def _listed(job: Job, query: JobsQuery) -> bool:
    pairs = dict(pair.split("=", 1) for pair in query.metadata)
    return (not query.state or job.state in query.state) and pairs.items() <= job.options.metadata.items()


@blueprint.get("/<job>", responses=answers({200: JobAnswer, 304: None}, JobNotFoundError, UnknownParameterError))
def status(path: JobPath, query: JobQuery, header: queries.ConditionHeader) -> Any:
    """Show one job, after a while if asked to wait for its end."""
    results = context().results
    job = results.wait(path.job, query.wait) if query.wait else results.job(path.job)
    response = jsonify(job_body(job))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post(
    "/<job>/cancel", responses=answers({200: JobAnswer}, JobNotFoundError, JobEndedError, UnknownParameterError)
)
def cancel(path: JobPath, query: Nothing) -> Any:
    """Stop a job: what is pending is cancelled."""
    at = context()
    at.send(at.store.cancel(path.job))
    return job_body(at.results.job(path.job))


@blueprint.post(
    "/<job>/retry",
    responses=answers({200: Retried}, JobNotFoundError, JobEndedError, JobRunningError, UnknownParameterError),
)
def retry(path: JobPath, query: Nothing) -> Any:
    """Take a job's failed stories up again, where they failed."""
    at = context()
    retried, refs = at.store.retry(path.job)
    at.send(refs)
    return {"retried": retried, "job": job_body(at.results.job(path.job))}


def _require_room(redis: "Redis", share: float) -> None:
    memory: dict[str, Any] = redis.info("memory")
    limit = memory.get("maxmemory", 0)
    if limit and memory["used_memory"] > share * limit:
        raise StoreFullError(f"Redis uses {memory['used_memory']:,} of {limit:,} bytes; try again in a while")
