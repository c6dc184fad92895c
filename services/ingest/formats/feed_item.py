"""An item of a feed that is well-formed XML: RSS of all versions, RDF, Atom 0.3 and 1.0, and what they borrow.

Name spaces are told by their URIs, or, as these are often misspelt, by the usual prefixes.
"""

import base64
import binascii
import html
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from services.ingest.dates import parse_time
from services.ingest.encoding import decode
from services.ingest.formats.feed_channel import BASE, Channel
from services.ingest.items import ItemError
from services.ingest.values import unique
from services.ingest.wire_xml import LANG, clean_xml, squeeze, text_of
from shared.models import Content, Source, Story

_ATOM = ("http://www.w3.org/2005/atom", "http://purl.org/atom/ns#")
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TEXTS = (
    "content:encoded", "content", "xhtml:body", "body", "description", "summary", "dc:description", "itunes:summary",
    "media:description", "media:text",
)  # fmt: skip
_DATES = (
    "pubDate", "published", "dc:date", "dcterms:issued", "dcterms:created", "issued", "created", "updated",
    "dcterms:modified", "modified",
)  # fmt: skip
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_NO_WORDS = re.compile(r"(?:<[^<>]*>|&(?:nbsp|#160|#xA0|#8203);|[\s\u200b])*\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")
_XHTML_NAMESPACE = re.compile(r"""\sxmlns(?::\w+)?="[^"]*"|(?<=<)\w+:(?=\w)|(?<=</)\w+:(?=\w)""")

Children = dict[str, list[Any]]
"""The elements in an item by their names: ``title``, ``dc:creator``."""


def element_in(text: str, channel: Channel) -> Any:
    """The element of an item; None if it is not well-formed XML."""
    if "<!DOCTYPE" in text:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(f"<feed{channel.declarations}>{clean_xml(text)}</feed>".encode(), parser)
    except (etree.LxmlError, ValueError):
        return None
    return root[0] if len(root) == 1 else None


def story_in(item: Any, channel: Channel) -> Story:
    """The story in an item; raises ``ItemError`` if it has no text."""
    children: Children = defaultdict(list)
    for child in item:
        children[_name(child.tag, child.prefix, item.tag)].append(child)
    title = next((plain(element) for element in (*children["title"], *children["dc:title"])), None)
    return Story(
        source=Source(guid=_guid(item, children, channel), provider=_provider(children) or channel.title),
        content=_content(children, title),
        headline=title,
        byline=_byline(children) or channel.author,
        language=_first(children, "dc:language", "language") or squeeze(item.get(LANG)) or channel.language,
        published=_published(children),
        keywords=unique(_keywords(children)),
        rights=_first(children, "rights", "dc:rights", "copyright", "media:copyright") or channel.rights,
    )


@lru_cache(maxsize=1_024)
def _name(tag: str, prefix: str | None, parent: str) -> str:
    """``dc:creator`` for its tag; no prefix for the elements of RSS and Atom themselves."""
    name = etree.QName(tag)
    space = name.namespace
    if space is None or space == etree.QName(parent).namespace or space.lower().rstrip("/") in _ATOM:
        return str(name.localname)
    return f"{_PREFIXES.get(space.lower().rstrip('/#').replace('https:', 'http:')) or prefix}:{name.localname}"


def _first(children: Children, *names: str) -> str | None:
    return next((text for name in names for element in children.get(name, ()) if (text := text_of(element))), None)


def plain(element: Any) -> str | None:
    """The text of a title, whose markup may have been sent as text."""
    text = "".join(element.itertext())
    return squeeze(text if element.get("type") == "text" else unmarked(text))


def unmarked(text: str) -> str:
    """HTML on one line, without its tags."""
    return html.unescape(MARKUP.sub("", text))


def _guid(item: Any, children: Children, channel: Channel) -> str | None:
    if own := _first(children, "guid", "id") or squeeze(item.get(_ABOUT)) or _first(children, "dc:identifier"):
        return own
    for link in children["link"]:
        address = text_of(link) or (squeeze(link.get("href")) if link.get("rel", "alternate") == "alternate" else None)
        if address:
            base = link.get(BASE) or item.get(BASE) or channel.base
            return _joined(base, address)
    return None


def _joined(base: str | None, address: str) -> str:
    try:
        return urljoin(base or "", address)
    except ValueError:  # e.g. an IPv6 address that is none
        return address


def _provider(children: Children) -> str | None:
    for source in children["source"]:
        title = next((child for child in source if etree.QName(child).localname == "title"), None)
        if name := text_of(title) if len(source) else text_of(source):
            return name
    return _first(children, "dc:publisher")


def _content(children: Children, title: str | None) -> Content:
    """The fullest text: that of the first element that has words in it."""
    for name in _TEXTS:
        for element in children.get(name, ()):
            if content := _text_in(element):
                return content
    has = f"only a title ({title})" if title else "no title either"
    raise ItemError("no-text", f"neither content nor description has words in it; there is {has}")


def _text_in(element: Any) -> Content | None:
    kind, mode = (element.get("type") or "").lower(), element.get("mode")
    text = _inner(element) if len(element) else element.text or ""
    if mode == "base64" or _is_base64(kind, element):
        text = _from_base64(text)
    text = text.strip()
    if _NO_WORDS.match(text):
        return None
    if kind == "text" and mode is None:
        return Content(text=text)
    if MARKUP.search(text):
        return Content(text=text, type="text/html")
    return Content(text=html.unescape(text))


def _inner(element: Any) -> str:
    """The markup in an element that holds XHTML, without the name space of it."""
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return _XHTML_NAMESPACE.sub("", "".join(parts))


def _is_base64(kind: str, element: Any) -> bool:
    """Whether Atom (RFC 4287, 4.1.3.3) says so: of a media type that is neither text nor XML."""
    written_out = not kind or kind in ("text", "html", "xhtml") or kind.startswith("text/") or kind.endswith("xml")
    return not written_out and "/" in kind and element.get("mode") is None and element.get("src") is None


def _from_base64(text: str) -> str:
    try:
        return decode(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ItemError):
        return ""


def _byline(children: Children) -> str | None:
    names = unique(
        author_name(text_of(element))
        for name in ("dc:creator", "author", "itunes:author")
        for element in map(_author, children.get(name, ()))
    )
    return ", ".join(names) or None


def _author(element: Any) -> Any:
    """The name in an author of Atom; of RSS, the author itself."""
    if not len(element):
        return element
    return next((child for child in element if etree.QName(child).localname == "name"), None)


def author_name(text: str | None) -> str | None:
    """``Ann Lee`` of ``ann@example.org (Ann Lee)`` and of ``Ann Lee <ann@example.org>``; an address is no name."""
    if text is None or not (address := _ADDRESS.search(text)):
        return text
    return squeeze((text[: address.start()] + text[address.end() :]).strip(" <>()\"',;:-"))


def _published(children: Children) -> datetime | None:
    return next(
        (
            moment
            for name in _DATES
            for element in children.get(name, ())
            if (text := text_of(element)) and (moment := parse_time(text))
        ),
        None,
    )


def _keywords(children: Children) -> Iterator[str | None]:
    for element in children["category"]:
        yield squeeze(element.get("label")) or text_of(element) or squeeze(element.get("term"))
    for element in children["dc:subject"]:
        yield text_of(element)
    for element in (*children["media:keywords"], *children["itunes:keywords"]):
        yield from map(squeeze, (element.text or "").split(","))
