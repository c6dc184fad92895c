"""The spool keeps what comes under names of its own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import TooLargeError
from shared.models import SpoolFile
from shared.spool import Spool, display_name


@given(st.none() | st.text(max_size=600))
def test_a_name_fit_to_be_shown(name: str | None) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= 255
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert display_name(shown) == shown


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    file = spool.write("job", 3, "../x.txt", [b"one ", b"two"], limit=7)
    assert file == SpoolFile(name="../x.txt", path="job/3", size=7)
    assert spool.size(file.path) == 7
    with spool.open(file) as stream:
        assert stream.read() == b"one two"
    spool.remove("job")
    spool.remove("job")
    assert list((tmp_path / "spool").iterdir()) == []


def test_no_more_than_the_limit(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="more than 6 bytes"):
        Spool(tmp_path).write("job", 0, "x", [b"one ", b"two"], limit=6)
    assert (tmp_path / "job" / "0").stat().st_size <= 6


def test_a_local_file_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(b"x")
    with Spool(tmp_path / "elsewhere").open(SpoolFile(name="feed.txt", path=str(path), size=1)) as stream:
        assert stream.read() == b"x"
