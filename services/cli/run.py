"""``wiremill run`` and ``wiremill up``: the whole pipeline on this machine, for one command or until Ctrl-C."""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from services.cli import options, show
from services.cli.common import EXIT_HELP, err, example, files_of, out, outcome, say, stopped
from services.cli.progress import Watch
from shared.logs import configure
from shared.models import Options, SpoolFile, Story
from shared.settings import Settings

processes_option = click.option("--processes", type=click.IntRange(1), help="Worker processes [default: one per core].")


@click.command(
    epilog=example(
        "run feeds/ -o stories.ndjson", "run b.csv --map headline=Titel,text=Inhalt --skip summarise", after=EXIT_HELP
    )
)
@options.paths
@options.job_options(*options.READING, *options.WORK)
@options.output
@options.pretty
@options.json
@processes_option
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for logs and data, kept afterwards.")
def run(
    paths: tuple[Path, ...],
    asked: Options,
    output: Path | None,
    pretty: bool | None,
    as_json: bool,
    processes: int | None,
    keep: Path | None,
) -> None:
    """Process files here and now, and print the stories.

    PATHS are files or folders of them. Starts a Redis and workers of its own (or uses WIREMILL_REDIS_URL) and stops
    them afterwards. A feed may be in any known format, plain, compressed or in an archive. Progress goes to stderr,
    stories go to stdout or to --output; with --json the job itself goes to stdout, and stories only to --output.
    """
    from services.cli.embedded import embedded
    from shared.results import Results

    files = [SpoolFile(name=str(path), path=str(path.resolve()), size=path.stat().st_size) for path in files_of(paths)]
    with tempfile.TemporaryDirectory(prefix="wiremill-") as scratch:
        settings = Settings()
        configure(settings.model_copy(update={"log_json": False}), "run")
        with embedded(settings, keep or Path(scratch), processes=processes) as pipeline:
            job_id = pipeline.submit(files, asked)
            with Watch(err) as watch:
                job = pipeline.watch(job_id, watch.show)
            if output or not as_json:
                _write(Results(pipeline.redis).stories(job_id), output, pretty=pretty)
    say(show.ledger(job))
    say(show.stages(job))
    if as_json:
        click.echo(job.model_dump_json())
    sys.exit(outcome(job))


def _write(stories: Iterable[Story], output: Path | None, *, pretty: bool | None) -> None:
    """To a file as NDJSON, or to stdout; ``pretty`` None means for eyes if stdout is a terminal."""
    if output:
        with output.open("w", encoding="utf-8") as file:
            file.writelines(story.public_json() + "\n" for story in stories)
        say(f"stories written to {output}")
    elif sys.stdout.isatty() if pretty is None else pretty:
        for story in stories:
            show.story(out, story)
    else:
        sys.stdout.writelines(story.public_json() + "\n" for story in stories)


@click.command(epilog=example("up", "up --data /srv/wiremill --processes 4"))
@processes_option
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("wiremill-data"), help="Folder for data and logs."
)
def up(processes: int | None, data: Path) -> None:
    """Run the whole pipeline here, until Ctrl-C.

    Starts a Redis, workers, a clerk and a gateway. Data is kept in a folder: started again with the same one, jobs go
    on where they were. Submit with `wiremill submit` or on the page that the gateway serves. `wiremill doctor --data
    FOLDER` looks after it.
    """
    from services.cli.embedded import embedded

    settings = Settings()
    configure(settings.model_copy(update={"log_json": False}), "up")
    stop = stopped()
    with embedded(settings, data.resolve(), processes=processes, gateway=True, durable=True) as pipeline:
        say(f"gateway: http://{settings.host}:{settings.port}   logs: {data}/*.log   Ctrl-C stops")
        while not stop.wait(1):
            pipeline.fleet.tend()
