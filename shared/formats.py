"""The names of the feed formats, for whoever must know them without reading any (the gateway, the command line)."""

from shared.errors import UnknownFormatError

FORMATS: tuple[str, ...] = ("reuters21578", "feed", "html", "ndjson", "json", "csv", "text")
"""In the order in which ``services.ingest`` tries them on a file; a test holds the two together."""


def check_format(name: str | None) -> str | None:
    """The name itself, None for none; raises ``UnknownFormatError`` for one that there is not."""
    if name is not None and name not in FORMATS:
        raise UnknownFormatError(f"there is no format {name[:50]!r}; known formats: {', '.join(FORMATS)}")
    return name
