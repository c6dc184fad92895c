"""What ``--help`` says of each command, and what the shell completes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from services.cli.completion import SHELLS, VARIABLE
from services.cli.main import main
from tests.conftest import ROOT
from wiremill.client import Client

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")


def commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


ALL = dict(commands(main))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_a_line_a_paragraph_and_an_example(path: tuple[str, ...]):
    shown = CliRunner().invoke(main, [*path, "--help"], terminal_width=100)
    assert shown.exit_code == 0
    command = ALL[path]
    assert not command.get_short_help_str(58).endswith("..."), "the list of commands shows it in part only"
    line, _, rest = (command.help or "").partition("\n\n")
    assert line.endswith(".") and len(rest.split()) >= 10
    examples = re.findall(r"^ *\$ wiremill (.+)$", shown.stdout.partition("Example")[2], re.MULTILINE)
    assert examples
    assert all(example.split()[: len(path)] == [*path] for example in examples)
    assert "\b" not in shown.stdout


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_is_explained_and_examples_use_those_there_are(path: tuple[str, ...]):
    options = {"--help"}
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            options |= {*parameter.opts, *parameter.secondary_opts}
    used = re.findall(r"(?<=\s)--?[a-z][a-z-]*", (ALL[path].epilog or "").replace("| jq", ""))
    assert not set(used) - options or isinstance(ALL[path], click.Group)


def test_the_page_about_them_names_them_all():
    named = {name.split()[0] for name in re.findall(r"`([a-z]+[^`]*)`", PAGE.partition("\n## ")[0])}
    assert named >= set(main.commands)
    assert all(f"`keys {path[1]}`" in PAGE for path in ALL if path[0] == "keys" and len(path) > 1)


def test_the_page_about_the_client_names_all_its_methods():
    methods = {name for name in vars(Client) if not name.startswith("_")} - {"close", "version"}
    assert not [name for name in methods if f"`{name}`" not in PAGE and f"wiremill.{name}(" not in PAGE]


def test_all_that_print_can_print_json():
    silent = {"up", "worker", "gateway", "clerk", "completion", "results", "keys"}
    without = {path[0] for path, command in ALL.items() if "as_json" not in {option.name for option in command.params}}
    assert without == silent


@pytest.mark.parametrize("shell", SHELLS)
def test_completion(shell: str):
    script = CliRunner().invoke(main, ["completion", shell])
    assert script.exit_code == 0 and VARIABLE in script.stdout
    words = {"COMP_WORDS": "wiremill re", "COMP_CWORD": "1" if shell != "fish" else "re"}
    env = os.environ | words | {VARIABLE: f"{shell}_complete"}
    command = [sys.executable, "-c", "from services.cli.main import main; main(prog_name='wiremill')"]
    found = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout
    assert {"read", "results", "retry", "release"} <= set(re.findall(r"\w+", found))


def test_help_waits_for_nothing_heavy():
    """What only some commands need is not imported by those that do not."""
    code = "import sys; from services.cli.main import main; print([m for m in sys.modules if '.' not in m])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"httpx", "celery", "redis", "flask", "spacy", "lxml"} & set(re.findall(r"\w+", loaded))
