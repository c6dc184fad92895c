"""``wiremill read``: what ingest makes of files, story by story, without a server or a worker."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.ingest.read import read_file
from services.ingest.takes import join
from services.ingest.understand import understand
from shared.models import Story


def stories(paths: Iterable[Path], *, format: str | None, fields: Mapping[str, str]) -> Iterator[Story]:
    """The stories in files, as they would be queued: takes joined, not yet cleaned. Raises ``OSError``."""

    def parts() -> Iterator[Story]:
        for path in paths:
            with path.open("rb") as stream:
                yield from read_file(stream, name=str(path), format=format, fields=fields)

    return join(map(understand, parts()))


def table(console: Console, found: Iterable[Story]) -> None:
    """A row a story: what it is, whose, when and where, or why it was rejected."""
    rows = Table(box=None, show_lines=False, pad_edge=False)
    for heading in ("file", "format", "headline", "dateline", "byline", "published", "id", "wire", "chars"):
        rows.add_column(heading, overflow="fold")
    for story in found:
        where = (Path(story.source.file or "").name, story.source.format or "?")
        if story.error:
            rows.add_row(*where, Text(f"{story.error.title}: {story.error.detail}", style="red"))
            continue
        size = str(len(story.content.text)) if story.content else ""
        rows.add_row(*where, *(Text(cell) for cell in _cells(story)), size)
    console.print(rows)


def _cells(story: Story) -> tuple[str, ...]:
    dateline, wire = story.dateline, story.wire
    place = [dateline.place, dateline.country, f"{dateline.date or ''}"] if dateline else []
    notes = [wire.kind if wire.kind != "story" else "", f"take {wire.take}" if wire.take else ""]
    notes += ["more" if wire.more else "", "withheld" if wire.withheld else ""]
    notes += [f"until {story.embargo_until:%Y-%m-%d %H:%M}" if story.embargo_until else ""]
    source = [story.source.provider, story.source.guid, story.source.version]
    return (
        story.headline or "",
        " / ".join(part for part in place if part),
        story.byline or "",
        f"{story.published:%Y-%m-%d %H:%M}" if story.published else "",
        " ".join(part for part in source if part),
        ", ".join(note for note in notes if note),
    )
