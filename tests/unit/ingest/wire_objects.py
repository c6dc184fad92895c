"""One item of each JSON format of agencies, and the story that is to be read from it."""

from datetime import UTC, date, datetime
from typing import Any

from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)

NINJS_1: dict[str, Any] = {
    "uri": "urn:tw:1",
    "type": "text",
    "version": "3",
    "versioncreated": "2026-05-04T11:00:00+02:00",
    "embargoed": "2026-05-05T00:00:00+02:00",
    "pubstatus": "usable",
    "urgency": 4,
    "language": "en-GB",
    "headline": "Ferry  aground",
    "slugline": "ferry-orsk",
    "byline": "By Mara Lindt",
    "located": "Orsk, Freedonia",
    "source": "Tidewater",
    "copyrightholder": "TW Ltd",
    "copyrightnotice": "(c) TW",
    "usageterms": "Not for sale",
    "ednote": "Pictures follow",
    "keywords": ["ferry", "ferry"],
    "subject": [
        {"code": "20000523", "scheme": "http://cv.iptc.org/newscodes/mediatopic/", "name": "ships"},
        {"code": "04000000", "name": "economy"},
        {"code": "x9", "name": "Harbour"},
        {"name": "Sea"},
    ],
    "person": [{"name": "Jo Peel"}],
    "place": [{"name": "Freedonia", "scheme": "http://cvx.iptc.org/iso3166-1a2/", "code": "fd"}],
    "body_text": "One. Two.",
    "body_xhtml": "<p>One.</p><p>Two.</p>",
    "associations": {"main": {"type": "picture", "uri": "urn:tw:p", "description_text": "A ferry"}},
}
FROM_NINJS_1 = Story(
    source=Source(guid="urn:tw:1", version="3", provider="Tidewater"),
    content=Content(text="<p>One.</p><p>Two.</p>", type="text/html"),
    headline="Ferry aground",
    slugline="ferry-orsk",
    byline="By Mara Lindt",
    language="en-GB",
    published=NINE,
    embargo_until=datetime(2026, 5, 4, 22, tzinfo=UTC),
    urgency=4,
    subjects=[
        Subject(code="medtop:20000523", name="ships"),
        Subject(code="04000000", name="economy"),
        Subject(code="x9", name="Harbour"),
        Subject(name="Sea"),
    ],
    keywords=["ferry", "Jo Peel", "Freedonia"],
    editor_note="Pictures follow",
    rights="(c) TW\nNot for sale",
    dateline=Dateline(text="Orsk, Freedonia", place="Orsk", country="Freedonia"),
    wire=Wire(findings=[Finding(says="embargo", field="embargoed", text="2026-05-05T00:00:00+02:00")]),
)
NINJS_3: dict[str, Any] = {
    "standard": {"name": "ninjs", "version": "3.0"},
    "uri": "urn:tw:2",
    "versionCreated": "2026-05-04T09:00:00Z",
    "pubStatus": "usable",
    "by": "Mara Lindt",
    "copyrightHolder": "TW Ltd",
    "headlines": [{"role": "seo", "value": "Ferries"}, {"role": "main", "value": "Ferry aground"}],
    "bodies": [{"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": "<nitf/>"},
               {"contentType": "text/plain", "value": "One.\nTwo."}],
    "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000523", "name": "ships"}],
    "located": "Orsk",
}  # fmt: skip
FROM_NINJS_3 = Story(
    source=Source(guid="urn:tw:2", provider="TW Ltd"),
    content=Content(text="One.\nTwo."),
    headline="Ferry aground",
    byline="Mara Lindt",
    published=NINE,
    subjects=[Subject(code="medtop:20000523", name="ships")],
    dateline=Dateline(text="Orsk", place="Orsk"),
)


def category(type: str, name: str | None, qcode: str | None = None) -> dict[str, str | None]:
    return {"type": f"dnltype:{type}", "name": name, "qcode": qcode}


def note(role: str, text: str) -> dict[str, str]:
    return {"role": f"dpaednoterole:{role}", "ednote": text}


