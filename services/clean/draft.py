"""The one mechanism of cleaning: a text that remembers where everything in it stood in the original.

A *draft* is the original plus an ordered list of non-overlapping *edits* of it. A rule reads the text as it stands
and proposes *cuts* in the coordinates of that text; the draft translates them into edits of the original. What was
removed, and where it stood, is then a view of the edits, and no rule has to keep count.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from sys import maxsize
from typing import NamedTuple

from shared import cuts
from shared.models import Removal

_NEVER = maxsize


class Rule(NamedTuple):
    """Why something was cut: a stable slug, and a sentence for the reader of ``removed``."""

    id: str
    reason: str


LAYOUT = Rule(cuts.LAYOUT, "line ends, spaces and characters that do not show; no word is changed")
"""The rule of cuts that name none."""


class Cut(NamedTuple):
    """A proposal: ``new`` in place of ``text[start:end]``. Without a ``rule`` it is layout.

    ``found`` names what the cut text says about the story, by the story's field: ``{"byline": "Ann Lee"}``.
    """

    start: int
    end: int
    new: str = ""
    rule: Rule | None = None
    found: Mapping[str, object] | None = None


class Edit(NamedTuple):
    """``new`` stands in place of ``original[start:end]``."""

    start: int
    end: int
    new: str
    rule: Rule | None


class Paragraph(NamedTuple):
    """``text == draft.text[start:end]``."""

    start: int
    end: int
    text: str


class Draft:
    """A text on its way from the original to the body. Immutable: ``apply`` makes the next one."""

    def __init__(self, original: str, text: str | None = None, edits: Iterable[Edit] = ()) -> None:
        self.original = original
        self.text = original if text is None else text
        self.edits = list(edits)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The text, parted at blank lines; meaningful once the text has been laid out."""
        paragraphs, at = [], 0
        for text in self.text.split("\n\n") if self.text else ():
            paragraphs.append(Paragraph(at, at + len(text), text))
            at += len(text) + 2
        return paragraphs

    def apply(self, cuts: Iterable[Cut]) -> "Draft":
        """The draft with ``cuts`` made; they must be in order and must not overlap.

        A cut that covers earlier edits takes their place; one that ends within an earlier replacement keeps the rest
        of it. Linear in the edits and the cuts.
        """
        pieces: list[str] = []
        edits: list[Edit] = []
        earlier, done, at = self.edits, 0, 0  # edits so far, how many are passed, how much text is copied
        covered = 0  # how far the edit made last reaches in the text
        shift = 0  # offset in the original minus offset in the text, here
        begins = earlier[0].start if earlier else _NEVER  # where the next of the earlier edits begins, in the text
        for cut in cuts:
            if cut.start < at:
                raise ValueError(f"a cut at {cut.start} overlaps one that ends at {at}")
            start, end, new, rule = cut.start, cut.end, cut.new, cut.rule
            before = None  # where, in the original, an edit begins that this cut grows out of
            if start < covered:  # the cut before this one ended in a replacement, which it took over whole
                last = edits.pop()
                before, rule, end = last.start, rule or last.rule, max(end, covered)
                rest = last.new[len(last.new) - (covered - start) :]
                new = last.new[: len(last.new) - len(rest)] + new + rest[cut.end - start :]
            while begins < end:
                edit = earlier[done]
                ends = begins + len(edit.new)
                if ends <= start:
                    edits.append(edit)
                else:
                    if before is None:
                        before = edit.start if begins < start else start + shift
                    new = edit.new[: max(start - begins, 0)] + new + edit.new[max(cut.end - begins, 0) :]
                    end = max(end, ends)
                    rule = rule or edit.rule  # layout never hides what a rule removed
                done += 1
                shift = edit.end - ends
                begins = earlier[done].start - shift if done < len(earlier) else _NEVER
            edits.append(Edit(start + shift if before is None else before, end + shift, new, rule))
            covered = end
            pieces += self.text[at : cut.start], cut.new
            at = cut.end
        if not edits:
            return self
        edits += earlier[done:]
        return Draft(self.original, "".join(pieces) + self.text[at:], edits)

    def removed(self) -> list[Removal]:
        """What rules took out or replaced, in the order of the original; after it, what changed in layout.

        ``original[at:at + len(text)] == text``; all of it leads back from the text to the original.
        """
        cuts: list[Removal] = []
        layout: dict[tuple[str, str], list[int]] = {}
        for start, end, new, rule in self.edits:
            text = self.original[start:end]
            if rule:
                cuts.append(Removal(rule=rule.id, reason=rule.reason, text=text, at=start, by=new))
            elif text != new:
                layout.setdefault((text, new), []).append(start)
        for (text, new), (at, *again) in layout.items():
            cuts.append(Removal(rule=LAYOUT.id, reason=LAYOUT.reason, text=text, at=at, by=new, again=again))
        return cuts


def cut_paragraphs(draft: Draft, because: Mapping[int, tuple[Rule, Mapping[str, object] | None]]) -> list[Cut]:
    """Cuts that take out the paragraphs numbered in ``because``, each with one of the gaps beside it."""
    paragraphs = draft.paragraphs
    last_kept = max((number for number in range(len(paragraphs)) if number not in because), default=-1)
    cuts = []
    for number in sorted(because):
        rule, found = because[number]
        start, end, _ = paragraphs[number]
        if number > last_kept and number > 0:
            cuts.append(Cut(paragraphs[number - 1].end, start))
        cuts.append(Cut(start, end, "", rule, found))
        if number < last_kept:
            cuts.append(Cut(end, paragraphs[number + 1].start))
    return cuts
