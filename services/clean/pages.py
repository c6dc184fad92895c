"""The article of a web page: its main text and what the page says about it.

Two readings of the page are compared, trafilatura's and the densest part of it: where an extractor goes wrong it takes
a wrong block whole, and that shows in the other one's disagreeing.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from services.clean.blocks import densest, read_blocks, visible_text

_WHOLE_PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MOST_ELEMENTS = 200_000  # a page beyond that is not an article; its visible text is still taken
_LEAST_ALIKE = 0.7  # two readings of a page; where they differ more, trafilatura's is the one that is mostly wrong
_FEWEST_CHARACTERS = 200  # of the other reading, for it to be preferred


class Page(NamedTuple):
    """What a page holds. ``text`` has one paragraph a line; the rest is ``None`` where the page does not say."""

    text: str
    headline: str | None = None
    byline: str | None = None
    published: datetime | None = None


def read_page(html: str) -> Page:
    """The article of a page, or all of a fragment such as feeds carry; raises ``ValueError`` if no text is in it."""
    blocks = read_blocks(html)
    page = None
    if _WHOLE_PAGE.search(html, 0, 5_000) and html.count("<") < _MOST_ELEMENTS:
        page = _extract(html)
        dense = densest(blocks)
        if page and len(dense) >= _FEWEST_CHARACTERS and alike(page.text, dense) < _LEAST_ALIKE:
            page = page._replace(text=dense)
    if page is None or not page.text.strip():
        page = (page or Page(""))._replace(text=visible_text(blocks))
    if not page.text.strip():
        raise ValueError("the page holds no text a reader could see")
    return page


def _extract(html: str) -> Page | None:
    """What trafilatura makes of it. ``fast`` leaves out its own fallbacks: ours is better and costs less."""
    from trafilatura import bare_extraction

    document = bare_extraction(html, include_comments=False, with_metadata=True, fast=True, favor_recall=True)
    if document is None:
        return None
    page = document if isinstance(document, dict) else document.as_dict()
    return Page(page["text"] or "", page["title"] or None, page["author"] or None, _day(page["date"]))


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def alike(one: str, other: str) -> float:
    """How much of two texts is the same, from 0 to 1: Dice's coefficient of their runs of four words."""
    shingles, others = _shingles(one), _shingles(other)
    return 2 * len(shingles & others) / (len(shingles) + len(others))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text)
    return set(zip(words, words[1:], words[2:], words[3:], strict=False)) or {tuple(words)}
