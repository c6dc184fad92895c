"""Paragraphs: one line each, a blank line between them, whatever the source used.

Sources part paragraphs with blank lines, with line ends, or, on the wire, with an indented first line in text that is
broken into lines of some 60 to 72 characters. Lines are joined only where the whole text proves to be broken at a
fixed width: most breaks come where the next word would not have fitted, and in the middle of sentences.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from services.clean.draft import Cut, Draft
from services.clean.tables import rows

COLUMN = "  "
"""What stands between two columns of a table, whatever the source used."""

_NARROWEST, _WIDEST = 40, 100  # characters a line of broken text may have room for
_SLACK = 4  # characters a break may come early, for typists and hyphens
_SPACES = re.compile("[ \t\u00a0]{2,}|[\t\u00a0]")
_FIRST_WORD = re.compile(r"\S+")
_SENTENCE_ENDS = (".", "!", "?", '"', "”", "»", ":", ")", "。", "！", "？", "」", "』", "؟", "।")
_BROKEN_WORD = re.compile(r"[a-z]-\Z")
_SUSPENDED = re.compile(r"(?:and|or|to)\b")  # "mid- and long-term" is not a broken word


class Line(NamedTuple):
    """A line with something on it: the span of its text without surrounding space, and what stands around it."""

    start: int
    end: int
    text: str
    indent: int
    after_blank: bool


def lay_out(draft: Draft) -> Iterator[Cut]:
    """Cuts that leave one line per paragraph, or row of a table, blank lines between them, and single spaces."""
    lines = _lines(draft.text)
    if not lines:
        if draft.text:
            yield Cut(0, len(draft.text))
        return
    table = rows([line.text for line in lines])
    joined = [
        joins and not (row or follows) for joins, (row, follows) in zip(_joins(lines), pairwise(table), strict=True)
    ]
    if lines[0].start:
        yield Cut(0, lines[0].start)
    for number, line in enumerate(lines):
        if "  " in line.text or "\t" in line.text or "\u00a0" in line.text:
            space = COLUMN if table[number] else " "
            for gap in _SPACES.finditer(line.text):
                if gap[0] != space:
                    yield Cut(line.start + gap.start(), line.start + gap.end(), space if gap[0] != "\u00a0" else " ")
        if number + 1 < len(lines):
            following = lines[number + 1]
            glue = _glue(line.text, following.text) if joined[number] else "\n\n"
            if draft.text[line.end : following.start] != glue:
                yield Cut(line.end, following.start, glue)
    if lines[-1].end < len(draft.text):
        yield Cut(lines[-1].end, len(draft.text))


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    at, after_blank = 0, False
    for whole in text.split("\n"):
        if stripped := whole.strip():
            indent = len(whole) - len(whole.lstrip())
            start = at + indent
            lines.append(Line(start, start + len(stripped), stripped, indent, after_blank))
        after_blank = not stripped
        at += len(whole) + 1
    return lines


def _joins(lines: list[Line]) -> list[bool]:
    """For each line but the last, whether the next one goes on with its paragraph."""
    width = sorted(line.indent + len(line.text) for line in lines)[(len(lines) - 1) * 95 // 100]
    none = [False] * (len(lines) - 1)
    if not _NARROWEST <= width <= _WIDEST or len(lines) < 2:
        return none
    margin = min(line.indent for line in lines[1:])
    within = [not after.after_blank and after.indent <= margin for after in lines[1:]]
    full = [_is_full(line, after, width) for line, after in pairwise(lines)]
    # The first line may be short because its dateline has been taken off it.
    full[0] = full[0] or (lines[1].text[0].islower() and not lines[0].text.endswith(_SENTENCE_ENDS))
    breaks = sum(within)
    full_breaks = sum(a and b for a, b in zip(within, full, strict=True))
    mid_sentence = sum(
        inside and not line.text.endswith(_SENTENCE_ENDS) for inside, line in zip(within, lines, strict=False)
    )
    if full_breaks < 0.6 * breaks or mid_sentence < 0.5 * breaks:
        return none
    indented = any(line.indent > margin and not line.after_blank for line in lines[1:])
    return [
        inside and (indented or fills or after.text[0].islower())
        for inside, fills, after in zip(within, full, lines[1:], strict=True)
    ]


def _is_full(line: Line, after: Line, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one."""
    word = _FIRST_WORD.match(after.text)
    return line.indent + len(line.text) + 1 + (word.end() if word else 0) > width - _SLACK


def _glue(before: str, after: str) -> str:
    broken = _BROKEN_WORD.search(before[-2:]) and after[0].islower() and not _SUSPENDED.match(after)
    return "" if broken else " "
