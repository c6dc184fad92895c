from pathlib import Path

import pytest

from wiremill.uploads import Lazy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("ten bytes.")
    return tmp_path / "a.txt"


def test_it_can_be_read_again(path: Path):
    file = Lazy(path)
    for _ in range(2):
        assert (file.seek(0, 2), file.seek(0), file.tell()) == (10, 0, 0)
        assert [file.read(4), file.read(4), file.read(4), file.read(4)] == [b"ten ", b"byte", b"s.", b""]
    file.seek(0)
    assert file.read() == b"ten bytes."


def test_what_is_added_meanwhile_is_left_out(path: Path):
    file = Lazy(path)
    file.seek(0)
    path.write_text("ten bytes. And more.")
    assert file.read(100) + file.read(100) == b"ten bytes."


def test_what_is_cut_off_meanwhile_is_missed(path: Path):
    file = Lazy(path)
    file.seek(0)
    path.write_text("ten")
    assert file.read(100) == b"ten"
    with pytest.raises(OSError, match="became shorter"):
        file.read(100)
