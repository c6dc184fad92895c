"""One table: a file of each format, and all that is read from it."""

import gzip
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from services.ingest.formats import FORMATS, html_page
from services.ingest.read import read_file
from shared.errors import UnknownFormatError
from shared.models import Content, Dateline, Finding, Source, State, Story, Subject, Wire
from tests.unit.ingest.mail_messages import MESSAGE
from tests.unit.ingest.mail_messages import STORY as MAIL
from tests.unit.ingest.newsmlg2_items import FROM_G2, G2_ITEM
from tests.unit.ingest.wire_messages import ANPA1312, IPTC7901
from tests.unit.ingest.wire_objects import (
    AP,
    DPA,
    FROM_AP,
    FROM_DPA,
    FROM_FEED_ITEM,
    FROM_NINJS_1,
    FROM_NINJS_3,
    JSON_FEED,
    NINJS_1,
    NINJS_3,
    ap_feed,
)

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
    subjects=[Subject(name="transport"), Subject(name="accidents")],
    keywords=["ferry", "Orsk"],
    urgency=3,
    editor_note="Pictures to follow.",
    rights="(c) Tidewater",
    dateline=Dateline(text="ORSK, May 4"),
    slugline="ferry-aground",
    wire=Wire(findings=[Finding(says="embargo", field="embargo_until", text="2026-05-04T09:30:00Z")]),
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
    subjects=[Subject(name="tin"), Subject(name="zinc")],
    keywords=["peru", "itc"],
    dateline=Dateline(text="LIMA, Peru, Dec 31 -", place="LIMA, Peru", date=date(1986, 12, 31)),
    content=Content(text="Output rose <ABC> café.\n    More was dug.\n REUTER"),
    source=Source(provider="Reuters", guid="42"),
)

NITF = b"""<?xml version="1.0"?><nitf xml:lang="en-GB"><head><docdata><doc-id id-string="hg-7" regsrc="HG"/>
<urgency ed-urg="4"/><date.issue norm="20260504T113000+0200"/><du-key key="Ferry" version="2"/>
<ed-msg info="Pictures to follow"/><doc.copyright year="2026" holder="Harbour Gazette"/>
<key-list><keyword key="ferry"/></key-list></docdata></head><body><body.head><hedline><hl1>Ferry runs aground</hl1>
</hedline><byline>By Ida Voss</byline><dateline><location>Orsk</location></dateline></body.head>
<body.content><p>A ferry ran aground.</p><p>Nobody was hurt.</p></body.content></body></nitf>"""
FROM_NITF = Story(
    headline="Ferry runs aground",
    slugline="Ferry",
    content=Content(text="A ferry ran aground.\n\nNobody was hurt."),
    byline="By Ida Voss",
    language="en-GB",
    published=MAY,
    urgency=4,
    keywords=["ferry"],
    editor_note="Pictures to follow",
    rights="Copyright 2026 Harbour Gazette",
    dateline=Dateline(text="Orsk", place="Orsk"),
    source=Source(guid="hg-7", provider="HG", version="2"),
)

NEWSML1 = b"""<?xml version="1.0"?><NewsML Version="1.2"><NewsEnvelope><DateAndTime>20260504T094000Z</DateAndTime>
<Priority FormalName="3"/></NewsEnvelope><NewsItem><Identification><NewsIdentifier><ProviderId>hg.example</ProviderId>
<DateId>20260504</DateId><NewsItemId>7</NewsItemId><RevisionId PreviousRevision="0" Update="N">1</RevisionId>
</NewsIdentifier></Identification><NewsManagement><ThisRevisionCreated>20260504T113000+0200</ThisRevisionCreated>
<Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Ferry runs aground</HeadLine>
<ByLine>By Ida Voss</ByLine><DateLine>ORSK, May 4 (HG) -</DateLine><SlugLine>Ferry</SlugLine></NewsLines>
<DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>
<ContentItem><DataContent><p>A ferry ran aground.</p><p>Nobody was hurt.</p></DataContent></ContentItem>
</NewsComponent></NewsItem></NewsML>"""
FROM_NEWSML1 = Story(
    headline="Ferry runs aground",
    slugline="Ferry",
    content=Content(text="A ferry ran aground.\n\nNobody was hurt."),
    byline="By Ida Voss",
    language="en",
    published=MAY,
    urgency=3,
    dateline=Dateline(text="ORSK, May 4 (HG) -", place="ORSK", date=date(2026, 5, 4), agency="HG"),
    source=Source(guid="urn:newsml:hg.example:20260504:7:1", provider="hg.example", version="1"),
)

