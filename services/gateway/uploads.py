"""Take an upload into the spool as it arrives: one file as the body, or many as multipart/form-data."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import HTTPException

from shared.errors import BadRequestError, EmptySubmissionError, UnsupportedEncodingError
from shared.models import Options, SpoolFile
from shared.spool import Spool, display_name

CHUNK = 256 * 1024
DRAINED = 64 * 1024 * 1024
"""Bytes of a refused upload that are still read, at most."""
MAX_FILES = 20_000
"""Files of one submission, at most; more belong into an archive."""
OPTIONS_PART = "options"
TEXT_PART = "text"
"""A field of a form whose text counts as a file."""
PASTED = "pasted.txt"
MAX_TEXT = 4_000_000
"""Bytes of a form that are not files, at most: they are read into memory."""
ENCODINGS = ("identity", "gzip", "x-gzip", "zstd")
"""Content codings of a body, which ingest opens like any packed file."""


class Digested:
    """A file that knows the size and the digest of what is written to it."""

    def __init__(self, file: IO[bytes], beat: Callable[[], None]) -> None:
        self._file, self._beat = file, beat
        self._digest = hashlib.blake2b(digest_size=16)
        self.size = 0

    def write(self, part: bytes) -> int:
        """Write, and count it in."""
        self._beat()
        self._digest.update(part)
        self.size += len(part)
        return self._file.write(part)

    def seek(self, place: int) -> int:
        """The parser of forms goes back to the start for whoever reads next; nobody does, and not every spool can."""
        return place

    @property
    def digest(self) -> str:
        """Of all that was written."""
        return self._digest.hexdigest()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class SpoolingRequest(Request):
    """A request whose multipart files go straight to the spool, never through memory or a second copy."""

    spool: Spool
    job: str
    beat: Callable[[], None]
    spooled: list[tuple[str, Digested]]

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
        self.spooled.append((path, Digested(file, self.beat)))
        return self.spooled[-1][1]  # type: ignore[return-value]

    def close_spooled(self) -> None:
        """Close what is open, also after an upload that broke off."""
        for _, file in self.spooled:
            file.close()


@dataclass(frozen=True, slots=True)
class Upload:
    """What was handed over: files in the spool, with their digests, and options if they came as a part of a form."""

    files: list[SpoolFile]
    digests: list[str]
    options: str | None = None

    def fingerprint(self, options: Options) -> str:
        """The same for the same files, in the same order, submitted with the same options."""
        files = [(file.name, file.size, digest) for file, digest in zip(self.files, self.digests, strict=True)]
        whole = json.dumps([files, options.model_dump(mode="json")], sort_keys=True)
        return hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()


def receive(request: Any, spool: Spool, job: str, *, limit: int, beat: Callable[[], None] = lambda: None) -> Upload:
    """The files of a request, in the spool; ``beat`` is called as they come.

    Raises ``EmptySubmissionError``, ``TooLargeError``, ``UnsupportedEncodingError`` or, when it broke off,
    ``BadRequestError``.
    """
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding not in ENCODINGS:
        raise UnsupportedEncodingError(f"Content-Encoding {coding[:50]!r} is not read; send {', '.join(ENCODINGS)}")
    request.spool, request.job, request.beat, request.spooled = spool, job, beat, []
    if request.mimetype == "multipart/form-data":
        try:
            request.files  # noqa: B018 – reads them
        finally:
            request.close_spooled()
        upload = _multipart(request, spool)
    else:
        upload = _body(request, spool, job, limit, beat)
    if not any(file.size for file in upload.files):
        raise EmptySubmissionError("send a feed as the body, or files as multipart/form-data; all of it was empty")
    return upload


def drain(request: Any) -> None:
    """Read on, to no purpose, for a while: a client that is still sending would not see why it was refused."""
    with suppress(HTTPException, OSError):
        for _ in range(DRAINED // CHUNK):
            if not request.stream.read(CHUNK):
                break


def _body(request: Any, spool: Spool, job: str, limit: int, beat: Callable[[], None]) -> Upload:
    digest = hashlib.blake2b(digest_size=16)

    def chunks() -> Iterator[bytes]:
        while chunk := request.stream.read(CHUNK):
            beat()
            digest.update(chunk)
            yield chunk

    file = spool.write(job, 0, display_name(request.args.get("name")), chunks(), limit=limit)
    # gunicorn ends the stream of a client that went away as if it were whole.
    if request.content_length is not None and file.size < request.content_length:
        raise BadRequestError(f"the upload broke off after {file.size:,} of {request.content_length:,} bytes")
    return Upload([file], [digest.hexdigest()])


def _multipart(request: Any, spool: Spool) -> Upload:
    names = {id(storage.stream): storage.filename for _, storage in request.files.items(multi=True)}
    # In the order in which they came, whatever the fields are called; without one that broke off.
    whole = [(path, file) for path, file in request.spooled if id(file) in names]
    found = [(names[id(file)], path, file.size, file.digest) for path, file in whole]
    # A browser sends an empty part without a name for a field in which no file was chosen.
    chosen = [row for row in found if row[0] or row[2]]
    files = [SpoolFile(name=display_name(name), path=path, size=size) for name, path, size, _ in chosen]
    digests = [digest for *_, digest in chosen]
    if text := request.form.get(TEXT_PART, "").encode():
        files.append(spool.write(request.job, len(request.spooled), PASTED, [text], limit=MAX_TEXT))
        digests.append(hashlib.blake2b(text, digest_size=16).hexdigest())
    return Upload(files, digests, request.form.get(OPTIONS_PART))
