"""Feeds on the web, fetched as their publishers would have it: only when they have changed, and not too often."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter, ValidationError

from shared.errors import WiremillError
from shared.models import Options, Record, UtcTime
from wiremill.client import ApiError, Client
from wiremill.patience import retry_after

MOST_PAUSE = 24 * 3600.0
"""Seconds after which a feed is asked for again, whatever it says."""
MOST_SECONDS = 120.0
"""Seconds that one feed may take."""
REDIRECTS = 5
NOT_MODIFIED, GONE = 304, 410
SCHEMES = ("http", "https")

_XML_FEED = re.compile(rb"<(?:[\w-]+:)?(rss|feed|RDF)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_HEAD, _TAIL = 65_536, 1024


class FeedError(WiremillError):
    """A feed could not be had.

    ``after``: seconds to wait, if its server said; ``cut``: the digest of what came of it, if it was cut off.
    """

    def __init__(self, detail: str, *, after: float | None = None, cut: str | None = None) -> None:
        super().__init__(detail)
        self.after, self.cut = after, cut


class StateFileError(WiremillError):
    """The file in which it is remembered what was pulled cannot be used."""


class Known(Record):
    """What is remembered of a feed."""

    etag: str | None = None
    modified: str | None = None  # its Last-Modified
    digest: str | None = None  # of what was submitted last
    cut: str | None = None  # digest of what came since and seemed to be cut off
    ttl: float = 0  # seconds that the feed itself asked for
    due: UtcTime = datetime.fromtimestamp(0, UTC)  # not to be asked for before
    failures: int = 0  # in a row
    gone: bool = False  # it said that it will not come back


_STATE = TypeAdapter(dict[str, Known])


class StateFile:
    """What is known of each feed, by its URL, in a small file that is always whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.known = _STATE.validate_json(path.read_bytes())
        except FileNotFoundError:
            self.known = {}
            path.parent.mkdir(parents=True, exist_ok=True)
        except ValidationError:
            raise StateFileError(
                f"{path} is not what `wiremill pull` writes; remove it, or name another --state"
            ) from None

    def put(self, url: str, known: Known) -> None:
        """Remember. URLs may hold passwords, so the file is for its owner only."""
        self.known[url] = known
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(_STATE.dump_json(self.known, indent=1))
        os.replace(part, self._path)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of asking for a feed, and when it will be asked for again."""

    url: str
    what: Literal["submitted", "unchanged", "failed", "gone"]
    due: datetime
    job: str | None = None
    why: str | None = None


def check_url(url: str) -> str:
    """The URL itself; raises ``ValueError`` for one that is not of the web."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError(f"{url[:100]!r} is not like https://example.org/feed.xml")
    return url


