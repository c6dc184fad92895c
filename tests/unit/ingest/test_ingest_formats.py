"""One table: a file of each format, and all that is read from it."""

import gzip
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.ingest.formats import FORMATS
from services.ingest.read import read_file
from shared.errors import UnknownFormatError
from shared.models import Content, Dateline, Source, State, Story, Wire

MAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

JSON = {
    "custom_id": "desk-7",
    "Headline": "Ferry runs aground",
    "body": "ORSK (TWS) - A ferry ran aground.",
    "authors": [{"name": "Mara Lindt"}, "Jo Peel"],
    "publishedAt": "2026-05-04T11:30:00+02:00",
    "url": "https://example.org/ferry",
    "source": {"id": None, "name": "Tidewater"},
    "lang": "en",
    "category": "transport; accidents",
    "tags": ["ferry", "Orsk"],
    "urgency": 3,
    "embargo": "2026-05-04T09:30:00Z",
    "ed_note": "Pictures to follow.",
    "copyright": "(c) Tidewater",
    "dateline": "ORSK, May 4",
    "slug": "ferry-aground",
    "version": 2,
    "unheard_of": {"deep": [1]},
}
FROM_JSON = Story(
    custom_id="desk-7",
    headline="Ferry runs aground",
    content=Content(text="ORSK (TWS) - A ferry ran aground."),
    byline="Mara Lindt, Jo Peel",
    published=MAY,
    embargo_until=MAY,
    language="en",
    subjects=["transport", "accidents"],
    keywords=["ferry", "Orsk"],
    urgency=3,
    editor_note="Pictures to follow.",
    rights="(c) Tidewater",
    dateline=Dateline(text="ORSK, May 4"),
    slugline="ferry-aground",
    source=Source(guid="https://example.org/ferry", provider="Tidewater", version="2"),
)

CSV = (
    b"id,title,text,date,tags\r\n"
    b'9,Late train,"The train, ""the 9:14"",\r\nwas late.",4 May 2026 09:30 +0000,"rail,delay"\r\n'
)
FROM_CSV = Story(
    headline="Late train",
    content=Content(text='The train, "the 9:14",\r\nwas late.'),
    published=MAY,
    keywords=["rail", "delay"],
    source=Source(guid="9"),
)

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- a feed --><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour Gazette</title><language>en-GB</language><copyright>HG 2026</copyright>
<item><title>Bridge &amp; tunnel reopen</title><guid isPermaLink="false">hg-1</guid><dc:creator>Ida Voss</dc:creator>
<link>https://example.org/1</link><pubDate>Mon, 04 May 2026 11:30:00 +0200</pubDate><category>roads</category>
<description>Short.</description>
<content:encoded><![CDATA[<p>The bridge </item> reopened.</p>]]></content:encoded></item>
</channel></rss>"""
FROM_RSS = Story(
    headline="Bridge & tunnel reopen",
    content=Content(text="<p>The bridge </item> reopened.</p>", type="text/html"),
    byline="Ida Voss",
    language="en-GB",
    published=MAY,
    keywords=["roads"],
    rights="HG 2026",
    source=Source(guid="hg-1", provider="Harbour Gazette"),
)

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Hill Post</title>
<entry><id>urn:x:1</id><title>Snow</title><updated>2026-05-04T09:30:00Z</updated><author><name>Al Roe</name></author>
<content type="text">Snow fell.</content></entry></feed>"""
FROM_ATOM = Story(
    headline="Snow",
    content=Content(text="Snow fell."),
    byline="Al Roe",
    published=MAY,
    source=Source(guid="urn:x:1", provider="Hill Post"),
)

HTML = b"""<!DOCTYPE html><html lang="en"><head>
<title>Mill | Gazette</title><meta property="og:title" content="Mill reopens">
<meta name="author" content="Ida Voss"><meta property="article:published_time" content="2026-05-04T09:30:00Z">
<meta property="og:site_name" content="Gazette"><meta name="keywords" content="mill, river">
<link rel="canonical" href="https://example.org/mill"></head><body><p>The mill reopened.</p></body></html>"""
FROM_HTML = Story(
    headline="Mill reopens",
    content=Content(text=HTML.decode(), type="text/html"),
    byline="Ida Voss",
    language="en",
    published=MAY,
    keywords=["mill", "river"],
    source=Source(guid="https://example.org/mill", provider="Gazette"),
)

SGML = b"""<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="1" NEWID="42">
<DATE> 2-JAN-1987 15:01:01.79</DATE>
<TOPICS><D>tin</D><D>zinc</D></TOPICS>
<PLACES><D>peru</D></PLACES>
<PEOPLE></PEOPLE><ORGS><D>itc</D></ORGS><EXCHANGES></EXCHANGES><COMPANIES></COMPANIES>
<UNKNOWN>
&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;test
u f BC-TIN-OUTPUT   01-02 0105</UNKNOWN>
<TEXT>&#2;
<TITLE>TIN &amp; ZINC OUTPUT
RISES</TITLE>
<AUTHOR>    By Rosa Quill</AUTHOR>
<DATELINE>    LIMA, Peru, Dec 31 - </DATELINE><BODY>Output rose &lt;ABC> caf\xe9.
    More was dug.
 REUTER
&#3;</BODY></TEXT>
</REUTERS>"""
FROM_SGML = Story(
    headline="TIN & ZINC OUTPUT RISES",
    slugline="BC-TIN-OUTPUT",
    byline="By Rosa Quill",
    published=datetime(1987, 1, 2, 15, 1, 1, 790_000, tzinfo=UTC),
    subjects=["tin", "zinc"],
    keywords=["peru", "itc"],
    dateline=Dateline(text="LIMA, Peru, Dec 31 -", place="LIMA, Peru", date=date(1986, 12, 31)),
    content=Content(text="Output rose <ABC> café.\n    More was dug.\n REUTER"),
    source=Source(provider="Reuters", guid="42"),
)

