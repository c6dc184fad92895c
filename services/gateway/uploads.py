"""Take an upload into the spool as it arrives: one file as the body, or many as multipart/form-data."""

from collections.abc import Iterator
from typing import IO, Any

from flask import Request

from shared.errors import EmptySubmissionError
from shared.models import SpoolFile
from shared.spool import Spool, display_name

CHUNK = 256 * 1024


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
        path, file = self.spool.create(self.job, len(self.spooled))
        self.spooled.append((path, file))
        return file


def receive(request: Any, spool: Spool, job: str, *, limit: int) -> list[SpoolFile]:
    """The files of a request, in the spool; raises ``EmptySubmissionError`` or ``TooLargeError``."""
    request.spool, request.job, request.spooled = spool, job, []
    if request.mimetype == "multipart/form-data":
        files = list(_multipart(request))
    else:
        name = display_name(request.args.get("name"))
        files = [spool.write(job, 0, name, _chunks(request.stream), limit=limit)]
    if not any(file.size for file in files):
        raise EmptySubmissionError("send a feed as the body, or files as multipart/form-data; all of it was empty")
    return files


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _multipart(request: Any) -> Iterator[SpoolFile]:
    for _, storage in request.files.items(multi=True):
        path = next(path for path, file in request.spooled if file is storage.stream)
        storage.stream.seek(0, 2)
        size = storage.stream.tell()
        storage.close()
        yield SpoolFile(name=display_name(storage.filename), path=path, size=size)
