"""What the wires with control characters share: character sets, controls, the cutting of messages."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats.character_sets import in_utf8
from services.ingest.formats.transmission import identity, messages, printable
from services.ingest.window import Window
from shared.models import State
from tests.unit.ingest.wire_messages import iptc

GERMAN = b"Die M{nner und die Frauen von der Gro~stadt k|nnen mit dem Zug f}r den Tag"
FRENCH = b"Le pr{sident de la R{publique a {t{ re\\u par les d{put{s @ Paris et une"
SWEDISH = b"P} v{gen till |n med b}ten och att det som har h{nt inte {r"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain ASCII {a|b}", "plain ASCII {a|b}"),
        ("UTF-8 é".encode(), "UTF-8 é"),
        (GERMAN, "Die Männer und die Frauen von der Großstadt können mit dem Zug für den Tag"),
        (FRENCH, "Le président de la République a été reçu par les députés à Paris et une"),
        (SWEDISH, "På vägen till ön med båten och att det som har hänt inte är"),
        (b"{a} the code of x{y} and in z|w to a{b ", "{a} the code of x{y} and in z|w to a{b "),
        (b"\x1b(KM{nner\x1b(B {ASCII}", "Männer {ASCII}"),
        (b"\x1b(f{t{\x1b(Y p{", "été pà"),
        (b"\x1b-A\xe4 \x1b-B\xb1 \x1b-L\xd0", "ä ą а"),
        (b"\x1b-F\x0ea\x0f a", "α a"),
        (b"\x1b-R\xc2e \xc8u", "é ü"),
        (b"\x1b)v\x0eB\x0fe e\x0eB\x0f", "é e\u0301"),
        (b"\x1b%G\xc3\xa9", "é"),
        (b"r\xc2egion fran\xcbcaise, \xc1a Paris, \xabo\xbb", "région française, à Paris, «o»"),
        (b"fill\0\x7fed", "filled"),
    ],
)
def test_character_sets(data, text):
    assert in_utf8(data).decode() == text


@pytest.mark.parametrize("text", ["Élysée, déjà, Ça, ÎLE", "Grüße aus Österreich", "«Mythos Jungfernhäutchen»"])
def test_latin_1_is_left_alone(text):
    assert in_utf8(text.encode("cp1252")) == text.encode("cp1252")


def test_a_byte_that_its_set_does_not_have_is_reported(read):
    (story,) = read(iptc("abc0001 4 i 10", "Test/", "Title =\n\n\x1b-F\xae", "010000 Jan 20"))
    assert (story.state, story.error.type) == (State.REJECTED, "undecodable")
    assert "0xae" in story.error.detail


def test_shifts_reach_the_story(read):
    (story,) = read(iptc("abc0001 4 i 10", "Test/", "\x1b(KF{hre =\n\nGr}~e.\x1b(B {x}", "010000 Jan 20"))
    assert (story.headline, story.content.text) == ("Fähre", "Grüße. {x}")


def test_printable_keeps_lines_and_indents():
    assert printable("a \r\n\t b\x0e\x07\r   c\x00 \n") == "a\n\t b\n   c\n"


@pytest.mark.parametrize(("number", "expected"), [("0123", "dpa:20140812:bdt0123"), ("0000", None)])
def test_identity(number, expected):
    assert identity("dpa", date(2014, 8, 12), "bdt", number) == expected
    assert identity(None, date(2014, 8, 12), "bdt", number) is None


@given(st.lists(st.sampled_from([b"\x01", b"\x02", b"\x03", b"\x04", b"\x16", b"a", b"\n", b"ABC012 3 GEN 0091\n"])))
def test_messages_lose_nothing_but_filling(parts):
    data = b"".join(parts)
    items = list(messages(Window(BytesIO(data), limit=1_000)))
    places = [(item.chunk.start, item.chunk.end) for item in items]
    assert places == sorted(places)
    kept = b"".join(data[start:end] for start, end in places)
    assert kept.translate(None, b"\n\x16\x04") == data.translate(None, b"\n\x16\x04")
    assert all(start < end for start, end in places)


@given(st.binary(max_size=200))
def test_any_bytes_are_cut_into_items(data):
    for item in messages(Window(BytesIO(data), limit=100)):
        assert item.fault is None or item.fault.type == "undecodable"
