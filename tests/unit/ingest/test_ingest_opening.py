"""Archives: told by content, streamed, bounded; a fault costs only what is behind it."""

import gzip
import io
import random
import tarfile
import zipfile

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.read import read_file
from shared.models import State

LINES = b"".join(b'{"text": "story %d"}\n' % number for number in range(5_000))


def zipped(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data, **options)
    return buffer.getvalue()


def tarred(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = 0 if isinstance(data, tarfile.TarInfo) else len(data)
            archive.addfile(info, None if isinstance(data, tarfile.TarInfo) else io.BytesIO(data))
    return buffer.getvalue()


def summary(stories):
    return [(story.source.file, story.error.type if story.error else story.content.text) for story in stories]


TWO = {"a.txt": b"One.", "dir/b.txt": b"Two."}


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (zipped(TWO), ["x!a.txt", "x!dir/b.txt"]),
        (tarred(TWO), ["x!a.txt", "x!dir/b.txt"]),
        (gzip.compress(tarred(TWO)), ["x!a.txt", "x!dir/b.txt"]),
        (zstandard.compress(tarred(TWO)), ["x!a.txt", "x!dir/b.txt"]),
        (zipped({"in.zip": zipped(TWO)}), ["x!in.zip!a.txt", "x!in.zip!dir/b.txt"]),
        (tarred({"in.zip": zipped(TWO)}), ["x!in.zip!a.txt", "x!in.zip!dir/b.txt"]),
        (zipped({"a.gz": gzip.compress(b"One."), "b.zst": zstandard.compress(b"Two.")}), ["x!a.gz", "x!b.zst"]),
    ],
)
def test_members(read, data, names):
    assert summary(read(data, name="x")) == list(zip(names, ["One.", "Two."], strict=True))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_compressed_in_parts(read, pack):
    halves = LINES[:60_010], LINES[60_010:]
    assert len(read(pack(halves[0]) + pack(halves[1]))) == 5_000


def test_not_seekable():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *args):
            raise io.UnsupportedOperation

    assert summary(read_file(Pipe(zipped(TWO)), name="x")) == [("x!a.txt", "One."), ("x!dir/b.txt", "Two.")]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_truncated_keeps_what_came_before(read, pack):
    packed = pack(
        b"".join(b'{"text": "%s"}\n' % random.Random(number).randbytes(30).hex().encode() for number in range(9000))
    )
    *stories, cut, fault = read(packed[: len(packed) // 2])
    assert len(stories) > 3000
    assert {story.state for story in stories} == {State.PENDING}
    assert (cut.error.type, fault.error.type) == ("malformed-json", "bad-archive")
    assert "file: " in fault.error.detail
    assert "send the file again" in fault.error.detail


def test_truncated_tar(read):
    data = tarred({"a.txt": b"One.", "b.txt": b"Two. " * 1000})
    results = summary(read(data[:2000], name="x"))
    assert results[0] == ("x!a.txt", "One.")
    assert results[-1][1] == "bad-archive"


def test_broken_zip_directory(read):
    assert summary(read(zipped(TWO)[:-10], name="x")) == [("x", "bad-archive")]


def test_damaged_member_spares_its_neighbours(read):
    data = bytearray(zipped({"a.txt": b"One.", "b.txt": LINES, "c.txt": b"Three."}))
    at = data.index(b"b.txt") + 200
    data[at : at + 50] = b"\xff" * 50
    results = summary(read(bytes(data), name="x"))
    assert results[0] == ("x!a.txt", "One.")
    assert ("x!b.txt", "bad-archive") in results
    assert results[-1] == ("x!c.txt", "Three.")


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt"])
def test_names_that_point_outside(read, pack, name):
    results = summary(read(pack({name: b"x", "b.txt": b"Two."}), name="x"))
    assert results == [(f"x!{name}", "unsafe-name"), ("x!b.txt", "Two.")]


def test_encrypted_member(read):
    data = bytearray(zipped({"a.txt": b"One.", "b.txt": b"Two."}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    story = read(bytes(data), name="x")[0]
    assert (story.source.file, story.error.type) == ("x!a.txt", "encrypted")
    assert "without a password" in story.error.detail


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices(read, kind):
    special = tarfile.TarInfo("link")
    special.type, special.linkname = kind, "/etc/passwd"
    results = summary(read(tarred({"link": special, "b.txt": b"Two."}), name="x"))
    assert results == [("x!link", "unsupported-member"), ("x!b.txt", "Two.")]


def test_directories_and_litter_are_nothing(read):
    data = zipped({"dir/": b"", "__MACOSX/._a": b"\0", ".DS_Store": b"\0", "a.txt": b"One."})
    assert summary(read(data, name="x")) == [("x!a.txt", "One.")]


def test_nested_too_deeply(read):
    results = summary(read(zipped({"1": zipped({"2": zipped(TWO)}), "b.txt": b"Two."}), name="x"))
    assert results == [("x!1!2", "too-deeply-nested"), ("x!b.txt", "Two.")]


BOMB = b" " * 40_000_000


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_ratio(read, pack):
    story = read(pack(BOMB), name="x", format="text", max_pack_ratio=100)[-1]
    assert story.error.type == "unpacks-too-large"


def test_bomb_spares_its_neighbours(read):
    filler = bytes(range(256)) * 800  # so that the archive as a whole is in proportion
    archive = zipped({"a": BOMB, "b.txt": b"Two."})
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as more:
        more.writestr("filler", filler)
    results = summary(read(buffer.getvalue(), name="x", format="text", max_pack_ratio=250))
    assert ("x!a", "unpacks-too-large") in results
    assert ("x!b.txt", "Two.") in results


def test_total(read):
    members = {f"{number}.txt": b"x" * 1000 for number in range(100)}
    results = summary(read(zipped(members), name="x", max_unpacked_bytes=50_500))
    assert [kind for _, kind in results].count("unpacks-too-large") == 1
    assert len(results) == 51


ARCHIVES = [
    zipped(TWO),
    tarred(TWO),
    gzip.compress(tarred(TWO)),
    zstandard.compress(b"One. " * 50),
    gzip.compress(LINES[:2000]),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ARCHIVES), st.data())
def test_no_damage_raises(archive, data):
    at = data.draw(st.integers(0, len(archive) - 1))
    patch = data.draw(st.binary(max_size=20))
    cut = data.draw(st.sampled_from([len(archive), at + 1, at + len(patch)]))
    damaged = (archive[:at] + patch + archive[at + len(patch) :])[:cut]
    stories = list(read_file(io.BytesIO(damaged), name="x"))
    assert stories == list(read_file(io.BytesIO(damaged), name="x"))
    assert stories
