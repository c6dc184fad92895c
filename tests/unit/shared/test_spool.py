"""The spool keeps what comes under names of its own, in a folder or in an object store."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadRequestError, TooLargeError
from shared.models import SpoolFile
from shared.settings import Settings
from shared.spool import FolderSpool, ObjectSpool, Spool, display_name, open_spool
from shared.store import job_time, new_job_id


@pytest.fixture(params=["folder", "objects"])
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> Spool:
    """One of each kind; fsspec's own store in memory stands for all object stores, S3 has a test to itself."""
    return (
        FolderSpool(tmp_path / "spool") if request.param == "folder" else ObjectSpool(f"memory://{uuid4().hex}/spool/")
    )


@given(st.none() | st.text(max_size=600))
def test_a_name_fit_to_be_shown(name: str | None) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= 255
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert display_name(shown) == shown


def test_a_file_comes_back_as_it_was(spool: Spool) -> None:
    job = new_job_id()
    file = spool.write(job, 3, "../x.txt", [b"one ", b"two"], limit=7)
    assert file == SpoolFile(name="../x.txt", path=f"{job}/3", size=7)
    with spool.open(file) as stream:
        assert stream.seekable()
        assert stream.read() == b"one two"
    assert spool.jobs(older=-1) == [job]
    spool.remove(job)
    spool.remove(job)
    assert spool.jobs(older=-1) == []
    with pytest.raises(FileNotFoundError):
        spool.open(file)


def test_no_more_than_the_limit(spool: Spool) -> None:
    with pytest.raises(TooLargeError, match="more than 6 bytes"):
        spool.write("job", 0, "x", [b"one ", b"two"], limit=6)
    with spool.open(SpoolFile(name="x", path="job/0", size=0)) as stream:
        assert len(stream.read()) <= 6
    spool.discard("job")


def test_jobs_by_age_and_nothing_else_that_lies_there(spool: Spool) -> None:
    assert spool.jobs(older=0) == []
    hour_ago = job_time(time.time() - 3600) + "0" * 12
    for job in (hour_ago, new_job_id(), "lost+found"):
        spool.write(job, 0, "x", [b"x"], limit=1)
    assert spool.jobs(older=3500) == [hour_ago]
    assert spool.jobs(older=3700) == []


def test_a_local_file_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_bytes(b"x")
    with FolderSpool(tmp_path / "elsewhere").open(SpoolFile(name="feed.txt", path=str(path), size=1)) as stream:
        assert stream.read() == b"x"


def test_the_settings_say_which(tmp_path: Path) -> None:
    assert isinstance(open_spool(Settings(spool_dir=tmp_path)), FolderSpool)
    assert isinstance(open_spool(Settings(spool_url="memory://x")), ObjectSpool)
    with pytest.raises(BadRequestError, match="nowhere://x"):
        open_spool(Settings(spool_url="nowhere://x"))
    with pytest.raises(ValueError, match="spool_url"):
        Settings(spool_url="bucket")
