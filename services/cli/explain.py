"""``wiremill clean``: what cleaning makes of a file, here and now, without a server."""

import json
import sys
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shared.cuts import segments
from shared.fields import parse_fields
from shared.formats import FORMATS
from shared.models import Story

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
        cleaned = _cleaned(story)
        lost += cleaned is None
        if as_json:
            click.echo(json.dumps(_record(story, cleaned), ensure_ascii=False))
        elif cleaned is None:
            out.print(f"rejected: {escape(_fault(story))}\n", style="red")
        elif explain:
            _show(out, cleaned)
        else:
            out.print(Text(f"{(cleaned.body or '').translate(_PICTURES)}\n"))
    sys.exit(3 if lost else 0)


def _cleaned(story: Story) -> Story | None:
    """``None`` for a story without text that could be cleaned."""
    from services.clean.clean import clean

    try:
        return None if story.error else clean(story)
    except ValueError:
        return None


def _fault(story: Story) -> str:
    return f"{story.error.title}: {story.error.detail}" if story.error else "there is no text in it"


def _record(story: Story, cleaned: Story | None) -> dict[str, object]:
    if cleaned is None:
        return {"headline": story.headline, "error": _fault(story)}
    found = {"headline", "byline", "dateline", "language", "editor_note", "rights", "body", "removed"}
    parts = [segment._asdict() for segment in segments(cleaned.body or "", cleaned.removed)]
    return cleaned.model_dump(mode="json", include=found) | {"segments": parts}


def _show(out: Console, story: Story) -> None:
    """The original with its cuts marked; below it each rule that cut something, and why."""
    if story.headline:
        out.print(Text(story.headline.translate(_PICTURES), style="bold"))
    text, cuts = Text(), Counter[tuple[str, str]]()
    for words, rule, reason, instead in segments(story.body or "", story.removed):
        shown, by = words.translate(_PICTURES), instead.translate(_PICTURES)
        if rule is None:
            text.append(shown)
            continue
        cuts[rule, reason] += 1
        if out.is_terminal:
            text.append(shown, style=CUT)
            text.append(by, style=PUT)
        else:
            text.append(f"[-{rule}: {shown}-]" + (f"{{+{by}+}}" if by else ""))
    out.print(text)
    for (rule, reason), times in cuts.items():
        out.print(Text(f"{rule} ×{times}: {reason}", style="dim"))
    out.print()
