"""What the API answers with, beside stories: the bodies of its responses, as its description shows them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from shared.models import SCHEMA_VERSION, Job, Story

NEXT = "The cursor of the next page; null on the last one. A page may be short, or empty, before that."


class File(BaseModel):
    """A file as it was handed over."""

    name: str
    size: int


class Links(BaseModel):
    """Where to go from a job."""

    self: str
    results: str
    events: str


class JobAnswer(Job):
    """A job and its ledger, with links."""

    files: list[File]  # type: ignore[assignment]
    links: Links


class JobsPage(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobAnswer]
    next: str | None = Field(description=NEXT)


class StoriesPage(BaseModel):
    """Stories: of a job in the order of the submission, of an entity those of the newest jobs first."""

    schema_: Annotated[int, Field(alias="schema", examples=[SCHEMA_VERSION])]
    stories: list[Story]
    next: str | None = Field(description=NEXT)


class Retried(BaseModel):
    """How many stories were taken up again."""

    retried: int
    job: JobAnswer


class Health(BaseModel):
    """That all is well."""

    status: str
    store: str | None = None


class Problem(BaseModel):
    """RFC 9457: what went wrong. ``type`` says which problem it is, for programs; ``detail`` says it for people."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def job_body(job: Job) -> dict[str, Any]:
    """A job as the API shows it: with links, and without where its files lie."""
    row = job.model_dump(mode="json", exclude={"files": {"__all__": {"path"}}})
    at = f"/v1/jobs/{job.id}"
    return row | {"links": {"self": at, "results": f"{at}/results", "events": f"{at}/events"}}
