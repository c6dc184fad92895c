"""The ``wiremill`` command. Progress and talk go to stderr; stories and ``--json`` go to stdout."""

# What only some commands need (Celery, Redis, httpx) is imported by them: `wiremill --help` should not wait for it.
import click

from services.cli import (
    cluster,
    completion,
    doctor,
    explain,
    jobs,
    keys,
    pull,
    read,
    run,
    serving,
    stories,
    submit,
    watch,
)
from services.cli.common import Group, example

COMMANDS: dict[str, click.Command] = {
    "run": run.run,
    "read": read.command,
    "clean": explain.command,
    "up": run.up,
    "submit": submit.command,
    "watch": watch.command,
    "pull": pull.command,
    "status": jobs.status,
    "results": stories.results,
    "story": stories.story,
    "cluster": cluster.command,
    "cancel": jobs.cancel,
    "retry": jobs.retry,
    "release": stories.release,
    "deliveries": jobs.deliveries,
    "keys": keys.command,
    "worker": serving.worker,
    "gateway": serving.gateway,
    "clerk": serving.clerk,
    "doctor": doctor.command,
    "completion": completion.command,
}
"""In the order in which one meets them."""


class InOrder(Group):
    """Lists its commands in their order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return list(self.commands)


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    commands=COMMANDS,
    epilog=example("run samples", "submit feeds/*.zip --wait", "COMMAND --help"),
)
@click.version_option(package_name="wiremill")
def main() -> None:
    """Wire feeds in, clean structured stories out.

    `run`, `read` and `clean` work on files here and now. `up` starts the whole pipeline; `submit`, `watch` and `pull`
    hand feeds over to it, `status`, `results` and `story` show what became of them. `worker`, `gateway` and `clerk` are
    the processes of a cluster. Settings are read from the environment (WIREMILL_…).
    """
