"""NewsML-G2 (IPTC, versions 2.x; https://iptc.org/std/NewsML-G2/specification/): news items, alone or in a message.

Each item is cut out of its document and read by itself. The content set holds renditions of one text, of which the
richest is read; packages, plans and concepts hold none.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from services.ingest.encoding import decode
from services.ingest.formats import nitf
from services.ingest.formats.base import Format
from services.ingest.formats.newsmlg2_meta import story_about
from services.ingest.formats.newsmlg2_wire import ending
from services.ingest.items import Item, ItemError
from services.ingest.window import Window
from services.ingest.wire_xml import PREAMBLE, blocks, parse_element, split_elements, text_of
from shared.models import Content, Story, Wire

_NOT_STORIES = {
    "packageitem": "a package that groups other items",
    "planningitem": "a planning item: coverage to come",
    "conceptitem": "a concept item: a person, place, event or topic",
    "knowledgeitem": "a knowledge item: a vocabulary",
    "catalogitem": "a catalog of vocabularies",
}
_ITEMS = "newsItem|packageItem|planningItem|conceptItem|knowledgeItem|catalogItem"
_SNIFF = re.compile(PREAMBLE + rb"<(?:[\w.-]+:)?(?:newsMessage|%b)[\s>]" % _ITEMS.encode(), re.DOTALL)
_HEADER = re.compile(r"<((?:[\w.-]{1,40}:)?header)[\s>]")

_PARAGRAPHS = ("p", "div", "pre", "li", "h1", "h2", "hl2", "table", "body.content")
_DATA = {"sports-content": "sports data (SportsML)", "events": "a list of events"}
"""Vocabularies of data rather than text, by their outermost element."""


def split(window: Window) -> Iterator[Item]:
    """The items of any kind, each with what stands before the first one (a message's header) as its head."""
    return split_elements(window, names=_ITEMS)


def parse(text: str, head: str = "") -> Story:
    """The story in one item; raises ``ItemError``."""
    item = parse_element(text, head)
    if what := _NOT_STORIES.get(item.tag.lower()):
        raise ItemError("not-a-story", what)
    about = story_about(item, _header(head))
    body = _body(item)
    if body is None and about.wire.kind in ("kill", "hold"):
        body = Story(content=Content(text=about.editor_note or about.headline or about.wire.kind))
    if body is None:
        raise _nothing_to_read(item)
    return _joined(about, body)


def _header(head: str) -> Any:
    """The ``<header>`` of the message that the item came in, if it came in one."""
    start = _HEADER.search(head)
    if start is None:
        return None
    end = head.find(f"</{start[1]}>", start.end())
    return parse_element(head[start.start() : end + len(start[1]) + 3], head) if end > 0 else None


def _joined(about: Story, body: Story) -> Story:
    """The item's own metadata, and what only its NITF body knows."""
    known = {name: value for name in type(about).model_fields if (value := getattr(about, name))}
    first, second = about.wire, body.wire
    wire = second if first == Wire() else first
    wire = wire.model_copy(
        update={
            "withheld": first.withheld or second.withheld,
            "findings": [*first.findings, *second.findings],
        }
    )
    return body.model_copy(update=known | {"content": body.content, "source": about.source, "wire": wire})


def _body(item: Any) -> Story | None:
    """The story's text, with what a NITF body says of it: from the richest rendition that has any."""
    of_text = _class(item) in ("", "text")
    content_sets = item.findall("contentSet")
    marked = [inline for contents in content_sets for inline in contents.iterfind("inlineXML")]
    for inline in marked:
        if story := _from_markup(inline, of_text=of_text):
            return story
    for inline in (inline for contents in content_sets for inline in contents.iterfind("inlineData")):
        if story := _from_data(inline):
            return story
    return _from_description(item) if of_text and not any(map(_data, marked)) else None


def _from_markup(inline: Any, *, of_text: bool) -> Story | None:
    """NITF, XHTML, or XML of another kind; the latter only if the item is said to be text."""
    if (document := inline.find(".//nitf")) is not None:
        try:
            return nitf.story_from(document)
        except ItemError:
            return None
    if _data(inline) or not (of_text or any(inline.find(f".//{name}") is not None for name in _PARAGRAPHS)):
        return None
    _drop_teasers(inline)
    return _story(blocks(inline))


def _drop_teasers(inline: Any) -> None:
    """Take out paragraphs of class ``teaser`` that only repeat the item's headline or a description of it."""
    item = inline.getparent().getparent()
    known = {text_of(one) for name in ("headline", "description") for one in item.iterfind(f"contentMeta/{name}")}
    for paragraph in inline.findall(".//p[@class]"):
        if "teaser" in paragraph.get("class").split() and text_of(paragraph) in known:
            paragraph.clear(keep_tail=True)


def _from_data(inline: Any) -> Story | None:
    """Text, plain or with HTML in it, perhaps in base64 (``encoding``)."""
    type = (inline.get("contenttype") or "text/plain").lower()
    if not (type.startswith("text/") or "html" in type):
        return None
    if ending(inline.get("encoding")).lower() == "base64":
        try:
            inline.text = decode(base64.b64decode("".join(inline.itertext())))
        except (binascii.Error, ValueError):
            return None
    return _story(blocks(inline))


def _story(text: str | None) -> Story | None:
    return Story(content=Content(text=text)) if text and text.strip() else None


def _from_description(item: Any) -> Story | None:
    """Some items are no more than an abstract."""
    found = item.findall("contentMeta/description")
    texts = (text_of(one) for one in found if not ending(one.get("role")).lower().endswith("caption"))
    return _story(next(filter(None, texts), None))


def _class(item: Any) -> str:
    """``text``, ``picture``, …: the end of the item class (``ninat:text``, IPTC news item nature)."""
    found = item.find("itemMeta/itemClass")
    return "" if found is None else ending(found.get("qcode") or found.get("uri")).lower()


def _data(inline: Any) -> str | None:
    return next((_DATA[child.tag] for child in inline if child.tag in _DATA), None)


def _nothing_to_read(item: Any) -> ItemError:
    data = filter(None, map(_data, item.iterfind("contentSet/inlineXML")))
    if _class(item) not in ("", "text"):
        return ItemError("not-a-story", f"a news item of class {_class(item)[:40]} without text")
    if found := next(data, None):
        return ItemError("not-a-story", found)
    if item.find("contentSet/remoteContent") is not None:
        return ItemError("no-text", "its content is not in it, only where to fetch it (remoteContent)")
    return ItemError("no-text", "its contentSet is empty")


def sniff(head: bytes) -> bool:
    """Whether the first element is a NewsML-G2 message or item, under any prefix."""
    return _SNIFF.match(head) is not None


FORMAT = Format("newsmlg2", "NewsML-G2 2.x (IPTC)", sniff, split, parse)
