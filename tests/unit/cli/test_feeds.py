import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.feeds import (
    MOST_PAUSE,
    Known,
    StateFile,
    StateFileError,
    check_url,
    is_cut_off,
    name_of,
    pause,
    without_password,
)


@pytest.mark.parametrize(
    ("said", "ttl", "seconds"),
    [
        ("", 0, 300), ("max-age=600", 0, 600), ("public, MAX-AGE=900", 0, 900), ("max-age=60", 0, 300),
        ("no-store", 0, 300), ("max-age=nonsense", 0, 300), ("", 3600, 3600), ("max-age=999999999", 0, MOST_PAUSE),
        ("s-max-age=700", 0, 300), ('max-age="700"', 0, 700),
    ],
)  # fmt: skip
def test_a_feed_is_left_alone_as_long_as_anybody_asks(said: str, ttl: float, seconds: float):
    assert pause(300, {"cache-control": said}, ttl) == seconds


@given(st.text(), st.floats(1, 1e9), st.floats(0, 1e9))
def test_never_longer_than_a_day(said: str, interval: float, ttl: float):
    assert min(interval, MOST_PAUSE) <= pause(interval, {"cache-control": said}, ttl) <= MOST_PAUSE


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>\n", False),
        (b"<rss><channel><item><title>a</ti", True),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed> <!-- made by x -->", False),
        (b"<a:feed xmlns:a='x'><a:entry/>", True),
        (b"<rdf:RDF xmlns='x'></rdf:RDF >", False),
        (b'{"version": "https://jsonfeed.org/version/1.1"', False),
        (b"", False),
    ],
)
def test_a_feed_that_is_cut_off(body: bytes, cut: bool):
    assert is_cut_off(body) is cut


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://example.org/a", "file:///etc/passwd", "https://", "http:x"])
def test_only_the_web(url: str):
    with pytest.raises(ValueError, match="is not like"):
        check_url(url)


def test_names_and_what_is_shown_of_an_address():
    assert name_of("https://example.org/news/rss.xml?x=1") == "example.org-rss.xml"
    assert name_of("https://example.org/") == "example.org-feed"
    assert without_password("https://me:secret@example.org:8443/a?b") == "https://example.org:8443/a?b"


def test_the_state_outlives_the_process_and_is_private(tmp_path: Path):
    path = tmp_path / "new" / "pull.json"
    known = Known(etag='"a"', digest="d", due=datetime(2026, 6, 20, tzinfo=UTC), failures=2)
    StateFile(path).put("https://example.org", known)
    assert StateFile(path).known == {"https://example.org": known}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["pull.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": {"nosuch": 1}}'])
def test_a_file_that_is_none_of_ours_is_left_as_it_is(tmp_path: Path, text: str):
    path = tmp_path / "pull.json"
    path.write_text(text)
    with pytest.raises(StateFileError, match=r"pull\.json"):
        StateFile(path)
    assert path.read_text() == text
