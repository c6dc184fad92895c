"""A NewsML-G2 item with all that is read of one, and the story in it."""

from datetime import UTC, datetime

from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire

G2_ITEM = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:tws.example:1" version="3"
 xml:lang="en">
<rightsInfo><copyrightHolder literal="TWS"/><copyrightNotice>(c) TWS 2026</copyrightNotice>
<usageTerms>Not for archives</usageTerms></rightsInfo>
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:TWS"><name>Tidewater</name></provider>
<versionCreated>2026-05-04T11:30:00+02:00</versionCreated><embargoed>2026-05-04T18:00:00+02:00</embargoed>
<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/usable"/>
<edNote>Pictures to follow.</edNote><edNote role="x:contacts" pubconstraint="x:nonpublic">Ann, 555-0100</edNote>
<signal qcode="sig:correction"/><signal qcode="sig:update"/>
<link rel="irel:previousVersion" residref="urn:newsml:tws.example:0"/></itemMeta>
<contentMeta><urgency>3</urgency>
<located qcode="city:1"><name>Orsk</name>
<broader type="cptype:country" qcode="c:RU"><name>Russia</name></broader></located>
<language tag="en-GB"/>
<subject qcode="medtop:20000523"><name xml:lang="de">Arbeitsmarkt</name>
<name xml:lang="en">labour market</name></subject>
<subject uri="http://cv.iptc.org/newscodes/subjectcode/04000000"><name>economy</name></subject>
<subject literal="acme"><name>Acme Inc</name></subject><subject qcode="geo:7"/>
<subject><mainConcept uri="http://cv.iptc.org/newscodes/mediatopic/20001071">
<name>swimming</name></mainConcept></subject>
<keyword>ferry</keyword><slugline separator="-">FERRY-AGROUND</slugline>
<headline role="x:subtitle">All safe</headline><headline rank="2">Later</headline>
<headline rank="1"> Ferry runs
 aground</headline><dateline>ORSK, May 4 (TWS) -</dateline><by>By Mara Lindt</by></contentMeta>
<contentSet><remoteContent href="http://example.org/a"/><inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>No</title></head>
<body><p>A ferry ran <b>aground</b>.</p><p>All are safe.</p></body></html></inlineXML></contentSet>
<assert qcode="geo:7"><name>Ural</name></assert></newsItem>"""
FROM_G2 = Story(
    source=Source(guid="urn:newsml:tws.example:1", version="3", provider="Tidewater"),
    headline="Ferry runs aground",
    slugline="FERRY-AGROUND",
    byline="By Mara Lindt",
    dateline=Dateline(
        text="ORSK, May 4 (TWS) -", place="ORSK", country="Russia", date=datetime(2026, 5, 4).date(), agency="TWS"
    ),
    language="en-GB",
    published=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    embargo_until=datetime(2026, 5, 4, 16, tzinfo=UTC),
    urgency=3,
    subjects=[
        Subject(code="medtop:20000523", name="labour market"),
        Subject(code="subj:04000000", name="economy"),
        Subject(name="Acme Inc"),
        Subject(code="geo:7", name="Ural"),
        Subject(code="medtop:20001071", name="swimming"),
    ],
    keywords=["ferry"],
    editor_note="Pictures to follow.",
    rights="(c) TWS 2026\nNot for archives",
    content=Content(text="A ferry ran aground.\n\nAll are safe."),
    wire=Wire(
        kind="correction",
        of="urn:newsml:tws.example:0",
        findings=[
            Finding(says="correction", field="signal", text="sig:correction"),
            Finding(says="update", field="signal", text="sig:update"),
            Finding(says="embargo", field="embargoed", text="2026-05-04T18:00:00+02:00"),
        ],
    ),
)
