"""RSS 0.90 to 2.0, RDF and Atom 0.3 and 1.0: every field, what feeds do wrong, and agreement with feedparser."""

import base64
import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import feed
from services.ingest.formats.feed_channel import channel_of, closing
from services.ingest.formats.feed_item import author_name
from services.ingest.formats.feed_repair import repaired
from services.ingest.items import ItemError
from shared.models import Content

MAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)
CHANNEL = "<title>Hill Post</title><link>https://hill.example/</link><description>All of it</description>"
BODY = "<description>The bridge reopened.</description>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"'


def rss(*items, channel=CHANNEL, root=f'<rss version="2.0" {SPACES}>'):
    return f"{root}<channel>{channel}{''.join(items)}</channel></rss>".encode()


def atom(*entries, head="<title>Hill Post</title><id>urn:hill</id>", attributes=""):
    return f"{ATOM}{attributes}>{head}{''.join(entries)}</feed>".encode()


def item(*elements):
    return f"<item>{''.join(elements)}</item>"


def entry(*elements):
    return f"<entry><id>urn:1</id><title>Bridge</title>{''.join(elements)}</entry>"


RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="%s"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://hill.example/"><title>Hill Post</title>
<dc:language>en</dc:language><dc:rights>HP</dc:rights><items><rdf:Seq><rdf:li resource="u"/></rdf:Seq></items></channel>
<item rdf:about="https://hill.example/1"><title>Bridge</title><link>https://hill.example/1</link>
<description>The bridge reopened.</description><dc:creator>Ann Lee</dc:creator><dc:subject>Roads</dc:subject>
<dc:date>2026-05-04T09:30:00Z</dc:date></item></rdf:RDF>"""
OLD_RSS = """<?xml version="1.0"?>%s<rss version="%s"><channel><title>Hill Post</title><language>en</language>
<copyright>HP</copyright><item><title>Bridge</title><link>https://hill.example/1</link>
<description>The bridge reopened.</description>%s</item></channel></rss>"""
NETSCAPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/rss-0.91.dtd">'
)
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>Hill Post</title>
<copyright>HP</copyright><entry><title>Bridge</title><id>https://hill.example/1</id>
<author><name>Ann Lee</name></author><issued>2026-05-04T11:30:00+02:00</issued><modified>2026-05-05T09:30:00Z</modified>
<content type="text/html" mode="escaped">The bridge reopened.</content></entry></feed>"""


@pytest.mark.parametrize(
    ("data", "byline", "published", "keywords"),
    [
        (RDF % "http://my.netscape.com/rdf/simple/0.9/", "Ann Lee", MAY, ["Roads"]),
        (RDF % "http://purl.org/rss/1.0/", "Ann Lee", MAY, ["Roads"]),
        (OLD_RSS % (NETSCAPE, "0.91", ""), None, None, []),
        (OLD_RSS % ("", "0.92", "<category>Roads</category>"), None, None, ["Roads"]),
        (OLD_RSS % ("", "2.0", "<pubDate>Mon, 04 May 2026 05:30:00 EDT</pubDate>"), None, MAY, []),
        (ATOM_03, "Ann Lee", MAY, []),
    ],
)
def test_versions(read, data, byline, published, keywords):
    (story,) = read(data.encode())
    assert (story.source.format, story.source.guid) == ("feed", "https://hill.example/1")
    assert (story.source.provider, story.language, story.rights) == ("Hill Post", "en", "HP")
    assert (story.headline, story.content) == ("Bridge", Content(text="The bridge reopened."))
    assert (story.byline, story.published, story.keywords) == (byline, published, keywords)


