"""A web page: one story. Its text is extracted by the clean stage; here only its head is read."""

import re

from lxml import etree, html

from services.ingest.dates import parse_time
from services.ingest.formats.base import Format, whole_file
from services.ingest.items import ItemError
from shared.linked_data import SCRIPT_TYPE, authors, find_article, text_of
from shared.models import Content, Source, Story

_PREAMBLE = re.compile(rb"(?:<\?xml[^>]*>|<!--[^-]*+(?:-(?!->)[^-]*+)*-->|\s)*", re.DOTALL)
_FIRST_TAG = re.compile(
    rb"<(?:!doctype\s+html|(?:html|head|body|title|meta|div|article|main|section|p|h1)[\s>])", re.IGNORECASE
)
_HEADLINE = ("og:title", "twitter:title")
_BYLINE = ("author", "article:author_name", "byl", "dc.creator", "sailthru.author", "parsely-author")
_PUBLISHED = ("article:published_time", "date", "pubdate", "dc.date", "dc.date.issued", "publishdate",
              "parsely-pub-date", "datepublished")  # fmt: skip
_PROVIDER = ("og:site_name", "application-name", "dc.publisher")
_KEYWORDS = ("news_keywords", "keywords")
_RIGHTS = ("copyright", "dc.rights")


def parse(text: str, head: str = "") -> Story:
    """The page as a story; raises ``ItemError``."""
    # Parsed as bytes, because lxml refuses text that declares a charset.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ItemError("malformed-html", f"{error}") from None
    meta = _meta(root)
    keywords = _first(meta, _KEYWORDS) or ""
    article = find_article(
        script.text for script in root.iter("script") if script.get("type") == SCRIPT_TYPE and script.text
    )
    return Story(
        source=Source(guid=_canonical(root) or meta.get("og:url"), provider=_first(meta, _PROVIDER)),
        content=Content(text=text, type="text/html"),
        headline=_first(meta, _HEADLINE) or _clean(text_of(article, "headline")) or _title(root),
        byline=_first(meta, _BYLINE) or authors(article),
        language=_clean(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")),
        published=parse_time(
            _first(meta, _PUBLISHED) or text_of(article, "datePublished") or root.xpath("string(//time/@datetime)")
        ),
        keywords=list(dict.fromkeys(filter(None, map(str.strip, keywords.split(","))))),
        rights=_first(meta, _RIGHTS),
    )


def _meta(root: html.HtmlElement) -> dict[str, str]:
    """The page's ``meta`` elements: name or property, in lower case → content. The first of a name counts."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and (content := _clean(element.get("content"))):
            found.setdefault(name.lower(), content)
    return found


def _title(root: html.HtmlElement) -> str | None:
    """The page's title; of one that names the site, too, the part that a heading repeats: the longer part."""
    title = _clean(root.findtext(".//title")) or ""
    headings = (_clean(heading.text_content()) or "" for heading in root.iter("h1", "h2"))
    parts = (heading for heading in headings if title.startswith(heading) != title.endswith(heading))
    longest = max(parts, key=len, default="")
    return longest if 2 * len(longest) > len(title) else title or None


def _canonical(root: html.HtmlElement) -> str | None:
    return next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _clean(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None


def sniff(head: bytes) -> bool:
    """Whether the first element is one of HTML."""
    preamble = _PREAMBLE.match(head)
    return _FIRST_TAG.match(head, preamble.end() if preamble else 0) is not None


FORMAT = Format("html", "A web page", sniff, whole_file, parse)
