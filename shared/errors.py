"""Everything that goes wrong on purpose: one class per cause, its docstring the default message.

An outcome (duplicate, rejected, withheld) is a value, never an exception. ``status`` and ``slug`` are what the gateway
answers with (RFC 9457 problem details).
"""


class WiremillError(Exception):
    """Something went wrong in Wiremill."""

    status = 500
    slug = "internal"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title

    @property
    def title(self) -> str:
        """What happened, the same for every occurrence."""
        return (self.__doc__ or "").split("\n")[0].rstrip(".")


class JobNotFoundError(WiremillError):
    """There is no such job."""

    status = 404
    slug = "job-not-found"


class StoryNotFoundError(WiremillError):
    """The job has no such story."""

    status = 404
    slug = "story-not-found"


class BadRequestError(WiremillError):
    """The request cannot be understood."""

    status = 400
    slug = "bad-request"


class BadCursorError(BadRequestError):
    """The cursor is not one that this job's results gave out."""

    slug = "bad-cursor"


class UnknownFormatError(BadRequestError):
    """There is no such feed format."""

    slug = "unknown-format"


class UnknownFieldError(BadRequestError):
    """Stories have no such field."""

    slug = "unknown-field"


class EmptySubmissionError(BadRequestError):
    """Nothing was handed over."""

    slug = "empty-submission"


class TooLargeError(WiremillError):
    """The upload is larger than this gateway takes."""

    status = 413
    slug = "too-large"


class JobEndedError(WiremillError):
    """The job has already ended."""

    status = 409
    slug = "job-ended"


class JobRunningError(WiremillError):
    """The job is still running."""

    status = 409
    slug = "job-running"


class StoryKilledError(WiremillError):
    """The agency has withdrawn the story."""

    status = 410
    slug = "story-killed"


class NotWithheldError(WiremillError):
    """The story is not withheld."""

    status = 409
    slug = "not-withheld"


class StoreFullError(WiremillError):
    """The store is nearly full; try again when running jobs have finished."""

    status = 429
    slug = "store-full"


class StoreUnavailableError(WiremillError):
    """The store cannot be reached."""

    status = 503
    slug = "store-unavailable"


class NoRedisError(WiremillError):
    """No Redis or Valkey server was found on this machine."""
