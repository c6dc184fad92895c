"""Jobs of a running gateway: ``wiremill status``, ``cancel``, ``retry``, ``deliveries``."""

import json
from itertools import islice

import click

from services.cli import options, show
from services.cli.common import example, out
from shared.models import JobState

job_argument = click.argument("job")


@click.command(
    epilog=example("status", "status --state running --state queued", "status 1a20ff8022be252c7880351 --json")
)
@click.argument("job", required=False)
@click.option("--state", "states", multiple=True, type=click.Choice([*map(str, JobState)]), help="Only these.")
@click.option("--limit", type=click.IntRange(1), default=50, help="Jobs to list, at most.")
@options.url
@options.json
def status(job: str | None, states: tuple[str, ...], limit: int, url: str, as_json: bool) -> None:
    """Show how a JOB stands, or list the newest jobs.

    Of a job: what was received and where it went, how long it took, and how the workers' time was shared out. A job's
    ledger always balances.
    """
    wiremill = options.client(url)
    jobs = wiremill.jobs(state=map(JobState, states), page=min(limit, 1000))
    found = [wiremill.job(job)] if job else list(islice(jobs, limit))
    if as_json:
        for row in found:
            click.echo(row.model_dump_json())
    elif job:
        click.echo(show.ledger(found[0]))
        click.echo(show.stages(found[0]))
    else:
        show.jobs(out, found)


@click.command(epilog=example("cancel 1a20ff8022be252c7880351"))
@job_argument
@options.url
@options.json
def cancel(job: str, url: str, as_json: bool) -> None:
    """Stop a JOB.

    Stories that have come to their end stay as they are; the others are cancelled, those being worked on included.
    """
    found = options.client(url).cancel(job)
    click.echo(found.model_dump_json() if as_json else show.ledger(found))


@click.command(epilog=example("retry 1a20ff8022be252c7880351"))
@job_argument
@options.url
@options.json
def retry(job: str, url: str, as_json: bool) -> None:
    """Take the failed stories of a finished JOB up again.

    Each goes on at the stage where it failed, after you have mended what made it fail. Rejected ones are not retried:
    they would be rejected again.
    """
    retried = options.client(url).retry(job)
    click.echo(json.dumps({"job": job, "retried": retried}) if as_json else f"{retried} stories retried")


@click.command(epilog=example("deliveries 1a20ff8022be252c7880351"))
@job_argument
@options.url
@options.json
def deliveries(job: str, url: str, as_json: bool) -> None:
    """Show what came of the webhooks of a JOB.

    For one that was submitted with --webhook: each attempt to deliver them, with the status that the receiver
    answered or the reason why nothing arrived, and when it is tried next.
    """
    for one in options.client(url).deliveries(job):
        click.echo(one.model_dump_json() if as_json else show.delivery(one))
