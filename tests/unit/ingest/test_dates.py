"""One table: a date as feeds write it, and the moment it is."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.dates import dateline_date, infer_year, parse_time
from services.ingest.months import MONTHS
from services.ingest.zones import military_zone, zone

AUG = datetime(2014, 8, 12, 10, 15, tzinfo=UTC)
DAY = datetime(2014, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

TABLE = [
    # ISO 8601 and its relatives
    ("2014-08-12T10:15:00Z", AUG),
    ("2014-08-12T10:15:00z", AUG),
    ("2014-08-12T10:15Z", AUG),
    ("2014-08-12T10:15:00", AUG),
    ("2014-08-12 10:15:00", AUG),
    ("2014-08-12T10:15:00+02:00", AUG - 2 * HOUR),
    ("2014-08-12T10:15:00-0430", AUG + 4.5 * HOUR),
    ("2014-08-12T10:15:00+02", AUG - 2 * HOUR),
    ("2014-08-12T10:15:00.250Z", AUG + timedelta(milliseconds=250)),
    ("2014-08-12T10:15:00,2500000000+0000", AUG + timedelta(milliseconds=250)),
    ("2014-08-12 10:15:00 +0200", AUG - 2 * HOUR),
    ("2014-08-12 10:15:00 EST", AUG + 5 * HOUR),
    ("2014-08-12 10:15 Europe/Berlin", AUG - 2 * HOUR),
    ("2014-01-12 10:15 Europe/Berlin", datetime(2014, 1, 12, 9, 15, tzinfo=UTC)),
    ("2014-08-12 10:15 PM", AUG + 12 * HOUR),
    ("20140812T101500+0200", AUG - 2 * HOUR),
    ("20140812T101500Z", AUG),
    ("20140812T101500", AUG),
    ("20140812T1015Z", AUG),
    ("20140812101500", AUG),
    ("201408121015", AUG),
    ("2014-08-12", DAY),
    ("2014/08/12", DAY),
    ("20140812", DAY),
    ("2014-08-12Z", DAY),
    ("2014-08-12+02:00", DAY - 2 * HOUR),  # XML Schema's date: midnight there
    ("2014-08-12T24:00:00Z", DAY + 24 * HOUR),
    ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("  2014-08-12T10:15:00Z \n", AUG),
    # seconds and milliseconds since 1970
    (1407838500, AUG),
    (1407838500.0, AUG),
    (1407838500000, AUG),
    ("1407838500", AUG),
    ("1407838500.000", AUG),
    ("1407838500000", AUG),
    (20140812, DAY),
    # RFC 822, 1123, 2822, and their named zones
    ("Tue, 12 Aug 2014 10:15:00 +0200", AUG - 2 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 -0000", AUG),
    ("Tue, 12 Aug 2014 10:15:00 GMT", AUG),
    ("Tue, 12 Aug 2014 10:15:00 UT", AUG),
    ("Tue, 12 Aug 2014 10:15:00 Z", AUG),
    ("Tue, 12 Aug 2014 10:15:00 EST", AUG + 5 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 EDT", AUG + 4 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 CST", AUG + 6 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 PDT", AUG + 7 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 BST", AUG - HOUR),
    ("Tue, 12 Aug 2014 10:15:00 CET", AUG - HOUR),
    ("Tue, 12 Aug 2014 10:15:00 CEST", AUG - 2 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 MEZ", AUG - HOUR),
    ("Tue, 12 Aug 2014 10:15:00 MESZ", AUG - 2 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 JST", AUG - 9 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 IST", AUG - 5.5 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 AEST", AUG - 10 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 -0400 (EDT)", AUG + 4 * HOUR),
    ("Tue, 12 Aug 2014 10:15:00 (EDT)", AUG + 4 * HOUR),
    ("12 Aug 14 10:15 UTC", AUG),
    ("Tue Aug 12 10:15:00 2014", AUG),
    ("Tue Aug 12 10:15:00 EDT 2014", AUG + 4 * HOUR),
    ("Tue Aug 12 2014 10:15:00 GMT+0200 (Central European Summer Time)", AUG - 2 * HOUR),
    ("12 Aug 2014 10:15 GMT+2", AUG - 2 * HOUR),
    ("12 Aug 2014 10:15 UTC+05:30", AUG - 5.5 * HOUR),
    # the wires' own
    ("121015Z AUG 14", AUG),
    ("121015 AUG 14", AUG),
    ("121015Z AUG 2014", AUG),
    ("12 1015 AUG 14", AUG),
    ("12 1015Z AUG 14", AUG),
    ("121015B AUG 14", AUG - 2 * HOUR),
    ("121015R AUG 14", AUG + 5 * HOUR),
    ("121015 gmt aug 14", AUG),
    ("AP-NY-08-12-14 1015EDT", AUG + 4 * HOUR),
    ("AP-WS-08-12-14 1015EST", AUG + 5 * HOUR),
    ("12-AUG-2014 10:15:00.00", AUG),
    (" 2-JAN-1987 15:01:01.79", datetime(1987, 1, 2, 15, 1, 1, 790_000, tzinfo=UTC)),
    ("12-AUG-14", DAY),
    ("12 Aug 2014 1015 GMT", AUG),
    ("1015 GMT, 12 Aug 2014", AUG),
    ("10:15 a.m. EDT, Aug. 12, 2014", AUG + 4 * HOUR),
    ("Aug. 12, 2014 9 p.m. EDT", DAY + 25 * HOUR),
    ("August 12, 2014 at 10:15 AM ET", AUG + 4 * HOUR),
    ("January 12, 2014 at 10:15 AM ET", datetime(2014, 1, 12, 15, 15, tzinfo=UTC)),
    ("12 Aug 2014 12:30 a.m.", DAY + 0.5 * HOUR),
    ("12 Aug 2014 12:30 p.m.", DAY + 12.5 * HOUR),
    ("noon GMT, 12 August 2014", DAY + 12 * HOUR),
    # month names
    ("12 August 2014", DAY),
    ("August 12th, 2014", DAY),
    ("12. August 2014, 10.15 Uhr", AUG),
    ("Dienstag, 12. August 2014, 10:15 Uhr MESZ", AUG - 2 * HOUR),
    ("Dienstag, am 12. August 2014 um 10 Uhr", DAY + 10 * HOUR),
    ("3. März 2014", datetime(2014, 3, 3, tzinfo=UTC)),
    ("le 12 août 2014 à 10h15", AUG),
    ("mar. 12 août 2014 10 h 15", AUG),
    ("1er février 2014", datetime(2014, 2, 1, tzinfo=UTC)),
    ("martes 12 de agosto de 2014 a las 10:15 horas", AUG),
    ("12 agosto 2014, ore 10.15", AUG),
    ("12 de agosto de 2014 às 10h15", AUG),
    ("1º de dezembro de 2014", datetime(2014, 12, 1, tzinfo=UTC)),
    # numbers only
    ("12/08/2014", DAY),
    ("12.08.2014 10:15", AUG),
    ("12.8.14", DAY),
    ("8/13/2014 10:15", AUG + 24 * HOUR),
    ("8/13/2014 9:30:00 PM", datetime(2014, 8, 13, 21, 30, tzinfo=UTC)),
    ("12/08/68", datetime(2068, 8, 12, tzinfo=UTC)),
    ("12/08/69", datetime(1969, 8, 12, tzinfo=UTC)),
]

NO_TIMES = [
    "", " ", "x", "tomorrow", "2014", "0", 0, 7, -1, True, None, [], {}, b"2014-08-12", float("nan"), float("inf"),
    1e300, 10**5000, "2014-13-12", "2014-02-30", "30 Feb 2014", "31/13/2014", "2014-08-12T25:00:00Z",
    "2014-08-12T10:60:00Z", "2014-08-12T10:15:00+15:00", "2014-08-12T10:15 XYZ", "2014-08-12 10:15 Mars/Olympus",
    "12 Aug 2014 9 p.m. local time",
    "12 Aug 2014 midnight", "15:00 p.m. 12 Aug 2014", "12 Aug", "12 Aug 10:15", "121015 AUG", "121015J AUG 14", "10:15",
    "12 - 14 Aug 2014", "12 Aug 2014 or 13 Aug 2014", "not before 12 Aug 2014", "12 August 2014年", "12 Aug 1015",
    "Aug 12 2014 " + "," * 100, "२०१४-०८-१२",
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), TABLE)
def test_times(value, expected):
    assert parse_time(value) == expected


@pytest.mark.parametrize("value", NO_TIMES, ids=lambda value: type(value).__name__)
def test_what_is_no_time(value):
    assert parse_time(value) is None


@pytest.mark.parametrize(
    ("value", "default_zone", "expected"),
    [
        ("2014-08-12T10:15:00", "Europe/Berlin", AUG - 2 * HOUR),
        ("2014-08-12", "Europe/Berlin", DAY - 2 * HOUR),
        ("20140812T101500", "+0900", AUG - 9 * HOUR),
        ("12 Aug 2014 10:15", "ET", AUG + 4 * HOUR),
        ("121015 AUG 14", "CEST", AUG - 2 * HOUR),
        ("2014-08-12T10:15:00Z", "Europe/Berlin", AUG),
        ("12 Aug 2014 10:15 GMT", "ET", AUG),
        (1407838500, "ET", AUG),
    ],
)
def test_a_format_or_provider_may_state_the_zone(value, default_zone, expected):
    assert parse_time(value, default_zone=default_zone) == expected


def test_a_default_zone_that_is_none():
    with pytest.raises(ValueError, match="no time zone 'Nowhere'"):
        parse_time("2014-08-12", default_zone="Nowhere")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("121015Z AUG", AUG),
        ("12 Aug 10:15", AUG),
        ("9 p.m. EDT, Aug. 12", DAY + 25 * HOUR),
        ("31 Dec", datetime(2013, 12, 31, tzinfo=UTC)),
        ("12 Aug 2010", datetime(2010, 8, 12, tzinfo=UTC)),
        ("30 Feb", None),
    ],
)
def test_a_missing_year_is_that_of_the_moment_near(value, expected):
    assert parse_time(value, near=AUG) == expected


@pytest.mark.parametrize("letter", "ABCDEFGHIKLMNOPQRSTUVWXYZ")
def test_military_zones(letter):
    offsets = dict(zip("ABCDEFGHIKLM", range(1, 13), strict=True)) | dict(
        zip("NOPQRSTUVWXY", range(-1, -13, -1), strict=True)
    )
    moment = datetime(2014, 8, 12, tzinfo=military_zone(letter))
    assert moment.utcoffset() == offsets.get(letter, 0) * HOUR


@pytest.mark.parametrize(
    "name", ["J", "", "ZZ", "1", "+15", "+02:75", "../etc", "Etc/../x", "America", "q/q", "Europe/Nowhere"]
)
def test_no_zones(name):
    assert zone(name) is None
    assert military_zone(name) is None


@pytest.mark.parametrize("words", [
    "january february march april may june july august september october november december",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
])  # fmt: skip
def test_month_names(words):
    assert [MONTHS[word] for word in words.split()] == list(range(1, 13))


@pytest.mark.parametrize(
    ("month", "day", "near", "expected"),
    [
        (8, 12, "2014-08-12", "2014-08-12"),
        (8, 11, "2014-08-12", "2014-08-11"),
        (8, 19, "2014-08-12", "2014-08-19"),
        (8, 20, "2014-08-12", "2013-08-20"),
        (12, 31, "2014-01-01", "2013-12-31"),
        (1, 1, "2013-12-31", "2014-01-01"),
        (1, 10, "2013-12-31", "2013-01-10"),
        (2, 29, "2016-03-01", "2016-02-29"),
        (2, 29, "2017-01-01", "2016-02-29"),
        (2, 29, "2018-03-01", None),
        (2, 30, "2018-03-01", None),
        (13, 1, "2018-03-01", None),
        (12, 31, "9999-12-31", "9999-12-31"),
        (12, 31, "0001-01-01", None),
    ],
)
def test_infer_year(month, day, near, expected):
    found = infer_year(month, day, datetime.fromisoformat(near).replace(tzinfo=UTC))
    assert found == (date.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SALVADOR, Feb 26 (Reuters) -", date(2014, 2, 26)),
        ("LIMA, Peru, Dec 31 -", date(2013, 12, 31)),
        ("BERLIN, 11. August (dpa) -", date(2014, 8, 11)),
        ("PARIS, 12 août 2013 (AFP) -", date(2013, 8, 12)),
        ("MADRID, 3 de marzo de 2012 (EFE).-", date(2012, 3, 3)),
        ("Washington, Aug. 14, 2014 (AP)", date(2014, 8, 14)),
        ("MARCH, England, 1st Aug", date(2014, 8, 1)),
        ("SEOUL (Yonhap) -", None),
        ("SEOUL, Feb 31", None),
        ("Room 12, Mayfair", None),
        ("", None),
    ],
)
def test_dateline_date(text, expected):
    assert dateline_date(text, AUG) == expected


def test_dateline_date_without_publication():
    assert dateline_date("ROME, Aug 3", None) is None
    assert dateline_date("ROME, Aug 3, 2012", None) == date(2012, 8, 3)


PIECES = st.sampled_from(
    ["12", "1015", "121015", "Z", "J", "AUG", " ", "-", ":", "/", ".", "+", "2014", "14", "a.m.", "EST", "août", "T",
     "GMT", "h", "Uhr", "de", "(", ")", "°", "99", "noon", "AP-NY-", "0", "é"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join), st.floats(), st.integers()))
def test_no_value_raises(value):
    for near in (None, AUG):
        moment = parse_time(value, near=near)
        assert moment is None or moment.tzinfo is UTC
    if isinstance(value, str):
        dateline_date(value, AUG)
        zone(value)


@given(st.datetimes(), st.sampled_from(["%d %B %Y %H:%M:%S.%f", "%Y%m%dT%H%M%S.%f", "%a, %d %b %Y %H:%M:%S.%f UTC"]))
def test_written_and_read(moment, pattern):
    if moment.year >= 1800 and moment.year < 2200:
        assert parse_time(moment.strftime(pattern)) == moment.replace(tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 12), st.integers(1, 28))
def test_the_year_inferred_is_close(near, month, day):
    found = infer_year(month, day, near)
    if found is None:
        assert near.year == 1
    else:
        assert (found.month, found.day) == (month, day)
        assert timedelta(days=-366) < found - near.date() <= timedelta(days=7)


@pytest.mark.parametrize("piece", ["1", "1 ", "12-", "12:", "a", "a/", "(", "+", "-", " ", "1.1.", "Aug 1"])
def test_hostile_text_ends_soon(piece):
    start = time.monotonic()
    for length in (99, 1_000_000):
        assert parse_time((piece * length)[:length]) is None
        dateline_date((piece * length)[:length], AUG)
    assert time.monotonic() - start < 1
