"""Stories of a running gateway: ``wiremill results``, ``story``, ``release``."""

import sys
from pathlib import Path
from typing import Any

import click

from services.cli import options, show
from services.cli.common import example, out, say
from shared.exports import EXPORTS
from shared.models import State


@click.command(
    epilog=example(
        "results JOB --state duplicate",
        "results JOB --format parquet -o stories.parquet",
        "results JOB --entity 'Kim Jong Un' --language en -q 'summit treaty' --format csv",
    )
)
@click.argument("job")
@options.form
@options.output
@click.option("--state", "states", multiple=True, type=click.Choice([*map(str, State)]), help="Only these.")
@click.option("--entity", help="Only stories that name it: an entity's id, or a name.")
@click.option("--language", help="Only stories in this language; `en` takes in `en-GB`.")
@click.option("-q", "text", metavar="WORDS", help="Only stories that have all these words in headline or body.")
@options.url
def results(
    job: str,
    form: str | None,
    output: Path | None,
    states: tuple[str, ...],
    entity: str | None,
    language: str | None,
    text: str | None,
    url: str,
) -> None:
    """Print the stories of a JOB, or write them to a file.

    Those that have come to their end so far, in the order of the submission: for eyes on a terminal, else as NDJSON,
    the whole record of a story on a line. A file is there only once it is whole.
    """
    form = form or (options.PRETTY if sys.stdout.isatty() and not output else "ndjson")
    filters: Any = {"state": map(State, states), "entity": entity, "language": language, "q": text}
    wiremill = options.client(url)
    if form == options.PRETTY:
        if output:
            raise click.UsageError(f"--output takes {', '.join(EXPORTS)}; `pretty` is for the terminal")
        for story in wiremill.stories(job, **filters):
            show.story(out, story)
    elif output:
        size = wiremill.export(job, form, output, **filters)
        say(f"{size:,} bytes written to {output}")
    elif EXPORTS[form].binary and sys.stdout.isatty():
        raise click.UsageError(f"{form} is nothing for a terminal; say where to --output it")
    else:
        wiremill.export(job, form, sys.stdout.buffer, **filters)


@click.command(epilog=example("story 1a20ff8022be252c7880351-7", "story 1a20ff8022be252c7880351-7 --trail"))
@click.argument("id")
@click.option("--trail", is_flag=True, help="Show how it came through the pipeline instead.")
@options.url
@options.json
def story(id: str, trail: bool, url: str, as_json: bool) -> None:
    """Show one story, whole, by its ID.

    With --trail: which stages it passed, when, how long each took and how many tries, what happened to it and its job,
    and what was found out about it later.
    """
    wiremill = options.client(url)
    if trail:
        way = wiremill.trail(id)
        click.echo(way.model_dump_json()) if as_json else show.trail(out, way)
        return
    found = wiremill.story(id)
    if as_json:
        click.echo(found.public_json())
    else:
        show.story(out, found)
        show.text(out, found.body or "")


@click.command(epilog=example("release 1a20ff8022be252c7880351-7"))
@click.argument("stories", nargs=-1, required=True)
@options.url
@options.json
def release(stories: tuple[str, ...], url: str, as_json: bool) -> None:
    """Let withheld STORIES out, by their ids.

    For what the wire put on hold, or under an embargo whose time could not be read: it waits for a person's word, and
    this is it. An embargo with a time ends by itself.
    """
    wiremill = options.client(url)
    for id in stories:
        found = wiremill.release(id)
        click.echo(found.public_json() if as_json else f"{id} {found.state}")
