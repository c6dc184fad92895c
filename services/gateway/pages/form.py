"""What a person chose on the first page."""

from importlib import resources
from typing import Any, TypeVar, get_args

from flask import request
from pydantic import BaseModel, ValidationError

from services.gateway import queries, uploads
from services.gateway.context import context
from shared.models import OptionalStage, Options, SpoolFile

OPTIONAL: tuple[str, ...] = get_args(OptionalStage)
SAMPLE = "sample.ndjson"
"""Stories made up for a first try, shipped with the page."""

Model = TypeVar("Model", bound=BaseModel)

_FIELDS = ("format", "summary_sentences")


def receive(job: str) -> tuple[list[SpoolFile], Options]:
    """Files and text of the form, in the spool, and its options."""
    at = context()
    files = uploads.receive(request, at.spool, job, limit=at.settings.max_upload_bytes).files
    chosen = {name: request.form[name] for name in _FIELDS if request.form.get(name)}
    asked = checked(queries.Submission, chosen | {"skip": request.form.getlist("skip")})
    return files, queries.merged(None, asked, settings=at.settings)


def receive_sample(job: str) -> tuple[list[SpoolFile], Options]:
    """The sample stories, in the spool."""
    stories = (resources.files(__package__) / SAMPLE).read_bytes()
    return [context().spool.write(job, 0, SAMPLE, [stories], limit=len(stories))], Options()


def checked(model: type[Model], given: dict[str, Any]) -> Model:
    """What was given, as a model; raises ``BadRequestError``."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise queries.refuse(error) from None
