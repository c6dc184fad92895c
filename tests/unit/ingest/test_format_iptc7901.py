"""IPTC 7901: messages as dpa, AFP, SDA, ANSA and Belga build them, and bad ones."""

import html
import json
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import iptc7901
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import Finding, State, Wire
from tests.unit.ingest.wire_messages import AFP, BELGA, DPA, IPTC7901, SDA, iptc, unplaced

FIXTURES = Path(__file__).parents[2] / "fixtures" / "wire" / "dpa_iptc7901"
"""dpa's own pairs: a story in its JSON and in IPTC 7901."""


@pytest.mark.parametrize("agency", IPTC7901)
def test_reads_every_field(read, agency):
    data, expected = IPTC7901[agency]
    (story,) = read(data)
    assert unplaced(story) == expected
    assert story.source.format == "iptc7901"


def test_archives_without_control_characters(read):
    first, second = read(BELGA)
    assert (first.headline, first.wire.kind, first.wire.of, first.language) == (
        "Il perd sa voiture", "correction", "703", "fr",
    )  # fmt: skip
    assert first.content.text == "   ROCHEFORT 31/07 (BELGA) = C'est en rentrant qu'il a été agressé."
    assert (first.source.guid, first.keywords) == ("BELGA:19970731:INT001", ["DIVERS"])
    assert first.published == datetime(1997, 7, 31, 1, 0, tzinfo=UTC)
    assert (second.headline, second.source.provider, second.wire) == ("Une enquête", "BELGA", Wire())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BRUXELLES 23/07 (AFP-DPA) = x", ("BRUXELLES", date(2011, 7, 23), "AFP-DPA")),
        ("NEW DELHI 31/12 (AFP) - x", ("NEW DELHI", date(2010, 12, 31), "AFP")),
        ("NEW DELHI 45/12 (AFP) - x", ("NEW DELHI", None, "AFP")),
        ("Teaser.\n\nFrankfurt am Main (dpa/lhe) - x", ("Frankfurt am Main", None, "dpa/lhe")),
        ("Madrid, 12 jun (EFE).- x", ("Madrid", date(2011, 6, 12), "EFE")),
        ("LONDON, June 20 (Reuters) - x", ("LONDON", date(2011, 6, 20), "Reuters")),
        ("Er sagte der Agentur (dpa) - so", None),
        ("Die Union (CDU) warnt", None),
    ],
)
def test_datelines(read, text, expected):
    (story,) = read(iptc("abc0001 4 i 10", "Test/", f"Title =\n\n{text}", "011200 Aug 11"))
    dateline = story.dateline
    assert (dateline and (dateline.place, dateline.date, dateline.agency)) == expected


@pytest.mark.parametrize("name", ["eil", "nsb-n1", "lesestuecke"])
def test_says_what_the_same_story_in_json_says(read, name):
    story_in_json = json.loads((FIXTURES / f"{name}.json").read_text())
    (story,) = read((FIXTURES / f"{name}.iptc").read_bytes())
    sent = datetime.fromisoformat(story_in_json["version_created"]).replace(second=0)
    assert (story.headline, story.urgency, story.published) == (
        story_in_json["headline"], story_in_json["urgency"], sent,
    )  # fmt: skip
    names = ("dpasubject_names", "geosubject_names", "keyword_names")
    assert story.keywords == [name for field in names for name in story_in_json[field]]
    article = html.unescape(re.sub(r"<[^>]+>", " ", story_in_json["article_html"]))
    parts = (story_in_json["teaser"], story_in_json["dateline"], article)
    assert re.findall(r"\w+", story.content.text) == re.findall(r"\w+", " ".join(filter(None, parts)))