TABLE: list[tuple[str, bytes, Story]] = [
    ("json", json.dumps(JSON, indent=1).encode(), FROM_JSON),
    ("json", json.dumps([JSON]).encode(), FROM_JSON),
    ("json", json.dumps({"status": "ok", "n": 1, "articles": [JSON], "next": None}).encode(), FROM_JSON),
    ("ndjson", json.dumps(JSON).encode() + b"\n" + json.dumps(JSON).encode(), FROM_JSON),
    ("csv", CSV, FROM_CSV),
    ("csv", CSV.replace(b",", b"\t", 4).replace(b"9,Late train,", b"9\tLate train\t").replace(
        b'",4 May 2026 09:30 +0000,"', b'"\t4 May 2026 09:30 +0000\t"'), FROM_CSV),
    ("feed", RSS, FROM_RSS),
    ("feed", ATOM, FROM_ATOM),
    ("html", HTML, FROM_HTML),
    ("reuters21578", SGML, FROM_SGML),
    ("text", "ORSK (TWS) — A ferry.\n".encode(), Story(content=Content(text="ORSK (TWS) — A ferry."))),
]  # fmt: skip


def without_place(story: Story) -> dict[str, Any]:
    record = story.model_dump()
    for key in ("file", "format", "byte_range"):
        record["source"].pop(key)
    return record


@pytest.mark.parametrize(("format", "data", "expected"), TABLE)
@pytest.mark.parametrize("asked", [False, True])
def test_reads_every_field(read, format, data, expected, asked):
    story = read(data, name="a.dat", format=format if asked else None)[0]
    assert (story.source.file, story.source.format) == ("a.dat", format)
    assert without_place(story) == without_place(expected)


def test_every_format_is_in_the_table():
    assert {format for format, _, _ in TABLE} == set(FORMATS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(read, encoding):
    text = "Prices rose 5€ in “Málaga” – again."
    (story,) = read(text.encode(encoding))
    assert story.content.text == text


def test_declared_charset_is_used(read):
    page = '<html><head><meta charset="windows-1251"></head><body>Москва</body></html>'
    (story,) = read(page.encode("cp1251"))
    assert story.content.text == page


def test_utf16_has_no_byte_ranges(read):
    (story,) = read("Short text.".encode("utf-16"))
    assert story.source.byte_range is None


@pytest.mark.parametrize("mark", ["-30-", "- 30 -", "###", "# # #", "ENDS", "END", "NNNN", "\x03"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_texts_are_split_at_end_marks(read, mark, newline):
    first, second = f"One.{newline}{mark}", "Two."
    stories = read(f"{first}{newline}{newline}{second}{newline}".encode())
    assert [story.content.text for story in stories] == [first, second]
    assert [story.source.byte_range for story in stories][1][1] - len(second) == stories[1].source.byte_range[0]


def test_form_feed_splits_and_lone_marks_are_no_stories(read):
    assert [story.content.text for story in read(b"One.\n\fTwo.\nENDS\n\nNNNN\n\x04\n")] == ["One.", "Two.\nENDS"]


@pytest.mark.parametrize("line", ["The strike ENDS", "--30--", "#### Heading", "1 ###", "-30- degrees", "ends"])
def test_marks_within_text_do_not_split(read, line):
    assert len(read(f"One.\n{line}\nTwo.\n".encode())) == 1


def test_brief_without_body_is_its_headline(read):
    head, tail = SGML.split(b"<TEXT>")[0], b"\n&#3;\n</TEXT>\n</REUTERS>"
    brief = b'<TEXT TYPE="BRIEF">&#2;\n******<TITLE>BANK CUTS RATE\n</TITLE>Blah blah blah.'
    (story,) = read(head + brief + tail)
    assert (story.content.text, story.headline, story.wire) == ("BANK CUTS RATE", "BANK CUTS RATE", Wire(kind="brief"))


def test_unprocessed_text_is_kept(read):
    head, tail = SGML.split(b"<TEXT>")[0], b"\n&#3;\n</TEXT>\n</REUTERS>"
    (story,) = read(head + b'<TEXT TYPE="UNPROC">&#2;\nRATES\n USD 1.2\n' + tail)
    assert story.content.text == "RATES\n USD 1.2"


def test_html_in_json_is_told(read):
    (story,) = read(b'{"title": "x", "content": {"rendered": "<p>Hello <b>you</b></p>"}}')
    assert story.content == Content(text="<p>Hello <b>you</b></p>", type="text/html")


def test_unknown_format_is_refused_before_reading():
    with pytest.raises(UnknownFormatError, match=r"known formats: .*ndjson"):
        read_file(io.BytesIO(b"x"), name="x", format="word")


def test_name_is_not_believed(read):
    (story,) = read(gzip.compress(b'{"text": "x"}'), name="story.txt")
    assert (story.source.format, story.state) == ("json", State.PENDING)
