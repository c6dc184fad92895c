"""``wiremill clean``: what cleaning makes of a file, here and now, without a server."""

import json
import sys
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from services.cli import options
from services.cli.common import OK, SOME_LOST, example, pictured
from shared.cuts import segments
from shared.fields import parse_fields
from shared.models import Story

CUT, PUT = "red strike", "green"


@click.command(epilog=example("clean a.txt --explain", "clean feed.xml --json"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--explain", is_flag=True, help="Show the original with the cuts marked, and why each was made.")
@options.json
@options.format
@options.mapping
def command(file: Path, explain: bool, as_json: bool, format: str | None, fields: str) -> None:
    """Clean the stories of a FILE and print their texts.

    The FILE may be in any known format; nothing is stored, and no server is needed.

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
            out.print(Text(f"{pictured(cleaned.body or '')}\n"))
    sys.exit(SOME_LOST if lost else OK)


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
        out.print(Text(pictured(story.headline), style="bold"))
    text, cuts = Text(), Counter[tuple[str, str]]()
    for words, rule, reason, instead in segments(story.body or "", story.removed):
        shown, by = pictured(words), pictured(instead)
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