def test_atom_1(read):
    (story,) = read(
        atom(
            entry(
                '<link rel="alternate" href="/1"/><link rel="enclosure" href="/1.mp3"/>',
                "<author><name>Ann Lee</name><email>a@x.example</email></author><author><name>Al Roe</name></author>",
                '<category term="t1" label="Roads"/><category term="Bridges"/>',
                "<published>2026-05-04T09:30:00Z</published><updated>2026-05-06T09:30:00Z</updated>",
                "<source><title>Wire</title></source><rights>AL</rights><summary>Short.</summary>",
                '<content type="html">&lt;p&gt;It &amp;amp; more&lt;/p&gt;</content>',
            ),
            attributes=' xml:lang="en-GB"',
        )
    )
    assert (story.source.guid, story.source.provider, story.rights) == ("urn:1", "Wire", "AL")
    assert (story.byline, story.keywords) == ("Ann Lee, Al Roe", ["Roads", "Bridges"])
    assert (story.published, story.language) == (MAY, "en-GB")
    assert story.content == Content(text="<p>It &amp; more</p>", type="text/html")


CONTENTS = [
    ("<content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>" + BODY, "<p>Long.</p>"),
    (BODY + "<content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>", "<p>Long.</p>"),
    ("<content:encoded> </content:encoded>" + BODY, "The bridge reopened."),
    ('<content:encoded><![CDATA[<img src="a.jpg"/>&nbsp;]]></content:encoded>' + BODY, "The bridge reopened."),
    ("<description>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</description>", "<p>A &amp; B</p>"),
    ("<description><![CDATA[A &amp; B]]></description>", "A & B"),
    ("<description>1 &lt; 2</description>", "1 < 2"),
    ("<description>caf&eacute;&nbsp;au&#160;lait</description>", "café\xa0au\xa0lait"),
    ('<media:description type="plain">A boat.</media:description>', "A boat."),
    ("<enclosure url='a.mp3'/><itunes:summary>Episode one.</itunes:summary>", "Episode one."),
    ("<dc:description>The bridge.</dc:description>", "The bridge."),
    ('<body xmlns="http://www.w3.org/1999/xhtml"><p>A <b>b</b></p></body>', "<p>A <b>b</b></p>"),
    ("<media:title>Picture</media:title><title>Bridge</title>" + BODY, "The bridge reopened."),
]


@pytest.mark.parametrize(("elements", "text"), CONTENTS)
def test_the_text_of_rss(read, elements, text):
    (story,) = read(rss(item(elements)))
    assert story.content == Content(text=text, type="text/html" if "</" in text else "text/plain")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<content>Plain &lt;b&gt;</content>", "Plain <b>"),
        ('<content type="text">1 &lt;b&gt; &amp;amp;</content>', "1 <b> &amp;"),
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; b</p></div></content>',
         "<div><p>A &amp; b</p></div>"),
        ('<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>A</h:p></h:div></content>',
         "<div><p>A</p></div>"),
        ('<content type="text/plain">A</content>', "A"),
        (f'<content type="application/octet-stream">{base64.b64encode("Çà".encode()).decode()}</content>', "Çà"),
        ('<content type="image/png" src="a.png"/><summary>A</summary>', "A"),
        ('<content type="application/pdf">%%%</content><summary>A</summary>', "A"),
        ("<summary>A</summary>", "A"),
    ],
)  # fmt: skip
def test_the_text_of_atom(read, content, text):
    (story,) = read(atom(entry(content)))
    assert story.content.text == text


@pytest.mark.parametrize("elements", ["", "<description/>", "<description> &lt;br/&gt;&amp;nbsp; </description>",
                                      "<media:content url='a.jpg'/>", "<enclosure url='a.mp3'/>"])  # fmt: skip
def test_a_title_alone_is_no_story(read, elements):
    first, second = read(rss(item("<title>Bridge</title>", elements), item(BODY)))
    assert (first.error.type, "only a title (Bridge)" in first.error.detail) == ("no-text", True)
    assert second.content.text == "The bridge reopened."


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("a@b.example (Ann Lee)", "Ann Lee"),
        ("Ann Lee <a@b.example>", "Ann Lee"),
        ("Ann Lee", "Ann Lee"),
        ("a@b.example", None),
        ("", None),
    ],
)
def test_authors(read, author, name):
    assert author_name(author or None) == name
    escaped = author.replace("<", "&lt;")
    assert read(rss(item(BODY, f"<author>{escaped}</author>")))[0].byline == name


