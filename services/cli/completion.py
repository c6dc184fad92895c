"""``wiremill completion``: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from services.cli.common import example

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_WIREMILL_COMPLETE"


@click.command(
    epilog=example(
        "completion bash > ~/.local/share/bash-completion/completions/wiremill",
        'completion zsh > "${fpath[1]}/_wiremill"',
        "completion fish > ~/.config/fish/completions/wiremill.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print a script that completes `wiremill` in a SHELL.

    Put it where the shell looks for such scripts, as below, and start a new shell. bash must be 4.4 or newer.
    """
    kind = get_completion_class(shell)
    assert kind, f"click completes in {shell}"
    click.echo(kind(click.get_current_context().find_root().command, {}, "wiremill", VARIABLE).source())
