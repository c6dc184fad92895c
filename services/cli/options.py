"""Options and arguments that more than one command has, and what becomes of them."""

import os
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from pydantic import ValidationError

from shared.exports import EXPORTS
from shared.fields import parse_fields
from shared.formats import FORMATS
from shared.models import OptionalStage, Options, Priority

if TYPE_CHECKING:
    from wiremill.client import Client

PRETTY = "pretty"
PATIENT = 5
"""Attempts to hand over what should not be lost; they take ten seconds or so."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

paths = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
url = click.option("--url", envvar="WIREMILL_URL", default="http://127.0.0.1:8080", help="The gateway.")
output = click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the stories there.")
pretty = click.option(
    "--pretty/--ndjson", default=None, help="Stories for eyes, or NDJSON [default: pretty on a terminal]."
)
form = click.option(
    "--format", "form", type=click.Choice([PRETTY, *EXPORTS]),
    help="How the stories are written [default: pretty on a terminal, else ndjson].",
)  # fmt: skip
format = click.option(
    "--format", type=click.Choice(FORMATS), help="Read every file as this format instead of telling it by its content."
)
mapping = click.option(
    "--map", "fields", metavar="FIELD=NAME,…", default="", show_default=False,
    help="Read a story field from a field of your JSON, CSV or Parquet records: headline=Titel,text=article.body.",
)  # fmt: skip

READING = (format, mapping)
"""How files are read."""
WORK = (
    click.option("--skip", multiple=True, type=click.Choice(get_args(OptionalStage)), help="A stage to do without."),
    click.option("--summary-sentences", type=click.IntRange(0, 50), help="Sentences in a summary, at most."),
    click.option("--summary-words", type=click.IntRange(1, 5_000), help="Words in a summary, at most."),
)
"""What is done with the stories."""
JOB = (
    click.option(
        "--priority", type=click.Choice(get_args(Priority)), default="normal", help="Share beside other jobs."
    ),
    click.option("--retention-hours", type=click.FloatRange(min=0, min_open=True), help="How long results are kept."),
    click.option("--webhook", metavar="URL", help="To be told of the job's end, and of kills and releases after it."),
    click.option("--metadata", metavar="KEY=VALUE", multiple=True, help="A note, handed back; may be repeated."),
)
"""What only a job of a gateway has."""


def job_options(*chosen: Decorator) -> Decorator:
    """Options of a job, which the command gets as one argument, ``asked``."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def call(**given: Any) -> Any:
            known = {"fields", *Options.model_fields}
            said = {name: given.pop(name) for name in list(given) if name in known}
            return command(asked=_options(said), **given)

        made: Callable[..., Any] = call
        for option in reversed(chosen):
            made = option(made)
        return made

    return decorate


def _options(said: dict[str, Any]) -> Options:
    said["fields"] = parse_fields(said["fields"])
    said["metadata"] = dict(_pair(pair) for pair in said.get("metadata", ()))
    try:
        return Options.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise click.UsageError(f"--{name}: {first['msg'][0].lower()}{first['msg'][1:]}") from None


def _pair(pair: str) -> tuple[str, str]:
    """Both sides of ``key=value``."""
    name, equals, value = pair.partition("=")
    if not name or not equals:
        raise click.UsageError(f"--metadata: {pair!r} is not KEY=VALUE")
    return name, value


def client(url: str, *, attempts: int = 2, stop: threading.Event | None = None) -> "Client":
    """A client that is closed at the end of the command; its key is in ``WIREMILL_KEY``, where one is needed.

    Somebody who looks on wants to know soon that there is no gateway, so it makes few ``attempts``; once it is told to
    ``stop`` it does not wait between them.
    """
    from wiremill.client import Client

    sleep = stop.wait if stop else time.sleep
    made = Client(url, key=os.environ.get("WIREMILL_KEY", ""), attempts=attempts, sleep=sleep)
    return click.get_current_context().with_resource(made)
