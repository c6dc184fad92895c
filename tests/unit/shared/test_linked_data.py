"""JSON-LD as pages have it: any shape, any type, broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.linked_data import authors, find_article, text_of

ARTICLE = '{"@type": "NewsArticle", "headline": " A "}'


@pytest.mark.parametrize(
    "scripts",
    [
        [ARTICLE],
        [f"[1, {ARTICLE}]"],
        ['{"@graph": [{"@type": "Person"}, 3, {"@type": ["Thing", "LiveBlogPosting"], "headline": "A\n"}]}'],
        ['{"@type": "NewsArticle", broken', "", "null", '"text"', '{"@type": "WebPage", "headline": "B"}', ARTICLE],
    ],
)
def test_the_first_article_is_found(scripts: list[str]) -> None:
    assert text_of(find_article(scripts), "headline") == "A"


@pytest.mark.parametrize("script", ["[" * 100_000, '{"@type": null, "@graph": 1}', "{" + " " * 2_000_000 + "}", "nan"])
def test_where_there_is_none_there_is_none(script: str) -> None:
    assert find_article([script]) == {}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"name": "Ann Lee"}, "Ann Lee"),
        ("Ann Lee ", "Ann Lee"),
        ([{"name": "Ann Lee"}, "Bo Ek", {"name": "Ann Lee"}, None, {"name": 1}], "Ann Lee, Bo Ek"),
        (None, None),
        ([], None),
        (7, None),
    ],
)
def test_authors(author: object, names: str | None) -> None:
    assert authors({"author": author}) == names


@given(
    st.dictionaries(
        st.sampled_from(["headline", "author"]),
        st.recursive(
            st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
        ),
    )
)
def test_values_of_any_kind_are_no_error(article: dict[str, object]) -> None:
    assert text_of(article, "headline") is None or isinstance(article["headline"], str)
    assert authors(article) is None or authors(article)
