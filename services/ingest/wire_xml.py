"""What the XML formats of the newswire share: safe parsing of one element, and the text of its markup.

An item is cut out of its document before it is parsed, so a broken item costs only itself, and no DOCTYPE ever
reaches the parser. Namespaces go: agencies are at odds about them, and the names alone are clear.
"""

import html
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any

from lxml import etree

from services.ingest.elements import elements
from services.ingest.items import Chunk, Item, ItemError
from services.ingest.window import Window

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREAMBLE = (
    rb"(?:<\?[\w-]+[^>]*>|<!--[^-]*+(?:-(?!->)[^-]*+)*-->"
    rb"|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+(?:\](?!\s*>)[^\]]*+)*\])?\s*>|\s)*"
)
"""What may stand before the root element."""

_MAX_HEAD = 262_144
"""Bytes before the first item, at most: they are looked at again with every item."""

_NAMESPACE = re.compile(r"""\s(xmlns(?::[\w.-]{1,40})?)\s*=\s*(?:"[^"<]{0,500}"|'[^'<]{0,500}')""")
_NEW_DOCUMENT = re.compile(rb"<\?xml\s|<!DOCTYPE\s|<(?:[\w-]{1,20}:)?(?:NewsML|newsMessage)[\s>]")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w{1,30};)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_XML_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]));", re.ASCII)
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|html|body|nitf|table|ul|ol|li|h[1-6]|hl[12]|b|i|em|strong|a)\b[^<>]{0,500}>", re.IGNORECASE
)

_SKIPPED = frozenset(
    "head header script style nav media figure img picture audio video object iframe nitf-table-metadata".split()
)
_BLOCKS = frozenset(
    "p hl1 hl2 h1 h2 h3 h4 h5 h6 block div section article aside main footer blockquote bq credit pre ul ol li dl dt "
    "dd table nitf-table caption tr hr fn datasource tagline note byline dateline abstract copyrite distributor".split()
)
_ROWS = frozenset(("table", "tr", "caption"))
_LINE = "\v"  # never in XML, so it can mark the line breaks to keep


def split_elements(window: Window, *, names: str) -> Iterator[Item]:
    """The elements whose names match ``names``, each with what stands before its document's first one as its head.

    A file may hold several documents, one after the other; a fault in the head of one does not touch the others.
    """
    head, refusal = b"", None
    for number, (gap, chunk) in enumerate(elements(window, names=names), 1):
        if number == 1 or _NEW_DOCUMENT.search(gap.data or b""):
            refusal = _refusal(gap)
            head = b"" if refusal else gap.data or b""
        cut_off = None if chunk.closed else ItemError("malformed-xml", "the file ends before the item does")
        yield Item(chunk, where=f"item {number}", head=head, fault=refusal or cut_off)


def _refusal(head: Chunk) -> ItemError | None:
    """Why a document that begins like this is not read at all."""
    if head.data is None or len(head.data) > _MAX_HEAD:
        return ItemError("malformed-xml", f"there is no item in its first {_MAX_HEAD} bytes")
    return ItemError("unsafe-xml", _NO_ENTITIES) if b"<!ENTITY" in head.data else None


_NO_ENTITIES = "it must not declare entities: remove the <!ENTITY …> from its DOCTYPE"


def parse_element(text: str, head: str = "") -> Any:
    """The element in ``text`` without namespaces; ``head`` declares its prefixes. Raises ``ItemError``."""
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise ItemError("unsafe-xml", _NO_ENTITIES)
    declared: dict[str, str] = {}
    for match in _NAMESPACE.finditer(head):
        declared.setdefault(match[1], match[0])
    document = f"<item{''.join(declared.values())}>{clean_xml(text)}</item>"
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document.encode(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ItemError("malformed-xml", f"{error}") from None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    if len(root) != 1:
        raise ItemError("malformed-xml", "there is not exactly one element in it")
    return root[0]


def clean_xml(text: str) -> str:
    """``text`` without the control characters that XML forbids, and with the characters that HTML entities name."""
    return _ENTITY.sub(_character, _NOT_XML_REFERENCE.sub("", _NOT_XML.sub("", text)))


def _character(match: re.Match[str]) -> str:
    """The character that an HTML entity names: wires use them without the DTD that declares them."""
    return html.escape(html5.get(match[1], match[0]), quote=False)


def find(element: Any, path: str) -> Any:
    """The element at ``path``, or an empty one."""
    found = element.find(path)
    return element.makeelement("none") if found is None else found


def attribute(element: Any, path: str, name: str) -> str | None:
    """The attribute ``name`` of the element at ``path``, on one line; None for a blank one."""
    return squeeze(find(element, path).get(name))


def text_of(element: Any) -> str | None:
    """All the text in an element on one line; None if there is none, or no element."""
    return None if element is None else squeeze("".join(element.itertext()))


def squeeze(text: str | None) -> str | None:
    """``text`` with single spaces; None for a blank one."""
    return " ".join(text.split()) or None if text else None


def markup_in(text: str) -> Any:
    """The tree of the HTML or NITF in ``text`` (markup sent as text: escaped, or as CDATA); None if there is none."""
    if not _MARKUP.search(text):
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return etree.fromstring(_NOT_XML.sub("", text).encode(), parser)
    except (etree.LxmlError, ValueError):
        return None


@dataclass(slots=True)
class _Paragraph:
    """What is collected of a paragraph; ``verbatim`` if its line ends and columns mean something."""

    verbatim: bool
    pieces: list[str] = field(default_factory=list)
    begun: bool = False  # whether there is more than white space in it

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            self.begun = self.begun or not text.isspace()

    def text(self) -> str:
        joined = "".join(self.pieces)
        if self.verbatim:
            return "\n".join(map(str.rstrip, textwrap.dedent(joined.replace(_LINE, "\n")).split("\n"))).strip("\n")
        return "\n".join(" ".join(line.split()) for line in joined.split(_LINE)).strip("\n")


def blocks(root: Any) -> str:
    """The text in NITF or XHTML markup: paragraphs parted by blank lines, table rows with `` | `` between the cells.

    Pictures, scripts and page headers are left out. Without any paragraphs or breaks, the lines stay as they are; so
    they do in ``<pre>``. Markup that was sent as text is read as markup.
    """
    if len(root) == 0 and root.text and (tree := markup_in(root.text)) is not None:
        root = tree
    bare = {element.tag for element in root.iter(etree.Element)}.isdisjoint({"br", *_BLOCKS})
    paragraphs, inside = [_Paragraph(bare)], Counter[str]()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _SKIPPED and event == "start" and element is not root:
            walk.skip_subtree()
            continue
        inside[element.tag] += 1 if event == "start" else -1
        if element.tag in _BLOCKS:
            if inside["td"] + inside["th"] and element.tag not in _ROWS:
                paragraphs[-1].add(" ")  # a cell is one piece of its row, whatever it is made of
            else:
                paragraphs.append(_Paragraph(bare or inside["pre"] > 0))
        paragraph = paragraphs[-1]
        if event == "start":
            paragraph.add(_opening(element, paragraph))
            paragraph.add(element.text)
        elif element is not root:
            paragraph.add(element.tail)
    return "\n\n".join(filter(None, (paragraph.text() for paragraph in paragraphs)))


def _opening(element: Any, paragraph: _Paragraph) -> str:
    """What the tag of an element stands for in the text of its paragraph."""
    match element.tag:
        case "br":
            return _LINE
        case "td" | "th":
            return " | " if paragraph.begun else ""
        case "frac":
            return " "
        case "frac-den":
            return "" if element.getprevious() is not None and element.getprevious().tag == "frac-sep" else "/"
    return ""
