"""Take an upload into the spool as it arrives: one file as the body, or many as multipart/form-data."""

from collections.abc import Iterator
from typing import IO, Any

from flask import Request

from shared.errors import BadRequestError, EmptySubmissionError
from shared.models import SpoolFile
from shared.spool import Spool, display_name

CHUNK = 256 * 1024
MAX_FILES = 20_000
"""Files of one submission, at most; more belong into an archive."""


class SpoolingRequest(Request):
    """A request whose multipart files go straight to the spool, never through memory or a second copy."""

    spool: Spool
    job: str
    spooled: list[tuple[str, IO[bytes]]]

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.spooled:  # the part before is complete; thousands of open files would be too many
            self.spooled[-1][1].close()
        path, file = self.spool.create(self.job, len(self.spooled))
        self.spooled.append((path, file))
        return file

    def close_spooled(self) -> None:
        """Close what is open, also after an upload that broke off."""
        for _, file in self.spooled:
            file.close()


def receive(request: Any, spool: Spool, job: str, *, limit: int) -> list[SpoolFile]:
    """The files of a request, in the spool; raises ``EmptySubmissionError``, ``TooLargeError``
    or, when it broke off, ``BadRequestError``.
    """
    request.spool, request.job, request.spooled = spool, job, []
    if request.mimetype == "multipart/form-data":
        try:
            request.files  # noqa: B018 – reads them
        finally:
            request.close_spooled()
        files = _multipart(request, spool)
    else:
        name = display_name(request.args.get("name"))
        files = [spool.write(job, 0, name, _chunks(request.stream), limit=limit)]
        # gunicorn ends the stream of a client that went away as if it were whole.
        if request.content_length is not None and files[0].size < request.content_length:
            raise BadRequestError(f"the upload broke off after {files[0].size:,} of {request.content_length:,} bytes")
    if not any(file.size for file in files):
        raise EmptySubmissionError("send a feed as the body, or files as multipart/form-data; all of it was empty")
    return files


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _multipart(request: Any, spool: Spool) -> list[SpoolFile]:
    names = {id(storage.stream): display_name(storage.filename) for _, storage in request.files.items(multi=True)}
    # In the order in which they came, whatever the fields are called; without one that broke off.
    whole = [(path, names[id(file)]) for path, file in request.spooled if id(file) in names]
    return [SpoolFile(name=name, path=path, size=spool.size(path)) for path, name in whole]
