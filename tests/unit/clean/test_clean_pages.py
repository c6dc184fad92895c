"""Pages and fragments of HTML."""

import pytest

from services.clean.blocks import densest, read_blocks, visible_text
from services.clean.clean import clean
from services.clean.pages import alike, read_page
from shared.models import Content, Story

SENTENCE = "The ministers of both countries met on day {} to talk about the grain that is stored in the ports. "
PAGE = """<!doctype html><html><head><title>Grain talks go on</title><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2024-06-20T10:00:00Z"><script>var x = "hidden";</script></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>Grain talks go on</h1>{}</article>
<footer>Imprint</footer></body></html>""".format("".join(f"<p>{SENTENCE.format(n) * 2}</p>" for n in "ABCDEF"))


def test_the_article_of_a_page() -> None:
    story = clean(Story(content=Content(text=PAGE, type="text/html"), headline="Grain talks go on"))
    assert story.body and story.body.startswith("The ministers of both countries met on day A")
    assert "hidden" not in story.body and "World" not in story.body and len(story.body.split("\n\n")) == 6


def test_a_fragment_is_taken_whole() -> None:
    assert (
        read_page("<p>One &amp; two<br>three</p><p>four <b>fi</b>ve</p><style>p{}</style>")
        == "One & two\nthree\nfour five"
    )


@pytest.mark.parametrize("html", ["", " ", "<p></p>", "<html><body><script>1</script></body></html>", "<!-- x -->"])
def test_a_page_without_text_is_an_error(html: str) -> None:
    with pytest.raises(ValueError, match="no text"):
        read_page(html)


def test_tiny_pages_fall_back_to_their_visible_text() -> None:
    assert read_page("<html><body><div>Short.</div></body></html>") == "Short."


def test_deep_and_broken_pages_are_read() -> None:
    assert visible_text(read_blocks("<div>" * 50_000 + "deep")) in ("deep", "")
    assert visible_text(read_blocks("<p>a<p>b</div></b><td>c")) == "a\nb\nc"


COMMENTS = "".join(
    f"<li class=comment><p>I think, as I said on day {n}, that they should talk, and talk.</p></li>" for n in "ABCDEF"
)


def test_where_readings_disagree_the_densest_part_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: "Imprint")
    page = PAGE.replace("</article>", f"</article><ol class=commentlist>{COMMENTS * 3}</ol>")
    assert read_page(page).splitlines()[1:] == [(SENTENCE.format(n) * 2).strip() for n in "ABCDEF"]


def test_an_article_in_something_called_a_sidebar_is_found() -> None:
    article = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in "AB")
    assert "day A" in densest(read_blocks(f"<div class=sidebar><div>{article}</div></div>"))


def test_lists_of_links_are_not_dense() -> None:
    links = "".join(
        f"<li><a href=/{n}>The ministers of both countries, and others, met on day {n}</a></li>" for n in range(50)
    )
    page = read_blocks(f"<ul>{links}</ul><div><p>{SENTENCE.format('A')}</p></div>")
    assert densest(page) == SENTENCE.format("A").strip()


def test_alike() -> None:
    assert alike("one two three four five", "one two three four five") == 1.0
    assert alike("one two three four five", "six seven eight nine ten") == 0.0
    assert alike("", "") == 1.0