DPA: dict[str, Any] = {
    "format": "digitalwires@0.9.1",
    "entry_id": "e1",
    "urn": "urn:newsml:example.org:1",
    "version": 2,
    "version_created": "2026-05-04T11:00:00+02:00",
    "pubstatus": "usable",
    "signal": "sig:update",
    "embargoed": "2026-05-04T18:00:00+02:00",
    "language": "de",
    "urgency": 3,
    "headline": "Fähre auf Grund",
    "byline": "Von Mara Lindt, twa",
    "dateline": "Orsk, 4. Mai (twa) - ",
    "article_html": "<section><p>Eine Fähre.</p></section>",
    "infobox_html": "<section><p>Info.</p></section>",
    "creditline": "Tidewater",
    "copyrightnotice": "(c) TWA",
    "usageterms": "Nur nach Absprache",
    "ednotes": [
        note("editorialnote", "Bilder folgen"),
        note("correction", "Zahl der Opfer"),
        note("closingline", "twa ml"),
        note("dpacontacts", "Tel. 1"),
    ],
    "categories": [
        category("dpasubject", "Schiffe", "medtop:20000523"),
        category("subject", "f", "apcategorycode:f"),
        category("subject", "Hafen"),
        category("keyword", "Fähre"),
        category("geosubject", "Orsk", "dpaarea:1"),
        category("provider", "dpa", "dnlprov:dpa"),
        category("infosource", None),
        category("located", "Anderswo"),
    ],
    "associations": [{"type": "image"}],
}
FROM_DPA = Story(
    source=Source(guid="urn:newsml:example.org:1", version="2", provider="Tidewater"),
    content=Content(text="<section><p>Eine Fähre.</p></section>\n<section><p>Info.</p></section>", type="text/html"),
    headline="Fähre auf Grund",
    byline="Von Mara Lindt, twa",
    language="de",
    published=datetime(2026, 5, 4, 9, tzinfo=UTC),
    embargo_until=datetime(2026, 5, 4, 16, tzinfo=UTC),
    urgency=3,
    subjects=[
        Subject(code="medtop:20000523", name="Schiffe"),
        Subject(code="apcategorycode:f"),
        Subject(name="Hafen"),
        Subject(code="dpaarea:1", name="Orsk"),
    ],
    keywords=["Fähre"],
    editor_note="Bilder folgen\nZahl der Opfer",
    rights="(c) TWA\nNur nach Absprache",
    dateline=Dateline(text="Orsk, 4. Mai (twa) -", place="Orsk", date=date(2026, 5, 4), agency="twa"),
    wire=Wire(
        kind="update",
        note="Zahl der Opfer",
        findings=[
            Finding(says="update", field="signal", text="sig:update"),
            Finding(says="embargo", field="embargoed", text="2026-05-04T18:00:00+02:00"),
        ],
    ),
)

