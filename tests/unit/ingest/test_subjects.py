"""IPTC codes get one form and a name; everything else stays."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.subjects import named
from shared.models import Subject

LABOUR = Subject(code="medtop:20000523", name="labour market")
ECONOMY = Subject(code="subj:04000000", name="economy, business and finance")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("medtop:20000523", LABOUR),
        ("mediatopic:20000523", LABOUR),
        ("http://cv.iptc.org/newscodes/mediatopic/20000523", LABOUR),
        ("https://cv.iptc.org/newscodes/mediatopic/20000523/", LABOUR),
        ("20000523", LABOUR),
        ("subj:04000000", ECONOMY),
        ("iptc:04000000", ECONOMY),
        ("IPTC:04000000", ECONOMY),
        ("subjectcode:04000000", ECONOMY),
        ("http://cv.iptc.org/newscodes/subjectcode/04000000", ECONOMY),
        ("04000000", ECONOMY),
        ("medtop:01000000", Subject(code="medtop:01000000", name="arts, culture, entertainment and media")),
        ("01000000", Subject(code="subj:01000000", name="arts, culture and entertainment")),
        ("15054000", Subject(code="subj:15054000", name="soccer")),
        ("medtop:20000064", Subject(code="medtop:20000064", name="war crime action")),  # retired
        ("12004002", Subject(code="subj:12004002", name="islam")),  # deprecated
        ("medtop:29999999", Subject(code="medtop:29999999")),
        ("99000000", Subject(code="subj:99000000")),
        ("ninat:text", Subject(code="ninat:text")),
        ("http://cv.iptc.org/newscodes/genre/Current", Subject(code="http://cv.iptc.org/newscodes/genre/Current")),
        ("https://example.org/newscodes/mediatopic/20000523", None),
        ("anpa:f", Subject(code="anpa:f")),
        ("medtop:2000052", Subject(code="medtop:2000052")),
        ("medtop:200005231", Subject(code="medtop:200005231")),
        ("medtop:２００００５２３", None),
    ],
)
def test_codes(code, expected):
    assert named([Subject(code=code)]) == [expected or Subject(code=code)]


def test_names_of_the_feed_are_kept():
    given_name = Subject(code="iptc:04000000", name="Wirtschaft")
    assert named([given_name]) == [Subject(code="subj:04000000", name="Wirtschaft")]


def test_duplicates_are_merged_and_the_order_is_kept():
    subjects = [
        Subject(name="tin"),
        Subject(code="medtop:20000523"),
        Subject(code="04000000"),
        Subject(code="http://cv.iptc.org/newscodes/mediatopic/20000523", name="Arbeitsmarkt"),
        Subject(name="tin"),
        Subject(code="iptc:04000000"),
    ]
    assert named(subjects) == [Subject(name="tin"), Subject(code="medtop:20000523", name="Arbeitsmarkt"), ECONOMY]


def test_the_vocabularies_are_whole():
    counts = {name: len(_lines(name)) - 1 for name in ("mediatopics.csv", "subjectcodes.csv")}
    assert counts == {"mediatopics.csv": 1387, "subjectcodes.csv": 1404}
    source = files("services.ingest").joinpath("data", "SOURCE.md").read_text(encoding="utf-8")
    assert all(f"{count:,}" in source for count in counts.values())
    assert "CC BY 4.0" in source
    tops = {line[:2] for line in _lines("subjectcodes.csv")[1:]}
    assert tops == {f"{number:02}" for number in range(1, 18)}


def _lines(name):
    return files("services.ingest").joinpath("data", name).read_text(encoding="utf-8").splitlines()


SUBJECTS = st.builds(
    Subject,
    code=st.none() | st.from_regex(r"(medtop:|subj:|iptc:)?\d{8}", fullmatch=True) | st.text(),
    name=st.none() | st.sampled_from(["a", "b"]),
)


@given(st.lists(SUBJECTS, max_size=8))
def test_naming_twice_changes_nothing(subjects):
    once = named(subjects)
    assert named(once) == once
    codes = [subject.code for subject in once if subject.code]
    assert len(codes) == len(set(codes))
