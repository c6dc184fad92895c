"""``wiremill watch``: a folder whose files are handed over as they land."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli import options
from services.cli.common import OK, SOME_LOST, example, say, stopped
from shared.models import Options

if TYPE_CHECKING:
    from services.cli.hotfolder import Report

NO_KEY = (401, 403)


@click.command(
    epilog=example("watch /srv/incoming", "watch /srv/incoming --priority high --skip summarise", "watch . --once")
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.job_options(*options.READING, *options.WORK, *options.JOB)
@options.url
@click.option("--interval", type=click.FloatRange(min=0.05), default=1.0, help="Seconds between two looks.")
@click.option("--settle", type=click.FloatRange(min=0), default=2.0, help="Seconds unchanged to be taken as whole.")
@click.option(
    "--once", is_flag=True, help="Stop when all that is there has been processed. Exit status 3: not all well."
)
@options.json
def command(folder: Path, asked: Options, url: str, interval: float, settle: float, once: bool, as_json: bool) -> None:
    """Hand the files of a FOLDER over as they land.

    A file is taken once it has not changed for some seconds; best have it renamed into place when it is whole. Hidden
    files, names like a.tmp and a.part, and subfolders are left alone. Each file is a job, and stays until that has
    ended; then it is moved to done/, or to failed/ if nothing came of it. What was lost of it, and why, is in
    NAME.error.txt beside it. Stopped or killed at any time and started again (within 24 hours), it makes no job twice.
    """
    from services.cli.hotfolder import Hotfolder
    from wiremill.client import ApiError

    stop, trouble = stopped(), ""
    lost: list[Report] = []

    def tell(report: "Report") -> None:
        if report.why and report.what != "changed":
            lost.append(report)
        click.echo(json.dumps(asdict(report)) if as_json else _line(report))

    hotfolder = Hotfolder(
        folder, options.client(url, attempts=options.PATIENT, stop=stop), asked, settle=settle, tell=tell
    )
    while not stop.is_set():
        try:
            hotfolder.round(time.monotonic())
            trouble = ""
        except ApiError as error:
            if error.status in NO_KEY:
                raise
            if trouble != str(error):
                trouble = str(error)
                say(f"{trouble}; trying again", style="yellow")
        if once and hotfolder.idle:
            break
        stop.wait(interval)
    sys.exit(SOME_LOST if once and lost else OK)


def _line(report: "Report") -> str:
    parts = [f"job {report.job}" if report.job else "", f"now {report.place}" if report.place else "", report.why or ""]
    return f"{report.file} {report.what}: " + "; ".join(part for part in parts if part)
