"""What can go wrong between a client and a gateway."""

from typing import Any, Self

from shared.errors import WiremillError


class ApiError(WiremillError):
    """The gateway refused the request.

    ``status`` is HTTP's (0: there was no whole answer); ``slug`` says which problem it is, for programs
    (``store-full``, see ``shared.errors``); ``title`` and ``detail`` say it for people.
    """

    def __init__(self, detail: str = "", *, status: int = 0, slug: str = "", title: str = "") -> None:
        self.status, self.slug, self._title = status, slug, title
        super().__init__(detail)

    @property
    def title(self) -> str:
        """What happened, the same for every occurrence."""
        return self._title or super().title

    def __str__(self) -> str:
        return f"{self._title}: {self.detail}" if self._title else self.detail

    @classmethod
    def of(cls, status: int, body: Any) -> Self:
        """From a problem document (RFC 9457); ``body`` may be anything."""
        problem = body if isinstance(body, dict) else {}
        return cls(
            str(problem.get("detail") or f"it answered {status} and did not say why"),
            status=status,
            slug=str(problem.get("type", "")).rpartition(":")[2],
            title=str(problem.get("title") or ""),
        )


class UnreachableError(ApiError):
    """The gateway cannot be reached."""


class BrokenOffError(ApiError):
    """An answer broke off; what had come of it was whole."""
