"""The article of a web page: its main text and what the page says about it."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

_WHOLE_PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "svg", "nav", "button", "select", "textarea"}
)
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li "
    "main ol option p pre section table tbody td th thead tr ul".split()
)
_MOST_ELEMENTS = 200_000  # a page beyond that is not an article; its visible text is still taken


class Page(NamedTuple):
    """What a page holds. ``text`` has one paragraph a line; the rest is ``None`` where the page does not say."""

    text: str
    headline: str | None = None
    byline: str | None = None
    published: datetime | None = None


def read_page(html: str) -> Page:
    """The article of a page, or all of a fragment such as feeds carry; raises ``ValueError`` if no text is in it."""
    page = _extract(html) if _WHOLE_PAGE.search(html, 0, 5_000) and html.count("<") < _MOST_ELEMENTS else None
    if page is None or not page.text.strip():
        page = (page or Page(""))._replace(text=visible_text(html))
    if not page.text.strip():
        raise ValueError("the page holds no text a reader could see")
    return page


def _extract(html: str) -> Page | None:
    from trafilatura import bare_extraction

    document = bare_extraction(html, include_comments=False, with_metadata=True)
    if document is None:
        return None
    page = document if isinstance(document, dict) else document.as_dict()
    return Page(page["text"] or "", page["title"] or None, page["author"] or None, _day(page["date"]))


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def visible_text(html: str) -> str:
    """All text of a page or fragment that a browser would show, one block a line. Linear, at any depth of nesting."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    parser.feed(html.encode("utf-8", "replace") or b" ")
    root = parser.close()
    if root is None:
        return ""
    pieces: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        inside = event == "start"
        if element.tag in _HIDDEN:
            hidden += 1 if inside else -1
        if element.tag in _BLOCKS:
            pieces.append("\n")
        text = element.text if inside else element.tail
        if text and not hidden:
            pieces.append(re.sub(r"\s+", " ", text))
    return re.sub(r" *\n[ \n]*", "\n", "".join(pieces)).strip()
