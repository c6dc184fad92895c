"""Why a summary is empty."""

from services.summarise.candidates import top
from services.summarise.furniture import WORD, is_furniture, is_table

_MOST = 0.5


def why_empty(body: str, *, limit: int) -> str:
    """The reason, for a reader, why no sentence of ``body`` was chosen for a summary of ``limit`` sentences."""
    if limit == 0:
        return "no sentence was asked for"
    lines = [body[start:end] for start, end in top(body, limit)]
    if not lines:
        return "no text"
    if sum(map(is_table, lines)) > _MOST * len(lines):
        return "no sentence: the text is a list or a table"
    if all(map(is_furniture, lines)):
        return "no sentence: only credits, notes, captions and the like"
    unsplit = max(lines, key=len)
    if len(WORD.findall(unsplit)) > len(unsplit) / 100 and " " in unsplit:
        return "no sentence: the pieces of text are all too short or too long"
    return "no sentence: the writing does not show where its words and sentences end"
