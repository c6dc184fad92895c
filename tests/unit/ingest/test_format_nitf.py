"""NITF: every field it carries, and input that is not what it should be."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import nitf
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import Dateline, Subject

STORY = """<nitf xml:lang="en"><head><tobject><tobject.subject tobject.subject.refnum="04000000"
 tobject.subject.type="Economy"/></tobject>
<docdata management-status="usable"><du-key key="Mill-Fire" version="2"/><doc-id id-string="m1" regsrc="TW"/>
<urgency ed-urg="3"/><date.issue norm="20240305T010000+0100"/><date.release norm="20240305T090000Z"/>
<ed-msg info="Adds quotes"/><doc.copyright year="2024" holder="Tidewire"/>
<key-list><keyword key="mill"/></key-list></docdata></head><body><body.head>
<hedline><hl1>Mill &amp; burns</hl1></hedline><note><p>Names changed.</p></note>
<byline>By Ann Lee,<byttl>Writer</byttl></byline><dateline><location><city>Hull</city>,
 <country>England</country></location> (TW) <story.date norm="20240305"/></dateline></body.head>
<body.content><p>One caf&eacute; <frac><frac-num>1</frac-num><frac-den>2</frac-den></frac>.</p>
<media><media-caption>No</media-caption></media><table><tr><td><p>a</p></td><td>b</td></tr></table></body.content>
<body.end><tagline>Lee is in Hull.</tagline></body.end></body></nitf>"""


def test_reads_every_field():
    story = nitf.parse(STORY)
    assert story.content and story.content.text == "One café 1/2.\n\na | b\n\nLee is in Hull."
    assert (story.headline, story.slugline, story.byline) == ("Mill & burns", "Mill-Fire", "By Ann Lee, Writer")
    assert (story.source.provider, story.source.guid, story.source.version) == ("TW", "m1", "2")
    assert story.published == datetime(2024, 3, 5, tzinfo=UTC)
    assert story.embargo_until == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert [(found.says, found.text) for found in story.wire.findings] == [("embargo", "20240305T090000Z")]
    assert story.urgency == 3 and story.keywords == ["mill"]
    assert [subject.name for subject in story.subjects] == ["Economy"] and "04000000" in (story.subjects[0].code or "")
    assert (story.editor_note, story.rights) == ("Adds quotes\nNames changed.", "Copyright 2024 Tidewire")
    assert story.language == "en"
    hull = Dateline(text="Hull, England (TW)", place="Hull", country="England", date=date(2024, 3, 5), agency="TW")
    assert story.dateline == hull


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"usable"', '"canceled"', "kill"),
        ('"usable"', '"withheld"', "hold"),
        ('"usable"', '"usable" management-doc-idref="m0" management-idref-status="canceled"', "kill"),
        ("<urgency", '<correction id-string="m0" info="Spelling"/><urgency', "correction"),
    ],
)
def test_kind_is_that_of_the_docdata(old: str, new: str, kind: str):
    wire = nitf.parse(STORY.replace(old, new)).wire
    assert wire.kind == kind and kind in [found.says for found in wire.findings]
    assert wire.of == ("m0" if "m0" in new else None)
    assert bool(wire.withheld) == (kind == "hold")


@pytest.mark.parametrize(
    ("release", "until", "withheld"),
    [
        ("after the vote", None, "after the vote"),
        ("20240305T090000", datetime(2024, 3, 5, 8, tzinfo=UTC), None),  # in the zone of date.issue
        ("20240306", datetime(2024, 3, 5, 23, tzinfo=UTC), None),
        ("20240305T000000Z", None, None),  # when it was issued
        ("20240305", None, None),
    ],
)
def test_embargo_fails_closed(release: str, until: datetime | None, withheld: str | None):
    story = nitf.parse(STORY.replace("20240305T090000Z", release))
    assert (story.embargo_until, story.wire.withheld) == (until, withheld)


def test_embargoed_without_a_time_is_withheld():
    story = nitf.parse(STORY.replace('"usable"', '"embargoed"').replace("date.release", "date.expire"))
    assert story.wire.withheld == "management-status: embargoed"


def test_take_of_a_series():
    series = '<series series.name="Mills" series.part="2" series.totalpart="3"/><urgency'
    wire = nitf.parse(STORY.replace("<urgency", series)).wire
    assert (wire.take, wire.more, wire.of) == (2, True, "Mills")
    assert nitf.parse(STORY.replace("<urgency", '<series series.part="1"/><urgency')).wire.take is None


def test_documents_one_after_the_other(read):
    document = f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">\n{STORY}\n'
    evil = '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY x "y">]>' + STORY
    stories = read((document + evil + document.replace("m1", "m2")).encode(), format="nitf")
    assert [story.error.type if story.error else story.source.guid for story in stories] == ["m1", "unsafe-xml", "m2"]


def test_declared_charset(read):
    document = f'<?xml version="1.0" encoding="windows-1251"?>\n{STORY.replace("Mill &amp; burns", "Пожар")}'
    (story,) = read(document.encode("cp1251"))
    assert (story.source.format, story.headline) == ("nitf", "Пожар")


def test_markup_sent_as_text_is_read_as_markup():
    before, after = STORY.split("<body.content>")[0], STORY.split("</body.content>")[1]
    text = nitf.parse(f"{before}<body.content><![CDATA[<p>A &amp; b</p><p>c</p>]]></body.content>{after}").content
    assert text and text.text == "A & b\n\nc\n\nLee is in Hull."


def test_numeric_subjects_keep_their_order():
    two = STORY.replace("<tobject>", '<tobject><tobject.subject tobject.subject.refnum="15000000"/>')
    codes = [subject.code or "" for subject in nitf.parse(two).subjects]
    assert [code[-8:] for code in codes] == ["15000000", "04000000"]
    assert all(isinstance(subject, Subject) for subject in nitf.parse(two).subjects)


@pytest.mark.parametrize(
    ("text", "type"),
    [
        (STORY[:400], "malformed-xml"),
        ("<nitf></nitf>", "no-text"),
        ("<nitf><body><body.content><media><media-caption>x</media-caption></media></body.content></body></nitf>",
         "not-a-story"),
        ("junk", "malformed-xml"),
        ('<!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///etc/passwd">]><nitf>&x;</nitf>', "unsafe-xml"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(text: str, type: str):
    with pytest.raises(ItemError) as caught:
        nitf.parse(text)
    assert caught.value.type == type


@given(st.integers(0, len(STORY)), st.integers(0, 60), st.text(max_size=20))
def test_mutations_raise_only_item_errors(at: int, length: int, junk: str):
    with suppress(ItemError):
        nitf.parse(STORY[:at] + junk + STORY[at + length :])


@given(st.integers(0, len(STORY)), st.integers(0, 60), st.binary(max_size=20))
def test_reading_mutated_files_raises_nothing(at: int, length: int, junk: bytes):
    data = STORY.encode()
    assert list(read_file(io.BytesIO(data[:at] + junk + data[at + length :]), name="x", format="nitf"))
