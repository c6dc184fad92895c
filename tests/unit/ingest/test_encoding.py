"""From bytes to text: marks, NULs, declarations, guesses, and what is said of bytes that are no text."""

import codecs
import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.charset_guess import FileGuess, charset_of
from services.ingest.encoding import codec_of, declared_charset, decode
from services.ingest.items import ItemError
from services.ingest.wide import wide_codec

LANGUAGES = Path(__file__).parents[2] / "fixtures" / "languages"
WRITTEN_IN = [
    ("ru", "cp1251"), ("ru", "koi8-r"), ("uk", "cp1251"), ("bg", "cp1251"), ("pl", "cp1250"), ("pl", "iso-8859-2"),
    ("cs", "cp1250"), ("hu", "iso-8859-2"), ("hr", "cp1250"), ("el", "cp1253"), ("tr", "cp1254"), ("he", "cp1255"),
    ("ar", "cp1256"), ("de", "mac-roman"), ("fr", "mac-roman"), ("ja", "shift-jis"), ("ja", "euc-jp"),
    ("zh", "gb18030"), ("zh-hant", "big5"), ("ko", "euc-kr"),
]  # fmt: skip
WESTERN = ["de", "fr", "es", "it", "pt", "sv", "da", "nl", "fi", "en"]
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
RUSSIAN = "Мост через реку откроют в мае."


def text_in(language, encoding="utf-8"):
    """The text in a language, without the signs that the encoding lacks."""
    text = (LANGUAGES / f"{language}.txt").read_text(encoding="utf-8")
    return text.encode(encoding, "ignore").decode(encoding)


@pytest.mark.parametrize(("language", "encoding"), WRITTEN_IN)
def test_the_charset_is_guessed(language, encoding):
    text = text_in(language, encoding)
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("language", WESTERN)
@pytest.mark.parametrize("length", [40, 120, 2_000])
def test_western_text_stays_windows_1252(language, length):
    text = text_in(language, "cp1252")
    for start in range(0, len(text), length):
        part = text[start : start + length]
        assert decode(b"-- \n" + part.encode("cp1252")) == "-- \n" + part


@pytest.mark.parametrize("text", ["naïve", "“No”", "Größe", "£4", "It’s – he’d", "señor Muñoz"])
def test_a_few_bytes_are_no_evidence(text):
    assert charset_of(text.encode("cp1252")) is None


def test_noise_is_not_guessed():
    with pytest.raises(ItemError, match=r"byte 2 \(0x81\).*declared \(none\)"):
        decode(b"ab\x81\xff\x90\x9d\x8f\x81\xff\xfe")
    damaged = RUSSIAN.encode() * 4 + b"\xd0"
    assert charset_of(damaged) is None


def test_lines_in_utf8_do_not_blur_the_guess():
    lines = [text_in("ja").replace("\n", " ").encode()] * 20 + [
        text_in("ru", "koi8-r").replace("\n", " ").encode("koi8-r")
    ]
    assert charset_of(b"\n".join(lines)) == "koi8-r"


def test_a_file_is_judged_once():
    russian = text_in("ru").encode("cp1251")
    guess = FileGuess(b"head\n" + russian)
    assert guess("Ещё".encode("cp1251")) == "cp1251"  # by itself it would be too short
    assert FileGuess(text_in("de").encode("cp1252"))(russian) is None


def test_a_file_that_begins_in_ascii_is_judged_by_items():
    guess = FileGuess(b"only ASCII here\n" * 5_000)
    assert guess(text_in("el").encode("cp1253")) == "cp1253"
    assert guess(text_in("ru", "koi8-r").encode("koi8-r")) == "koi8-r"


def test_an_item_cut_within_a_character_is_no_evidence():
    head = ("x" * 65_534 + "яя").encode()[:65_536]
    assert FileGuess(head[:-1] + head[-2:-1])(b"caf\xe9") is None


def test_utf8_needs_no_detector(read):
    before = sys.modules.pop("chardet", None)
    try:
        assert read(f"title,text\nМост,{RUSSIAN}\n".encode())[0].content.text == RUSSIAN
        assert "chardet" not in sys.modules
    finally:
        if before:
            sys.modules["chardet"] = before


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_short_items_of_a_file_are_read_alike(read, encoding):
    rows = ["title,text", *(f"Новость {number},Да" for number in range(40))]
    stories = read("\n".join(rows).encode(encoding))
    assert {story.content.text for story in stories} == {"Да"}


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-2"?>', "iso8859-2"),
        (b"<html><meta charset=windows-1251>", "cp1251"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">', "shift_jis"),
        (b"<?xml version='1.0' encoding='latin-1'?>", "cp1252"),
        (b"<?xml version='1.0' encoding='utf-8'?>", None),
        (b"<?xml version='1.0' encoding='idna'?>", None),
        (b"<?xml version='1.0'?>", None),
    ],
)
def test_declarations(head, codec):
    assert declared_charset(head) == codec


