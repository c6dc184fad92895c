"""A dateline given as one line is taken apart; what the format gave is kept."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.datelines import complete
from shared.models import Dateline, Story

AUG = datetime(2014, 8, 12, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            Dateline(text="ORSK, May 4 (TWS) -"),
            Dateline(text="ORSK, May 4 (TWS) -", place="ORSK", date=date(2014, 5, 4), agency="TWS"),
        ),
        (Dateline(text="Orsk, Dec. 31"), Dateline(text="Orsk, Dec. 31", place="Orsk", date=date(2013, 12, 31))),
        (
            Dateline(text="ORSK, May 4", place="Orsk", country="Russia", agency="TASS"),
            Dateline(text="ORSK, May 4", place="Orsk", country="Russia", agency="TASS", date=date(2014, 5, 4)),
        ),
        (
            Dateline(text="ORSK, May 4", date=date(2014, 5, 5)),
            Dateline(text="ORSK, May 4", place="ORSK", date=date(2014, 5, 5)),
        ),
        (Dateline(text="", place="Orsk"), Dateline(text="", place="Orsk")),
        (None, None),
    ],
)
def test_complete(before, after):
    assert complete(Story(published=AUG, dateline=before)).dateline == after


def test_a_day_without_a_year_needs_the_publication():
    story = complete(Story(dateline=Dateline(text="ORSK, May 4")))
    assert story.dateline == Dateline(text="ORSK, May 4", place="ORSK")


@given(st.text(min_size=1), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_completing_twice_changes_nothing(text, published):
    once = complete(Story(published=published, dateline=Dateline(text=text)))
    assert complete(once) == once
