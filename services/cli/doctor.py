"""``wiremill doctor``: is everything there that a pipeline needs, and well?"""

import os
import sys
from pathlib import Path

import click
from rich.text import Text

from services.cli import options
from services.cli.common import OK, WENT_WRONG, example, out
from shared.settings import Settings

COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@click.command(epilog=example("doctor", "doctor --data wiremill-data", "doctor --json | jq 'select(.level != \"ok\")'"))
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Look after the `wiremill up` whose data is in this folder.",
)  # fmt: skip
@options.url
@options.json
def command(data: Path | None, url: str, as_json: bool) -> None:
    """Check what a pipeline needs, and say what to do.

    Python; Redis, its version, eviction policy and append-only file; a worker alive for each queue, and a clerk; the
    spool and the room in it; the models of what is installed here; whether gateway and command are of one version.
    Looks at what the settings (WIREMILL_…) name. Exit status 1 if a check fails; a warning is none.
    """
    from services.cli import checks
    from services.cli.embedded import settings_of

    settings, failed = Settings(), False
    if data:
        settings = settings_of(settings, data)
    for found in checks.everything(settings, url, os.environ.get("WIREMILL_KEY", "")):
        failed |= found.level == "fail"
        if as_json:
            click.echo(found.model_dump_json())
            continue
        out.print(
            Text.assemble((f"{found.level:>4} ", COLOURS[found.level]), f"{found.check}: {found.says}"), soft_wrap=True
        )
        if found.do:
            out.print(Text(f"       {found.do}", style="dim"), soft_wrap=True)
    sys.exit(WENT_WRONG if failed else OK)
