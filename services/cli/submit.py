"""``wiremill submit``: hand files over to a running gateway."""

import sys
from pathlib import Path

import click

from services.cli import options, show
from services.cli.common import EXIT_HELP, OK, err, example, files_of, outcome, say
from services.cli.progress import Watch
from shared.models import Options

SECONDS = 1.0
"""Between two looks at a job that is watched."""


@click.command(
    epilog=example(
        "submit feeds/*.zip --wait",
        "submit late.xml --priority high --metadata desk=sports --skip summarise",
        after=EXIT_HELP,
    )
)
@options.paths
@options.job_options(*options.READING, *options.WORK, *options.JOB)
@click.option("--idempotency-key", metavar="KEY", help="The same files under the same KEY are one job, for 24 hours.")
@options.url
@click.option("--wait", is_flag=True, help="Show progress until the job has ended.")
@options.json
def command(
    paths: tuple[Path, ...], asked: Options, idempotency_key: str | None, url: str, wait: bool, as_json: bool
) -> None:
    """Hand files over to a running gateway, as one job.

    PATHS are files or folders of them. Prints the job's id, and at once unless told to --wait. A submission that
    meets a gateway which is full, restarts or cannot be reached is tried again for a while; never does it become two
    jobs. The gateway's API key, if it asks for one, is read from WIREMILL_KEY.
    """
    wiremill = options.client(url, attempts=options.PATIENT)
    job = wiremill.submit(files_of(paths), asked, idempotency_key=idempotency_key)
    if wait:
        say(f"job {job.id}: {len(job.files)} files handed over")  # known even if the gateway is lost meanwhile
        with Watch(err) as watch:
            while not job.state.ended:
                job = wiremill.job(job.id, wait=SECONDS)
                watch.show(job)
        say(show.ledger(job))
    click.echo(job.model_dump_json() if as_json else job.id)
    sys.exit(outcome(job) if wait else OK)