def test_the_feeds_own_author(read):
    data = atom(entry("<summary>A</summary>"), head="<title>Hill Post</title><author><name>Ann Lee</name></author>")
    assert read(data)[0].byline == "Ann Lee"


@pytest.mark.parametrize(
    ("elements", "guid"),
    [
        ('<guid isPermaLink="false">hp-1</guid><link>https://hill.example/1</link>', "hp-1"),
        ("<guid>https://hill.example/1</guid>", "https://hill.example/1"),
        ("<link>https://hill.example/1</link>", "https://hill.example/1"),
        ('<atom:link rel="self" href="/self"/><link>https://hill.example/1</link>', "https://hill.example/1"),
        ("<link>news/1</link>", "https://hill.example/en/news/1"),
        ('<link xml:base="https://other.example/">1</link>', "https://other.example/1"),
        ("<link>http://[x</link>", "http://[x"),
        ("", None),
    ],
)
def test_identity(read, elements, guid):
    root = f'<rss version="2.0" {SPACES} xml:base="https://hill.example/en/">'
    assert read(rss(item(BODY, elements), root=root))[0].source.guid == guid


@pytest.mark.parametrize(
    ("elements", "published"),
    [
        ("<pubDate>Mon, 04 May 2026 09:30:00 GMT</pubDate>", MAY),
        ("<pubDate>Mon, 4 May 2026 05:30 EDT</pubDate>", MAY),
        ("<pubDate>4 May 2026 11:30:00 +0200</pubDate>", MAY),
        ("<dc:date>2026-05-04T11:30:00+02:00</dc:date>", MAY),
        ("<pubDate>soon</pubDate><dc:date>2026-05-04T09:30Z</dc:date>", MAY),
        ("<atom:updated>2026-05-04T09:30:00Z</atom:updated>", MAY),
        ("<pubDate>soon</pubDate>", None),
    ],
)
def test_times(read, elements, published):
    assert read(rss(item(BODY, elements)))[0].published == published


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Tom &amp; Al", "Tom & Al"),
        ("Tom &amp;amp; Al", "Tom & Al"),
        ("<![CDATA[<b>Tom</b> &#8217;s]]>", "Tom ’s"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_headlines(read, title, headline):
    assert read(rss(item(f"<title>{title}</title>", BODY)))[0].headline == headline


def test_a_title_in_text_is_left_as_it_is(read):
    data = atom("<entry><title type='text'>Use of &lt;b&gt; &amp;amp;</title><summary>A</summary></entry>")
    assert read(data)[0].headline == "Use of <b> &amp;"


def test_other_prefixes_and_misspelt_name_spaces(read):
    spaces = (
        'xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:d="https://purl.org/dc/elements/1.1" '
        'xmlns:media="http://search.yahoo.com/mrss.html" xmlns:a="http://www.w3.org/2005/Atom"'
    )
    elements = (BODY, "<c:encoded>Long.</c:encoded><d:creator>Ann</d:creator><media:keywords>x, y</media:keywords>")
    (story,) = read(rss(item(*elements), root=f"<rss {spaces}>"))
    assert (story.content.text, story.byline, story.keywords) == ("Long.", "Ann", ["x", "y"])
    prefixed = (
        f"<a:feed {spaces}><a:title>T</a:title><a:entry><a:id>1</a:id><a:summary>A</a:summary></a:entry></a:feed>"
    )
    (story,) = read(prefixed.encode())
    assert (story.source.guid, story.source.provider, story.content.text) == ("1", "T", "A")


def test_languages_and_rights(read):
    channel = CHANNEL + "<language>en-GB</language><copyright>© HP</copyright>"
    own = item(BODY, "<dc:language>de</dc:language><dc:rights>AL</dc:rights>")
    marked = f'<item xml:lang="fr">{BODY}</item>'
    stories = read(rss(item(BODY), own, marked, channel=channel))
    assert [(story.language, story.rights) for story in stories] == [("en-GB", "© HP"), ("de", "AL"), ("fr", "© HP")]


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"), ("utf-8", "cp1251"), ("windows-1251", "cp1251"), ("windows-1251", "utf-8"),
        (None, "cp1251"),
        (None, "utf-16"), ("utf-16", "utf-8"), ("utf-16", "utf-16-le"), ("koi8-r", "koi8-r"), ("no-such", "utf-8"),
    ],
)  # fmt: skip
def test_charsets(read, declared, written):
    text = "Мост через реку откроют в мае, сообщил губернатор."
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    channel = "<title>Новости области</title>"
    data = declaration + rss(item(f"<description>{text}</description>"), channel=channel).decode()
    (story,) = read(data.encode(written))
    assert (story.content.text, story.source.provider) == (text, "Новости области")


