"""``wiremill read``: what would be processed of files, and what rejected."""

import sys
from pathlib import Path

import click

from services.cli import options
from services.cli.common import OK, SOME_LOST, example, files_of, out
from shared.fields import parse_fields


@click.command(epilog=example("read feeds/", "read b.csv --map headline=Titel --json"))
@options.paths
@options.format
@options.mapping
@options.json
def command(paths: tuple[Path, ...], format: str | None, fields: str, as_json: bool) -> None:
    """Show what is read from files, before any processing.

    PATHS are files or folders of them. A row a story: its format, headline, dateline, byline and time, what the wire
    says of it, or why it was rejected. Needs no server. Exit status 3 if anything was rejected.
    """
    from services.cli import reading

    found = list(reading.stories(files_of(paths), format=format, fields=parse_fields(fields)))
    if as_json:
        for story in found:
            click.echo(story.model_dump_json())
    else:
        reading.table(out, found)
    sys.exit(SOME_LOST if any(story.error for story in found) else OK)
