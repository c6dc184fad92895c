"""What reading is made of: chunks of bytes (one item each), the limits on them, and the reason an item is refused."""

from dataclasses import dataclass, field, replace

TITLES = {
    "bad-archive": "The archive or its compression is damaged",
    "empty-file": "The file is empty",
    "encrypted": "The archive member is encrypted",
    "malformed-csv": "The row cannot be read",
    "malformed-feed": "The feed item cannot be read",
    "malformed-html": "The page cannot be read",
    "malformed-json": "The item is not valid JSON",
    "malformed-message": "The wire message cannot be read",
    "malformed-parquet": "The Parquet file cannot be read",
    "malformed-warc": "The WARC record cannot be read",
    "malformed-xml": "The XML cannot be read",
    "not-a-story": "The item is not a story",
    "no-stories": "The file holds no stories",
    "no-text": "The item has no text",
    "too-deeply-nested": "Archives are nested too deeply",
    "too-large": "The item is too large",
    "undecodable": "The bytes are not text in any known encoding",
    "unknown-format": "The file's format is not known",
    "unpacks-too-large": "The archive unpacks to too much",
    "unsafe-name": "The archive member's name points outside the archive",
    "unsafe-xml": "The XML declares entities",
    "unsupported-member": "The archive member is not a file",
}
"""Every reason for which an item is rejected by ingest: its slug, and what to call it."""


class ItemError(Exception):
    """An item cannot be read; it becomes a rejected story. ``type`` is a key of ``TITLES``."""

    def __init__(self, type: str, detail: str) -> None:
        super().__init__(detail)
        self.type = type
        self.detail = detail

    @property
    def title(self) -> str:
        """What happened, the same for every occurrence."""
        return TITLES[self.type]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much to take from one file; the defaults are those of the settings of the same names."""

    max_item_bytes: int = 16_000_000  # a larger item is skipped and rejected
    max_unpacked_bytes: int = 20_000_000_000  # over all members of all archives in the file
    max_pack_ratio: int = 200  # unpacked bytes per packed byte


@dataclass(frozen=True, slots=True)
class Chunk:
    """One item's bytes: ``[start, end)`` of the uncompressed file."""

    start: int
    end: int
    data: bytes | None  # None: more than ``max_item_bytes``, so not kept
    closed: bool = True  # whether its end was found before the file's

    def trimmed(self, blank: bytes = b" \t\r\n") -> "Chunk | None":
        """The chunk without the ``blank`` bytes around it; None if nothing is left."""
        if self.data is None:
            return self
        left = self.data.lstrip(blank)
        data = left.rstrip(blank)
        start = self.start + len(self.data) - len(left)
        return replace(self, start=start, end=start + len(data), data=data) if data else None

    def cut(self, size: int) -> "Chunk":
        """The first ``size`` bytes of a chunk that was kept."""
        assert self.data is not None
        return replace(self, end=self.start + size, data=self.data[:size])


@dataclass(frozen=True, slots=True)
class Item:
    """A chunk and what is needed to understand it, or the fault that is in its place."""

    chunk: Chunk
    where: str = ""  # ``line 7``, ``element 3``: for messages
    head: bytes = field(default=b"", repr=False)  # what the items of a file share: a CSV header, a feed's channel
    fault: ItemError | None = None
    charset: str | None = None  # the Python codec that the item itself declares