DECLARED = ["cp1252", "cp1250", "cp1251", "koi8-r", "iso-8859-15", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
            "iso-2022-jp", "iso-2022-kr", "mac-roman", "tis-620"]  # fmt: skip


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), st.sampled_from(DECLARED))
def test_what_is_declared_is_read(text, name):
    codec = codec_of(name)
    text = text.encode(codec, "ignore").decode(codec)
    data = text.encode(codec)
    with contextlib.suppress(UnicodeDecodeError):
        if name[:8] != "iso-2022" and data.decode("utf-8-sig") != text:
            return  # what is valid UTF-8 is read as UTF-8
    assert decode(data, codec) == text


@given(st.binary(max_size=300), st.sampled_from([None, *map(codec_of, DECLARED)]))
def test_only_item_errors(data, codec):
    with contextlib.suppress(ItemError):
        assert isinstance(decode(data, codec), str)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
def test_utf8_always_comes_first(text):
    assert decode(text.encode(), "cp1251") == text.removeprefix("\ufeff")


def test_the_superset_of_what_is_declared():
    assert decode("①髙﨑".encode("cp932"), codec_of("Shift_JIS")) == "①髙﨑"
    assert decode("똠방각하".encode("cp949"), codec_of("EUC-KR")) == "똠방각하"
    assert decode("朱镕基".encode("gb18030"), codec_of("gb2312")) == "朱镕基"


def test_a_declaration_that_does_not_fit_is_passed_over():
    assert decode(text_in("ru").encode("cp1251"), "euc_jp") == text_in("ru")
    assert decode(RUSSIAN.encode(), "iso2022_jp") == RUSSIAN


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("language", ["en", "ru", "el", "ar", "ja", "ko"])
def test_utf16_and_utf32(read, encoding, mark, language):
    text = text_in(language).strip()
    page = f"<html><head><title>Hill Post</title></head><body><p>{text}</p></body></html>"
    (story,) = read((mark + page).encode(encoding))
    assert (story.source.format, story.headline) == ("html", "Hill Post")
    assert text.split("\n")[0] in story.content.text


@pytest.mark.parametrize("encoding", WIDE)
def test_plain_text_without_a_mark(read, encoding):
    (story,) = read("It’s the café’s last day, the owner said.\nNobody came.".encode(encoding))
    assert story.content.text == "It’s the café’s last day, the owner said.\nNobody came."
    (story,) = read((RUSSIAN * 9).encode(encoding))
    assert story.content.text == RUSSIAN * 9


@pytest.mark.parametrize(
    "data",
    [
        b"plain text with a \0 in it, and then \0 more of it",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x03\0",
        b"a\0b\0",
        b"\0" * 64,
        bytes(range(256)) * 4,
        b"text \xe9\xe8 with \0 one NUL in all of this text here",
    ],
)
def test_what_only_has_nuls_is_no_utf16(data):
    assert wide_codec(data) is None


def test_a_nul_is_named(read):
    (story,) = read(b"The bridge\0 is closed.", format="text")
    assert (story.error.type, "byte 10 is NUL" in story.error.detail) == ("undecodable", True)


def test_a_fault_in_utf16_is_named_by_its_place_in_the_file(read):
    data = codecs.BOM_UTF16_LE + ("Line of text.\n\n" * 20_000).encode("utf-16-le")
    at = 400_002
    story = read(data[:at] + b"\x00\xdc" + data[at + 2 :])[-1]
    assert (story.error.type, f"byte {at} is not valid utf-16-le" in story.error.detail) == ("undecodable", True)


def test_a_zero_width_space_within_utf16_is_kept(read):
    text = "word \ufeff" * 60_000
    (story,) = read(("\ufeff" + text).encode("utf-16-le"))
    assert story.content.text == text.strip()


@pytest.mark.parametrize(("language", "name"), [("ja", "ISO-2022-JP"), ("ko", "ISO-2022-KR")])
def test_seven_bits_are_read_as_declared(read, language, name):
    text = text_in(language).split("\n")[0]
    item = f"<item><title>Post</title><description>{text}</description></item>"
    feed = f'<?xml version="1.0" encoding="{name}"?><rss><channel><title>P</title>{item}{item}</channel></rss>'
    stories = read(feed.encode(name))
    assert [story.content.text for story in stories] == [text, text]


def test_utf8_that_is_declared_as_iso_2022(read):
    feed = f'<?xml version="1.0" encoding="ISO-2022-JP"?><rss><item><description>{RUSSIAN}</description></item></rss>'
    assert read(feed.encode())[0].content.text == RUSSIAN


@given(st.text(st.characters(blacklist_categories=["Cs", "Cn", "Co", "Cc"]), min_size=8), st.sampled_from(WIDE))
def test_a_mark_is_always_obeyed(text, encoding):
    assert wide_codec(("\ufeff" + text).encode(encoding)) == encoding