def without_password(url: str) -> str:
    """A URL to be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def browser() -> httpx.Client:
    """Fetches feeds: asks again where it is sent, a few times, and only on the web."""
    agent = f"wiremill/{version('wiremill')} (feed reader)"
    return httpx.Client(
        headers={"User-Agent": agent, "Accept": "application/rss+xml, application/atom+xml, */*;q=0.5"},
        follow_redirects=True,
        max_redirects=REDIRECTS,
        timeout=httpx.Timeout(30, connect=10),
    )


class Puller:
    """Asks for feeds when they are due and submits those that have changed. ``tell`` hears what came of each."""

    def __init__(
        self,
        http: httpx.Client,
        client: Client,
        options: Options,
        state: StateFile,
        *,
        interval: float,
        max_bytes: int,
        tell: Callable[[Pulled], None],
    ) -> None:
        self._http, self._client, self._options, self._state, self._tell = http, client, options, state, tell
        self._interval, self._max_bytes = interval, max_bytes

    def due(self, url: str) -> datetime | None:
        """When to ask for a feed again; None for one that is gone."""
        known = self._state.known.get(url, Known())
        return None if known.gone else known.due

    def pull(self, url: str) -> None:
        """Ask for a feed. Raises ``ApiError`` where the gateway wants (another) key."""
        known = self._state.known.get(url, Known())
        job = why = None
        try:
            answer = self._fetch(url, known)
            known, job = self._taken(url, known, answer)
            what: Literal["submitted", "unchanged", "failed", "gone"] = "submitted" if job else "unchanged"
            if known.gone:
                what, why = "gone", "its server says that it will not come back; it is not asked for again"
        except (FeedError, ApiError) as error:
            if isinstance(error, ApiError) and error.status in (401, 403):
                raise
            what, why = "failed", str(error)
            known = self._failed(known, error)
        self._state.put(url, known)
        self._tell(Pulled(without_password(url), what, known.due, job, why))

    def _fetch(self, url: str, known: Known) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body; raises ``FeedError``."""
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        sent = {name: value for name, value in headers.items() if value}
        try:
            with self._http.stream("GET", url, headers=sent) as response:
                if response.is_error and response.status_code != GONE:
                    after = retry_after(response.headers, datetime.now(UTC))
                    raise FeedError(f"it answered {response.status_code} {response.reason_phrase}", after=after)
                return response.status_code, response.headers, self._body(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FeedError(f"it could not be fetched: {error or type(error).__name__}") from error

    def _body(self, response: httpx.Response) -> bytes:
        deadline, body = time.monotonic() + MOST_SECONDS, bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._max_bytes:
                raise FeedError(f"it is larger than {self._max_bytes:,} bytes; allow more with --max-bytes")
            if time.monotonic() > deadline:
                raise FeedError(f"it had not come after {MOST_SECONDS:g} s")
        return bytes(body)

    def _taken(self, url: str, known: Known, answer: tuple[int, Mapping[str, str], bytes]) -> tuple[Known, str | None]:
        """What is known of a feed after an answer, and the job that was made of it, if it had changed."""
        status, headers, body = answer
        ttl = _TTL.search(body, 0, _HEAD)
        asked = int(ttl[1]) * 60 if ttl else known.ttl if status == NOT_MODIFIED else 0
        due = datetime.now(UTC) + timedelta(seconds=pause(self._interval, headers, asked))
        known = known.model_copy(update={"due": due, "failures": 0, "ttl": asked, "gone": status == GONE})
        if status in (NOT_MODIFIED, GONE):
            return known, None
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        job = None if digest == known.digest else self._submitted(url, body, digest, known.cut)
        kept = {"etag": headers.get("etag"), "modified": headers.get("last-modified"), "digest": digest, "cut": None}
        return known.model_copy(update=kept), job

    def _submitted(self, url: str, body: bytes, digest: str, cut: str | None) -> str:
        """The job that is made of a feed."""
        if not body.strip():
            raise FeedError("there is nothing in it")
        if is_cut_off(body) and digest != cut:
            why = "it is cut off: it ends before it is closed; if the same comes again, it is taken as it is"
            raise FeedError(why, cut=digest)
        said = f"{url}\n{digest}\n{self._options.model_dump_json()}"
        key = f"pull-{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"
        return self._client.submit([(name_of(url), body)], self._options, idempotency_key=key).id

    def _failed(self, known: Known, error: FeedError | ApiError) -> Known:
        after, cut = (error.after, error.cut) if isinstance(error, FeedError) else (None, None)
        seconds = min(MOST_PAUSE, max(self._interval * 2.0 ** min(known.failures, 16), after or 0))
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        return known.model_copy(update={"failures": known.failures + 1, "due": due, "cut": cut or known.cut})


def pause(interval: float, headers: Mapping[str, str], ttl: float) -> float:
    """Seconds to leave a feed alone: the longest of what we, its server (Cache-Control) and the feed itself (``<ttl>``)
    ask for, a day at most.
    """
    age = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(MOST_PAUSE, max(interval, float(age[1]) if age else 0, ttl))


def is_cut_off(body: bytes) -> bool:
    """Whether a body begins as RSS or Atom and does not end as it should: a connection that broke may look whole."""
    opening = _XML_FEED.search(body, 0, _HEAD)
    return opening is not None and not re.search(rb"</(?:[\w-]+:)?" + opening[1] + rb"\s*>", body[-_TAIL:])


def name_of(url: str) -> str:
    """What to call a feed's file."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return f"{parts.hostname}-{last or 'feed'}"
