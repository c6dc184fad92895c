"""Everything that goes wrong on purpose: one class per cause, its docstring the default message.

An outcome (duplicate, rejected, withheld) is a value, never an exception. ``status`` and ``slug`` are what the gateway
answers with (RFC 9457 problem details); ``headers`` go with the answer.
"""

from collections.abc import Mapping


class WiremillError(Exception):
    """Something went wrong in Wiremill."""

    status = 500
    slug = "internal"
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = {**self.headers, **(headers or {})}

    @property
    def title(self) -> str:
        """What happened, the same for every occurrence."""
        return title_of(type(self))


def title_of(kind: type[WiremillError]) -> str:
    """What happened when such an error is raised."""
    return (kind.__doc__ or "").split("\n")[0].rstrip(".")


class JobNotFoundError(WiremillError):
    """There is no such job."""

    status = 404
    slug = "job-not-found"


class StoryNotFoundError(WiremillError):
    """The job has no such story."""

    status = 404
    slug = "story-not-found"


class ClusterNotFoundError(WiremillError):
    """There is no such cluster."""

    status = 404
    slug = "cluster-not-found"


class BadRequestError(WiremillError):
    """The request cannot be understood."""

    status = 400
    slug = "bad-request"


class BadCursorError(BadRequestError):
    """The cursor is not one that was given out."""

    slug = "bad-cursor"


class UnknownParameterError(BadRequestError):
    """There is no such parameter."""

    slug = "unknown-parameter"


class UnknownFormatError(BadRequestError):
    """There is no such feed format."""

    slug = "unknown-format"


class UnknownFieldError(BadRequestError):
    """Stories have no such field."""

    slug = "unknown-field"


class EmptySubmissionError(BadRequestError):
    """Nothing was handed over."""

    slug = "empty-submission"


class NotAcceptableError(WiremillError):
    """The result is not to be had in any of the forms asked for."""

    status = 406
    slug = "not-acceptable"


class UnsupportedEncodingError(WiremillError):
    """The upload is encoded in a way that is not read here."""

    status = 415
    slug = "unsupported-encoding"


class KeyBusyError(WiremillError):
    """A submission with the same Idempotency-Key is under way."""

    status = 409
    slug = "idempotency-key-busy"
    headers: Mapping[str, str] = {"Retry-After": "5"}


class KeyReusedError(WiremillError):
    """The Idempotency-Key was used for another submission."""

    status = 422
    slug = "idempotency-key-reused"


class BadWebhookError(BadRequestError):
    """A webhook cannot be sent there."""

    slug = "bad-webhook"


class NoKeyError(WiremillError):
    """The request carries no valid key."""

    status = 401
    slug = "no-key"


class NotAllowedError(WiremillError):
    """The key does not allow this."""

    status = 403
    slug = "not-allowed"


class CrossSiteError(NotAllowedError):
    """The request comes from the page of another site."""

    slug = "cross-site"


class TooManyRequestsError(WiremillError):
    """There were too many requests."""

    status = 429
    slug = "too-many-requests"


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


class NewerFormatError(WiremillError):
    """This process is older than those that wrote the batch."""

    status = 503
    slug = "newer-format"


class SpoolFullError(WiremillError):
    """There is no room for uploads; nothing of this one was kept."""

    status = 507
    slug = "spool-full"
    headers: Mapping[str, str] = {"Retry-After": "60"}


class SpoolUnavailableError(WiremillError):
    """The object store for uploads cannot be reached, or refuses."""

    status = 503
    slug = "spool-unavailable"
    headers: Mapping[str, str] = {"Retry-After": "10"}


class StoreFullError(WiremillError):
    """The store is nearly full; try again when running jobs have finished."""

    status = 429
    slug = "store-full"
    headers: Mapping[str, str] = {"Retry-After": "10"}


class StoreUnavailableError(WiremillError):
    """The store cannot be reached."""

    status = 503
    slug = "store-unavailable"
    headers: Mapping[str, str] = {"Retry-After": "10"}


class NoRedisError(WiremillError):
    """No Redis or Valkey server was found on this machine."""


class BadSettingError(WiremillError):
    """A setting cannot be followed."""

    slug = "bad-setting"
