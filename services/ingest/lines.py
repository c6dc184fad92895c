"""The lines of a story in which the wire may speak: its short fields, and the first and last lines of its text."""

import html
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from shared.models import Content, Story

Place = Literal["headline", "slug", "keyword", "note", "top", "end"]

_HEAD, _TAIL = 3_000, 1_500  # characters at the ends of the text that are looked at
_MARKUP = 2  # times as many of markup
_TOP, _END = 8, 5  # lines
_LONGEST = 320  # characters of a line; what the wire says is shorter
_NOTE = 8_000  # characters of a note
_GOES_ON = 3  # further lines that a phrase may be wrapped over
_BLOCK = r"br|/?(?:p|div|h[1-6]|li|tr|table|section|article|header|footer|hr|pre|blockquote|block)"
_BREAK = re.compile(rf"<(?:{_BLOCK})\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class Line(NamedTuple):
    """One line, its white space squeezed."""

    place: Place
    field: str  # the story's field that it stands in
    text: str
    number: int = 0  # in its place, from 0
    following: Sequence[str] = ()  # a few lines, as they are

    @property
    def paragraph(self) -> str:
        """The line with those that go on with it: up to a blank one."""
        parts = [self.text]
        for text in self.following:
            if not text or text.isspace():
                break
            parts.append(text[:_LONGEST])
        return self.text if len(parts) == 1 else " ".join(" ".join(parts).split())


def lines_of(story: Story) -> list[Line]:
    """All the lines that are read, the headline first."""
    lines = []
    if headline := _squeezed(story.headline):
        lines.append(Line("headline", "headline", headline))
    if slugline := _squeezed(story.slugline):
        lines.append(Line("slug", "slugline", slugline))
    if (version := _squeezed(story.source.version)) and not version.isdigit():
        lines.append(Line("slug", "source.version", version))  # ANPA: ``1st Ld-Writethru``
    lines += [Line("keyword", "keywords", text) for word in story.keywords[:20] if (text := _squeezed(word))]
    if story.editor_note:
        lines += note_lines(story.editor_note)
    if story.content is not None:
        lines += _text_lines(story.content)
    return lines


def note_lines(note: str) -> list[Line]:
    """The lines of a note to editors; each stands for itself."""
    texts = [" ".join(line.split()) for line in note[:_NOTE].splitlines()]
    return [Line("note", "editor_note", text, number) for number, text in enumerate(filter(None, texts))]


def _squeezed(text: str | None) -> str:
    return " ".join(text[:_LONGEST].split()) if text else ""


def _text_lines(content: Content) -> list[Line]:
    text, scale = content.text.strip(), _MARKUP if content.type == "text/html" else 1
    whole = len(text) <= scale * (_HEAD + _TAIL)
    first = _split(text if whole else text[: scale * _HEAD], content.type)
    lines: list[Line] = []
    at = 0
    for at, line in enumerate(first):
        if len(lines) == _TOP:
            break
        if squeezed := " ".join(line[:_LONGEST].split()):
            lines.append(Line("top", "text", squeezed, len(lines), first[at + 1 : at + 1 + _GOES_ON]))
    else:
        at = len(first)
    last = first[at:] if whole else _split(text[-scale * _TAIL :], content.type)
    end: list[Line] = []
    for line in reversed(last):
        if len(end) == _END:
            break
        if squeezed := " ".join(line[-_LONGEST:].split()):
            end.append(Line("end", "text", squeezed, len(end)))
    return lines + end[::-1]


def _split(text: str, type: str) -> list[str]:
    if type == "text/html":
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n\n", text)))
    return text.splitlines()
