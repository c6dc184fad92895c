"""NewsML 1: every field it carries, which parts are the text, and input that is not what it should be."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import newsml1
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import Dateline

HEAD = """<?xml version="1.0"?><NewsML Version="1.2"><NewsEnvelope><DateAndTime>20240305T100000Z</DateAndTime>
<Priority FormalName="2"/></NewsEnvelope>"""
FIRST = 'Priority FormalName="2"'
ITEM = """<NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>tide.example</ProviderId>
<DateId>20240305</DateId><NewsItemId>T1</NewsItemId><RevisionId PreviousRevision="0" Update="N">1</RevisionId>
<PublicIdentifier>urn:newsml:tide.example:20240305:T1:1</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20240305T090000Z</FirstCreated>
<ThisRevisionCreated>20240305T103000+0100</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>Mill burns</HeadLine><ByLine>By Ann Lee</ByLine>
<DateLine>LEEDS, March 5 (TW) -</DateLine><CopyrightLine>(c) Tidewire</CopyrightLine><SlugLine>Mill-Fire</SlugLine>
<NewsLine><NewsLineType FormalName="AdvisoryLine"/><NewsLineText>ATTENTION - adds quote</NewsLineText></NewsLine>
</NewsLines><AdministrativeMetadata><Provider><Party FormalName="Tidewire"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="en-GB"/><SubjectCode><Subject FormalName="03000000"/></SubjectCode>
<Location HowPresent="Origin"><Property FormalName="Country" Value="GBR"/><Property FormalName="City" Value="Leeds"/>
</Location><Property FormalName="Keyword" Value="mill"/></DescriptiveMetadata>
<ContentItem><MediaType FormalName="Text"/><DataContent><nitf><body><body.content><p>One.</p><p>Two.</p>
</body.content></body></nitf></DataContent></ContentItem></NewsComponent></NewsItem>"""
DOCUMENT = f"{HEAD}{ITEM}</NewsML>"


def with_components(xml: str) -> str:
    """The item with ``xml`` in the place of its ContentItem."""
    return ITEM[: ITEM.index("<ContentItem>")] + xml + "</NewsComponent></NewsItem>"


def content(xml: str, media: str = "Text") -> str:
    return f'<ContentItem><MediaType FormalName="{media}"/><DataContent>{xml}</DataContent></ContentItem>'


def component(role: str, xml: str) -> str:
    return f'<NewsComponent><Role FormalName="{role}"/>{content(xml)}</NewsComponent>'


def test_reads_every_field():
    story = newsml1.parse(ITEM, HEAD)
    assert story.content and story.content.text == "One.\n\nTwo."
    assert (story.headline, story.slugline, story.byline) == ("Mill burns", "Mill-Fire", "By Ann Lee")
    source = (story.source.provider, story.source.guid, story.source.version)
    assert source == ("Tidewire", "urn:newsml:tide.example:20240305:T1:1", "1")
    assert story.published == datetime(2024, 3, 5, 9, 30, tzinfo=UTC)
    assert (story.urgency, story.language, story.keywords) == (2, "en-GB", ["mill"])
    assert [(subject.code or "")[-8:] for subject in story.subjects] == ["03000000"]
    assert (story.editor_note, story.rights) == ("ATTENTION - adds quote", "(c) Tidewire")
    assert story.dateline == Dateline(
        text="LEEDS, March 5 (TW) -", place="Leeds", country="GBR", date=date(2024, 3, 5), agency="TW"
    )
    assert (story.wire.kind, story.wire.findings, story.embargo_until) == ("story", [], None)


@pytest.mark.parametrize(
    ("old", "new", "kind", "says"),
    [
        ('Status FormalName="Usable"', 'Status FormalName="Canceled"', "kill", "kill"),
        ('Status FormalName="Usable"', 'Status FormalName="Withheld"', "hold", "hold"),
        ("</NewsManagement>", '<Instruction FormalName="Correction"/></NewsManagement>', "correction", "correction"),
        ('"News"', '"Advisory"', "advisory", "advisory"),
        ('PreviousRevision="0" Update="N">1<', 'PreviousRevision="1" Update="N">2<', "update", "update"),
    ],
)
def test_kind_is_that_of_the_management(old: str, new: str, kind: str, says: str):
    wire = newsml1.parse(ITEM.replace(old, new)).wire
    assert wire.kind == kind and [found.says for found in wire.findings] == [says]
    assert bool(wire.withheld) == (kind == "hold")
    assert wire.of == ("urn:newsml:tide.example:20240305:T1:1" if kind == "update" else None)


@pytest.mark.parametrize(
    ("change", "until", "withheld"),
    [
        ("<StatusWillChange><FutureStatus FormalName='Usable'/><DateAndTime>20240306T060000</DateAndTime>"
         "</StatusWillChange>", datetime(2024, 3, 6, 5, tzinfo=UTC), None),
        ("<StatusWillChange><DateAndTime>when voted</DateAndTime></StatusWillChange>", None, "when voted"),
        ("", None, "Status: Embargoed"),
    ],
)  # fmt: skip
def test_embargo_fails_closed(change: str, until: datetime | None, withheld: str | None):
    story = newsml1.parse(ITEM.replace('<Status FormalName="Usable"/>', f'<Status FormalName="Embargoed"/>{change}'))
    assert (story.embargo_until, story.wire.withheld) == (until, withheld)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (content("<html><head><title>x</title></head><body><p>A</p></body></html>"), "A"),
        (content("<p>A</p><p>B</p>"), "A\n\nB"),
        (content("Plain A\n\nB\n"), "Plain A\n\nB"),
        (content("<![CDATA[<p>A</p><p>B</p>]]>"), "A\n\nB"),
        (content("QQ==").replace("<DataContent>", "<Encoding Notation='Base64'><DataContent>").replace(
            "</DataContent>", "</DataContent></Encoding>"), "A"),
        (component("Title", "T") + component("Lead", "L") + component("Body", "A"), "L\n\nA"),
        (component("Lead", "A b.") + component("Body", "A b. C."), "A b. C."),
        (component("Main", "A") + component("Caption", "B") + component("Supporting", "C"), "A"),
        (f'<NewsComponent EquivalentsList="yes">{component("Main", "A")}{component("Main", "B")}</NewsComponent>', "A"),
        (content("A") + content("A"), "A"),
    ],
)  # fmt: skip
def test_the_text_is_read_once(xml: str, text: str):
    story = newsml1.parse(with_components(xml))
    assert story.content and story.content.text == text


def test_headline_nearest_to_the_text_is_taken():
    inner = content("A").replace("<ContentItem>", "<NewsLines><HeadLine>Near</HeadLine></NewsLines><ContentItem>")
    assert newsml1.parse(with_components(f"<NewsComponent>{inner}</NewsComponent>")).headline == "Near"


@pytest.mark.parametrize(
    "xml",
    [
        component("Caption", "A boat.") + '<ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem>',
        '<ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem>' + content("A boat."),
        content("<![CDATA[<Result><Home>Leeds</Home></Result>]]>"),
        content("<sports-content><team/></sports-content>"),
        '<NewsComponent><NewsItemRef NewsItem="urn:x"/></NewsComponent>',
        "",
    ],
)
def test_what_has_no_text_of_its_own_is_no_story(xml: str):
    with pytest.raises(ItemError) as caught:
        newsml1.parse(with_components(xml))
    assert caught.value.type == "not-a-story"


def test_each_item_is_a_story_and_a_broken_one_costs_only_itself(read):
    second = ITEM.replace("T1", "T2").replace("</HeadLine>", "")
    stories = read(f"{HEAD}{ITEM}{second}{ITEM.replace('T1', 'T3')}</NewsML>".encode())
    assert {story.source.format for story in stories} == {"newsml1"}
    guids = [story.error.type if story.error else (story.source.guid or "")[-4:] for story in stories]
    assert guids == ["T1:1", "malformed-xml", "T3:1"]


def test_each_document_has_its_own_envelope(read):
    stories = read(f"{DOCUMENT}\n{DOCUMENT.replace(FIRST, FIRST.replace('2', '5'))}".encode())
    assert [story.urgency for story in stories] == [2, 5]


def test_bad_input_is_refused(read):
    entity = f'<!DOCTYPE NewsML [<!ENTITY x SYSTEM "file:///etc/passwd">]>{DOCUMENT.split("?>")[1]}'
    for data, type in [(DOCUMENT[:600], "malformed-xml"), (HEAD, "no-stories"), (entity, "unsafe-xml")]:
        assert [story.error.type for story in read(data.encode(), format="newsml1") if story.error] == [type]


@given(st.integers(0, len(ITEM)), st.integers(0, 60), st.text(max_size=20))
def test_mutations_raise_only_item_errors(at: int, length: int, junk: str):
    with suppress(ItemError):
        newsml1.parse(ITEM[:at] + junk + ITEM[at + length :], HEAD)


@given(st.integers(0, len(DOCUMENT)), st.integers(0, 60), st.binary(max_size=20))
def test_reading_mutated_files_raises_nothing(at: int, length: int, junk: bytes):
    data = DOCUMENT.encode()
    assert list(read_file(io.BytesIO(data[:at] + junk + data[at + length :]), name="x", format="newsml1"))
