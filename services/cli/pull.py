"""``wiremill pull``: feeds on the web, handed over whenever they have changed."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli import options
from services.cli.common import OK, WENT_WRONG, example, say, stopped
from shared.models import Options

if TYPE_CHECKING:
    from services.cli.feeds import Pulled


def _checked(_: click.Context, __: click.Parameter, urls: tuple[str, ...]) -> tuple[str, ...]:
    from services.cli.feeds import check_url

    try:
        return tuple(dict.fromkeys(map(check_url, urls)))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    epilog=example(
        "pull https://example.org/rss.xml https://example.net/atom", "pull https://example.org/rss.xml --once --json"
    )
)
@click.argument("urls", metavar="URL…", nargs=-1, required=True, callback=_checked)
@options.job_options(*options.READING, *options.WORK, *options.JOB)
@options.url
@click.option("--interval", type=click.FloatRange(min=1), default=300.0, help="Seconds between two requests, at least.")
@click.option("--max-bytes", type=click.IntRange(1), default=20_000_000, help="Bytes of a feed, at most.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(click.get_app_dir("wiremill")) / "pull.json",
    help="File in which it is kept what was pulled.",
)
@click.option("--once", is_flag=True, help="Ask for what is due, and stop. Exit status 1: something failed.")
@options.json
def command(
    urls: tuple[str, ...],
    asked: Options,
    url: str,
    interval: float,
    max_bytes: int,
    state: Path,
    once: bool,
    as_json: bool,
) -> None:
    """Fetch RSS or Atom feeds, and hand over what has changed.

    Again and again, until Ctrl-C: with the ETag and Last-Modified that a feed had, and no sooner than --interval, its
    Cache-Control, its <ttl> or a Retry-After allow; after failures, later and later. Of a feed that has changed all
    items are handed over: the pipeline tells those it has seen. What was pulled is kept in a file, so --once may be
    run by cron as often as you like.
    """
    from services.cli.feeds import Puller, StateFile, browser

    stop = stopped()
    failed: list[Pulled] = []

    def tell(pulled: "Pulled") -> None:
        if pulled.what == "failed":
            failed.append(pulled)
        click.echo(json.dumps(asdict(pulled), default=str) if as_json else _line(pulled))

    http = click.get_current_context().with_resource(browser())
    puller = Puller(
        http, options.client(url, attempts=options.PATIENT, stop=stop), asked, StateFile(state),
        interval=interval, max_bytes=max_bytes, tell=tell,
    )  # fmt: skip
    while not stop.is_set():
        for feed in urls:
            due = puller.due(feed)
            if due and due <= datetime.now(UTC) and not stop.is_set():
                puller.pull(feed)
        times = [due for feed in urls if (due := puller.due(feed))]
        if once or not times:
            say(f"nothing is due before {min(times):%Y-%m-%d %H:%M:%S} UTC" if times else "all of it is gone")
            break
        stop.wait(max(0.0, (min(times) - datetime.now(UTC)).total_seconds()))
    sys.exit(WENT_WRONG if once and failed else OK)


def _line(pulled: "Pulled") -> str:
    rest = [f"job {pulled.job}" if pulled.job else "", pulled.why or "", f"again at {pulled.due:%H:%M:%S} UTC"]
    return f"{pulled.url} {pulled.what}: " + "; ".join(part for part in rest if part)
