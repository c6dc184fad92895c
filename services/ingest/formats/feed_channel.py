"""What the items of a feed share: the elements of its channel, and the name spaces that its root declares."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from services.ingest.wire_xml import LANG, clean_xml, squeeze, text_of

BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ROOT = re.compile(r"<((?:[\w-]+:)?(?:rss|feed|RDF))[\s>]")
_NAMESPACE = re.compile(r"""\s(xmlns(?::[\w.-]{1,40})?)\s*=\s*(?:"[^"<]{0,500}"|'[^'<]{0,500}')""")
_BEFORE_ROOT = re.compile(
    r"(?:\s|\ufeff|<\?[^?]*+(?:\?(?!>)[^?]*+)*\?>|<!--[^-]*+(?:-(?!->)[^-]*+)*-->"
    r"|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+(?:\](?!\s*>)[^\]]*+)*\])?\s*>)*"
)


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed's own elements; ``declarations`` are the ``xmlns`` attributes in its head."""

    title: str | None = None
    language: str | None = None
    rights: str | None = None
    author: str | None = None
    base: str | None = None
    declarations: str = ""


@lru_cache(maxsize=4)
def channel_of(head: str) -> Channel:
    """The channel that ``head``, which stands before the first item, describes; what is broken in it is left out."""
    declared: dict[str, str] = {}
    for match in _NAMESPACE.finditer(head):
        declared.setdefault(match[1], match[0])
    declarations = "".join(declared.values())
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    document = clean_xml(_BEFORE_ROOT.sub("", head, count=1) + closing(head))
    root = etree.fromstring(document.encode(), parser) if document.strip() else None
    if root is None:
        return Channel(declarations=declarations)
    channel = next((child for child in root if _name(child) == "channel"), root)
    return Channel(
        title=_first(channel, "title"),
        language=_first(channel, "language") or squeeze(channel.get(LANG) or root.get(LANG)),
        rights=_first(channel, "rights", "copyright"),
        author=_first(channel, "author") if channel is root else None,
        base=squeeze(channel.get(BASE) or root.get(BASE)),
        declarations=declarations,
    )


def closing(head: str) -> str:
    """The end tags that a feed cut off behind an item lacks."""
    root = _ROOT.search(head)
    channel = "</channel>" if "<channel" in head and "</channel" not in head else ""
    return channel + (f"</{root[1]}>" if root else "")


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _first(channel: Any, *names: str) -> str | None:
    """The text of the first child so named that has any; of an author, the name."""
    for child in channel:
        if _name(child) in names:
            name = next((part for part in child if _name(part) == "name"), child)
            if text := text_of(name):
                return text
    return None
