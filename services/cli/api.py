"""A running gateway, as the command line talks to it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

from shared.errors import WiremillError
from shared.models import Cluster, Job, SpoolFile, Story, split_id

MULTIPART_FIELD = "files"


class ApiError(WiremillError):
    """The gateway refused the request."""


class Api:
    """Calls to the gateway at ``url``; each raises ``ApiError`` with the gateway's own words."""

    def __init__(self, url: str, *, key: str = "") -> None:
        """``key``: an API key, where the gateway asks for one."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=httpx.Timeout(90, connect=5))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def submit(self, paths: Sequence[Path], *, format: str | None, fields: str) -> Job:
        """Upload files as one job; ``fields`` as ``shared.fields.parse_fields`` reads them."""
        params = {name: value for name, value in {"format": format, "map": fields}.items() if value}
        with ExitStack() as stack:
            files = [(MULTIPART_FIELD, (path.name, stack.enter_context(path.open("rb")))) for path in paths]
            return _job(self._call("POST", "/v1/jobs", params=params, files=files))

    def job(self, job: str, *, wait: float = 0) -> Job:
        """A job, at once or when it has ended (at most ``wait`` seconds, 60 at most)."""
        return _job(self._call("GET", f"/v1/jobs/{quote(job, safe='')}", params={"wait": wait} if wait else {}))

    def jobs(self) -> list[Job]:
        """The newest jobs."""
        return [_job(row) for row in self._call("GET", "/v1/jobs")["jobs"]]

    def cancel(self, job: str) -> Job:
        """Stop a job."""
        return _job(self._call("POST", f"/v1/jobs/{quote(job, safe='')}/cancel"))

    def retry(self, job: str) -> int:
        """Take a job's failed stories up again; returns how many."""
        return int(self._call("POST", f"/v1/jobs/{quote(job, safe='')}/retry")["retried"])

    def release(self, id: str) -> Story:
        """Let a withheld story out; returns it."""
        try:
            job, seq = split_id(id)
        except ValueError:
            raise ApiError(f"{id!r} is no story's id; they look like JOB-7") from None
        return Story.model_validate(self._call("POST", f"/v1/jobs/{quote(job, safe='')}/results/{seq}/release"))

    def cluster(self, id: str) -> Cluster:
        """The stories that tell the same as a story, by its id."""
        return Cluster.model_validate(self._call("GET", f"/v1/clusters/{quote(id, safe='')}"))

    def stories(self, job: str, states: Sequence[str]) -> Iterator[Story]:
        """The job's stories, streamed."""
        params: dict[str, Any] = {"format": "ndjson", "state": list(states)}
        with self._client.stream("GET", f"/v1/jobs/{quote(job, safe='')}/results", params=params) as response:
            if response.is_error:
                response.read()
            _check(response)
            for line in response.iter_lines():
                yield Story.model_validate_json(line)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        try:
            response = self._client.request(method, path, **options)
        except httpx.TransportError as error:
            raise ApiError(f"no gateway at {self._client.base_url}: {error}; start one with `wiremill up`") from error
        _check(response)
        return response.json()


def _check(response: httpx.Response) -> None:
    if response.is_error:
        try:
            problem = response.json()
            raise ApiError(f"{problem['title']}: {problem['detail']}")
        except (ValueError, KeyError):
            raise ApiError(f"the gateway answered {response.status_code}") from None


def _job(row: dict[str, Any]) -> Job:
    known = {name: value for name, value in row.items() if name in Job.model_fields}
    known["files"] = [SpoolFile(path="", **file) for file in row.get("files", [])]
    return Job(**known)