WXR = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Harbour</title><language>en-GB</language><wp:wxr_version>1.2</wp:wxr_version>
<item><title>Bridge reopens</title><dc:creator>ida</dc:creator><guid>https://example.org/?p=7</guid>
<content:encoded><![CDATA[<p>It reopened.</p>]]></content:encoded>
<wp:post_date_gmt>2026-05-04 09:30:00</wp:post_date_gmt><wp:post_name>bridge-reopens</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="category">Roads</category><category domain="post_tag">bridge</category></item></channel></rss>"""
FROM_WXR = Story(
    headline="Bridge reopens",
    slugline="bridge-reopens",
    byline="ida",
    content=Content(text="<p>It reopened.</p>", type="text/html"),
    published=MAY,
    language="en-GB",
    subjects=[Subject(name="Roads")],
    keywords=["bridge"],
    source=Source(guid="https://example.org/?p=7", provider="Harbour"),
)

PAGE = "<html lang='en'><title>Mill turns</title><p>It does.</p></html>"
HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
WARC = (
    "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://www.example.org/mill\r\n"
    f"WARC-Date: 2026-05-04T09:30:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(HTTP)}\r\n\r\n"
    f"{HTTP}\r\n\r\n"
).encode()
FROM_WARC = Story(
    headline="Mill turns",
    content=Content(text=PAGE, type="text/html"),
    published=MAY,
    language="en",
    source=Source(guid="https://www.example.org/mill", provider="www.example.org"),
)

PARQUET = io.BytesIO()
parquet.write_table(pyarrow.table({"title": ["Ferry"], "text": ["It sank."], "date": [MAY], "id": [7]}), PARQUET)
FROM_PARQUET = Story(headline="Ferry", content=Content(text="It sank."), published=MAY, source=Source(guid="7"))

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
    ("nitf", NITF, FROM_NITF),
    ("newsml1", NEWSML1, FROM_NEWSML1),
    ("iptc7901", *IPTC7901["dpa"]),
    ("anpa1312", *ANPA1312["AP"]),
    ("newsmlg2", G2_ITEM.encode(), FROM_G2),
    ("email", MESSAGE, MAIL),
    ("ap_media", json.dumps(ap_feed(AP)).encode(), FROM_AP),
    ("dpa", json.dumps(DPA).encode(), FROM_DPA),
    ("jsonfeed", json.dumps(JSON_FEED).encode(), FROM_FEED_ITEM),
    ("ninjs", json.dumps(NINJS_1).encode(), FROM_NINJS_1),
    ("ninjs", json.dumps([NINJS_3]).encode(), FROM_NINJS_3),
    ("wxr", WXR, FROM_WXR),
    ("warc", WARC, FROM_WARC),
    ("parquet", PARQUET.getvalue(), FROM_PARQUET),
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


@pytest.mark.parametrize(
    ("head", "body", "headline"),
    [
        ("<title>Grain talks go on | Daily News</title>", "<h1>Grain talks go on</h1>", "Grain talks go on"),
        (
            "<title>Daily News - Grain talks go on</title>",
            "<h1>Daily News</h1><h2>Grain talks go on</h2>",
            "Grain talks go on",
        ),
        ("<title>Grain talks go on</title>", "<h1>Grain talks go on</h1>", "Grain talks go on"),
        ("<title>Grain talks go on | Daily News</title>", "<h1>Newsletter</h1>", "Grain talks go on | Daily News"),
        ("<title>Daily News: Grain talks go on</title>", "<h1>Daily News</h1>", "Daily News: Grain talks go on"),
        ("", "<h1>Grain talks go on</h1>", None),
    ],
)
def test_a_page_title_loses_the_site_where_a_heading_says_so(head, body, headline):
    assert html_page.parse(f"<html><head>{head}</head><body>{body}</body></html>").headline == headline


def test_linked_data_tells_what_the_head_does_not():
    data = (
        '{"@type":"NewsArticle","headline":"A","author":{"name":"Ann Lee"},"datePublished":"2026-03-02T10:00:00+01:00"}'
    )
    script = f'<script type="application/ld+json">{data}</script>'
    story = html_page.parse(f"<html><head>{script}<title>B</title></head><body><p>C</p></body></html>")
    assert (story.headline, story.byline, story.published) == ("A", "Ann Lee", datetime(2026, 3, 2, 9, tzinfo=UTC))
    told = html_page.parse(f'<html><head><meta property="og:title" content="D">{script}</head><body></body></html>')
    assert told.headline == "D"
