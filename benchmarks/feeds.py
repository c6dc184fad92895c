"""Stories to measure with: those of a feed; if it has too few, told again in other words."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain, cycle, islice
from pathlib import Path

from services.cli.reading import stories
from shared.models import Content

SAMPLES = Path(__file__).parents[1] / "samples"
_WORD = re.compile(r"<[^>]*>|[^\W\d_]{3,}")

Row = dict[str, str]
"""``headline``, and ``html`` or ``body``."""


def write_feed(path: Path, feed: Path, count: int, *, skip: int = 0) -> None:
    """A file of ``count`` stories, less the first ``skip``, one a line; raises ``ValueError`` if there are none."""
    rows = told(feed)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in islice(chain(rows, _retold(rows)), skip, count)))


def read_rows(path: Path) -> Iterator[Row]:
    """The stories of such a file."""
    with path.open() as file:
        yield from map(json.loads, file)


def told(feed: Path) -> list[Row]:
    """The stories of a feed, a file or folder; raises ``ValueError`` if there is none."""
    files = [feed] if feed.is_file() else sorted(path for path in feed.rglob("*") if path.is_file())
    read = stories(files, format=None, fields={})
    rows = [_row(story.headline or "", story.content) for story in read if story.content and story.error is None]
    if not rows:
        raise ValueError(f"no story can be read of {feed}")
    return rows


def _row(headline: str, content: Content) -> Row:
    return {"headline": headline, "html" if content.type == "text/html" else "body": content.text}


def _retold(rows: Sequence[Row]) -> Iterator[Row]:
    """The stories over and over, nine words in ten replaced by one of the feed's that is written like it: few words in
    a row stay the same, so that no two are copies, yet names stand where names stood.
    """
    chance = random.Random(1)
    words: dict[str, list[str]] = {}
    for found in _WORD.findall(" ".join(text for row in rows for text in row.values())):
        if not found.startswith("<"):
            words.setdefault(_shape(found), []).append(found)

    def other(match: re.Match[str]) -> str:
        word = match[0]
        return word if word.startswith("<") or chance.random() < 0.1 else chance.choice(words[_shape(word)])

    for row in cycle(rows):
        yield {name: _WORD.sub(other, text) for name, text in row.items()}


def _shape(word: str) -> str:
    return "capitals" if word.isupper() else "capitalised" if word[0].isupper() else "small"
