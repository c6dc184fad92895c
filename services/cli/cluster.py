"""``wiremill cluster``: the stories that tell the same as one, from a running gateway."""

from collections.abc import Iterator

import click

from services.cli import options
from services.cli.common import example, single_line
from shared.models import Cluster, Member


@click.command(epilog=example("cluster 1a20ff8022be252c7880351-15", "cluster 1a20ff8022be252c7880351-15 --json"))
@click.argument("story")
@options.url
@options.json
def command(story: str, url: str, as_json: bool) -> None:
    """List what tells the same as a STORY, in order of time.

    The original, its copies and its versions, across jobs, by the id of any of them or `dedup.cluster` of a record. The
    head of the cluster is marked with a star.
    """
    found = options.client(url).cluster(story)
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
        single_line(source),
        member.state or "expired",
        _standing(member),
        single_line(member.headline or ""),
    )


def _standing(member: Member) -> str:
    if member.killed_by:
        return f"{member.relation}, killed by {member.killed_by}"
    return f"{member.relation}, superseded" if member.superseded_by else member.relation or ""