def test_messages_in_a_row_have_their_own_bytes(read):
    data = DPA + b"\r\n" + AFP[:-1] + SDA  # the second lacks its EOT
    stories = read(data)
    assert [story.source.provider for story in stories] == ["dpa", "AFP", "sda"]
    places = [story.source.byte_range for story in stories]
    assert [data[start:end][:5] for start, end in places] == [b"\x01bdt0", b"\x01FRS0", b"\x01bsd0"]
    assert all(before[1] <= after[0] for before, after in pairwise(places))


def test_a_message_that_was_cut_off_is_read_and_says_so(read):
    (story,) = read(DPA[: DPA.index(b"# Notizblock")])
    assert story.headline == "Fähre läuft auf Grund - Niemand verletzt"
    assert story.wire.findings[-1].says == "truncated"
    assert (story.published, story.source.guid) == (None, None)


@pytest.mark.parametrize(
    ("trailer", "expected"),
    [
        ("131137 GMT Nov 13", datetime(2013, 11, 13, 11, 37, tzinfo=UTC)),
        ("251037 Sep 24", datetime(2024, 9, 25, 10, 37, tzinfo=UTC)),
        ("010030 MESZ Mai 05", datetime(2005, 4, 30, 22, 30, tzinfo=UTC)),
        ("010030 MEZ mär 99", datetime(1999, 2, 28, 23, 30, tzinfo=UTC)),
        ("151200 +0530 DEC 2011", datetime(2011, 12, 15, 6, 30, tzinfo=UTC)),
        ("151200 JUIN 07", datetime(2007, 6, 15, 12, 0, tzinfo=UTC)),
        ("151200 JUIL 07", datetime(2007, 7, 15, 12, 0, tzinfo=UTC)),
        ("311200 Feb 12", None),
        ("151200 QQQ Feb 12", None),
        ("151200 +9900 Feb 12", None),
        ("", None),
    ],
)
def test_date_time_groups(read, trailer, expected):
    (story,) = read(iptc("efe0001 4 i 10 EFE 001", "Test/", "A title =\n\nText.", trailer))
    assert story.published == expected


def test_gateways_that_do_not_count_give_no_identity(read):
    (story,) = read(DPA.replace(b"bdt0123", b"bdt0000"))
    assert (story.source.provider, story.source.guid) == ("dpa", None)


def test_the_credit_says_whose_service_it_is(read):
    (story,) = read(iptc("nsb0012 4 vm 71  lni 0034", "Bahn/", "Titel =\n\nPeine (dpa/lni) - Text.", "251852 Sep 24"))
    assert (story.source.provider, story.published) == ("dpa", datetime(2024, 9, 25, 16, 52, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("One line =\n\nText.", "One line", "Text."),
        ("Only a title =", "Only a title", "Only a title"),
        ("FLASH\nOnly a\ntitle\n", "Only a title", "Only a title"),
        ("A sentence alone.\n", None, "A sentence alone."),
        ("Two\nlines =\nText.", "Two lines", "Text."),
        ("Title\n\nFlush text.", "Title", "Flush text."),
        ("Title\n   Indented text.", "Title", "   Indented text."),
        ("Orsk (dpa) - No title.\n\nMore.", None, "Orsk (dpa) - No title.\n\nMore."),
        ("   Indented only.\n   More.", None, "   Indented only.\n   More."),
        ("Title\n\n   BRUSSEL (BELGA) =\nText.", "Title", "   BRUSSEL (BELGA) =\nText."),
        ("Title =\n\n| a | b |\n| c | d |\n\n\tx\ty", "Title", "| a | b |\n| c | d |\n\n\tx\ty"),
    ],
)
def test_titles(read, text, headline, body):
    (story,) = read(iptc("abc0001 4 i 10", "Test/", text, "010000 Jan 20"))
    assert (story.headline, story.content.text) == (headline, body)


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("Stornierung: Meldung zurückgezogen", "kill"),
        ("ANNULATION", "kill"),
        ("Achtung: Text zurückhalten", "hold"),
        ("Rectificatif", "correction"),
        ("Meldung - neu: Reaktionen", "update"),
        ("Achtung - Planungshinweis", "advisory"),
        ("Eil", "alert"),
        ("KORR-Bericht", "story"),
        ("Neuseeland Archiv", "story"),
    ],
)
def test_notes_to_editors(read, note, kind):
    (story,) = read(iptc("abc0001 4 i 10", "Test/", f"({note})\nTitle =\n\nText.", "010000 Jan 20"))
    assert (story.wire.kind, story.editor_note, story.headline) == (kind, note, "Title")
    assert story.wire.findings == ([Finding(says=kind, field="note", text=note)] if kind != "story" else [])
    assert story.wire.withheld == (note if kind == "hold" else None)