_NITF = """<nitf><head><title>no</title></head><body><body.head><hedline><hl1>no</hl1></hedline></body.head>
<body.content><block id="Main"><p>ORSK, Freedonia (AP) &#8212; A ferry ran aground.</p>
<media media-type="image"><media-caption>no</media-caption></media><hl2>Crew</hl2><p>Ben &amp; Jo.</p></block>
</body.content></body></nitf>"""
AP: dict[str, Any] = {
    "uri": "https://api.ap.org/media/v/content/aa11?qt=1",
    "altids": {"itemid": "aa11", "etag": "aa11_0", "friendlykey": "2612", "referenceid": "Ferry"},
    "version": 1,
    "type": "text",
    "urgency": 4,
    "editorialpriority": "r",
    "editorialtypes": ["Lead"],
    "language": "en",
    "versioncreated": "2026-05-04T09:00:00Z",
    "firstcreated": "2026-05-04T08:00:00Z",
    "embargoed": "2026-05-04T12:00:00Z",
    "pubstatus": "usable",
    "ednote": "AP Photos planned",
    "signals": ["newscontent"],
    "title": "Ferry",
    "headline": "Ferry runs aground",
    "headline_extended": "A ferry runs aground off Orsk",
    "slugline": "BC-Ferry",
    "bylines": [{"by": "By MARA LINDT", "title": "Associated Press"}, {"by": "JO PEEL"}],
    "located": "ORSK, Freedonia",
    "datelinelocation": {"city": "Orsk", "countrycode": "FRE", "countryname": "Freedonia"},
    "copyrightnotice": "Copyright 2026 The Associated Press.",
    "usageterms": ["Editorial use only."],
    "keywords": ["ferry"],
    "provider": "AP",
    "person": [{"name": "Ida Voss", "rels": ["direct"]}],
    "subject": [
        {"code": "f", "name": "f", "rels": ["category"], "creator": "Editorial"},
        {"code": "94aa", "name": "Shipping", "rels": ["direct"]},
        {"code": "20dd", "name": "Transport", "rels": ["ancestor"]},
    ],
    "place": [{"name": "Orsk", "rels": ["direct"]}, {"name": "Freedonia", "rels": ["ancestor"]}],
    "renditions": {"nitf": {"href": "https://api.ap.org/x", "mimetype": "text/xml", "words": 9}},
    "body": {"nitf": _NITF},
}
FROM_AP = Story(
    source=Source(guid="aa11", version="1", provider="AP"),
    content=Content(text="ORSK, Freedonia (AP) — A ferry ran aground.\n\nCrew\n\nBen & Jo."),
    headline="Ferry runs aground",
    slugline="BC-Ferry",
    byline="By MARA LINDT, JO PEEL",
    language="en",
    published=datetime(2026, 5, 4, 9, tzinfo=UTC),
    embargo_until=datetime(2026, 5, 4, 12, tzinfo=UTC),
    urgency=4,
    subjects=[Subject(code="f"), Subject(code="94aa", name="Shipping")],
    keywords=["ferry", "Ida Voss", "Orsk"],
    editor_note="AP Photos planned",
    rights="Copyright 2026 The Associated Press.\nEditorial use only.",
    dateline=Dateline(text="ORSK, Freedonia", place="Orsk", country="Freedonia"),
    wire=Wire(
        kind="update",
        findings=[
            Finding(says="update", field="editorialtypes", text="Lead"),
            Finding(says="embargo", field="embargoed", text="2026-05-04T12:00:00Z"),
        ],
    ),
)


def ap_answer(item: dict[str, Any]) -> dict[str, Any]:
    return {"api_version": "1.1", "id": "q", "data": {"meta": {"products": [{"id": 1}]}, "item": item}}


def ap_feed(*items: dict[str, Any]) -> dict[str, Any]:
    found = [{"meta": {"products": [{"id": 1}]}, "item": item} for item in items]
    data = {"updated": "2026-05-04T09:00:00Z", "current_item_count": len(items), "items": found}
    return {"api_version": "2.2", "params": {"q": ["x"]}, "data": data}


FEED_ITEM: dict[str, Any] = {
    "id": 7,
    "url": "https://example.org/7",
    "title": "Mill  reopens",
    "content_html": "<p>The mill.</p>",
    "content_text": "The mill.",
    "summary": "Mill.",
    "date_published": "2026-05-04T11:30:00+02:00",
    "date_modified": "2026-05-05T11:30:00+02:00",
    "authors": [{"name": "Ida Voss"}, {"url": "https://example.org/jo"}, {"name": "Jo Peel"}],
    "tags": ["mill", "river", "mill"],
    "language": "en-GB",
}
FEED_SHORT: dict[str, Any] = {
    "id": "8",
    "content_text": "Short.",
    "attachments": [{"url": "x", "mime_type": "audio/mpeg"}],
}
JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Harbour Gazette",
    "authors": [{"name": "The desk"}],
    "language": "de",
    "items": [FEED_ITEM, FEED_SHORT],
}
FROM_FEED_ITEM = Story(
    source=Source(guid="7", provider="Harbour Gazette"),
    content=Content(text="<p>The mill.</p>", type="text/html"),
    headline="Mill reopens",
    byline="Ida Voss, Jo Peel",
    language="en-GB",
    published=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    keywords=["mill", "river"],
)
FROM_FEED_SHORT = Story(
    source=Source(guid="8", provider="Harbour Gazette"),
    content=Content(text="Short."),
    byline="The desk",
    language="de",
)
