"""What the wire's own words say about a story: update, correction, kill, hold, embargo, take, note to editors.

Read from the headline, slugline, keywords, note and the first and last lines of the text; nothing is cut here. What a
format has read from its own fields stands: words can add to it and make it graver, never lighter.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import get_args

from services.ingest.embargo import find_embargo
from services.ingest.kills import killed, read_kill, reason, speaks_of_kill
from services.ingest.lines import Line, lines_of
from services.ingest.phrases import (
    ALARM,
    EDITORS,
    END_LINE,
    LABEL,
    LABELS,
    MORE_LINE,
    MORE_TAIL,
    NOTED,
    NUMBERED,
    REMARKS,
    SHOUTED,
    SLUGS,
    SPACED,
    SUITE,
    TAKE_LINE,
    TAKE_SLUG,
    TAKE_TITLE,
    take_number,
)
from services.ingest.quick import (
    EMBARGO_WORDS,
    LONGEST_MARK,
    SLUG_WORDS,
    TAKE_SLUG_WORDS,
    TO_EDITORS_BEGIN,
    has,
    label_at,
    may_speak,
)
from shared.models import Finding, Story, Wire

_RANKS = {kind: rank for rank, kind in enumerate("story advisory brief alert update correction hold kill".split())}
assert set(_RANKS) == set(get_args(Wire.model_fields["kind"].annotation))
_KIND_OF = {"refile": "update", "repeat": "update"}
_MOST_LABELS = 5
_LABELLED_LINES = 3  # at the top of the text
_NUMBER = re.compile(r"(?<![\d.:])(\d{1,2})(?![\d:]|\.\d)")
_REMARK = re.compile(r"[-–* ]{0,3}\((?:(?i:eds?)\s?[:.] ?)?(?P<words>[^()]{2,300}(?:\([^()]{0,80}\)[^()]{0,200})?)\)?")
_TITLE_REMARK = re.compile(r"\((?P<words>[^()]{2,200})\)\s?(?:=|/{1,3})?\Z")
_ATTENTION_REMARK = re.compile(r"ATTENTION\s?[-–:]{1,2}\s?(?P<words>.{3,200})")
_ANYTHING = re.compile(r"(?P<words>.{2,200})")
_HOLD_FOR = re.compile(
    r"(?:PLEASE )?HOLD FOR (?:LAWYERS?|LEGAL|REVIEW|APPROVAL|CLEARANCE|CONFIRMATION|INSTRUCTIONS?|EDITORS?"
    r"|PUBLICATION|ART|PHOTOS?|FURTHER|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY|\d)\b[^.]{0,120}"
    r"|(?i:please hold (?:the |this )(?:story|item)\b(?! for release)[^.]{0,120})"
)
_TO_EDITORS = re.compile(r"[\s(\[*/«-]{0,5}(?:ADVISORY|ATTENTION|ACHTUNG|Achtung|ATENCI[OÓ]N|AVIS AUX|EDITORS?)\b")
_DATELINE = re.compile(r"\([A-Za-z/ -]{2,24}\) ?[-–—_]")
_ADVISORY_LENGTH = 3_000  # characters; a longer text that begins with a note to editors is a story with a note
_TITLE_ENDS = frozenset(")-=/0123456789dDeE")  # of headlines that may number a take (``1st Add``) or end with a remark
_QUOTED = 200  # characters of the wire's words that a finding keeps


def control(story: Story) -> Story:
    """The story with ``wire``, ``embargo_until`` and ``editor_note`` completed; the same story if there is nothing."""
    if story.error is not None:
        return story
    reading = _Reading(story)
    lines = lines_of(story)
    for line in lines:
        reading.read(line)
    if has(" ".join([line.text for line in lines]).lower(), EMBARGO_WORDS):
        for line in lines:
            reading.embargo(line)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """What has been found so far."""

    story: Story
    kind: str = "story"
    revision: int | None = None
    take: int | None = None
    more: bool = False
    of: str | None = None
    note: str | None = None
    hold: str | None = None
    unread: str | None = None  # an embargo
    until: datetime | None = None
    lifted: bool = False
    trusted: bool = False  # whether the text is for editors
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, line: Line) -> None:
        """Read one line by the tables for its place."""
        match line.place:
            case "headline":
                rest = self._labels(line)
                if line.text[-1] in _TITLE_ENDS:
                    self._remarks(line, _TITLE_REMARK.search(line.text))
                    self._title_take(line)
                if rest != line.text:
                    self._kill(line, rest, trusted=self.trusted or _TO_EDITORS.match(line.text) is not None)
            case "slug":
                text = line.text.lower()
                if has(text, SLUG_WORDS):
                    self._slug(line)
                if has(text, TAKE_SLUG_WORDS):
                    self._take(line, TAKE_SLUG.search(line.text))
            case "keyword":
                self._keyword(line)
            case "note":
                self._note(line, line.text)
            case "top":
                if line.number < _LABELLED_LINES:
                    self._first(line)
                if self.trusted or may_speak(line.text):
                    self._top(line)
                    self._marks(line)
            case "end":
                if may_speak(line.text):
                    self._marks(line)

    def _found(self, says: str, line: Line, words: str) -> None:
        words = words.strip()[:_QUOTED].strip(" =<")
        if not any(one.says == says and one.text == words for one in (*self.story.wire.findings, *self.findings)):
            self.findings.append(Finding(says=says, field=line.field, text=words))

    def _is(self, says: str, line: Line, words: str, *, numbered: str = "") -> None:
        """The story is what the words say, if it is nothing graver; ``numbered`` may hold the number of an update."""
        kind = _KIND_OF.get(says, says)
        if _RANKS[kind] > _RANKS[self.kind]:
            self.kind = kind
        if kind == "update" and (number := _NUMBER.search(numbered)):
            self.revision = max(self.revision or 0, int(number[1])) or None
        self._found(says, line, words)

    def _labels(self, line: Line) -> str:
        """Read the labels that a line begins with, and give the rest of it."""
        at = 0
        if spaced := SPACED.match(line.text):
            self._is("correction", line, spaced[0].strip(" -–—:/"))
            at = spaced.end()
        for _ in range(_MOST_LABELS):
            match = label_at(line.text, at)
            if match is None or match.lastgroup is None:
                break
            at = match.end()
            if says := LABELS[int(match.lastgroup[1:])].says:
                self._is(says, line, match[0], numbered=match[0])
                self.trusted |= says in ("advisory", "kill")
                if says == "hold":
                    self.hold = self.hold or line.text
                if says == "kill" and (rest := line.text[at:].strip(" -–—:/=")):
                    self.of = self.of or killed(rest) or rest
        if line.place == "headline" and ALARM.fullmatch(line.text):
            self._is("alert", line, line.text)
        return line.text[at:]

    def _remarks(self, line: Line, match: re.Match[str] | None) -> None:
        """``(Adds details)``."""
        if match is None:
            return
        words = match["words"].strip()
        for says, pattern in REMARKS:
            if pattern.match(words):
                self._is(says, line, match[0], numbered=words[:4])
                if says == "correction":
                    self.note = self.note or words
                return

    def _slug(self, line: Line) -> None:
        # A version is what stood behind the comma.
        text = f", {line.text}" if line.field == "source.version" else line.text
        for says, pattern in SLUGS:
            if match := pattern.search(text):
                self._is(says, line, match[0].strip(" ,-"), numbered=match[0])
                self.trusted |= says in ("advisory", "kill")
                if says == "hold":
                    self.hold = self.hold or line.text

    def _keyword(self, line: Line) -> None:
        """A keyword may be any topic; only those that are nothing but a label of several words or none of the news."""
        if not (line.text.isupper() or " " in line.text or line.text == "Berichtigung"):
            return
        match = LABEL.fullmatch(line.text)
        says = LABELS[int(match.lastgroup[1:])].says if match and match.lastgroup else ""
        if says in ("update", "correction", "brief", "advisory"):
            self._is(says, line, line.text, numbered=line.text)

    def _note(self, line: Line, text: str) -> None:
        begins = False
        for says, pattern in NOTED:
            for match in pattern.finditer(text):
                begins |= match.start() == 0
                self._is(says, line, match["words"])
                if says == "correction":
                    self.note = self.note or text
        if label := label_at(text):
            says = LABELS[int((label.lastgroup or "l0")[1:])].says
            if says and says != "hold":
                self._is(says, line, label[0], numbered=label[0])
        elif not begins:
            self._remarks(line, _REMARK.match(text) or _ANYTHING.match(text))
        if hold := _HOLD_FOR.search(text):
            self._hold(line, hold[0])
        self._kill(line, text, trusted=True)

    def _first(self, line: Line) -> None:
        self._labels(line)
        if match := TAKE_LINE.fullmatch(line.text):
            self._take(line, match)
        if match := _HOLD_FOR.match(line.text.lstrip("( *")):
            self._hold(line, match[0])

    def _top(self, line: Line) -> None:
        self._shouted(line)
        if line.text.lstrip("([*- ")[:2].lower() in TO_EDITORS_BEGIN and (match := EDITORS.match(line.paragraph)):
            self._editors(line, match)
        else:
            self._remarks(line, _remark(line))
            trusted = self.trusted or _TO_EDITORS.match(line.text) is not None
            if trusted or speaks_of_kill(line.text):
                self._kill(line, line.paragraph, trusted=trusted)

    def _editors(self, line: Line, match: re.Match[str]) -> None:
        note = match["note"].strip()
        if not _balanced(note):
            note = note.rstrip(")]")
        self._found("note", line, match[0])
        self.notes.append(note)
        self._note(line, note)
        content = self.story.content
        if (
            line.number == 0
            and self.kind == "story"
            and content is not None
            and len(content.text) <= _ADVISORY_LENGTH
            and line.text.lstrip("( ").startswith("EDITORS")
            and not _DATELINE.search(content.text)
        ):
            self._is("advisory", line, match[0])

    def _shouted(self, line: Line) -> None:
        if line.text[0] not in "-–*" and not line.text[:4].isupper():
            return
        for says, pattern in SHOUTED:
            if match := pattern.fullmatch(line.text):
                self._is(says, line, match[0])
                if says == "correction":
                    self.note = self.note or match[0].strip("-– ")

    def _hold(self, line: Line, words: str) -> None:
        self._is("hold", line, words)
        self.hold = self.hold or words

    def _kill(self, line: Line, text: str, *, trusted: bool) -> None:
        if kill := read_kill(text, trusted=trusted):
            self._is("kill", line, kill.words)
            self.of = self.of or kill.of
            self.note = self.note or kill.note

    def _title_take(self, line: Line) -> None:
        provider, language = self.story.source.provider or "", self.story.language or ""
        italian = provider.upper().startswith("ANSA") or language[:2] == "it"
        if match := TAKE_TITLE.search(line.text):
            self._take(line, match)
        elif suite := SUITE.search(line.text):
            self._take_is(line, suite[0], int(suite["number"] or 1) + 1)
        elif italian and (numbered := NUMBERED.search(line.text)):
            self._take_is(line, numbered[0], int(numbered["number"]))
        elif more := MORE_TAIL.search(line.text):
            self._more(line, more[0])

    def _take(self, line: Line, match: re.Match[str] | None) -> None:
        if match is None:
            return
        number, total = take_number(match), match.groupdict().get("total") or match.groupdict().get("of")
        self._take_is(line, match[0], number)
        if total and number < int(total):
            self._more(line, match[0])

    def _take_is(self, line: Line, words: str, number: int) -> None:
        if number > 0:
            self.take = self.take or number
            self._found("take", line, words.strip(" ,"))

    def _more(self, line: Line, words: str) -> None:
        self.more = True
        self._found("more", line, words)

    def _marks(self, line: Line) -> None:
        """What stands at the end: that more follows, or that it ends."""
        text = line.text
        if len(text) <= LONGEST_MARK or text[0] == "(":
            if MORE_LINE.fullmatch(text):
                self._more(line, text)
            elif END_LINE.fullmatch(text):
                self._found("end", line, text)
        if text[-1] == ")" and (match := MORE_TAIL.search(text)):
            self._more(line, match[0])
        if line.place == "end":
            self._shouted(line)

    def embargo(self, line: Line) -> None:
        """Read the embargo in a line."""
        if line.place == "keyword":
            return
        if line.place == "top" and (note := EDITORS.match(line.paragraph)):
            line = Line("note", line.field, note["note"])
        story = self.story
        near = story.published
        if near is None and story.dateline and story.dateline.date:
            near = datetime.combine(story.dateline.date, time(), UTC)
        found = find_embargo(line, published=near, provider=story.source.provider, language=story.language)
        if found is None:
            return
        if found.lifted:
            self.lifted = True
            self._found("embargo-lifted", line, found.words)
            return
        self._found("embargo", line, found.words)
        if found.until is None:
            self.unread = self.unread or found.words
        else:
            self.until = max(self.until, found.until) if self.until else found.until

    def result(self) -> Story:
        """The story with what was found."""
        story = self.story
        if not self.findings and story.wire.kind not in ("kill", "hold"):
            return story
        wire = story.wire
        kind = max((self.kind, wire.kind), key=_RANKS.__getitem__)
        if kind == "kill":
            self._complete_kill()
        until = story.embargo_until or (None if self.lifted else self.until)
        withheld = wire.withheld or self.hold or (None if self.lifted or until else self.unread)
        if kind == "hold" and not withheld and until is None and not self.lifted:
            withheld = wire.note or self.note or "HOLD"
        return story.model_copy(
            update={
                "embargo_until": until,
                "editor_note": _with_notes(story.editor_note, self.notes),
                "wire": wire.model_copy(
                    update={
                        "kind": kind,
                        "revision": wire.revision or self.revision,
                        "take": wire.take or self.take,
                        "more": wire.more or self.more,
                        "of": wire.of or self.of,
                        "note": wire.note or self.note,
                        "withheld": withheld,
                        "findings": [*wire.findings, *self.findings],
                    }
                ),
            }
        )

    def _complete_kill(self) -> None:
        """Look in the text for what is killed and why, if that is not known."""
        told = [line.paragraph for line in lines_of(self.story) if line.place in ("note", "top")]
        self.of = self.of or next(filter(None, map(killed, told)), None)
        self.note = self.note or next(filter(None, map(reason, told)), None)


def _remark(line: Line) -> re.Match[str] | None:
    if "(" in line.text[:6]:
        return _REMARK.match(line.paragraph)
    return _ATTENTION_REMARK.match(line.text)


def _with_notes(known: str | None, notes: list[str]) -> str | None:
    added = [note for note in dict.fromkeys(notes) if note not in (known or "")]
    return "\n".join([*([known] if known else []), *added]) or None


def _balanced(text: str) -> bool:
    return text.count("(") >= text.count(")") and text.count("[") >= text.count("]")
