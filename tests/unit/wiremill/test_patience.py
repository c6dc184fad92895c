from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremill.patience import FIRST_SECONDS, MOST_SECONDS, backoff, retry_after

NOW = datetime(2026, 6, 20, 8, 0, 0, tzinfo=UTC)


@given(st.integers(1, 10_000))
def test_waits_grow_and_have_an_end(failures: int):
    assert FIRST_SECONDS / 2 <= backoff(failures) <= MOST_SECONDS
    assert backoff(failures) <= FIRST_SECONDS * 2 ** min(failures - 1, 16)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120), (" 0 ", 0), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("٣", None),
        ("9" * 30, None),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        (format_datetime(NOW - timedelta(days=2), usegmt=True), 0),
        ("Sat, 20 Jun 2026 08:01:00 -0000", 60), ("Sat, 99 Jun 2026 08:01:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after(said: str, seconds: float | None):
    assert retry_after({"retry-after": said}, NOW) == seconds


@given(st.text())
def test_retry_after_may_be_anything(said: str):
    found = retry_after({"retry-after": said}, NOW)
    assert found is None or found >= 0


def test_nothing_said():
    assert retry_after({}, NOW) is None
