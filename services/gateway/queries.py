"""What a request may ask for: its path, its query string, its headers, as models that check and document them."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from shared.addresses import check_url
from shared.errors import BadRequestError, UnknownParameterError
from shared.exports import EXPORTS
from shared.fields import check_fields, parse_fields
from shared.formats import FORMATS, check_format
from shared.models import JobState, OptionalStage, Options, Priority, State, UtcTime
from shared.settings import Settings

MAX_PAGE = 1000
MAX_WAIT = 60.0


def require_known(given: Sequence[str], known: Sequence[str], what: str = "parameter") -> None:
    """Raises ``UnknownParameterError``, with the nearest name there is, for one that there is not."""
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
            raise UnknownParameterError(f"there is no {what} {name[:50]!r}; {hint}")


def refuse(error: ValidationError) -> BadRequestError:
    """What a request did wrong, in words: the first thing of all."""
    first = error.errors(include_url=False, include_context=False)[0]
    name = ".".join(map(str, first["loc"][:1]))
    message = first["msg"].removeprefix("Value error, ")
    return BadRequestError(f"{name}={str(first['input'])[:50]!r}: {message[0].lower()}{message[1:]}")


class Given(BaseModel):
    """Base of what a request gives beside its body."""

    @classmethod
    @cache
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        """Kept, since the library asks for it with each request, and making it takes longer than answering most.

        Without null, which nobody can write in a URL: it means that nothing was given.
        """
        schema = super().model_json_schema(**options)
        for field in schema.get("properties", {}).values():
            if field.get("default", "") is None:
                del field["default"]
            kinds = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
            field |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {}
        return schema


class Query(Given):
    """Base of the query strings. A parameter that there is not is refused: a misspelt one would do nothing."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        require_known(list(given), [field.alias or name for name, field in cls.model_fields.items()])
        return given


class Nothing(Query):
    """For routes that take no parameters."""


class JobPath(Given):
    """The path of a job."""

    job: str = Field(description="The job's id.", examples=["0193690dfa1c2f7c1d9e8b4"])


class StoryPath(JobPath):
    """The path of a story."""

    seq: int = Field(ge=0, description="The story's place in its job, from 0 on.", examples=[7])


class ClusterPath(Given):
    """The path of a cluster."""

    cluster: str = Field(
        description="`dedup.cluster` of a story, or any story's `id`.", examples=["0193690dfa1c2f7c1d9e8b40-7"]
    )


class EntityPath(Given):
    """The path of an entity."""

    key: str = Field(description="The `id` in a story's `entities`.", examples=["gpe:iso-KR"])


def _split(given: Any) -> Any:
    """Several values, as ``state=done&state=failed`` or ``state=done,failed``."""
    parts = [given] if isinstance(given, str) else given
    return [name for part in parts for name in part.split(",")]


def _pairs(given: Any) -> Any:
    return dict(pair.partition("=")[::2] for pair in ([given] if isinstance(given, str) else given))


Limit = Annotated[int, Field(ge=1), AfterValidator(lambda rows: min(rows, MAX_PAGE))]
Page = Field(description=f"How many to give at once, at most; more than {MAX_PAGE} is {MAX_PAGE}.")
Cursor = Field(description="The `next` of the page before.")
Pairs = Annotated[
    list[Annotated[str, Field(pattern=r"^[^=]{1,64}=[\s\S]{0,512}$")]],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    Field(max_length=16),
]


class JobsQuery(Query):
    """Which jobs to list."""

    limit: Limit = Field(50, description=Page.description)
    cursor: str | None = Field(None, description=Cursor.description)
    state: Annotated[list[JobState], BeforeValidator(_split)] = Field([], description="Only jobs in these states.")
    created_after: UtcTime | None = Field(None, description="Only jobs made at this time or later (RFC 3339).")
    created_before: UtcTime | None = Field(None, description="Only jobs made at this time or earlier.")
    metadata: Pairs = Field([], description="`key=value`: only jobs with this in their metadata. May be repeated.")


class JobQuery(Query):
    """How to ask for a job."""

    wait: Annotated[float, Field(ge=0, allow_inf_nan=False), AfterValidator(lambda wait: min(wait, MAX_WAIT))] = Field(
        0, description=f"Seconds to wait for the job to end; more than {MAX_WAIT:g} are {MAX_WAIT:g}."
    )


