"""ANPA 1312: stories as AP, NYT and Kyodo send them, and bad ones."""

from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import anpa1312
from services.ingest.items import ItemError
from services.ingest.read import read_file
from shared.models import Finding, State, Wire
from tests.unit.ingest.wire_messages import ANPA1312, AP, KYODO, NYT, anpa, unplaced

TRAILER = "AP-NY-08-13-11 0901EDT"


@pytest.mark.parametrize("agency", ANPA1312)
def test_reads_every_field(read, agency):
    data, expected = ANPA1312[agency]
    (story,) = read(data)
    assert unplaced(story) == expected
    assert story.source.format == "anpa1312"


def test_messages_in_a_row_have_their_own_bytes(read):
    data = AP + NYT[:-1] + KYODO
    stories = read(data)
    assert [story.source.provider for story in stories] == ["AP", "NYT", "KYODO"]
    assert [data[slice(*story.source.byte_range)][:6] for story in stories] == [b"\x01w1234"] * 3


def test_a_story_that_was_cut_off_is_read_and_says_so(read):
    (story,) = read(AP[: AP.index(b"More soon")])
    assert story.headline == "Ferry runs aground off Argentina"
    assert story.source.provider == "AP"  # by the credit
    assert [found.says for found in story.wire.findings] == ["update", "truncated"]


def test_tables_are_kept_line_by_line(read):
    row = "\x08Tampa\x10 Bay;17;19;.472;6;3{;_\x10 "
    text = f"^Standings=\n^All Times EDT=\n^East=\n\x08^;W;L\x10\n{row}\n^West=\n\x08^;W;L\x10\n{row}<\n^END<"
    (story,) = read(anpa("^BC-Test,10<", text, TRAILER))
    table = ";W;L\nTampa Bay;17;19;.472;6;3½;_"
    assert (story.headline, story.content.text) == ("Standings", f"All Times EDT\nEast\n{table}\nWest\n{table}")


def test_a_summary_that_repeats_the_beginning_goes_and_other_headings_stay(read):
    summary = "A ferry with two hundred passengers on board ran aground on Friday off the coast"
    (story,) = read(anpa("^BC-Test,10<", f"^Head<\n^{summary}<\n^Short<\n\t   ORSK (AP) _ {summary}. Short.", TRAILER))
    assert story.content.text == f"Short\n\t   ORSK (AP) — {summary}. Short."


def test_a_list_of_headings_is_text(read):
    (story,) = read(anpa("*9006< ^BC-Test,10<", "^Top News<\n^First thing\n^Second thing", TRAILER))
    assert (story.slugline, story.headline, story.content.text) == ("BC-Test", "Top News", "First thing\nSecond thing")


def test_without_a_slug_line_the_header_has_to_do(read):
    data = anpa("^Ferry runs aground<", "\t   Text.", TRAILER, keyword="BC-Argentina-F 1stLd-Writethru")
    (story,) = read(data)
    assert (story.headline, story.slugline) == ("Ferry runs aground", "BC-Argentina-F")
    assert (story.source.version, story.wire.kind, story.wire.revision) == ("1stLd-Writethru", "update", 1)


@pytest.mark.parametrize("headline", ["Embargo on Orsk is lifted", "Advance party lands", "Release for two"])
def test_headlines_that_only_sound_like_release_notes(read, headline):
    (story,) = read(anpa("^BC-Test,10<", f"^{headline}<\n\t   Text.", TRAILER))
    assert (story.headline, story.wire) == (headline, Wire())


def test_an_indented_byline_is_one(read):
    text = "   By TIM QUILL\n   c.1999 N.Y. Times News Service\n   SEATTLE - By Friday it rained.\n   By noon."
    (story,) = read(anpa("BC-Test,10", f"HEAD\n{text}", TRAILER))
    assert (story.headline, story.byline, story.rights) == ("HEAD", "By TIM QUILL", "c.1999 N.Y. Times News Service")
    assert story.content.text == "   SEATTLE - By Friday it rained.\n   By noon."


def test_an_alert_is_a_headline_and_no_more(read):
    (story,) = read(anpa("^BC-APNewsAlert,10<", "^Ferry runs aground<", TRAILER))
    assert (story.content.text, story.wire.kind) == ("Ferry runs aground", "alert")


