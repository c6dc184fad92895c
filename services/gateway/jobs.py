"""Jobs: submit, list, watch, cancel, retry."""

from typing import Any

from flask import Blueprint, request
from redis import Redis

from services.gateway import queries, uploads
from services.gateway.context import context
from shared.errors import StoreFullError
from shared.fields import parse_fields
from shared.formats import check_format
from shared.models import Job, Options
from shared.store import new_job_id

MAX_WAIT = 60.0

blueprint = Blueprint("jobs", __name__, url_prefix="/v1/jobs")


@blueprint.post("")
def submit() -> Any:
    """Take a feed, or many, as one job."""
    at = context()
    _require_room(at.redis, at.settings.max_memory_share)
    options = Options(format=check_format(request.args.get("format")), fields=parse_fields(request.args.get("map", "")))
    job = new_job_id()
    try:
        files = uploads.receive(request, at.spool, job, limit=at.settings.max_upload_bytes)
        _, ref = at.store.submit(files, options=options, job=job)
    except Exception:
        at.spool.remove(job)
        raise
    at.send([ref])
    return public(at.results.job(job)), 202, {"Location": f"/v1/jobs/{job}"}


@blueprint.get("")
def jobs() -> Any:
    """The newest jobs."""
    return {"jobs": [public(job) for job in context().results.jobs(queries.limit(50))]}


@blueprint.get("/<job>")
def status(job: str) -> Any:
    """One job, after a while if asked to wait."""
    results, wait = context().results, queries.number("wait", 0, most=MAX_WAIT)
    return public(results.wait(job, wait) if wait else results.job(job))


@blueprint.post("/<job>/cancel")
def cancel(job: str) -> Any:
    """Stop a job."""
    at = context()
    at.send(at.store.cancel(job))
    return public(at.results.job(job))


@blueprint.post("/<job>/retry")
def retry(job: str) -> Any:
    """Take a job's failed stories up again."""
    at = context()
    retried, refs = at.store.retry(job)
    at.send(refs)
    return {"retried": retried, "job": public(at.results.job(job))}


def public(job: Job) -> dict[str, Any]:
    """A job as the API shows it: with links, and without where its files lie."""
    row = job.model_dump(mode="json", exclude={"files": {"__all__": {"path"}}})
    return row | {"links": {"self": f"/v1/jobs/{job.id}", "results": f"/v1/jobs/{job.id}/results"}}


def _require_room(redis: "Redis", share: float) -> None:
    memory: dict[str, Any] = redis.info("memory")
    limit = memory.get("maxmemory", 0)
    if limit and memory["used_memory"] > share * limit:
        raise StoreFullError(f"Redis uses {memory['used_memory']:,} of {limit:,} bytes; try again in a while")