@pytest.mark.parametrize(
    ("note", "until"),
    [
        ("(Sperrfrist: Mittwoch, 25. September 2024, 18.00 Uhr)", datetime(2024, 9, 25, 16, 0, tzinfo=UTC)),
        ("Sperrfrist 25.9. 1800 Uhr", datetime(2024, 9, 25, 16, 0, tzinfo=UTC)),
        ("(Embargo: 25 septembre 2024 à 18h00 GMT)", datetime(2024, 9, 25, 18, 0, tzinfo=UTC)),
        ("(Embargo: 25.9.2024 18.00 Uhr oder 26.9.2024 18.00 Uhr)", None),
        ("EMBARGO: plus tard", None),
        ("(Sperrfrist: 35.9.2024 18.00 Uhr)", None),
    ],
)
def test_embargoes_that_are_not_read_in_full_withhold(read, note, until):
    (story,) = read(iptc("abc0001 4 i 10 dpa 1", "Test/", f"{note}\nTitel =\n\nText.", "241200 Sep 24"))
    text = note.strip("()")
    assert (story.embargo_until, story.wire.withheld) == (until, None if until else text)
    assert Finding(says="embargo", field="editor_note", text=text) in story.wire.findings


def test_takes_and_references(read):
    (story,) = read(iptc("bdt0002 4 pl 10  dpa 0007 bdt0001", "Test/", "(2. Teil)\nTitel =\n\nText.", "241200 Sep 24"))
    assert (story.wire.take, story.wire.of) == (2, "bdt0001")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x01eca062 4 i 211 dpa 061\r\n", "nothing between STX and ETX"),
        (b"\x01eca062 4 i 211 dpa 061\r\n\x02(Note) =\r\n\x03", "nothing between STX and ETX"),
        (b"\x01no header at all\x02Text.\x03", "no IPTC 7901 header"),
    ],
)
def test_bad_messages(read, data, says):
    (story,) = read(data, format="iptc7901")
    assert (story.state, story.error.type) == (State.REJECTED, story.error.type)
    assert says in story.error.detail


def test_one_bad_message_costs_only_itself(read):
    stories = read(DPA + b"\x01garbage\x02 \x03\x04" + AFP)
    assert [story.state for story in stories] == [State.PENDING, State.REJECTED, State.PENDING]


@pytest.mark.parametrize("data", [b"abc0001 4 i 10\nText", b"\x01Chapter 1\n", b"INT001 3 GEN 91\nx", b"\x01"])
def test_what_is_not_iptc7901(data):
    assert not iptc7901.sniff(data)


@given(st.text(max_size=300))
def test_parse_raises_nothing_but_item_errors(text):
    for message in (text, "\x01eca062 4 i 211 dpa 061\n" + text, "\x01eca062 4 i 211 dpa 061\n\x02" + text):
        with suppress(ItemError):
            iptc7901.parse(message, "")


@given(st.integers(0, len(DPA) - 1), st.binary(max_size=6), st.integers(0, 30))
def test_a_damaged_message_never_breaks_reading(at, noise, length):
    data = DPA[:at] + noise + DPA[at + length :] + SDA
    assert list(read_file(BytesIO(data), name="x", format="iptc7901"))