def test_titles_without_marks_stand_flush_left(read):
    head = b"\x01f0704\x1freute\r\nu f BC-TIN-OUTPUT   01-02 0105\r\n\x02\r\n"
    data = head + b" TIN OUTPUT RISES\r\n    LIMA, Jan 2 - Up.\r\n\x03"
    (story,) = read(data)
    assert (story.headline, story.slugline, story.urgency) == ("TIN OUTPUT RISES", "BC-TIN-OUTPUT", 3)
    assert (story.content.text, story.published, story.source.guid) == ("    LIMA, Jan 2 - Up.", None, None)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("^BC-Test, 3rd Ld, a0001,10<", {"kind": "update", "revision": 3, "of": "a0001"}),
        ("^BC-Test, 1st Add,a0001,10<", {"kind": "story", "take": 2, "of": "a0001"}),
        ("^BC-Test, 2nd Take,10<", {"kind": "story", "take": 2}),
        ("^BC-Test, KILL,10<", {"kind": "kill"}),
        ("^BC-Test, WITHHOLD<", {"kind": "hold", "withheld": "WITHHOLD"}),
        ("^BC-Test, Correction<", {"kind": "correction"}),
        ("^BC-Test, Advisory<", {"kind": "advisory"}),
        ("^BC-Test-Brief,10<", {"kind": "brief"}),
        ("^BC-Test-NewsAlert,10<", {"kind": "alert"}),
        ("^BC-Test, ADV14,10<", {"kind": "story", "withheld": "ADV14"}),
        ("^BC-Test, HFR<", {"kind": "story", "withheld": "HFR"}),
        ("^BC-Test,466< ", {"kind": "story"}),
    ],
)
def test_versions(read, slug, expected):
    (story,) = read(anpa(slug, "^Head<\n\t   Text.", TRAILER))
    wire = story.wire.model_dump(include={"kind", "revision", "take", "of", "withheld"}, exclude_none=True)
    assert wire == expected


@pytest.mark.parametrize(
    ("heading", "until"),
    [
        ("For Release 9 p.m. EDT", datetime(2011, 8, 14, 1, 0, tzinfo=UTC)),
        ("HOLD FOR RELEASE WHEN TOLD", None),
        ("Adv14", None),
        ("$adv 14", None),
    ],
)
def test_release_notes_that_are_not_read_in_full_withhold(read, heading, until):
    (story,) = read(anpa("^BC-Test,10<", f"^Head<\n^{heading}<\n\t   Text.", TRAILER))
    assert (story.headline, story.editor_note, story.embargo_until) == ("Head", heading, until)
    assert story.wire.withheld == (None if until else heading)
    assert story.wire.findings == [Finding(says="embargo", field="editor_note", text=heading)]


@pytest.mark.parametrize(
    ("trailer", "provider", "expected"),
    [
        ("AP-WF-11-13-13 1509GMT", "AP", datetime(2013, 11, 13, 15, 9, tzinfo=UTC)),
        ("07-22-98 1510EDT", None, datetime(1998, 7, 22, 19, 10, tzinfo=UTC)),
        ("AP-NY-12-31-99 2359EST", "AP", datetime(2000, 1, 1, 4, 59, tzinfo=UTC)),
        ("AP-LA-06-01-05 0000PDT", "AP", datetime(2005, 6, 1, 7, 0, tzinfo=UTC)),
        ("AP-NY-13-31-99 2359EST", "AP", None),
        ("AP-NY-12-31-99 2359XYZ", "AP", None),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_times(read, trailer, provider, expected, inside):
    text = f"\t   Text.\n\n\t   {trailer}<" if inside else "\t   Text."
    (story,) = read(anpa("^BC-Test,10<", text, "" if inside else trailer))
    assert (story.published, story.source.provider, story.content.text) == (expected, provider, "\t   Text.")


@pytest.mark.parametrize(
    ("letter", "urgency"), [("f", 1), ("b", 2), ("u", 3), ("r", 4), ("d", 5), ("a", 7), ("s", 8), ("z", None)]
)
def test_priorities(read, letter, urgency):
    (story,) = read(anpa("^BC-Test,10<", "\t   Text.", TRAILER, head=f"{letter} v"))
    assert (story.urgency, story.wire.kind) == (urgency, "advisory")


def test_a_killed_word_and_instructions_go(read):
    (story,) = read(anpa("^BC-Test,10<", "\t   A wrong\x18 right \x0c[f1]\x0bword\x0e.\x0f", TRAILER))
    assert story.content.text == "\t   A right word."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            b"\x01w1234\x1fx\r\nr i\x13\x11 BC-Test 08-13 0321\r\n\x02^BC-Test,10<\r\n^Eds: x<\r\n\x03\x04",
            "nothing between STX",
        ),
        (b"\x01w1234 nothing more\x02Text.\x03\x04", "no ANPA 1312 header"),
    ],
)
def test_bad_messages(read, data, says):
    (story,) = read(data, format="anpa1312")
    assert (story.state, story.error.type in {"no-text", "malformed-message"}) == (State.REJECTED, True)
    assert says in story.error.detail


@given(st.text(max_size=300))
def test_parse_raises_nothing_but_item_errors(text):
    for message in (text, "\x01w1234\x1fx\nr i\x13\x11 BC-Test 08-13 0321\n\x02" + text):
        with suppress(ItemError):
            anpa1312.parse(message, "")


@given(st.integers(0, len(AP) - 1), st.binary(max_size=6), st.integers(0, 30))
def test_a_damaged_message_never_breaks_reading(at, noise, length):
    data = AP[:at] + noise + AP[at + length :] + KYODO
    assert list(read_file(BytesIO(data), name="x", format="anpa1312"))
