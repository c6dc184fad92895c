"""``wiremill clean``: what cleaning makes of a file, here and now, without a server."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shared.fields import parse_fields
from shared.formats import FORMATS
from shared.models import Story

if TYPE_CHECKING:
    from services.clean.explain import Explanation

CUT, PUT = "red strike", "green"
# What a file says must not steer the terminal: control characters are shown as their pictures.
_PICTURES = {0x7F: 0x2421, **dict.fromkeys(range(0x80, 0xA0), 0xFFFD)}
_PICTURES |= {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}


@click.command("clean")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--explain", is_flag=True, help="Show the original with the cuts marked, and why each was made.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
@click.option("--format", type=click.Choice(FORMATS), help="Read the file as this format.")
@click.option("--map", "fields", metavar="FIELD=NAME,…", default="", show_default=False, help="As in `wiremill run`.")
def command(file: Path, explain: bool, as_json: bool, format: str | None, fields: str) -> None:
    """Clean the stories of a FILE in any known format and print their texts; nothing is stored.

    With --explain, cuts are struck out on a terminal and written [-rule: text-] elsewhere; what was put in the place
    of a cut is written {+text+}. Exit status 3: some could not be read.
    """
    from services.cli import reading

    out = Console(soft_wrap=True, highlight=False)
    lost = 0
    for story in reading.stories([file], format=format, fields=parse_fields(fields)):
        explanation = _explained(story)
        lost += explanation is None
        if as_json:
            click.echo(json.dumps(_record(story, explanation), ensure_ascii=False))
        elif explanation is None:
            out.print(f"rejected: {escape(_fault(story))}\n", style="red")
        elif explain:
            _show(out, explanation)
        else:
            out.print(Text(f"{(explanation.story.body or '').translate(_PICTURES)}\n"))
    sys.exit(3 if lost else 0)


def _explained(story: Story) -> "Explanation | None":
    """``None`` for a story without text that could be cleaned."""
    from services.clean.explain import explain

    try:
        return None if story.error else explain(story)
    except ValueError:
        return None


def _fault(story: Story) -> str:
    return f"{story.error.title}: {story.error.detail}" if story.error else "there is no text in it"


def _record(story: Story, explanation: "Explanation | None") -> dict[str, object]:
    if explanation is None:
        return {"headline": story.headline, "error": _fault(story)}
    found = {"headline", "byline", "dateline", "language", "editor_note", "rights", "body", "removed"}
    pieces = [piece._asdict() for piece in explanation.pieces]
    return explanation.story.model_dump(mode="json", include=found) | {
        "original": explanation.original,
        "pieces": pieces,
    }


def _show(out: Console, explanation: "Explanation") -> None:
    """The original with its cuts marked; below it each rule that cut something, and why."""
    story = explanation.story
    if story.headline:
        out.print(Text(story.headline.translate(_PICTURES), style="bold"))
    text = Text()
    for piece in explanation.pieces:
        shown, by = piece.text.translate(_PICTURES), piece.by.translate(_PICTURES)
        if piece.rule is None:
            text.append(shown)
        elif out.is_terminal:
            text.append(shown, style=CUT)
            text.append(by, style=PUT)
        else:
            text.append(f"[-{piece.rule}: {shown}-]" + (f"{{+{by}+}}" if by else ""))
    out.print(text)
    reasons = {cut.rule: cut.reason for cut in story.removed}
    for rule in dict.fromkeys(piece.rule for piece in explanation.pieces if piece.rule):
        times = sum(piece.rule == rule for piece in explanation.pieces)
        out.print(Text(f"{rule} ×{times}: {reasons[rule]}", style="dim"))
    out.print()
