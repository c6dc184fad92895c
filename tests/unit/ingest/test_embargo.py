from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.embargo import Embargo, find_embargo
from services.ingest.lines import Line

FRIDAY = datetime(2026, 5, 1, 15, tzinfo=UTC)  # 11 a.m. in New York, 5 p.m. in Berlin


def find(text: str, provider: str | None = None, language: str | None = None, **place: object) -> Embargo | None:
    line = Line("top", "text", text)._replace(**place)  # type: ignore[arg-type]
    return find_embargo(line, published=FRIDAY, provider=provider, language=language)


@pytest.mark.parametrize(
    ("text", "provider", "language", "until"),
    [
        ("HOLD FOR RELEASE 9 p.m. EDT", None, None, "2026-05-02T01:00"),
        ("HOLD FOR RELEASE 9 P.M. EDT", None, None, "2026-05-02T01:00"),
        ("HOLD FOR RELEASE 9 p.m. EDT (0100 GMT)", None, None, "2026-05-02T01:00"),
        ("HOLD FOR RELEASE AT 10 A.M., EST, MONDAY", None, None, "2026-05-04T15:00"),
        ("EMBARGOED UNTIL 0001 GMT MONDAY, MAY 4", None, None, "2026-05-04T00:01"),
        ("Embargoed for 12:01 a.m. ET Thursday", None, None, "2026-05-07T04:01"),
        ("EMBARGOED FOR RELEASE UNTIL 5 p.m. ET, May 6, 2026", None, None, "2026-05-06T21:00"),
        ("For release at 10 a.m. EDT, Sunday, May 3", None, None, "2026-05-03T14:00"),
        ("For release Sunday, May 3, and thereafter", "AP", None, "2026-05-04T04:00"),
        ("Not for publication before 2200 GMT", None, None, "2026-05-01T22:00"),
        ("NOT TO BE PUBLISHED BEFORE 10:00 GMT", None, None, "2026-05-02T10:00"),
        ("*** STRICTLY EMBARGOED UNTIL 00:01 BST on Saturday 2 May 2026 ***", None, None, "2026-05-01T23:01"),
        ("EMBARGOED TO 0001 SUNDAY MAY 3", "PA", None, "2026-05-02T23:01"),
        ("EDS: Embargoed until noon Eastern time Saturday.", None, None, "2026-05-02T16:00"),
        ("EMBARGO: until midnight Thursday", "AP", None, "2026-05-08T04:00"),
        ("EMBARGOED UNTIL 10 a.m. London time Saturday", None, None, "2026-05-02T09:00"),
        ("EMBARGOED UNTIL 8 a.m. Eastern", None, None, "2026-05-02T12:00"),
        ("EMBARGOED UNTIL 151200Z", None, None, "2026-05-15T12:00"),
        ("EMBARGOED UNTIL 151200Z MAY 26", None, None, "2026-05-15T12:00"),
        ("EMBARGOED UNTIL 151200B MAY 2026", None, None, "2026-05-15T10:00"),
        ("EMBARGOED UNTIL 2026-05-04T00:01:00Z", None, None, "2026-05-04T00:01"),
        ("EMBARGOED UNTIL 2026-05-04T00:01:00+02:00", None, None, "2026-05-03T22:01"),
        ("EMBARGOED UNTIL 10:00 +02:00", None, None, "2026-05-02T08:00"),
        ("EMBARGOED UNTIL 10:00 JST", None, None, "2026-05-02T01:00"),
        ("EMBARGOED UNTIL 10:00 IST", "PTI", None, "2026-05-02T04:30"),
        ("EMBARGOED UNTIL APRIL 30, 10:00 GMT", None, None, "2026-04-30T10:00"),
        ("EMBARGOED UNTIL 15:00 GMT", None, None, "2026-05-02T15:00"),  # the next after it was sent
        ("Sperrfrist: 12. August, 10.00 Uhr", None, None, "2026-08-12T08:00"),
        ("(Sperrfrist: Sonntag, 18.00 Uhr MESZ)", None, None, "2026-05-03T16:00"),
        ("SPERRFRIST Montag 6 Uhr", "dpa", "de", "2026-05-04T04:00"),
        ("SPERRFRISTENDE: 4. Mai 2026, 00:01 Uhr", None, None, "2026-05-03T22:01"),
        ("Sperrfrist 12.12.2026, 24.00 Uhr", None, None, "2026-12-12T23:00"),
        ("Sperrfrist: morgen, 6.30 Uhr", "APA", "de", "2026-05-02T04:30"),
        ("EMBARGO JUSQU'A 18H00 GMT", "AFP", "fr", "2026-05-01T18:00"),
        ("EMBARGO JUSQU’À 18H30", "AFP", "fr", "2026-05-01T16:30"),
        ("SOUS EMBARGO JUSQU'AU 4 MAI À 18H00", None, None, "2026-05-04T16:00"),
        ("Embargo jusqu'à dimanche 12h00 (heure de Paris)", None, None, "2026-05-03T10:00"),
        ("EMBARGO hasta las 10:00", "EFE", "es", "2026-05-02T08:00"),
        ("EMBARGO HASTA LAS 10:00 GMT DEL 4 DE MAYO", None, None, "2026-05-04T10:00"),
        ("EMBARGO fino alle ore 18 di domenica", None, None, "2026-05-03T16:00"),
    ],
)
def test_embargoes_that_are_read(text: str, provider: str | None, language: str | None, until: str) -> None:
    found = find(text, provider, language)
    assert found is not None
    assert found.until == datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert found.words in text


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("EMBARGOED UNTIL FURTHER NOTICE", None),
        ("EMBARGOED", None),
        ("*** EMBARGO ***", None),
        ("EMBARGOED UNTIL 10:00", None),  # in which zone?
        ("EMBARGO hasta las 10:00", None),  # Spain's, or one of Latin America's?
        ("EMBARGOED TO 0001 SUNDAY MAY 3", "Reuters"),
        ("EMBARGOED UNTIL 10:00 IST", None),  # India, Ireland or Israel?
        ("EMBARGOED UNTIL 9 a.m. local time", "AP"),
        ("EMBARGOED UNTIL MONDAY, MAY 5, 0001 GMT", None),  # a Tuesday
        ("EMBARGOED UNTIL 05/04 10:00 GMT", None),  # April or May?
        ("EMBARGOED UNTIL 9 TOMORROW", "AP"),  # in the morning?
        ("EMBARGOED UNTIL 25:00 GMT", None),
        ("EMBARGOED UNTIL 31 JUNE 10:00 GMT", None),
        ("EMBARGOED UNTIL 13 p.m. EDT", None),
        ("HOLD FOR RELEASE UNTIL 9 p.m. EDT (0200 GMT)", None),  # these differ
        ("EMBARGOED UNTIL 151200J", None),
        ("HOLD FOR RELEASE after the verdict", None),
        ("Sperrfrist: bis zum Beginn der Rede", "dpa"),
        ("EMBARGOED UNTIL FRIDAY 9 P.M. XYZT", "AP"),
    ],
)
def test_what_cannot_be_read_is_found_without_a_time(text: str, provider: str | None) -> None:
    found = find(text, provider)
    assert found is not None
    assert (found.until, found.lifted) == (None, False)


