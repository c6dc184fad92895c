"""What must hold for any bytes, read as any format; and the good files that the broken ones are made of."""

import gzip
import io
from functools import lru_cache
from pathlib import Path

from services.ingest.formats import FORMATS
from services.ingest.items import TITLES
from services.ingest.read import Limits, read_file
from shared.models import State, Story

_TESTS = Path(__file__).parent.parent
_FOLDERS = (_TESTS.parent / "samples", _TESTS / "fixtures" / "wire")


@lru_cache
def seeds() -> dict[str, list[bytes]]:
    """Good files by the format they are read as; a format without any has an empty one, and the others' marks."""
    found: dict[str, list[bytes]] = {name: [] for name in FORMATS}
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in ("README.md", "SOURCE.txt"):
                data = path.read_bytes()
                for story in read_file(io.BytesIO(data), name=path.name):
                    if story.source.format:
                        plain = gzip.decompress(data) if path.suffix == ".gz" else data
                        found[story.source.format].append(plain)
                    break
    everything = [data for files in found.values() for data in files]
    return {name: files or everything for name, files in found.items()}


def check(data: bytes, *, format: str | None) -> list[Story]:
    """The stories in ``data``, whatever it is; raises ``AssertionError`` if a promise of ``read_file`` is broken."""
    stories = list(read_file(io.BytesIO(data), name="fuzz", format=format, limits=Limits(max_item_bytes=100_000)))
    end = 0
    for story in stories:
        assert isinstance(story, Story)
        assert story.state in (State.PENDING, State.REJECTED)
        assert (story.error is None) == (story.state is State.PENDING)
        assert story.error is None or story.error.type in TITLES
        if story.source.byte_range and story.source.file == "fuzz":
            start, stop = story.source.byte_range
            assert end <= start <= stop <= len(data), "byte ranges must be in the file, in order, apart"
            end = stop
    return stories
