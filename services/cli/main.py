"""The ``wiremill`` command. Progress and talk go to stderr; stories and ``--json`` go to stdout."""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

# What only some commands need (Celery, Redis, httpx) is imported by them: `wiremill --help` should not wait for it.
import click
from rich.console import Console

from services.cli import cluster, explain, keys, show
from shared.errors import WiremillError
from shared.fields import parse_fields
from shared.formats import FORMATS
from shared.logs import configure
from shared.models import Job, JobState, Options, SpoolFile, State, Story
from shared.pipeline import QUEUES
from shared.settings import Settings

if TYPE_CHECKING:
    from services.cli.api import Api

OK, SOME_LOST, NOT_FINISHED = 0, 3, 4
EXIT_HELP = """Exit status: 0 every story came out; 3 finished, but some were rejected or failed; 4 the job was
cancelled or could not be read to its end; 1 something went wrong; 2 wrong usage."""

err = Console(stderr=True)
out = Console()


def outcome(job: Job) -> int:
    """The exit status that tells how a job ended."""
    if job.state is not JobState.FINISHED or job.error:
        return NOT_FINISHED
    return SOME_LOST if job.counts.get(State.REJECTED) or job.counts.get(State.FAILED) else OK


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and those of folders named, in order of their names; hidden ones and READMEs of folders left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        taken = [file for file in inside if file.is_file() and not _is_aside(file, path)]
        found += taken
    if not found:
        raise click.UsageError("no files there")
    return found


def _api(url: str) -> "Api":
    from services.cli.api import Api

    return click.get_current_context().with_resource(Api(url, key=os.environ.get("WIREMILL_KEY", "")))


def _is_aside(file: Path, given: Path) -> bool:
    parts = file.relative_to(given).parts
    return any(part.startswith(".") for part in parts) or (bool(parts) and file.stem.upper() == "README")


def _write(stories: Iterable[Story], output: Path | None, *, pretty: bool | None) -> None:
    """To a file as NDJSON, or to stdout; ``pretty`` None means for eyes if stdout is a terminal."""
    if output:
        with output.open("w", encoding="utf-8") as file:
            _ndjson(stories, file)
        err.print(f"stories written to {output}", highlight=False)
    elif sys.stdout.isatty() if pretty is None else pretty:
        for story in stories:
            show.story(out, story)
    else:
        _ndjson(stories, sys.stdout)


def _ndjson(stories: Iterable[Story], file: IO[str]) -> None:
    for story in stories:
        file.write(story.public_json() + "\n")


class Group(click.Group):
    """Known errors become one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except WiremillError as error:
            err.print(f"wiremill: {error.detail}", style="red", highlight=False, soft_wrap=True)
            sys.exit(1)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="wiremill")
def main() -> None:
    """Wire feeds in, clean structured stories out."""


main.add_command(explain.command)
main.add_command(cluster.command)
main.add_command(keys.command, "keys")

paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
format_option = click.option(
    "--format", type=click.Choice(FORMATS), help="Read every file as this format instead of telling it by its content."
)
map_option = click.option(
    "--map", "fields", metavar="FIELD=NAME,…", default="", show_default=False,
    help="Read a story field from a field of your JSON, CSV or Parquet records: headline=Titel,text=article.body.",
)  # fmt: skip
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the stories there, as NDJSON."
)
pretty_option = click.option(
    "--pretty/--ndjson", default=None, help="Stories for eyes, or NDJSON [default: pretty on a terminal]."
)
url_option = click.option("--url", envvar="WIREMILL_URL", default="http://127.0.0.1:8080", help="The gateway.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@main.command(epilog=EXIT_HELP)
@paths_argument
@format_option
@map_option
@output_option
@pretty_option
@click.option("--processes", type=click.IntRange(1), help="Worker processes [default: one per core].")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for logs and data, kept afterwards.")
def run(
    paths: tuple[Path, ...],
    format: str | None,
    fields: str,
    output: Path | None,
    pretty: bool | None,
    processes: int | None,
    keep: Path | None,
) -> None:
    """Process files (or folders of them) here and now: starts a Redis and workers, prints the stories, stops.

    A PATH may be a feed in any known format, plain, compressed or in an archive.
    """
    from services.cli.embedded import embedded
    from shared.results import Results

    files = [SpoolFile(name=str(path), path=str(path.resolve()), size=path.stat().st_size) for path in _files(paths)]
    with tempfile.TemporaryDirectory(prefix="wiremill-") as scratch:
        settings = Settings()
        configure(settings.model_copy(update={"log_json": False}), "run")
        with embedded(settings, keep or Path(scratch), processes=processes) as pipeline:
            job_id = pipeline.submit(files, Options(format=format, fields=parse_fields(fields)))
            with show.Watch(err) as watch:
                job = pipeline.watch(job_id, watch.show)
            stories = Results(pipeline.redis).stories(job_id)
            _write(stories, output, pretty=pretty)
    err.print(show.ledger(job), highlight=False, soft_wrap=True)
    err.print(show.stages(job), highlight=False, soft_wrap=True)
    sys.exit(outcome(job))


@main.command()
@paths_argument
@format_option
@map_option
@json_option
def read(paths: tuple[Path, ...], format: str | None, fields: str, as_json: bool) -> None:
    """Show what is read from files, before any processing. Needs no server.

    Exit status 3 if anything was rejected.
    """
    from services.cli import reading

    found = list(reading.stories(_files(paths), format=format, fields=parse_fields(fields)))
    if as_json:
        for story in found:
            click.echo(story.model_dump_json())
    else:
        reading.table(out, found)
    sys.exit(SOME_LOST if any(story.error for story in found) else OK)


@main.command()
@click.option("--processes", type=click.IntRange(1), help="Worker processes [default: one per core].")
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("wiremill-data"), help="Folder for data and logs."
)
def up(processes: int | None, data: Path) -> None:
    """Run the whole pipeline here, with its gateway, until Ctrl-C. Data is kept in a folder."""
    import signal
    import threading

    from services.cli.embedded import embedded

    settings = Settings()
    configure(settings.model_copy(update={"log_json": False}), "up")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with embedded(settings, data.resolve(), processes=processes, gateway=True, durable=True) as pipeline:
        err.print(
            f"gateway: http://{settings.host}:{settings.port}   logs: {data}/*.log   Ctrl-C stops", highlight=False
        )
        while not stop.wait(1):
            pipeline.fleet.tend()


@main.command(epilog=EXIT_HELP)
@paths_argument
@format_option
@map_option
@url_option
@click.option("--wait", is_flag=True, help="Wait until the job has ended.")
@json_option
def submit(paths: tuple[Path, ...], format: str | None, fields: str, url: str, wait: bool, as_json: bool) -> None:
    """Hand files over to a running gateway as one job; prints the job's id."""
    api = _api(url)
    job = api.submit(_files(paths), format=format, fields=fields)
    if wait:
        with show.Watch(err) as watch:
            while not job.state.ended:
                job = api.job(job.id, wait=1)
                watch.show(job)
        err.print(show.ledger(job), highlight=False, soft_wrap=True)
    click.echo(job.model_dump_json() if as_json else job.id)
    sys.exit(outcome(job) if wait else OK)


