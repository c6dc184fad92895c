"""The names of the feed formats, for whoever must know them without reading any (the gateway, the command line)."""

from shared.errors import UnknownFormatError

FORMATS: tuple[str, ...] = (
    "parquet", "warc", "email", "iptc7901", "anpa1312", "reuters21578", "newsmlg2", "newsml1", "nitf",
    "wxr", "feed", "html", "ap_media", "dpa", "jsonfeed", "ninjs", "ndjson", "json", "csv", "text",
)  # fmt: skip
"""In the order in which ``services.ingest`` tries them on a file; a test holds the two together."""


def check_format(name: str | None) -> str | None:
    """The name itself, None for none; raises ``UnknownFormatError`` for one that there is not."""
    if name is not None and name not in FORMATS:
        raise UnknownFormatError(f"there is no format {name[:50]!r}; known formats: {', '.join(FORMATS)}")
    return name