class ResultsQuery(Query):
    """Which stories, and in which form."""

    limit: Limit = Field(100, description=Page.description)
    cursor: str | None = Field(None, description=Cursor.description, examples=["s100"])
    format: Literal["json", *EXPORTS] | None = Field(  # type: ignore[valid-type]
        None, description="`json` is one page; the others are streams of all stories. `Accept` does as well."
    )
    state: Annotated[list[State], BeforeValidator(_split)] = Field(
        [], description="Only stories in these states; otherwise all that have come to their end."
    )
    entity: str | None = Field(None, description="Only stories that name it: the id of an entity, or a name.")
    language: str | None = Field(None, description="Only stories in this language; `en` takes in `en-GB`.")
    relation: Literal["original", "exact", "near", "update", "correction", "related"] | None = Field(
        None, description="Only stories so related to others (`dedup.relation`)."
    )
    q: str | None = Field(None, max_length=200, description="Words that stand in the headline or body, all of them.")


class SummaryQuery(Query):
    """How long a summary to make."""

    sentences: int = Field(3, ge=1, le=20, description="How many sentences, at most.")


class EntityQuery(Query):
    """Which stories about an entity."""

    limit: Limit = Field(100, description=Page.description)
    cursor: str | None = Field(None, description=Cursor.description)


class Submission(Query):
    """What is asked for a job, with its files."""

    name: str | None = Field(None, description="What to call a file sent as the body.", examples=["feed.xml"])
    format: str | None = Field(
        None,
        description="The format of all its files; otherwise told by their content.",
        json_schema_extra={"enum": list(FORMATS)},
    )
    map: str | None = Field(
        None,
        description="From which fields of your records the fields of stories are read.",
        examples=["headline:Titel,text:article.body"],
    )
    skip: Annotated[list[OptionalStage], BeforeValidator(_split)] | None = Field(
        None, description="Stages that its stories are not to pass."
    )
    stages: Annotated[list[Literal["clean", OptionalStage]], BeforeValidator(_split)] | None = Field(
        None, description="Stages that its stories are to pass; `clean` always is one. The opposite of `skip`."
    )
    summary_sentences: int | None = Field(None, ge=0, le=50, description="Sentences in each summary, at most.")
    summary_words: int | None = Field(None, ge=1, le=5_000, description="Words in each summary, at most.")
    priority: Priority | None = Field(None, description="`low` gives way to other jobs, `high` goes before them.")
    retention_hours: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Hours its results are kept; not more than the gateway's own."
    )
    metadata: Pairs | None = Field(None, description="`key=value`, handed back untouched. May be repeated.")

    webhook: str | None = Field(
        None, max_length=2000, description="URL to be told of the job's end, and of kills and releases after it."
    )

    def options(self) -> dict[str, Any]:
        """What it says of ``Options``; raises ``BadRequestError``."""
        if self.skip is not None and self.stages is not None:
            raise BadRequestError("say either `skip` or `stages`, not both")
        said = self.model_dump(exclude={"name", "map", "stages"}, exclude_none=True)
        if self.stages is not None:
            said["skip"] = {"dedup", "entities", "summarise"} - set(self.stages)
        if self.metadata is not None:
            said["metadata"] = _pairs(self.metadata)
        if self.map is not None:
            said["fields"] = parse_fields(self.map)
        check_format(self.format)
        return said


class SubmissionHeader(Given):
    """Headers of a submission."""

    idempotency_key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")] | None = Field(
        None, alias="Idempotency-Key", description="Any unique string: the same submission again gives the same job."
    )


class ResumeHeader(Given):
    """Headers of an event stream."""

    last_event_id: str | None = Field(
        None, alias="Last-Event-ID", description="The id of the last event seen; what came after it is sent.",
        pattern=r"^\d{1,15}-\d{1,10}$",
    )  # fmt: skip


class ConditionHeader(Given):
    """Headers of what may not have changed."""

    if_none_match: str | None = Field(None, alias="If-None-Match", description="An `ETag` that is known already.")


def merged(part: str | None, query: Submission, *, settings: Settings) -> Options:
    """Options from the part `options` (JSON) of a form and from the query string, which comes first.

    Raises ``BadRequestError``.
    """
    try:
        said = Options.model_validate_json(part).model_dump(exclude_unset=True) if part else {}
        options = Options.model_validate(said | query.options())
    except ValidationError as error:
        unknown = [str(one["loc"][0]) for one in error.errors() if one["type"] == "extra_forbidden"]
        require_known(unknown, list(Options.model_fields), "option")
        raise refuse(error) from None
    check_format(options.format)
    check_fields(options.fields)
    most_hours = settings.retention_hours
    if options.retention_hours and options.retention_hours > most_hours:
        raise BadRequestError(f"retention_hours={options.retention_hours:g}: results are kept {most_hours:g} at most")
    if options.webhook is not None:
        check_url(options.webhook, allow_private=settings.webhook_allow_private)
    return options
