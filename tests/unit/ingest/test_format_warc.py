"""WARC: which records are stories, what is read of them, and damage that costs only itself."""

import contextlib
import gzip
import io
import tracemalloc

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.formats import warc
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import State

URL = "https://www.example.org/mill"
DATE = "2026-05-04T09:30:00Z"
PAGE = '<html lang="ru"><head><title>Мельница</title></head><body><p>Она работает.</p></body></html>'
RUSSIAN = [("Content-Type", "text/html; charset=windows-1251")]
HTML, TEXT = [("Content-Type", "text/html")], [("Content-Type", "text/plain; charset=utf-8")]


def record(body, headers=HTML, *, kind="response", url=URL, status="200 OK", version="WARC/1.1", packed=False):
    if kind in ("response", "revisit"):
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        body, type = "\r\n".join([*lines, "", ""]).encode() + body, "application/http; msgtype=response"
    else:
        type = headers[0][1]
    fields = [f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {DATE}", "WARC-Record-ID: <urn:uuid:1>",
              f"Content-Type: {type}", f"Content-Length: {len(body)}"]  # fmt: skip
    data = "\r\n".join([version, *fields, "", ""]).encode() + body + b"\r\n\r\n"
    return gzip.compress(data) if packed else data


def outcomes(stories):
    return [story.error.type if story.error else story.content.text for story in stories]


@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_page(read, version, packed):
    (story,) = read(record(PAGE.encode("cp1251"), RUSSIAN, version=version, packed=packed))
    assert (story.source.format, story.source.guid, story.source.provider) == ("warc", URL, "www.example.org")
    assert (story.headline, story.language, story.content.text) == ("Мельница", "ru", PAGE)
    assert story.published and story.published.isoformat() == "2026-05-04T09:30:00+00:00"


def test_what_the_page_says_goes_before_the_time_of_fetching(read):
    page = b'<html><head><meta property="article:published_time" content="2026-05-01T00:00:00Z"></head><p>x</html>'
    (story,) = read(record(page))
    assert story.published and story.published.day == 1


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("GZIP", gzip.compress),
        ("identity", bytes),
    ],
)
def test_transfer(read, encoding, pack):
    (story,) = read(record(pack(PAGE.encode()), [*HTML, ("Content-Encoding", encoding)]))
    assert story.content.text == PAGE


def test_chunks(read):
    body = PAGE.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[at : at + 20]), body[at : at + 20]) for at in range(0, len(body), 20))
    (story,) = read(record(chunks + b"0\r\n\r\n", [*HTML, ("Transfer-Encoding", "chunked")]))
    assert story.content.text == PAGE


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_plain_text(read, kind):
    (story,) = read(record(b"A ferry.", TEXT, kind=kind))
    assert (story.content.text, story.content.type, story.source.guid) == ("A ferry.", "text/plain", URL)


@pytest.mark.parametrize("body", [PAGE.encode(), b"A ferry ran aground."])
def test_type_is_told_where_none_is_said(read, body):
    assert outcomes(read(record(body, []))) == [body.decode()]


@pytest.mark.parametrize(
    ("made", "detail"),
    [
        (record(b"\x89PNG", [("Content-Type", "image/png")]), "image/png"),
        (record(b"a {}", [("Content-Type", "text/css")]), "text/css"),
        (record(PAGE.encode(), status="404 Not Found"), "HTTP status 404"),
        (record(b"", status="301 Moved"), "HTTP status 301"),
        (record(b"", kind="revisit"), "revisit"),
        (record(b"User-agent: *", TEXT, url="https://example.org/robots.txt"), "robots.txt"),
        (record(b"rest", kind="continuation"), "continuation"),
    ],
)
def test_what_is_fetched_but_no_text_is_rejected(read, made, detail):
    (story,) = read(made)
    assert (story.error.type, detail in story.error.detail) == ("not-a-story", True)


def test_what_describes_the_crawl_is_no_item(read):
    described = [record(b"software: x", [("Content-Type", "application/warc-fields")], kind=kind)
                 for kind in ("warcinfo", "metadata", "request")]  # fmt: skip
    described.append(record(b"1.2.3.4", [("Content-Type", "text/dns")], kind="resource", url="dns:example.org"))
    data = b"".join([*described, record(PAGE.encode()), *described])
    (story,) = read(data)
    start, end = story.source.byte_range
    assert data[start:end].startswith(b"WARC/1.1") and data[start:end].endswith(b"</html>")
    assert outcomes(read(b"".join(described))) == ["no-stories"]


def test_damage_costs_only_itself(read):
    good = record(b"Good.", TEXT, kind="resource")
    lying = record(b"Lying. " * 9, TEXT, kind="resource").replace(b"Content-Length: 63", b"Content-Length: 7 ")
    unsized = record(b"Unsized.", TEXT, kind="resource").replace(b"Content-Length: 8\r\n", b"")
    results = outcomes(read(good + lying + good + unsized + good))
    assert results == ["Good.", "Lying. ", "malformed-warc", "Good.", "malformed-warc", "malformed-warc", "Good."]


def test_cut_short(read):
    data = record(b"Good.", TEXT, kind="resource") + record(PAGE.encode())
    assert outcomes(read(data[:-30])) == ["Good.", "bad-archive"]


def test_unknown_packing_is_said(read):
    (story,) = read(record(b"x", [*HTML, ("Content-Encoding", "zstd")]))
    assert (story.error.type, "zstd" in story.error.detail) == ("malformed-warc", True)


def test_large_records_and_bombs_are_not_held(read):
    bomb = record(gzip.compress(b" " * 200_000_000), [*HTML, ("Content-Encoding", "gzip")])
    data = record(b"x" * 3_000_000, TEXT, kind="resource") + bomb + record(b"Good.", TEXT, kind="resource")
    tracemalloc.start()
    stories = read(data, max_item_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes(stories) == ["too-large", "too-large", "Good."]
    assert peak < 80_000_000


SEEDS = [record(PAGE.encode("cp1251"), RUSSIAN), record(gzip.compress(b"x"), [*HTML, ("Content-Encoding", "gzip")])]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 700), st.integers(0, 60), st.binary(max_size=20))
def test_no_mutation_raises(seed, at, length, junk):
    data = b"WARC/1.0\r\n" + seed[:at] + junk + seed[at + length :]
    stories = list(read_file(io.BytesIO(data), name="x"))
    assert {story.state for story in stories} <= {State.PENDING, State.REJECTED}


@given(st.text(max_size=200), st.text(max_size=60) | st.just('{"html": true, "url": "http://["}'))
def test_parse_raises_only_item_errors(text, head):
    with contextlib.suppress(ItemError):
        warc.parse(text, head)
