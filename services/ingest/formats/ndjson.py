"""Newline-delimited JSON: one object a line (https://github.com/ndjson/ndjson-spec), also called JSON Lines."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from services.ingest.fields import story_from
from services.ingest.formats.base import Format
from services.ingest.items import Item, ItemError
from services.ingest.window import Window, line
from shared.models import Story


def split(window: Window) -> Iterator[Item]:
    """The lines that are not blank."""
    number = 0
    while chunk := window.take(line):
        number += 1
        if item := chunk.trimmed():
            yield Item(item, where=f"line {number}")


def parse(text: str, head: str = "") -> Story:
    """The story in one JSON object; raises ``ItemError``."""
    return story_from(load(text))


def load(text: str, head: str = "") -> Mapping[str, Any]:
    """The JSON object in ``text``; raises ``ItemError``, saying what is wrong with it."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ItemError("malformed-json", f"{error.msg} at character {error.pos}; {_around(text, error.pos)}") from None
    if not isinstance(value, dict):
        raise ItemError("malformed-json", f"a JSON object is expected, not {type(value).__name__}")
    return value


def _around(text: str, at: int) -> str:
    return f"near {text[max(0, at - 20) : at + 20]!r}" if text else "nothing there"


def sniff(head: bytes) -> bool:
    """Whether there are lines that are objects by themselves, at least two (one is a JSON document)."""
    lines = [text for text in (part.strip() for part in head.split(b"\n")) if text]
    if not head.lstrip().startswith(b"{") or len(lines) < 2:
        return False
    if len(lines[0]) > 1 and lines[0].endswith(b"}") and lines[1].startswith(b'{"'):
        return True
    return sum(text.startswith(b'{"') and text.endswith(b"}") for text in lines) * 2 >= len(lines)


FORMAT = Format("ndjson", "One JSON object a line", sniff, split, parse, record=load)
