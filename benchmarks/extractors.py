"""Main-text extractors that ours is compared with. Each loader imports its library and returns a function of HTML."""

import logging
import warnings
from collections.abc import Callable

Extract = Callable[[str], str]


def ours() -> Extract:
    """What the clean stage takes from a page, before its rules for plain text."""
    from services.clean.pages import read_page

    return read_page


def ours_cleaned() -> Extract:
    """The same with those rules: what a reader gets."""
    from services.clean.clean import clean
    from shared.models import Content, Story

    return lambda html: clean(Story(content=Content(text=html, type="text/html"))).body or ""


def _trafilatura() -> Extract:
    from trafilatura import extract

    return lambda html: extract(html, include_comments=False) or ""


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text

    def extract(html: str) -> str:
        return str(extract_plain_text(html, main_content=True, alt_texts=False, links=False))

    return extract


def _readability() -> Extract:
    from lxml.html import fromstring
    from readability import Document

    logging.getLogger("readability").setLevel(logging.CRITICAL)

    def extract(html: str) -> str:
        return "\n".join(fromstring(Document(html).summary()).itertext())

    return extract


def _newspaper() -> Extract:
    from newspaper import Article

    warnings.filterwarnings("ignore", module="dateutil")  # time zones that it does not know

    def extract(html: str) -> str:
        article = Article("http://localhost/", fetch_images=False)  # nothing from the network
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return extract


EXTRACTORS: dict[str, Callable[[], Extract]] = {
    "trafilatura": _trafilatura,
    "resiliparse": _resiliparse,
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
}
