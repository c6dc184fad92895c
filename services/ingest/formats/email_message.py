"""E-mail (RFC 5322, MIME): a file with one message, or an mbox (RFC 4155) with several.

Of the standard library's parser, the policy that leaves headers alone is used: the one that parses them as well takes
seconds for a hostile megabyte, and raises what it likes. Bounds on what is parsed keep the rest linear.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from services.ingest.dates import parse_time
from services.ingest.encoding import decode
from services.ingest.formats.base import Format
from services.ingest.formats.email_body import content_of
from services.ingest.items import Item, ItemError
from services.ingest.window import Window, after
from shared.models import Content, Finding, Source, Story, Wire

_FROM_LINE = rb"From [^\r\n]{1,150}\r?\n[!-9;-~]{1,60}:"
_MESSAGE_END = after(rf"^\r?\n(?={_FROM_LINE.decode()})")
_FIELD = re.compile(rb"([!-9;-~]{1,76}):")
_KNOWN = frozenset(
    b"from to cc date subject message-id received mime-version content-type content-transfer-encoding return-path"
    b" delivered-to reply-to sender in-reply-to references dkim-signature x-received".split()
)
_ORIGIN = frozenset((b"from", b"received", b"return-path"))
_MIN_KNOWN = 3

_NAME_AND_ADDRESS = re.compile(r'\s*([^<>"()\\,]*)<([^<>\s@"]+@[^<>\s@"]+)>\s*')

_MAX_VALUE = 8_192  # bytes of a header that is read; longer ones are as if they were not there
_MAX_MULTIPARTS, _MAX_PARTS, _MAX_TYPES = 30, 1_000, 100_000
_MAX_LOOKS = 5_000_000  # each line is looked at once for each part that it is in
_MAX_COMMENTS = 20
_MULTIPART = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(
    rb"^content-(?:type|disposition|transfer-encoding):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def split(window: Window) -> Iterator[Item]:
    """The messages: of an mbox, each ends where a blank line and the ``From `` line of another follow."""
    number = 0
    while chunk := window.take(_MessageEnd()):
        if item := chunk.trimmed():
            number += 1
            yield Item(item, where=f"message {number}")


class _MessageEnd:
    """Finds the end of a message that begins with a ``From `` line; any other is the rest of the file."""

    def __init__(self) -> None:
        self._in_mbox: bool | None = None

    def __call__(self, buffer: bytes, at: int) -> tuple[int | None, int]:
        if self._in_mbox is None and buffer:
            self._in_mbox = buffer[at : at + 4_096].lstrip().startswith(b"From ")
        return _MESSAGE_END(buffer, at) if self._in_mbox else (None, len(buffer))


def parse(text: str, head: str = "") -> Story:
    """The story in a message, whose bytes are the characters of ``text`` (Latin-1). Raises ``ItemError``."""
    data = text.encode("latin-1", "replace").removeprefix(b"\xef\xbb\xbf").lstrip()
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    _check(data)
    if data.startswith(b"From "):
        data = _QUOTED_FROM.sub(rb"\1", data)
    message, content = _read(data)
    headers = _headers(message)
    name, address = _sender(headers)
    return Story(
        source=Source(
            guid=headers.get("message-id", "").strip("<> ") or None,
            provider=_words(headers.get("organization")) or address.rpartition("@")[2] or None,
        ),
        content=content,
        headline=_words(headers.get("subject")),
        byline=name,
        language=headers.get("content-language", "").split(",")[0].strip() or None,
        published=_time(headers.get("date")),
        keywords=_keywords(headers.get("keywords")),
        wire=_wire(headers),
    )


def _check(data: bytes) -> None:
    """Refuses what no mail program writes and would take long to parse."""
    multiparts = len(_MULTIPART.findall(data))
    if multiparts > _MAX_MULTIPARTS or multiparts * data.count(b"\n") > _MAX_LOOKS:
        raise ItemError("malformed-message", f"it has too many parts ({multiparts}) that have parts")
    if data.count(b"\n--") > _MAX_PARTS:
        raise ItemError("malformed-message", f"it may have more than {_MAX_PARTS} parts (lines that begin with --)")
    if sum(len(header[0]) for header in _TYPE.finditer(data)) > _MAX_TYPES:
        raise ItemError("malformed-message", f"the types of its parts take more than {_MAX_TYPES} bytes")


def _read(data: bytes) -> tuple[Message, Content]:
    try:
        message = message_from_bytes(data)
        return message, content_of(message)
    except (MessageError, LookupError, ValueError) as error:  # e.g. a parameter (RFC 2231) in the charset ``idna``
        raise ItemError("malformed-message", f"its MIME headers cannot be read: {error}") from None


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name (in lower case), on one line and decoded from bytes, but not yet from RFC 2047."""
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        raw = value.encode("ascii", "surrogateescape") if len(value) <= _MAX_VALUE else b""
        if raw and name.lower() not in headers:
            headers[name.lower()] = " ".join(_decoded(raw).split())
    return headers


def _decoded(raw: bytes) -> str:
    try:
        return decode(raw)
    except ItemError:
        return raw.decode("ascii", "replace")


def _words(value: str | None) -> str | None:
    """A header's text, its encoded words (RFC 2047) decoded; as it came where they are broken."""
    with suppress(MessageError, LookupError, ValueError):
        value = str(make_header(decode_header(value))) if value else ""
    return " ".join((value or "").split()) or None


def _sender(headers: dict[str, str]) -> tuple[str | None, str]:
    """The name of whoever it is from, if that is more than the address, and the address."""
    given = headers.get("from") or headers.get("sender") or ""
    if plain := _NAME_AND_ADDRESS.fullmatch(given):  # Python's versions differ on names that are addresses
        name, address = plain[1].strip(), plain[2]
    else:  # comments within comments are parsed by recursion
        name, address = parseaddr(given) if given.count("(") <= _MAX_COMMENTS else ("", "")
    shown = _words(name)
    return (None if shown == address else shown), address


def _time(value: str | None) -> datetime | None:
    return parse_time(re.sub(r"\s*\([^()]*\)\s*$", "", value)) if value else None


def _keywords(value: str | None) -> list[str]:
    return list(dict.fromkeys(filter(None, map(str.strip, (_words(value) or "").split(",")))))


def _wire(headers: dict[str, str]) -> Wire:
    """``Supersedes`` (RFC 4021) names the message that this one is a new version of; a reply is one to no story."""
    for name, kind, says in (("supersedes", "update", "update"), ("in-reply-to", "story", "reply")):
        if value := headers.get(name):
            finding = Finding(says=says, field=name.title(), text=value)
            return Wire(kind=kind, of=value.split()[0].strip("<>") or None, findings=[finding])
    return Wire()


def sniff(head: bytes) -> bool:
    """Whether it begins with a block of headers of which several are those of mail, and one says where it is from."""
    lines = head.lstrip().split(b"\n")
    if lines[0].startswith(b"From "):
        lines = lines[1:]
    names = set()
    for line in lines:
        if not line.strip():
            break
        if line[:1] in b" \t" or line.startswith(b">From "):
            continue
        field = _FIELD.match(line)
        if field is None:
            # The last line of what is seen may be cut off within its name.
            if line is not lines[-1]:
                return False
            break
        names.add(field[1].lower())
    return len(names & _KNOWN) >= _MIN_KNOWN and bool(names & _ORIGIN)


FORMAT = Format("email", "E-mail: a message, or an mbox", sniff, split, parse, bytewise=True)