NEWS = [
    "Embargo on oil until Friday",
    "EMBARGO ON OIL UNTIL FRIDAY",
    "EMBARGO HITS IRAN EXPORTS",
    "Embargo: EU prolongs sanctions until 2027",
    "Embargo until Friday on the results of the talks, minister says",
    "Embargoed goods seized at port",
    "The embargo is embargoed until Friday",
    "Embargo lifted on Cuban cigars",
    "The oil embargo has been lifted.",
    "L'embargo jusqu'à lundi",
    "Embargo gegen Russland bis Montag",
    "Sperrfrist bis Montag verlängert",
    "Sperrfrist für Läufer endet",
    "Die Sperrfrist: bis Montag, 6 Uhr",
    "For immediate release",
    "FOR RELEASE: Immediately",
    "EMBARGO: none",
    "For release at the box office on Friday, the studio said",
    "The film is for release on Friday",
    "Hold until Friday and then sell, say analysts",
    "Not for release, publication or distribution in the United States",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "\"Embargoed until Monday,\" the note to the reporters said, and it was ignored",
    "Release date: Friday",
]  # fmt: skip


@pytest.mark.parametrize("text", NEWS)
@pytest.mark.parametrize("place", ["top", "headline", "end"])
def test_news_of_embargoes_is_no_embargo(text: str, place: str) -> None:
    assert find(text, "AP", place=place) is None


@pytest.mark.parametrize(
    "text", ["EMBARGO LIFTED", "Embargo has been lifted.", "Sperrfrist aufgehoben", "EMBARGO LEVÉ"]
)
def test_an_embargo_may_be_lifted(text: str) -> None:
    assert find(text) == Embargo(text.rstrip(".") if not text.endswith(".") else text, None, lifted=True)


def test_without_a_time_of_publication_a_day_must_be_whole() -> None:
    line = Line("top", "text", "EMBARGOED UNTIL 10:00 GMT")
    assert find_embargo(line, published=None) == Embargo("EMBARGOED UNTIL 10:00 GMT", None)
    dated = line._replace(text="EMBARGOED UNTIL 10:00 GMT, MAY 4, 2026")
    found = find_embargo(dated, published=None)
    assert found and found.until == datetime(2026, 5, 4, 10, tzinfo=UTC)


WORDS = st.sampled_from(
    "EMBARGOED UNTIL EMBARGO Sperrfrist: hasta jusqu'à 9 p.m. a.m. 25:61 0001 2400 GMT EDT IST Z 151200Z 31 30"
    " FEBRUARY MAY"
    " 4, 9999 0000 12/31 31.12. Monday midnight tomorrow noon ( ) : local time +99:00 +02:00 é".split()
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=80), st.datetimes(timezones=st.just(UTC)))
def test_nothing_makes_it_raise(text: str, published: datetime) -> None:
    for place in ("top", "note"):
        find_embargo(Line(place, "text", text), published=published, provider="AP")  # type: ignore[arg-type]


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    published=st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)),
)
def test_a_time_alone_is_the_next_such_time(hour: int, minute: int, published: datetime) -> None:
    text = f"EMBARGOED UNTIL {hour:02}:{minute:02} GMT"
    sent = published.replace(tzinfo=UTC)
    found = find_embargo(Line("top", "text", text), published=sent)
    assert found and found.until
    assert 0 < (found.until - sent).total_seconds() <= 86_400
    assert (found.until.hour, found.until.minute) == (hour, minute)


def test_the_words_come_without_a_bracket_of_another_opening():
    found = find_embargo(Line("top", "text", "(HOLD FOR RELEASE, time to be advised)"), published=None)
    assert found and (found.words, found.until) == ("HOLD FOR RELEASE, time to be advised", None)
