"""E-mail: headers, MIME parts, charsets, mbox files, and what no mail program writes."""

import base64
import io
import quopri
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.formats import email_message
from services.ingest.items import ItemError
from services.ingest.read import read_file
from services.ingest.streams import HEAD
from shared.models import Content, Finding, State, Story, Wire
from tests.unit.ingest.mail_messages import MESSAGE, STORY

HEAD_LINES = b"From: Al <al@hill.example>\nDate: Mon, 04 May 2026 09:30:00 GMT\nSubject: Snow\n"


def parse(data: bytes) -> Story:
    return email_message.parse(data.decode("latin-1"))


def body(text: bytes, *headers: bytes) -> Content | None:
    return parse(HEAD_LINES + b"".join(header + b"\n" for header in headers) + b"\n" + text).content


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_reads_every_header_and_the_plain_text(newline):
    assert parse(MESSAGE.replace(b"\n", newline)) == STORY


def test_a_file_is_told_and_read_as_it_is(read):
    (story,) = read(b"  \t  \r\n" + MESSAGE.replace(b"\n", b"\r\n"))
    assert (story.source.format, story.headline, story.content) == ("email", STORY.headline, STORY.content)
    assert story.source.byte_range[0] == 7


@pytest.mark.parametrize(
    ("sender", "name", "provider"),
    [
        (b'"Lindt, Mara" <m@a.example>', "Lindt, Mara", "a.example"),
        (b"wire@a.example", None, "a.example"),
        (b"wire@a.example <wire@a.example>", None, "a.example"),
        (b"wire@a.example (Mara Lindt)", "Mara Lindt", "a.example"),
        (b"J\xc3\xb6 <j@a.example>", "Jö", "a.example"),
        (b"J\xf6 <j@a.example>", "Jö", "a.example"),
        (b"=?no-charset?q?=41?= <j@a.example>", "=?no-charset?q?=41?=", "a.example"),
        (b"=?utf-8?b?!?= <j@a.example>", None, "a.example"),
        (b"(" * 3000 + b" <j@a.example>", None, None),
        (b"", None, None),
    ],
)
def test_sender(sender, name, provider):
    story = parse(b"From: " + sender + b"\nDate: x\n\nText.")
    assert (story.byline, story.source.provider, story.published) == (name, provider, None)


