"""Requests to a gateway: patient where patience helps, and problem documents as exceptions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from wiremill.errors import ApiError, BrokenOffError, UnreachableError
from wiremill.patience import LATER, MOST_SECONDS, UNSURE, backoff, retry_after

BUSY = "idempotency-key-busy"
"""The problem of a submission that is sent again while the gateway has not noticed that the first try broke off."""


class Connection:
    """A gateway at ``url``; tries each request ``attempts`` times at most. Sleeps by ``sleep``."""

    def __init__(self, url: str, *, key: str, timeout: float, attempts: int, sleep: Callable[[float], object]) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            self._http = httpx.Client(base_url=url, headers=headers, timeout=httpx.Timeout(timeout, connect=5))
        except (httpx.InvalidURL, ValueError) as error:
            raise UnreachableError(f"{url!r} is no gateway's URL: {error}") from None
        self._attempts, self.sleep = max(1, attempts), sleep

    def close(self) -> None:
        """Close what is open."""
        self._http.close()

    def call(
        self, method: str, path: str, *, repeatable: bool | None = None, attempts: int | None = None, **options: Any
    ) -> httpx.Response:
        """The answer to a request; raises ``ApiError``.

        ``repeatable``: whether to send it again when nobody knows what became of it (a GET: yes). What was certainly
        not done is sent again in any case.
        """
        with self._answered(method, path, repeatable, attempts, stream=False, options=options) as response:
            return response

    @contextmanager
    def stream(self, path: str, *, attempts: int | None = None, **options: Any) -> Iterator[httpx.Response]:
        """An answer to a GET, to be read as it comes; raises ``BrokenOffError`` when it breaks off meanwhile."""
        with self._answered("GET", path, True, attempts, stream=True, options=options) as response:
            try:
                yield response
            except httpx.TransportError as error:
                raise BrokenOffError(f"the answer to {path} broke off: {error}; ask again") from error

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        repeatable: bool | None,
        attempts: int | None,
        *,
        stream: bool,
        options: Mapping[str, Any],
    ) -> Iterator[httpx.Response]:
        again = method == "GET" if repeatable is None else repeatable
        left = attempts or self._attempts
        failures = 0
        while True:
            left, failures = left - 1, failures + 1
            try:
                response = self._http.send(self._http.build_request(method, path, **options), stream=stream)
                error = _problem(response)
            except (httpx.TransportError, httpx.InvalidURL) as trouble:
                if not left or not (again or isinstance(trouble, httpx.ConnectError)):
                    raise self._unreachable(trouble) from trouble
                self.sleep(backoff(failures))
                continue
            if error is None:
                break
            pause = _pause(response, error, failures, again)
            if not left or pause is None:
                raise error
            self.sleep(pause)
        try:
            yield response
        finally:
            response.close()

    def _unreachable(self, trouble: Exception) -> UnreachableError:
        why = str(trouble) or type(trouble).__name__
        return UnreachableError(f"no gateway at {self._http.base_url}: {why}; start one with `wiremill up`")


def _problem(response: httpx.Response) -> ApiError | None:
    if not response.is_error:
        return None
    try:
        response.read()
        return ApiError.of(response.status_code, response.json())
    except (ValueError, httpx.StreamError):
        return ApiError.of(response.status_code, None)
    finally:
        response.close()


def _pause(response: httpx.Response, error: ApiError, failures: int, again: bool) -> float | None:
    """Seconds to wait before the next try; None where there should be none."""
    if not (error.status in LATER or error.slug == BUSY or (again and error.status in UNSURE)):
        return None
    asked = retry_after(response.headers, datetime.now(UTC))
    if asked is not None and asked > MOST_SECONDS:
        return None
    return max(backoff(failures), asked or 0)
