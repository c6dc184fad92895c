"""The text of an e-mail: which of its MIME parts it is (RFC 2045 to 2049), and what its bytes mean."""

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from services.ingest.encoding import codec_of, decode
from services.ingest.items import ItemError
from shared.models import Content

_TAGS = re.compile(r"<(?:style|script)\b[^<>]*>[^<]*|<[^<>]*>", re.IGNORECASE)
_SAME_TEXT = 3
"""Plain text that has a third of the characters of the HTML beside it is the same text, and not just a hint."""


def content_of(message: Message) -> Content:
    """The text of the message; raises ``ItemError`` if it has none.

    Attached text is the story only where there is no other. What is no text never is, nor are attached messages.
    """
    parts = list(_leaves(message))
    inline = [part for part in parts if part.get_content_disposition() != "attachment"]
    for candidates in (inline, parts):
        plain, html = _joined(candidates, "text/plain"), _joined(candidates, "text/html")
        if plain and len(plain) * _SAME_TEXT >= len(_TAGS.sub("", html)):
            return Content(text=plain)
        if html:
            return Content(text=html, type="text/html")
    held = ", ".join(dict.fromkeys(_type(part) for part in parts))[:200] or "nothing"
    raise ItemError("no-text", f"it has no part that is text (it has: {held})")


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that have no parts themselves, in order; attached messages are left out."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload: Any = part.get_payload()
        if not isinstance(payload, list):
            yield part
        elif part.get_content_maintype() == "multipart":
            waiting.extend(reversed(payload))


def _type(part: Message) -> str:
    """A ``multipart`` in which the parser found no parts is plain text: its boundary was lost."""
    type = part.get_content_type()
    return "text/plain" if type.startswith("multipart/") else type


def _joined(parts: list[Message], type: str) -> str:
    """The texts of that type, with a blank line between them: pictures may stand between paragraphs."""
    texts = (_text(part) for part in parts if _type(part) == type)
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    text = _decoded(payload if isinstance(payload, bytes) else b"", _charset(part)).replace("\r\n", "\n")
    flowed = part.get_content_type() == "text/plain" and "flowed" in str(part.get_param("format", "")).lower()
    return _unflowed(text, delete_space="yes" in str(part.get_param("delsp", "")).lower()) if flowed else text


def _charset(part: Message) -> str | None:
    return codec_of(part.get_content_charset("") or "")


def _decoded(payload: bytes, codec: str | None) -> str:
    # Text in ISO 2022 is made of ASCII bytes, so it would pass for UTF-8.
    if codec and codec.startswith("iso2022"):
        try:
            return payload.decode(codec)
        except UnicodeDecodeError:
            pass
    return decode(payload, codec)


def _unflowed(text: str, *, delete_space: bool) -> str:
    """The paragraphs of ``format=flowed`` (RFC 3676): a line that ends with a space goes on in the next."""
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in text.split("\n"):
        quoted, signature = line.startswith(">"), line == "-- "
        line = line.removeprefix(" ")
        if goes_on and not quoted and not signature:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        goes_on = line.endswith(" ") and not quoted and not signature
        if goes_on and delete_space:
            paragraphs[-1][-1] = line[:-1]
    return "\n".join(map("".join, paragraphs))
