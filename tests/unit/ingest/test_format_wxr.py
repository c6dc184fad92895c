"""WordPress exports: posts, their status, and what else an export holds."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import wxr
from services.ingest.items import ItemError
from shared.models import Content, Finding, Subject

HEAD = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Harbour &amp; Hill</title><link>https://example.org</link><language>en-GB</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:category><wp:cat_name><![CDATA[Roads]]></wp:cat_name></wp:category>
"""
ITEM = """<item><title><![CDATA[Bridge reopens & more]]></title><link>https://example.org/bridge</link>
<pubDate>Mon, 04 May 2026 09:30:00 +0000</pubDate><dc:creator><![CDATA[ida]]></dc:creator>
<guid isPermaLink="false">https://example.org/?p=7</guid><description></description>
<content:encoded><![CDATA[<p>The bridge </item> reopened.</p>]]></content:encoded>
<excerpt:encoded><![CDATA[In short.]]></excerpt:encoded>
<wp:post_date><![CDATA[2026-05-04 11:30:00]]></wp:post_date>
<wp:post_date_gmt><![CDATA[2026-05-04 09:30:00]]></wp:post_date_gmt><wp:post_name>bridge-reopens</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password>
<category domain="category" nicename="roads"><![CDATA[Roads]]></category>
<category domain="post_tag" nicename="bridge"><![CDATA[bridge]]></category>
<wp:comment><wp:comment_content>First!</wp:comment_content></wp:comment></item>"""
MAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def export(*items):
    return (HEAD + "\n".join(items) + "</channel></rss>").encode()


def test_every_field(read):
    story, again = read(export(ITEM, ITEM))
    assert story.source.format == "wxr"
    assert story.content == Content(text="<p>The bridge </item> reopened.</p>", type="text/html")
    assert (story.headline, story.slugline, story.byline) == ("Bridge reopens & more", "bridge-reopens", "ida")
    assert (story.source.guid, story.source.provider) == ("https://example.org/?p=7", "Harbour & Hill")
    assert (story.published, story.language) == (MAY, "en-GB")
    assert (story.subjects, story.keywords) == ([Subject(name="Roads")], ["bridge"])
    assert story.wire.kind == "story" and again.content == story.content


@pytest.mark.parametrize("kind", ["attachment", "nav_menu_item", "revision", "custom_css", "wp_block"])
def test_other_kinds_are_no_stories(read, kind):
    (story,) = read(export(ITEM.replace(">post<", f">{kind}<")))
    assert (story.error.type, kind in story.error.detail) == ("not-a-story", True)


@pytest.mark.parametrize("status", ["draft", "pending", "private"])
def test_what_is_not_public_is_withheld(read, status):
    (story,) = read(export(ITEM.replace("publish", status)))
    assert (story.wire.kind, story.wire.withheld) == ("hold", f"wp:status: {status}")


def test_a_password_withholds(read):
    (story,) = read(export(ITEM.replace("<wp:post_password>", "<wp:post_password>sesame")))
    assert story.wire.withheld == "wp:post_password: set"


def test_the_bin_and_the_future(read):
    binned, planned = read(export(ITEM.replace("publish", "trash"), ITEM.replace("publish", "future")))
    assert binned.error.type == "not-a-story"
    assert planned.embargo_until == MAY
    assert planned.wire.findings == [Finding(says="embargo", field="wp:status", text="future")]


def test_a_page_with_an_excerpt_alone(read):
    item = ITEM.replace("<p>The bridge </item> reopened.</p>", "").replace(">post<", ">page<")
    (story,) = read(export(item))
    assert story.content == Content(text="In short.", type="text/html")


def test_dates_of_drafts(read):
    item = ITEM.replace("2026-05-04 09:30:00", "0000-00-00 00:00:00").replace("publish", "draft")
    assert read(export(item))[0].published == MAY


@pytest.mark.parametrize(
    ("data", "type"),
    [
        (export(), "no-stories"),
        (export(ITEM)[:-200], "malformed-feed"),
        (
            export(ITEM).replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss', 1),
            "unsafe-xml",
        ),
        (export("<item><wp:post_type>post</wp:post_type></item>"), "no-text"),
        (export("<item><b></item>"), "malformed-xml"),
    ],
)
def test_bad_input(read, data, type):
    assert [story.error.type for story in read(data, format="wxr")] == [type]


@given(st.integers(0, len(ITEM)), st.integers(0, 60), st.text(max_size=20))
def test_mutations_raise_only_item_errors(at, length, junk):
    with contextlib.suppress(ItemError):
        wxr.parse(ITEM[:at] + junk + ITEM[at + length :], HEAD)