@main.command()
@click.argument("job", required=False)
@url_option
@json_option
def status(job: str | None, url: str, as_json: bool) -> None:
    """How a job stands, or the newest jobs."""
    api = _api(url)
    found = [api.job(job)] if job else api.jobs()
    if as_json:
        for row in found:
            click.echo(row.model_dump_json())
    elif job:
        click.echo(show.ledger(found[0]))
        click.echo(show.stages(found[0]))
    else:
        show.jobs(out, found)


@main.command()
@click.argument("job")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([*map(str, State)]), help="Only stories in this state."
)
@output_option
@pretty_option
@url_option
def results(job: str, states: tuple[str, ...], output: Path | None, pretty: bool | None, url: str) -> None:
    """A job's stories."""
    _write(_api(url).stories(job, states), output, pretty=pretty)


@main.command()
@click.argument("job")
@url_option
def cancel(job: str, url: str) -> None:
    """Stop a job; stories that have ended stay, the others are cancelled."""
    click.echo(show.ledger(_api(url).cancel(job)))


@main.command()
@click.argument("job")
@url_option
def retry(job: str, url: str) -> None:
    """Take a finished job's failed stories up again, where they failed."""
    click.echo(f"{_api(url).retry(job)} stories retried")


@main.command()
@click.argument("stories", nargs=-1, required=True)
@url_option
def release(stories: tuple[str, ...], url: str) -> None:
    """Let withheld stories out (STORIES are their ids): on hold, or under an embargo whose time could not be read."""
    api = _api(url)
    for id in stories:
        click.echo(f"{id} {api.release(id).state}")


@main.command()
@click.argument("stages", nargs=-1, required=True, type=click.Choice(QUEUES))
@click.option("--processes", type=click.IntRange(1), default=1, envvar="WIREMILL_PROCESSES", help="Worker processes.")
def worker(stages: tuple[str, ...], processes: int) -> None:
    """Work for one or more stages until told to stop."""
    from shared.worker import create_worker, work

    settings = Settings()
    configure(settings, "-".join(stages))
    work(create_worker(settings, stages), stages, processes=processes)


@main.command()
def gateway() -> NoReturn:
    """Serve the HTTP API."""
    from services.gateway.serve import serve

    settings = Settings()
    configure(settings, "gateway")
    serve(settings)


@main.command()
def clerk() -> None:
    """Send again what was lost, release what waits, expire what is old. One is enough."""
    from services.clerk.clerk import run as rounds

    settings = Settings()
    configure(settings, "clerk")
    rounds(settings)
