"""One process of a cluster each: ``wiremill worker``, ``gateway``, ``clerk``."""

from typing import NoReturn

import click

from services.cli.common import example
from shared.logs import configure
from shared.pipeline import QUEUES
from shared.settings import Settings


@click.command(epilog=example("worker clean dedup --processes 2", "worker entities"))
@click.argument("stages", nargs=-1, required=True, type=click.Choice(QUEUES))
@click.option("--processes", type=click.IntRange(1), default=1, envvar="WIREMILL_PROCESSES", help="Worker processes.")
def worker(stages: tuple[str, ...], processes: int) -> None:
    """Work for one or more STAGES until told to stop.

    What the stages need is loaded once and shared by all processes. SIGTERM finishes the batch in hand; a worker that
    is killed loses nothing, another takes its batch up.
    """
    from shared.worker import create_worker, work

    settings = Settings()
    configure(settings, "-".join(stages))
    work(create_worker(settings, stages), stages, processes=processes)


@click.command(epilog=example("gateway"))
def gateway() -> NoReturn:
    """Serve the HTTP API and its page.

    Listens on WIREMILL_HOST and WIREMILL_PORT; `/docs` describes the API. Any number of gateways may share a Redis and
    a spool.
    """
    from services.gateway.serve import serve

    settings = Settings()
    configure(settings, "gateway")
    serve(settings)


@click.command(epilog=example("clerk"))
def clerk() -> None:
    """Send again what was lost, release, deliver, expire.

    Messages that were lost, batches that wait for room, embargoes that end, webhooks that are due, jobs that are old.
    One clerk is needed; a second one does no harm and takes over when the first is gone.
    """
    from services.clerk.clerk import run as rounds

    settings = Settings()
    configure(settings, "clerk")
    rounds(settings)
