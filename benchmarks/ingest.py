"""How fast each format is read, on one core: ``python -m benchmarks.ingest [FOLDER…]`` (default: the test files).

A format's files are read over and over for about two seconds, as ingest reads them; ``of which understood`` is the
share of the time that goes into what the wire's own words say, datelines, subjects and identity.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

from services.ingest.read import read_file
from services.ingest.understand import understand
from shared.models import Story

ROOT = Path(__file__).parents[1]
SECONDS = 2.0


def by_format(folders: Iterable[Path]) -> dict[str, list[bytes]]:
    """The files below ``folders`` that hold a story, by the format they are read as."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        formats = {story.source.format for story in read_file(BytesIO(data), name=path.name) if not story.error}
        if len(formats) == 1 and (format := formats.pop()):
            found[format].append(data)
    return found


def measure(files: list[bytes]) -> tuple[int, int, float, float]:
    """Bytes and stories read, and the seconds it took: to read them, and to understand them."""
    size = count = 0
    reading = understanding = 0.0
    while reading + understanding < SECONDS:
        for data in files:
            began = time.perf_counter()
            stories: list[Story] = list(read_file(BytesIO(data), name="file"))
            read = time.perf_counter()
            for story in stories:
                understand(story)
            understanding += time.perf_counter() - read
            reading += read - began
            size, count = size + len(data), count + len(stories)
    return size, count, reading, understanding


def main() -> None:
    """Print a row a format."""
    folders = [Path(name) for name in sys.argv[1:]] or [ROOT / "samples", ROOT / "tests" / "fixtures" / "wire"]
    table = Table("format", "files", "MB/s", "stories/s", "of which understood", box=None)
    for format, files in sorted(by_format(folders).items()):
        size, count, reading, understanding = measure(files)
        seconds = reading + understanding
        row = (f"{size / seconds / 1e6:.1f}", f"{count / seconds:,.0f}", f"{understanding / seconds:.0%}")
        table.add_row(format, str(len(files)), *row)
    Console().print(table)


if __name__ == "__main__":
    main()
