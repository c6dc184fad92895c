"""The text of a page block by block: all that a browser would show, and the part that holds most of the prose.

The second is a reading of the page to set beside trafilatura's: paragraphs weigh by length and commas and lend their
weight to the elements around them (the idea is Readability's, arc90, 2009). One pass, linear at any
depth.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from shared.linked_data import SCRIPT_TYPE

_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "svg", "nav", "button", "select", "textarea"}
)
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li "
    "main ol option p pre section table tbody td th thead tr ul".split()
)
_FURNITURE_TAGS = frozenset({"aside", "footer", "figcaption", "option"})
_FURNITURE_ROLES = frozenset({"alertdialog", "complementary", "contentinfo", "dialog", "navigation", "search"})
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|sidebar|share|sharing|social|related|promo|newsletter|subscribe"
    r"|breadcrumbs?|pager|pagination|advert\w*|ads?|sponsor\w*|cookie\w*|popup|modal|caption|toolbar|masthead|login"
    r"|search)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_ARTICLE_NAMES = re.compile(r"article|body|content|entry|main|post|page|story|text|blog|wrap|container", re.IGNORECASE)
# What an article is never called or in, whatever else the name says ("cmp-container", "article-comments").
_NEVER_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:(?:article|post|story|user|reader|blog)?-?comments?(?!-?(?:open|closed|off))|commentlist|disqus"
    r"|respond|consent|cmp|gdpr|paywall|(?:twitter|tweet|instagram|facebook|fb|tiktok|reddit|bluesky|mastodon)"
    r"-(?:tweet|media|embed|post))(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_FEWEST_CHARACTERS = 25  # of a block that counts as prose
_MOST_LINKED = 0.4  # of a block's characters
_SHARES = (1.0, 1.0, 0.4)  # of a block's weight that its own element, that element's parent and the next get
_NEAR = len(_SHARES)
_LEAST_WEIGHT = 4.0  # of an article, about two paragraphs; if less is left, what was taken for furniture is not


@dataclass(slots=True)
class Block:
    """A run of text between two block tags; ``path`` numbers the nearest elements it stands in, outermost first."""

    text: str
    path: tuple[int, ...]
    furniture: bool
    linked: int  # characters inside links

    @property
    def weight(self) -> float:
        """How much like an article's paragraph it is."""
        if len(self.text) < _FEWEST_CHARACTERS or self.linked > _MOST_LINKED * len(self.text):
            return 0.0
        return 1.0 + self.text.count(",") + min(len(self.text) / 100, 3.0)


@dataclass(slots=True)
class Blocks:
    """The blocks of a page, for each of its elements the first and the one after the last it holds, and its JSON-LD."""

    blocks: list[Block] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    linked_data: list[str] = field(default_factory=list)


def read_blocks(html: str) -> Blocks:
    """The blocks of a page or fragment that a browser would show."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    parser.feed(html.encode("utf-8", "replace") or b" ")
    root = parser.close()
    page = Blocks()
    if root is not None:
        _walk(etree.iterwalk(root, events=("start", "end")), page)
    if sum(block.weight for block in page.blocks if not block.furniture) < _LEAST_WEIGHT:
        for block in page.blocks:  # the names mislead: everything stands in something called a sidebar, say
            block.furniture = False
    return page


def _walk(events: Any, page: Blocks) -> None:
    path: list[tuple[int, int, bool]] = []  # number, the first block in it, whether it is furniture or within some
    pieces: list[str] = []
    hidden = links = linked = count = 0

    def end_block() -> None:
        nonlocal linked
        if text := _SPACES.sub(" ", "".join(pieces)).strip():
            near = tuple(number for number, _, _ in path[-_NEAR:])
            page.blocks.append(Block(text, near, bool(path) and path[-1][2], linked))
        pieces.clear()
        linked = 0

    for event, element in events:
        tag, inside = element.tag, event == "start"
        if tag in _HIDDEN:
            hidden += 1 if inside else -1
            if inside and element.get("type") == SCRIPT_TYPE and element.text:
                page.linked_data.append(element.text)
        elif tag == "a":
            links += 1 if inside else -1
        if tag in _BLOCKS:
            end_block()
            if inside:
                count += 1
                path.append((count, len(page.blocks), (bool(path) and path[-1][2]) or _is_furniture(element)))
            else:
                number, first, _ = path.pop()
                page.spans[number] = first, len(page.blocks)
        text = element.text if inside else element.tail
        if text and not hidden:
            pieces.append(text)
            if links:
                linked += len(text)
    end_block()


def _is_furniture(element: Any) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if names == " " or element.tag == "article":
        return False
    called = _FURNITURE_NAMES.search(names) and not _ARTICLE_NAMES.search(names)
    return bool(called or _NEVER_ARTICLE.search(names))


def visible_text(page: Blocks) -> str:
    """All text of a page or fragment that a browser would show, one block a line."""
    return "\n".join(block.text for block in page.blocks)


def prose(page: Blocks) -> str:
    """All paragraphs of a page that could be an article's, one a line."""
    return "\n".join(block.text for block in page.blocks if block.weight and not block.furniture)


def densest(page: Blocks) -> str:
    """The blocks of the element whose own paragraphs weigh most, those in lists and quotations among them."""
    weights: dict[int, float] = defaultdict(float)
    for block in page.blocks:
        if not block.furniture and (weight := block.weight):
            for element, share in zip(reversed(block.path), _SHARES, strict=False):
                weights[element] += weight * share
    if not weights:
        return ""
    first, end = page.spans[max(weights, key=weights.__getitem__)]
    inside = (block for block in page.blocks[first:end] if not block.furniture)
    return "\n".join(block.text for block in inside if block.linked <= _MOST_LINKED * len(block.text))
