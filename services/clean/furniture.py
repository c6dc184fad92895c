"""Lines that belong to the page or to the wire, not to the story: whole paragraphs to take out.

A pattern must match a whole paragraph, so a sentence that merely speaks of cookies stays. Patterns for words that a
story may well contain on a line of its own hold only at the top, or at the end, where nothing but furniture follows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from services.clean import web_lines, wire_lines
from services.clean.draft import Cut, Draft, Rule, cut_paragraphs
from services.clean.kinds import Furniture
from shared.models import Story

_LONGEST = 600  # characters; no furniture is longer, and stories' paragraphs are mostly told by that alone
_TOP = 4  # paragraphs in which sluglines and headers may stand
# At the end of a line, or of figures that its own line was joined to.
_GLUED_SIGN_OFF = re.compile(r"(?<=[.!?\"”)\d]) (?:REUTERS?|Reuter)\Z")
_FLASH_MARK = re.compile(r"\*{3,} ?(?=\w[^*\n]*(?:\n|\Z))")
_LIST_MARK = r"(?:[-*•·] )?"

Finding = tuple[Rule, Mapping[str, object] | None]


def _matcher(kinds: tuple[Furniture, ...]) -> Callable[[str], Finding | None]:
    """A function from a paragraph to what it is. Two expressions sort out the many that are none of ``kinds``.

    Patterns are in small letters, and to match them with the text in small letters takes a third of the time that it
    takes to ignore case; those that tell capitals cannot be had that way.
    """
    small = _any_of(kind for kind in kinds if not kind.tells_capitals)
    capitals = _any_of((kind for kind in kinds if kind.tells_capitals), re.IGNORECASE)
    each = [(kind, re.compile(f"{_LIST_MARK}(?:{kind.pattern})", re.IGNORECASE)) for kind in kinds]

    @lru_cache(maxsize=4_096)  # furniture comes again and again, and so do paragraphs, in the next round
    def match(text: str) -> Finding | None:
        if not small.fullmatch(text.lower()) and not capitals.fullmatch(text):
            return None
        kind, whole = next((kind, whole) for kind, pattern in each if (whole := pattern.fullmatch(text)))
        return kind.rule, {kind.field: whole["found"].strip()} if kind.field and whole["found"] else None

    return match


def _any_of(kinds: Iterable[Furniture], flags: int = 0) -> re.Pattern[str]:
    unnamed = (kind.pattern.replace("?P<found>", "?:") for kind in kinds)
    return re.compile(f"{_LIST_MARK}(?:{'|'.join(unnamed)})", flags)


_anywhere = _matcher(wire_lines.ANYWHERE + web_lines.ANYWHERE)
_at_the_top = _matcher(wire_lines.AT_THE_TOP + web_lines.AT_THE_TOP)
_at_the_end = _matcher(wire_lines.AT_THE_END + web_lines.AT_THE_END)


def drop_furniture(draft: Draft, story: Story) -> Iterable[Cut]:
    """Take out whole paragraphs of page and wire furniture; notes to editors and rights are found on the way."""
    paragraphs = draft.paragraphs
    furniture: dict[int, Finding] = {}
    for number, (_, _, text) in enumerate(paragraphs):
        if len(text) <= _LONGEST and (finding := _anywhere(text)):
            furniture[number] = finding
    for number, (_, _, text) in enumerate(paragraphs[:_TOP]):
        if number not in furniture and len(text) <= _LONGEST and (finding := _at_the_top(text)):
            furniture[number] = finding
    for number in range(len(paragraphs) - 1, -1, -1):
        if number in furniture:
            continue
        text = paragraphs[number].text
        finding = _at_the_end(text) if len(text) <= _LONGEST else None
        if finding is None:
            break
        furniture[number] = finding
    if furniture:
        return cut_paragraphs(draft, furniture)
    flash, signed = _FLASH_MARK.match(draft.text), _GLUED_SIGN_OFF.search(draft.text, max(0, len(draft.text) - 20))
    marks = ((flash, wire_lines.ANYWHERE[0].rule), (signed, wire_lines.AT_THE_END[0].rule))
    return [Cut(*mark.span(), "", rule) for mark, rule in marks if mark]
