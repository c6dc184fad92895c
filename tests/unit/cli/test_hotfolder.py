import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.hotfolder import PARTIAL, Landing, free, is_refusal, submission_key
from shared.models import Options
from wiremill.client import ApiError


def names(landing: Landing, now: float) -> list[str]:
    return [path.name for path in landing.whole(now)]


def test_a_file_is_whole_once_it_has_not_changed_for_a_while(tmp_path: Path):
    landing = Landing(tmp_path, settle=2)
    (tmp_path / "a.xml").write_text("<rss>")
    assert names(landing, 0) == []
    assert names(landing, 1.9) == []
    with (tmp_path / "a.xml").open("a") as file:
        file.write("</rss>")
    assert names(landing, 2) == []
    assert names(landing, 3.9) == []
    assert names(landing, 4) == ["a.xml"]


def test_one_of_the_same_size_in_its_place_is_another(tmp_path: Path):
    landing = Landing(tmp_path, settle=2)
    (tmp_path / "a.xml").write_text("one")
    assert names(landing, 0) == []
    (tmp_path / ".b").write_text("two")
    os.utime(tmp_path / ".b", ns=(0, (tmp_path / "a.xml").stat().st_mtime_ns))
    (tmp_path / ".b").rename(tmp_path / "a.xml")
    assert names(landing, 2) == []
    assert names(landing, 4) == ["a.xml"]


def test_what_is_left_alone(tmp_path: Path):
    for name in (".hidden", "~lock~", *(f"a.xml{end}" for end in PARTIAL), *(f"A.XML{end.upper()}" for end in PARTIAL)):
        (tmp_path / name).write_text("x")
    (tmp_path / "done").mkdir()
    (tmp_path / "gone").symlink_to(tmp_path / "nosuch")
    os.mkfifo(tmp_path / "fifo")
    landing = Landing(tmp_path, settle=0)
    assert names(landing, 0) == []
    (tmp_path / "a.xml.part").rename(tmp_path / "a.xml")
    assert names(landing, 1) == ["a.xml"]


@given(st.lists(st.tuples(st.floats(0.1, 3), st.booleans()), min_size=1, max_size=20))
def test_never_before_it_has_been_still_for_so_long(steps: list[tuple[float, bool]]):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(b"")
        landing, now, still = Landing(Path(folder), settle=2), 0.0, 0.0
        landing.whole(now)
        for seconds, grows in steps:
            now += seconds
            if grows:
                with path.open("ab") as file:
                    file.write(b"x")
                still = now
            assert landing.whole(now) == ([path] if now - still >= 2 else [])


def test_the_oldest_first(tmp_path: Path):
    for age, name in enumerate("bca"):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    assert names(Landing(tmp_path, settle=0), 0) == ["a", "c", "b"]


def test_a_key_is_of_the_name_the_bytes_and_the_options(tmp_path: Path):
    one, two = tmp_path / "one.xml", tmp_path / "two.xml"
    one.write_text("x")
    two.write_text("x")
    key = submission_key(one, Options())
    assert submission_key(one, Options()) == key
    others = {submission_key(two, Options()), submission_key(one, Options(priority="low"))}
    one.write_text("y")
    others.add(submission_key(one, Options()))
    assert len(others) == 3 and key not in others
    odd = tmp_path / os.fsdecode(b"odd-\xff.xml")
    odd.write_text("x")
    assert submission_key(odd, Options()).isascii()


def test_nothing_is_overwritten(tmp_path: Path):
    for expected in ("a.xml", "a.1.xml", "a.2.xml"):
        place = free(tmp_path, "a.xml")
        assert place.name == expected
        place.write_text("x")


@pytest.mark.parametrize(
    ("status", "refused"), [(400, True), (413, True), (422, True), (401, False), (403, False), (409, False),
                            (429, False), (500, False), (503, False), (507, False), (0, False)]
)  # fmt: skip
def test_what_will_never_be_taken(status: int, refused: bool):
    assert is_refusal(ApiError(status=status)) is refused
