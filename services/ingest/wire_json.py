"""What the JSON formats of agencies share: values of any type read as text, and what an item says of itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from services.ingest.formats import json_document
from services.ingest.items import Item
from services.ingest.release import Release
from services.ingest.values import unique
from services.ingest.window import Window
from shared.models import Finding, Wire

Kind = Literal["story", "update", "correction", "kill", "hold", "advisory", "brief", "alert"]

_STATUS: dict[str, Kind] = {"canceled": "kill", "cancelled": "kill", "withheld": "hold", "embargoed": "hold"}
_GRAVEST: tuple[Kind, ...] = ("kill", "hold", "advisory", "correction", "update", "alert", "brief")
"""Where an item says several things of itself, which one its kind is: a corrected schedule is still no story."""

_MAX_HEAD = 262_144  # bytes in which the array of items must begin
_MAX_SHARED = 16_384  # bytes of what is before it, if it is to be read again with every item
# A string that does not end goes on to the end of what is seen: its quotes must not each be tried as a beginning.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_KEY = re.compile(rb'"(\w{1,40})"\s*+:')


def keys(head: bytes) -> frozenset[bytes]:
    """The names of all members in ``head``, at any depth and in lower case; none if it does not begin like JSON."""
    return frozenset(map(bytes.lower, _KEY.findall(head))) if head.lstrip()[:1] in (b"{", b"[") else frozenset()


def splitter(*arrays: str) -> Callable[[Window], Iterator[Item]]:
    """A ``split`` for objects in an array or in a row, or in the array that an object around them has.

    The array has one of these names, in that object or in an object directly in it. What is before it is the head,
    unless that is long.
    """
    names = frozenset(f'"{name}"'.encode() for name in arrays)

    def skip_to_items(buffer: bytes, at: int) -> tuple[int | None, int]:
        return (_items_start(buffer, at, names) or at, at) if buffer else (None, at)

    def split(window: Window) -> Iterator[Item]:
        before = window.take(skip_to_items)
        head = before.data if before and before.data and len(before.data) <= _MAX_SHARED else b""
        for item in json_document.split(window):
            yield replace(item, head=head)

    return split


def _items_start(buffer: bytes, at: int, names: frozenset[bytes]) -> int | None:
    """Where the first item of an array that has one of the ``names`` begins."""
    depth, key = 0, b""
    for token in _TOKEN.finditer(buffer, at, at + _MAX_HEAD):
        mark = token[0]
        if mark[:1] == b'"':
            key = mark
        elif mark in b"{[":
            if mark == b"[" and key in names and 1 <= depth <= 2:
                return token.end()
            if mark == b"[" and depth == 0:
                return None
            depth, key = depth + 1, b""
        else:
            depth -= 1
            if depth <= 0:
                return None
    return None


def text_of(value: Any) -> str | None:
    """A string or number as text; None for what is blank or anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def line_of(value: Any) -> str | None:
    """The same on one line."""
    return " ".join((text_of(value) or "").split()) or None


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list (or the one that stands alone), their keys in lower case: versions differ in case."""
    values = value if isinstance(value, list) else [value]
    return [{key.lower(): inner for key, inner in item.items()} for item in values if isinstance(item, dict)]


def texts(value: Any) -> list[str]:
    """The texts in a list, or the one that stands alone."""
    return [text for part in (value if isinstance(value, list) else [value]) if (text := text_of(part))]


def joined(*values: str | None) -> str | None:
    """The texts there are, a line each."""
    return "\n".join(unique(values)) or None


def urgency_of(value: Any) -> int | None:
    """IPTC urgency, 1 to 8."""
    text = text_of(value) or ""
    return int(text) if len(text) == 1 and text in "12345678" else None


def findings(says: Mapping[str, Kind], values: Iterable[str | None], *, field: str) -> list[Finding]:
    """What the values of ``field`` say, each looked up in ``says`` by its letters and without its vocabulary."""
    found = []
    for value in values:
        word = re.sub(r"\W", "", (value or "").rpartition(":")[2]).lower()
        if value and word in says:
            found.append(Finding(says=says[word], field=field, text=value))
    return found


def wire_of(status: Any, found: list[Finding], release: Release, *, note: str | None = None) -> Wire:
    """What the item says of itself: its publishing status (IPTC's usable, withheld, canceled), signals and embargo."""
    found = [*findings(_STATUS, [text_of(status)], field="pubstatus"), *found]
    kind = next((kind for kind in _GRAVEST if any(one.says == kind for one in found)), "story")
    if kind == "hold" and release.until and found[0].text.lower().endswith("embargoed"):
        kind = "story"  # it is held only until that time
    held = f"{found[0].field}: {found[0].text}" if kind == "hold" else None
    return Wire(kind=kind, note=note, withheld=release.withheld or held, findings=[*found, *release.findings])