@pytest.mark.parametrize(
    ("date", "hour"),
    [("Mon, 4 May 2026 09:30:00 -0000", 9), ("4 May 2026 09:30 EST", 14), ("Mon, 99 May", None)],
)
def test_date_has_its_zone(date, hour):
    published = parse(f"From: a@b.example\nDate: {date}\n\nText.".encode()).published
    assert published == (datetime(2026, 5, 4, hour, 30, tzinfo=UTC) if hour else None)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("koi8-r", "koi8-r"), ("iso-2022-jp", "iso-2022-jp"),
     ("shift_jis", "shift_jis"), ("gb2312", "gb2312"), ("x-unknown", "cp1252"), ("us-ascii", "utf-8")],
)  # fmt: skip
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_charsets_and_transfer_encodings(charset, encoding, transfer):
    words = {"koi8-r": "Москва", "iso-2022-jp": "東京の天気", "shift_jis": "東京", "gb2312": "北京"}
    text = words.get(charset, "Málaga, naïve")
    data = text.encode(encoding)
    if transfer != "8bit":
        data = base64.encodebytes(data) if transfer == "base64" else quopri.encodestring(data)
    headers = (f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {transfer}")
    assert body(data, *(header.encode() for header in headers)) == Content(text=text)


def multipart(kind: str, *parts: tuple[str, str]) -> Content | None:
    sections = "".join(f"--b\n{headers}\n\n{text}\n" for headers, text in parts)
    return body(f"{sections}--b--\n".encode(), f"Content-Type: multipart/{kind}; boundary=b".encode())


PLAIN, HTML = "Content-Type: text/plain", "Content-Type: text/html"
LONG = "<style>p {}</style><p>" + "A ferry ran aground off Orsk. " * 5 + "</p>"


def test_html_is_read_where_plain_text_is_only_a_hint():
    assert multipart("alternative", (PLAIN, "See HTML."), (HTML, LONG)) == Content(text=LONG, type="text/html")
    assert multipart("alternative", (PLAIN, " "), (HTML, "<p>x</p>")) == Content(text="<p>x</p>", type="text/html")


def test_texts_around_a_picture_belong_together():
    assert multipart("mixed", (PLAIN, "One."), ("Content-Type: image/png", "x"), (PLAIN, "Two.")) == Content(
        text="One.\n\nTwo."
    )


def test_attached_text_is_read_only_where_there_is_no_body():
    attached = f"{PLAIN}\nContent-Disposition: attachment; filename=a.txt"
    assert multipart("mixed", (PLAIN, "Body."), (attached, "Attached.")) == Content(text="Body.")
    assert multipart("mixed", (PLAIN, ""), (attached, "Attached.")) == Content(text="Attached.")


@pytest.mark.parametrize("type", ["application/pdf", "image/png", "message/rfc822", "text/calendar"])
def test_what_is_no_text_is_never_the_story(type):
    with pytest.raises(ItemError) as caught:
        multipart("mixed", (f"Content-Type: {type}", "Subject: x\n\nInner."))
    assert caught.value.type == "no-text"


def test_a_multipart_without_its_boundary_is_text():
    assert body(b"Just text.", b"Content-Type: multipart/mixed; boundary=lost") == Content(text="Just text.")


def test_a_truncated_multipart_is_read_as_far_as_it_goes():
    assert parse(MESSAGE[: MESSAGE.index(b"--in\nContent-Type: text/html")]).content == STORY.content


def test_flowed_lines_are_joined():
    flowed = b"One goes \non, \n> quoted \n> more\nTwo.\n\n-- \nAl"
    assert body(flowed, b"Content-Type: text/plain; format=flowed") == Content(
        text="One goes on, \n> quoted \n> more\nTwo.\n\n-- \nAl"
    )
    joined = "ünder\nend".encode("cp1252").replace(b"r\n", b"r \n")
    deleted = Content(text="ünderend")
    assert body(joined, b"Content-Type: text/plain; format=flowed; delsp=yes") == deleted


def test_a_superseding_message_is_an_update():
    wire = parse(HEAD_LINES + b"Supersedes: <old@a.example>\nIn-Reply-To: <x@y>\n\nText.").wire
    finding = Finding(says="update", field="Supersedes", text="<old@a.example>")
    assert wire == Wire(kind="update", of="old@a.example", findings=[finding])


MBOX = (
    b"From al@hill.example Mon May  4 09:30:00 2026\n" + HEAD_LINES + b"\nOne.\n\n>From here on.\n>>From there.\n\n"
    b"From the river to Orsk\nit snowed.\n\n"
    b"From - Mon May  4 09:31:00 2026\n" + HEAD_LINES.replace(b"Snow", b"Rain") + b"\n\xd0\xa2\n\n"
    b"From x Mon May  4 09:32:00 2026\n" + HEAD_LINES.replace(b"Snow", b"Hail") + b"\n\n"
)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_each_message_of_an_mbox_is_a_story(read, newline):
    file = MBOX.replace(b"\n", newline)
    snow, rain, hail = read(file)
    assert snow.source.format == "email"
    assert snow.content.text == "One.\n\nFrom here on.\n>From there.\n\nFrom the river to Orsk\nit snowed."
    assert (snow.headline, rain.headline, rain.content.text) == ("Snow", "Rain", "Т")
    assert (hail.state, hail.error.type) == (State.REJECTED, "no-text")
    ranges = [file[slice(*story.source.byte_range)] for story in (snow, rain, hail)]
    assert [data.split(newline)[0][:7] for data in ranges] == [b"From al", b"From - ", b"From x "]


def test_the_messages_of_a_large_mbox_are_all_found(read):
    message = b"From a@b Mon May  4 09:30:00 2026\n" + HEAD_LINES + b"\n" + b"Some text.\n" * 90 + b"\n"
    assert len(read(message * 700, max_item_bytes=20_000)) == 700


def test_a_single_message_is_not_split(read):
    assert len(read(HEAD_LINES + b"\nOne.\n\nFrom x Mon May\nSubject: y\n\nTwo.")) == 1


@pytest.mark.parametrize(
    "data",
    [
        MESSAGE,
        MBOX,
        b"From x Mon May  4 09:30:00 2026\n>From y Mon May\n" + HEAD_LINES + b"\n",
        b"Received: from a\n by b\nMIME-Version: 1.0\nContent-Type: text/plain\n\nx",
        (HEAD_LINES + b"X-Long: " + b"a" * HEAD)[:HEAD],
        (HEAD_LINES + b"X-Long: a\n" * HEAD)[:HEAD],
    ],
)
def test_mail_is_told(data):
    assert email_message.sniff(data)


@pytest.mark.parametrize(
    "data",
    [
        b"Update: The ferry ran aground.\n\nMore to come.",
        b"Orsk: A ferry\nDate: today\nSubject: ships\n\nText.",
        b"From: the desk\nTo: all\n\nDate: none\nSubject: x",
        b"From the river\nDate: x\nSubject: y\nto the sea.\n",
        b"From: a\nDate: b\nA line that is no header.\nSubject: c\n\n",
        b"headline: x\nbyline: y\ndate: z\n\nbody",
        b"\xff\xfe\0",
        b"",
    ],
)
def test_text_is_not_taken_for_mail(data):
    assert not email_message.sniff(data)


def nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))
    return HEAD_LINES + b"".join(parts)


