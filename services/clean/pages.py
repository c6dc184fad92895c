"""The main text of a web page. What its head says of the story is read when it comes in (``services.ingest``).

Two readings of the page are compared, trafilatura's and the densest part of it: where an extractor goes wrong it takes
a wrong block whole, and that shows in the other one's disagreeing.
"""

import re

from services.clean.blocks import Blocks, densest, prose, read_blocks, visible_text
from services.clean.layout import COLUMN
from shared.linked_data import find_article, text_of

_WHOLE_PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MOST_ELEMENTS = 200_000  # a page beyond that is not an article; its visible text is still taken
_LEAST_ALIKE = 0.4  # two readings of a page; where they differ more, trafilatura's is the one that is mostly wrong
_FEWEST_CHARACTERS = 200  # of the other reading, for it to be preferred
_LEAST_KEPT = 0.5  # of trafilatura's reading; if less is no furniture by our lights, the names mislead us
_SHORTEST_PARAGRAPH = 25  # characters


def read_page(html: str) -> str:
    """The article of a page, or all of a fragment such as feeds carry, one paragraph a line.

    Raises ``ValueError`` if no text is in it.
    """
    page = read_blocks(html)
    told = _told(page)
    text = ""
    if told:
        text = told
    elif _WHOLE_PAGE.search(html, 0, 5_000) and html.count("<") < _MOST_ELEMENTS:
        text = _choose(_without_furniture(_extract(html), page), densest(page))
    text = text if text.strip() else visible_text(page)
    if not text.strip():
        raise ValueError("the page holds no text a reader could see")
    return text


def _told(page: Blocks) -> str:
    """The article as told to machines, where a script is to put it in its place; not where readers must pay for it."""
    article = find_article(page.linked_data)
    free = str(article.get("isAccessibleForFree", True)).casefold() != "false"
    text = text_of(article, "articleBody") if free else None
    if text and "<" in text:
        text = visible_text(read_blocks(text))
    return text if text and len(text) > 2 * len(prose(page)) else ""


def _extract(html: str) -> str:
    """What trafilatura makes of it. ``fast`` leaves out its own fallbacks: ours is better and costs less."""
    from trafilatura import extract

    return extract(html, include_comments=False, fast=True, favor_recall=True) or ""


def _without_furniture(text: str, page: Blocks) -> str:
    """``text`` less the lines that stand in something called a paywall, an embed, comments, and so on."""
    furniture = {block.text for block in page.blocks if block.furniture}
    kept = "\n".join(line for line in text.split("\n") if line.strip().removeprefix("- ") not in furniture)
    return kept if len(kept) >= _LEAST_KEPT * len(text) else text


def _choose(text: str, dense: str) -> str:
    """Trafilatura's reading, unless there is a sign that it went wrong: then ours."""
    lines = text.split("\n")
    if text and (_run_on(lines, dense) or (len(dense) >= _FEWEST_CHARACTERS and alike(text, dense) < _LEAST_ALIKE)):
        return dense
    return "\n".join(_plain_row(line) if line.startswith("| ") else line for line in lines)


def _run_on(lines: list[str], dense: str) -> bool:
    """Whether several paragraphs stand on one line: in a cell of a page laid out as a table, or by a last resort."""
    longest = max(lines, key=len)
    return sum(paragraph in longest for paragraph in dense.split("\n") if len(paragraph) >= _SHORTEST_PARAGRAPH) > 1


def _plain_row(line: str) -> str:
    """A row of a table with its columns set apart by space, as on the wire, instead of ``| one | two |``."""
    return COLUMN.join(cell for cell in map(str.strip, line.strip("| ").split("|")) if cell)


def alike(one: str, other: str) -> float:
    """How much of two texts is the same, from 0 to 1: Dice's coefficient of their runs of four words."""
    shingles, others = _shingles(one), _shingles(other)
    return 2 * len(shingles & others) / (len(shingles) + len(others))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text)
    return set(zip(words, words[1:], words[2:], words[3:], strict=False)) or {tuple(words)}
