"""Puts the takes of a story, which a wire sends one by one, together again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.ingest.phrases import MORE_LINE, MORE_TAIL, TAKE_LINE, TAKE_SLUG, TAKE_TITLE
from shared.models import Content, Finding, Story

MOST_OPEN = 256  # sequences that wait for a take
MOST_CHARACTERS = 32_000_000  # of text in them
_SPLIT_TAKE = 20  # takes; a story of more is none

_VERSION = re.compile(r"[,\s]+(?:\d{1,2}(?:st|nd|rd|th) )?(?:ld|lead)?-?write-?thr(?:u|ough)\b", re.IGNORECASE)
_PART = re.compile(r"[-_.#/:]\d{1,2}\Z")
_MORE_MARKUP = re.compile(r"\s*<(p|div)\b[^<>]*>\s*\((?:more|suite|sigue|segue)\)\s*</\1>\s*\Z", re.IGNORECASE)


class _Key(NamedTuple):
    """What the takes of one story have in common."""

    provider: str
    stem: str
    day: str
    revision: int
    type: Literal["text/plain", "text/html"]


@dataclass(slots=True)
class _Sequence:
    """The takes of a story that have come. A first take may have no number, only the word that more follows."""

    takes: dict[int, Story] = field(default_factory=dict)
    total: int | None = None

    @property
    def characters(self) -> int:
        return sum(len(_text(story)) for story in self.takes.values())

    @property
    def ordered(self) -> list[tuple[int, Story]]:
        return sorted(self.takes.items())

    @property
    def whole(self) -> bool:
        """Whether the takes run without a gap from the first to one that says of no more to come."""
        numbers = sorted(self.takes)
        start = numbers[0] if numbers else 0
        # Wires number adds from 1 or takes from 2: after a first take without a number, either is the second.
        if len(numbers) < 2 or numbers[1:] != list(range(numbers[1], numbers[-1] + 1)):
            return False
        begins = numbers[1] == 2 or (start, numbers[1]) == (0, 1)
        return begins and not self.takes[numbers[-1]].wire.more and self.total in (None, numbers[-1])

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be waited for: the last take is known to be the last."""
        if not self.whole:
            return False
        *others, (_, last) = self.ordered
        return self.total is not None or _ends(last) or all(story.wire.more for _, story in others)


def join(
    stories: Iterable[Story], *, most_open: int = MOST_OPEN, most_characters: int = MOST_CHARACTERS
) -> Iterator[Story]:
    """The stories, with the takes of each put together where it is complete; what is no take passes straight through.

    A sequence that stays incomplete goes out at the end of the input, or earlier if more than ``most_open`` sequences
    or ``most_characters`` of text are waiting; then ``wire.more`` is true. The same input always gives the same output.
    """
    waiting: dict[_Key, _Sequence] = {}
    characters = 0
    for story in stories:
        key = _key(story)
        if key is None:
            yield story
            continue
        number = story.wire.take or 0
        sequence = waiting.setdefault(key, _Sequence())
        if number in sequence.takes:
            if _text(sequence.takes[number]) == _text(story):
                yield story  # sent twice; whoever looks for duplicates will find it
                continue
            characters -= sequence.characters
            yield _joined(waiting.pop(key))
            sequence = waiting[key] = _Sequence()
        sequence.takes[number] = story
        sequence.total = sequence.total or _total(story)
        characters += len(_text(story))
        if sequence.complete:
            characters -= sequence.characters
            yield _joined(waiting.pop(key))
        while waiting and (len(waiting) > most_open or characters > most_characters):
            oldest = waiting.pop(next(iter(waiting)))
            characters -= oldest.characters
            yield _joined(oldest)
    for sequence in waiting.values():
        yield _joined(sequence)


def _key(story: Story) -> _Key | None:
    """None for what is no take, or cannot be told to be one of which story."""
    wire = story.wire
    if story.error is not None or story.content is None or wire.kind in ("kill", "hold", "advisory"):
        return None
    if not (wire.more or wire.take) or (wire.take or 0) > _SPLIT_TAKE:
        return None
    stem = _stem(story)
    if not stem:
        return None
    when = story.published.date() if story.published else story.dateline and story.dateline.date
    revision = wire.revision or 0
    return _Key(story.source.provider or "", stem, str(when or ""), revision, story.content.type)


def _stem(story: Story) -> str:
    """The slugline, headline or id without what numbers the take."""
    if story.slugline:
        slugline = " ".join(story.slugline.split())
        return _VERSION.sub("", TAKE_SLUG.sub("", slugline)).casefold().strip(" ,-(")
    if story.headline:
        return MORE_TAIL.sub("", TAKE_TITLE.sub("", " ".join(story.headline.split()))).casefold().strip(" ,-(=")
    return _PART.sub("", story.source.guid or "")


def _total(story: Story) -> int | None:
    """3 of ``(1 of 3)``."""
    for finding in story.wire.findings:
        if finding.says == "take" and (match := re.search(r"\d ?(?:of|/) ?(\d{1,2})", finding.text)):
            return int(match[1])
    return None


def _ends(story: Story) -> bool:
    return any(finding.says == "end" for finding in story.wire.findings)


def _text(story: Story) -> str:
    return story.content.text if story.content else ""


def _joined(sequence: _Sequence) -> Story:
    """One story of the takes, in their order; a take that came alone is left as it is."""
    parts = sequence.ordered
    first = parts[0][1]
    if len(parts) == 1:
        return first
    type = first.content.type if first.content else "text/plain"
    texts = [
        _without_seam(_text(story), type, first=at == 0, last=at == len(parts) - 1)
        for at, (_, story) in enumerate(parts)
    ]
    findings = [finding for _, story in parts for finding in story.wire.findings]
    whole = sequence.whole
    update: Mapping[str, object] = {
        "take": None if whole else first.wire.take,
        "more": not whole,
        "findings": [*_unique(findings), *(_part(number, story) for number, story in parts[1:])],
    }
    return first.model_copy(
        update={
            "content": Content(text=("\n\n" if type == "text/plain" else "\n").join(filter(None, texts)), type=type),
            "wire": first.wire.model_copy(update=update),
            "embargo_until": max((story.embargo_until for _, story in parts if story.embargo_until), default=None),
            "editor_note": _together(story.editor_note for _, story in parts),
        }
    )


def _part(number: int, story: Story) -> Finding:
    """Where a take that was put into another story came from."""
    source = story.source
    where = f" bytes {source.byte_range[0]}-{source.byte_range[1]}" if source.byte_range else ""
    return Finding(says="take", field="source", text=f"{number or 'first'}: {source.file or source.guid or '?'}{where}")


def _unique(findings: list[Finding]) -> list[Finding]:
    return list({(one.says, one.field, one.text): one for one in findings}.values())


def _together(notes: Iterable[str | None]) -> str | None:
    return "\n".join(dict.fromkeys(note for note in notes if note)) or None


def _without_seam(text: str, type: str, *, first: bool, last: bool) -> str:
    """The text without the marks of the take, which would stand in the middle of the joined one."""
    if type == "text/html":
        return text if last else _MORE_MARKUP.sub("", text)
    if not last:
        text = text.rstrip()
        kept, _, line = text.rpartition("\n")
        text = kept if MORE_LINE.fullmatch(line.strip()) else MORE_TAIL.sub("", text)
    if not first:
        head, newline, rest = text.lstrip().partition("\n")
        text = rest if newline and TAKE_LINE.fullmatch(" ".join(head.split())) else text
    return text.strip("\n") if not (first and last) else text
