"""A feed that is too short is told again in other words, not as copies."""

import re
from pathlib import Path

import pytest

from benchmarks.feeds import SAMPLES, Row, read_rows, told, write_feed


def words_in_a_row(row: Row) -> set[tuple[str, ...]]:
    words = " ".join(row.values()).split()
    return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}


def test_as_many_stories_as_asked_for_the_same_every_time(tmp_path: Path) -> None:
    write_feed(tmp_path / "one", SAMPLES, 90)
    write_feed(tmp_path / "other", SAMPLES, 90)
    assert len(list(read_rows(tmp_path / "one"))) == 90
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_the_first_can_be_skipped(tmp_path: Path) -> None:
    write_feed(tmp_path / "whole", SAMPLES, 90)
    write_feed(tmp_path / "rest", SAMPLES, 90, skip=50)
    assert list(read_rows(tmp_path / "rest")) == list(read_rows(tmp_path / "whole"))[50:]


def test_told_again_most_runs_of_words_are_others(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed", SAMPLES, 90)
    rows = [words_in_a_row(row) for row in read_rows(tmp_path / "feed")]
    for at in range(len(told(SAMPLES)), len(rows)):
        if len(rows[at]) > 50:
            assert max(len(rows[at] & other) / len(rows[at]) for other in rows[:at]) < 0.6


def test_marks_of_a_page_stay(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed", SAMPLES, 90)
    marks = [re.findall("<[^>]*>", row["html"]) for row in read_rows(tmp_path / "feed") if "html" in row]
    before = [re.findall("<[^>]*>", row["html"]) for row in told(SAMPLES) if "html" in row]
    assert len(marks) > len(before) and all(any(one == other for other in before) for one in marks)


def test_a_feed_without_stories_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    with pytest.raises(ValueError, match="no story can be read of"):
        write_feed(tmp_path / "feed", tmp_path / "empty", 1)