HEAD = rss(channel=CHANNEL + "<language>en</language>").decode().removesuffix("</channel></rss>")
BROKEN = [
    item("<title>Tom & Al</title><guid>1</guid>", BODY),
    item("<title>Bridge</title><description>A <b>b</description>"),
    item("<foo:bar>x</foo:bar>", BODY),
    item("<description>A &bogus; b</description>"),
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_not_well_formed_is_repaired(text):
    story = feed.parse(text, HEAD)
    assert story.content.text and (story.source.provider, story.language) == ("Hill Post", "en")


def test_a_broken_item_costs_only_itself(read):
    stories = read(rss(item(BODY), "<item><title>x</title></item>", BROKEN[0], item(BODY)))
    assert [story.error is None for story in stories] == [True, False, True, True]


def test_what_feedparser_raises_is_a_rejection():
    with pytest.raises(ItemError, match="values to unpack"):
        feed.parse(item("<content:encoded>x</content:encoded>"), HEAD.replace("http://purl", "h\xa0ttp://purl"))


ELEMENTS = st.lists(
    st.sampled_from(
        ["<title>Bridge</title>", BODY, "<guid isPermaLink='false'>7</guid>", "<link>https://hill.example/1</link>",
         "<pubDate>Mon, 04 May 2026 11:30:00 +0200</pubDate>", "<dc:creator>Ann Lee</dc:creator>",
         "<author>a@b.example (Al Roe)</author>", "<category>Roads</category>", "<category>Bridges</category>",
         "<content:encoded><![CDATA[<p>Long &amp; long.</p>]]></content:encoded>", "<source url='u'>Wire</source>",
         "<media:content url='a.jpg'/>", "<enclosure url='a.mp3' length='1' type='audio/mpeg'/>",
         "<dc:language>de</dc:language>"]
    ),
    unique_by=lambda element: "<author" if element.startswith("<dc:c") else element.split(">")[0],
)  # fmt: skip


@given(ELEMENTS)
def test_both_ways_of_reading_agree(elements):
    text = item(*elements)

    def outcome(parse):
        try:
            return parse()
        except ItemError as error:
            return error.type, error.detail

    again = outcome(lambda: repaired(HEAD + text + closing(HEAD), channel_of(HEAD)))
    assert outcome(lambda: feed.parse(text, HEAD)) == again


@given(st.integers(0, 200), st.integers(0, 60), st.text(max_size=20))
def test_mutations_raise_only_item_errors(at, length, junk):
    text = item("<title>Bridge</title>", BODY, CONTENTS[0][0], "<link>https://hill.example/1</link>")
    with contextlib.suppress(ItemError):
        feed.parse(text[:at] + junk + text[at + length :], HEAD)
    with contextlib.suppress(ItemError):
        feed.parse(text, HEAD[:at] + junk + HEAD[at + length :])
