"""``wiremill cluster``: the stories that tell the same as one, from a running gateway."""

import os
from collections.abc import Iterator

import click

from shared.models import Cluster, Member


@click.command("cluster")
@click.argument("story")
@click.option("--url", envvar="WIREMILL_URL", default="http://127.0.0.1:8080", help="The gateway.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(story: str, url: str, as_json: bool) -> None:
    """The original, the copies and the versions of a STORY, in order of time.

    STORY is the id of any of them, or `dedup.cluster` of its record. The head of the cluster is marked with a star.
    """
    from services.cli.api import Api

    with Api(url, key=os.environ.get("WIREMILL_KEY", "")) as api:
        found = api.cluster(story)
    if as_json:
        click.echo(found.model_dump_json())
    else:
        for line in lines(found):
            click.echo(line)


def lines(cluster: Cluster) -> Iterator[str]:
    """The members for eyes, one a line, in columns."""
    rows = [_cells(member) for member in cluster.members]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if cluster.more:
        yield f"and more; these are the first {len(rows)}"


def _cells(member: Member) -> tuple[str, ...]:
    source = " ".join(part for part in (member.provider, member.version) if part)
    return (
        "*" if member.head else " ",
        member.id,
        f"{member.published:%Y-%m-%d %H:%M}" if member.published else "",
        _printable(source),
        member.state or "expired",
        _standing(member),
        _printable(member.headline or ""),
    )


def _standing(member: Member) -> str:
    if member.killed_by:
        return f"{member.relation}, killed by {member.killed_by}"
    return f"{member.relation}, superseded" if member.superseded_by else member.relation or ""


def _printable(text: str) -> str:
    """What a file says must not steer the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
