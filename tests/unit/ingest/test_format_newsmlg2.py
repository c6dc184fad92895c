"""NewsML-G2: items alone and in messages, their metadata, their text, and what is no story."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats.newsmlg2 import parse
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import Content, State, Story
from tests.unit.ingest.newsmlg2_items import FROM_G2, G2_ITEM


def _item(meta: str = "", content: str = "", body: str = "<inlineXML><p>Text.</p></inlineXML>") -> str:
    return (
        f'<newsItem guid="g"><itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta>'
        f"<contentSet>{body}</contentSet></newsItem>"
    )


def _read(data: bytes) -> list[Story]:
    return list(read_file(io.BytesIO(data), name="a.xml"))


def test_every_field_is_read() -> None:
    assert parse(G2_ITEM) == FROM_G2


@pytest.mark.parametrize(
    "document",
    [
        b"\n<!-- licence -->\n" + G2_ITEM.encode(),
        b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE newsItem SYSTEM "x.dtd">' + G2_ITEM.encode(),
        G2_ITEM.replace(' xmlns="http://iptc.org/std/nar/2006-10-01/"', "").encode(),
    ],
    ids=["comment", "doctype", "no namespace"],
)
def test_detection_by_the_outer_element(document: bytes) -> None:
    [story] = _read(document)
    assert story.source.format == "newsmlg2"
    assert (story.headline, story.content) == (FROM_G2.headline, FROM_G2.content)


def test_a_declared_charset_and_a_prefix_of_the_root() -> None:
    document = (
        '<?xml version="1.0" encoding="iso-8859-2"?><g:newsMessage xmlns:g="http://iptc.org/std/nar/2006-10-01/">'
        '<g:itemSet><g:newsItem guid="g"><g:contentMeta><g:headline>Łódź</g:headline></g:contentMeta><g:contentSet>'
        "<g:inlineData>Text.</g:inlineData></g:contentSet></g:newsItem></g:itemSet></g:newsMessage>"
    )
    [story] = _read(document.encode("iso-8859-2"))
    assert (story.headline, story.content) == ("Łódź", Content(text="Text."))


def test_the_items_of_a_message_are_read_each_by_itself() -> None:
    header = "<header><sent>2026-05-04T09:30:00Z</sent><sender>tws.example</sender><priority>4</priority></header>"
    items = [_item(), "<packageItem guid='p'><groupSet/></packageItem>", _item().replace('"g"', '"h"')]
    document = f"<newsMessage>{header}<itemSet>{''.join(items)}</itemSet></newsMessage>"
    first, package, last = _read(document.encode())
    assert (first.source.guid, first.source.provider, first.urgency) == ("g", "tws.example", 4)
    assert first.published == FROM_G2.published
    assert package.error is not None
    assert package.error.type == "not-a-story"
    assert last.source.byte_range is not None
    start, end = last.source.byte_range
    assert document.encode()[start:end].decode() == items[2]


@pytest.mark.parametrize("name", ["packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"])
def test_other_items_are_not_stories(name: str) -> None:
    [story] = _read(f"<{name} xmlns='http://iptc.org/std/nar/2006-10-01/' guid='x'></{name}>".encode())
    assert story.error is not None
    assert (story.source.format, story.error.type) == ("newsmlg2", "not-a-story")


@pytest.mark.parametrize(
    ("item", "type"),
    [
        (_item('<itemClass qcode="ninat:picture"/>', "<description>A boat</description>", ""), "not-a-story"),
        (_item('<itemClass uri="http://cv.iptc.org/newscodes/ninature/video"/>', "", ""), "not-a-story"),
        (_item(body="<inlineXML><sports-content><a>1</a></sports-content></inlineXML>"), "not-a-story"),
        (_item('<itemClass qcode="ninat:text"/>', "", "<remoteContent/>"), "no-text"),
        (_item(body=""), "no-text"),
        ("<newsItem><a></newsItem>", "malformed-xml"),
        ("", "malformed-xml"),
        ('<!DOCTYPE newsItem [<!ENTITY x SYSTEM "file:///etc/passwd">]><newsItem>&x;</newsItem>', "unsafe-xml"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(item: str, type: str) -> None:
    with pytest.raises(ItemError) as caught:
        parse(item)
    assert caught.value.type == type


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<inlineData>One\n\nTwo</inlineData>", "One\n\nTwo"),
        ('<inlineData contenttype="text/html">&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</inlineData>', "One\n\nTwo"),
        ("<inlineXML><![CDATA[<p>One</p><p>Two</p>]]></inlineXML>", "One\n\nTwo"),
        ("<inlineXML><nitf><body><body.content><p>One</p></body.content></body></nitf></inlineXML>", "One"),
        ('<inlineData encoding="enc:base64" contenttype="text/plain">T25l</inlineData>', "One"),
        ('<inlineData contenttype="image/jpeg">T25l</inlineData><inlineData>Two</inlineData>', "Two"),
        ("<inlineXML/><inlineData>Two</inlineData>", "Two"),
    ],
)
def test_bodies(body: str, text: str) -> None:
    assert parse(_item(body=body)).content == Content(text=text)


@pytest.mark.parametrize(
    ("meta", "kind", "withheld"),
    [
        ('<pubStatus qcode="stat:canceled"/><signal qcode="sig:update"/>', "kill", None),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>', "hold",
         "http://cv.iptc.org/newscodes/pubstatusg2/withheld"),
        ('<signal uri="http://cv.iptc.org/newscodes/signal/update"/>', "update", None),
        ("<embargoed/>", "story", "embargoed until further notice"),
        ("<embargoed>after the speech</embargoed>", "story", "after the speech"),
        ('<pubStatus qcode="stat:usable"/><signal qcode="sig:cwarn"/>', "story", None),
    ],
)  # fmt: skip
def test_wire_control(meta: str, kind: str, withheld: str | None) -> None:
    story = parse(_item(meta))
    assert (story.wire.kind, story.wire.withheld, story.embargo_until) == (kind, withheld, None)
    assert bool(story.wire.findings) == (kind != "story" or withheld is not None)


def test_a_kill_needs_no_text() -> None:
    story = parse(_item('<pubStatus qcode="stat:canceled"/><edNote>Do not use.</edNote>', body=""))
    assert (story.wire.kind, story.content) == ("kill", Content(text="Do not use."))


def test_a_dateline_that_is_a_mere_time_is_none() -> None:
    located = '<located literal="Bangalore"/><dateline>2014-07-16 15:53:10 GMT+00:00</dateline>'
    assert parse(_item(content=located)).dateline is None


def test_persons_in_a_marked_up_note_stay_private() -> None:
    note = "<edNote><section><h4>Notes</h4><div class='np-nonpublic'>Ann, 555</div><p>Use it.</p></section></edNote>"
    assert parse(_item(note)).editor_note == "Notes\n\nUse it."


def test_a_teaser_that_repeats_the_description_is_not_text() -> None:
    body = "<inlineXML><p class='teaser'>Short.</p><p class='teaser'>Other.</p><p>Long.</p></inlineXML>"
    story = parse(_item(content="<description>Short.</description>", body=body))
    assert story.content == Content(text="Other.\n\nLong.")


@pytest.mark.parametrize(
    ("document", "is_text"),
    [
        (b"<!-- c --><groupSet root='G1'><group/></groupSet>", False),
        (b"<groupSet root='G1'>\n <group id='G1'/>\n</groupSet>\n", False),
        (b"\n <?xml version='1.0'?><invoice/>", False),
        (b"<root>words only</root>", False),
        (b"<Correction> The ferry is safe.\nMore follows.", True),
        (b"A ferry < B boat > ran aground.", True),
    ],
)
def test_xml_of_an_unknown_kind_is_never_text(document: bytes, is_text: bool) -> None:
    [story] = _read(document)
    assert (story.state == State.PENDING) == is_text
    assert is_text or (story.error is not None and story.error.type == "unknown-format")


@given(st.integers(0, len(G2_ITEM)), st.integers(0, 40), st.text(max_size=20))
def test_damaged_items_raise_nothing_else(at: int, size: int, other: str) -> None:
    damaged = G2_ITEM[:at] + other + G2_ITEM[at + size :]
    for story in _read(damaged.encode("utf-8", "replace")):
        assert story.state in (State.PENDING, State.REJECTED)
    with suppress(ItemError):
        parse(damaged)


@given(st.integers(0, len(G2_ITEM)))
def test_truncated_files_lose_nothing_silently(size: int) -> None:
    assert len(_read(G2_ITEM[:size].encode())) == 1
