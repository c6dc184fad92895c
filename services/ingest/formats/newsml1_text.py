"""Which parts of a NewsML 1 item are its text, and what they say.

A NewsComponent holds other components or ContentItems, with a role each. Components that are alternatives of each other
(``EquivalentsList``, ``BasisForChoice``) are read once: the first that has text.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from services.ingest.encoding import decode
from services.ingest.formats.nitf import body_of
from services.ingest.items import ItemError
from services.ingest.wire_xml import blocks, find, squeeze, text_of

_ASIDE = re.compile(
    r"caption|picture|photo|image|graphic|video|audio|sound|logo|thumbnail|preview|quicklook|stylesheet|script"
    r"|head ?line|sub ?title|title|contact|keyword|byline|dateline",
    re.IGNORECASE,
)
_LEAD = re.compile(r"lead|abstract|summary|intro|synopsis|teaser", re.IGNORECASE)
_BESIDE = re.compile(r"support|supplement|side ?bar|boiler|background|related|fact ?box", re.IGNORECASE)
_OTHER_MEDIA = re.compile(r"photo|picture|image|graphic|video|audio|animation|(?:text/)?css", re.IGNORECASE)
_A_CHOICE_OF = re.compile(r"ContentItem|Language|lang\b|Format|MimeType|MediaType")
_TEXT_ROOTS = frozenset(
    "nitf html body body.content block p div span pre section article h1 h2 h3 hl1 hl2 ul ol dl table br b i em strong "
    "a blockquote bq font u center text".split()
)


class Part(NamedTuple):
    """One ContentItem with text: the components around it (innermost first), its role, text and NITF, if it is one."""

    path: tuple[Any, ...]
    role: str
    text: str
    nitf: Any


def parts_of(component: Any, path: tuple[Any, ...] = (), role: str = "") -> Iterator[Part]:
    """The parts with text under a NewsComponent, in order, without what is beside the text (captions, headlines)."""
    own = formal_name(component, "Role") or ""
    if _ASIDE.search(own):
        return
    path, role = (component, *path), own or role
    alternatives = component.get("EquivalentsList") == "yes" or any(
        _A_CHOICE_OF.search(text_of(basis) or "") for basis in component.iterfind("BasisForChoice")
    )
    pictured = any(_is_other_media(item) for item in component.iterfind("ContentItem"))
    for child in component:
        found: list[Part] = []
        if child.tag == "NewsComponent":
            found = list(parts_of(child, path, role))
        elif child.tag == "ContentItem" and not (pictured and not alternatives):
            found = [Part(path, role, text, nitf) for text, nitf in [read_content(child)] if text]
        yield from found
        if found and alternatives:
            return


def main_parts(component: Any) -> list[Part]:
    """The parts that make the story: a sidebar only where nothing else is, a lead only if the text does not repeat it.

    The same text in two renditions counts once.
    """
    seen: dict[str, Part] = {}
    for part in parts_of(component):
        seen.setdefault(" ".join(part.text.split()), part)
    parts = {text: part for text, part in seen.items() if not _BESIDE.search(part.role)} or seen
    rest = " ".join(text for text, part in parts.items() if not _LEAD.search(part.role))
    return [part for text, part in parts.items() if not (_LEAD.search(part.role) and rest.startswith(text))]


def headline_part(component: Any) -> str | None:
    """The headline that some send as a component with the role of one."""
    for inner in component.iter("NewsComponent"):
        if re.fullmatch(r"head ?line|title", formal_name(inner, "Role") or "", re.IGNORECASE):
            for item in inner.iterfind("ContentItem"):
                if text := squeeze(read_content(item)[0]):
                    return text
    return None


def formal_name(element: Any, path: str) -> str | None:
    """The FormalName of the element at ``path``."""
    return squeeze(find(element, path).get("FormalName"))


def _is_other_media(item: Any) -> bool:
    names = (formal_name(item, name) or "" for name in ("MediaType", "MimeType"))
    return any(map(_OTHER_MEDIA.match, names))


def read_content(item: Any) -> tuple[str, Any]:
    """``(text, NITF element or None)`` of a ContentItem; no text for pictures, or data that is not prose."""
    data = next(item.iter("DataContent"), None)
    if data is None or _is_other_media(item):
        return "", None
    if (encoding := item.find("Encoding")) is not None and "base64" in (encoding.get("Notation") or "").lower():
        data = _decoded(data)
    nitf = data.find(".//nitf")
    if nitf is not None:
        return body_of(nitf), nitf
    roots = [child.tag for child in data]
    if roots and not _TEXT_ROOTS.issuperset(roots):
        return "", None
    if not roots and (match := re.match(r"\s*<(?!!|\?)([\w.-]+)", data.text or "")) and match[1] not in _TEXT_ROOTS:
        return "", None
    body = data.find(".//body.content")
    return blocks(data if body is None else body), None


def _decoded(data: Any) -> Any:
    text = data.makeelement("DataContent")
    try:
        text.text = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]", "", decode(base64.b64decode("".join(data.itertext()))))
    except (binascii.Error, ValueError) as error:
        raise ItemError("undecodable", f"its DataContent is not Base64 ({error})") from None
    return text