@pytest.mark.parametrize(
    "data",
    [
        HEAD_LINES + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 200_000,
        HEAD_LINES + b'Content-Type: multipart/mixed; boundary="b\n' + b" ;\n" * 200_000 + b"\n",
        HEAD_LINES + b"Content-Type: multipart/mixed; boundary=b\n\n" + b'--b\nContent-Type: a/b; "' + b";" * 200_000,
        nested(3_000),
        nested(29) + b"\nx\n" * 200_000,
    ],
)
def test_what_would_take_long_is_refused(data):
    started = time.process_time()
    with pytest.raises(ItemError) as caught:
        parse(data)
    assert caught.value.type == "malformed-message"
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "data",
    [
        HEAD_LINES.replace(b"Snow", b"=?utf-8?q?a?= " * 100_000) + b"\nText.",
        HEAD_LINES + b"X: y\n" * 100_000 + b"\nText.",
        HEAD_LINES + b"Content-Type: text/html\n\n" + b"<style" * 200_000,
        HEAD_LINES + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 200_000,
    ],
)
def test_what_is_large_is_read_at_once(data):
    started = time.process_time()
    assert parse(data).content.text
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("data", "type"),
    [
        (b"", "no-text"),
        (HEAD_LINES, "no-text"),
        (HEAD_LINES + b"\nab\0c", "undecodable"),
        (HEAD_LINES + b"\n\x81\x8d", "undecodable"),
        (HEAD_LINES + b"Content-Type: multipart/mixed; boundary*=idna''%41%ff\n\n--A\n", "malformed-message"),
        (HEAD_LINES + b"Content-Type: multipart/mixed; boundary*=a\0b''%41%ff\n\n--A\n", "malformed-message"),
    ],
)
def test_bad_input_is_refused(data, type):
    with pytest.raises(ItemError) as caught:
        parse(data)
    assert caught.value.type == type


TOKENS = [
    b"From a Thu Jan  1 00:00:00 2015\n", b"From: ", b"Subject: =?", b"utf-8", b"?b?", b"?=", b"multipart/digest",
    b"Content-Type: ", b"multipart/mixed", b"; boundary=", b"message/rfc822", b"b", b"--b", b"--", b"\n", b"\n\n",
    b"text/html", b"text/plain", b"; charset=", b"idna", b"punycode", b"iso-2022-jp", b"*0*=", b"''%ff", b"base64",
    b"Content-Transfer-Encoding: ", b"x-uuencode", b"quoted-printable", b"\xff", b"\0", b"begin 666 a\n", b"\x1b$B",
    b"(", b"<", b'"', b"Content-Disposition: attachment", b"Date: Thu, 99 Foo 1999", b"Keywords: ", b",", b">From ",
    b"Supersedes: \n", b"Supersedes: <", b"; format=flowed", b" \n",
]  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join))
def test_broken_messages_raise_only_item_errors(data):
    with suppress(ItemError):
        assert parse(data).content.text


@given(st.sampled_from([MESSAGE, MBOX]), st.integers(0, 1500), st.integers(0, 60), st.binary(max_size=9), st.booleans())
def test_mutated_files_are_read_without_an_exception(file, at, length, junk, asked):
    stream = io.BytesIO(file[:at] + junk + file[at + length :])
    assert list(read_file(stream, name="x", format="email" if asked else None))


@given(st.text(max_size=99))
def test_any_text_raises_only_item_errors(text):
    with suppress(ItemError):
        email_message.parse(text)
