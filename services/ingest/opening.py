"""Unpacks what was handed over: told by its first bytes, never by its name, and streamed.

Archives may hold archives, once. A member is named ``archive.zip!member.txt``.
"""

import gzip
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from services.ingest.items import ItemError, Limits
from services.ingest.streams import FAULTS, Allowance, Checked, Readable, ZstdReader, describe

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC_AT, _TAR_MAGIC, _TAR_BLOCK = 257, b"ustar", 512
_MAX_LAYERS = 2
"""How many archives, and how many compressions, may lie in one another."""

_SMALL = 16_000_000
"""Bytes that anything may unpack to, whatever its ratio: short and repetitive is not yet a bomb."""

_ZIP_FAULTS: tuple[type[Exception], ...] = (*FAULTS, OSError)
"""A damaged directory sends zipfile to offsets that cannot be; the operating system then objects."""

_ENCRYPTED = 0x1
_LITTER = ("__MACOSX/", ".DS_Store")
"""What desktop systems add to archives; nobody handed it over."""


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file, ready to be read, or the fault in its place."""

    name: str
    stream: Checked | None = None
    fault: ItemError | None = None


@dataclass(frozen=True, slots=True)
class _Layer:
    """Where in the nesting a stream lies."""

    limits: Limits
    allowance: Allowance
    archives: int = 0
    compressions: int = 0

    def within(self, packed: int) -> Allowance:
        """What ``packed`` bytes of this layer may unpack to."""
        return Allowance(max(_SMALL, packed * self.limits.max_pack_ratio), self.allowance)


def open_members(stream: BinaryIO, *, name: str, limits: Limits) -> Iterator[Member]:
    """Every plain file in ``stream``, in order. Each must be read before the next is asked for."""
    layer = _Layer(limits, Allowance(limits.max_unpacked_bytes))
    if stream.seekable():
        size = stream.seek(0, 2)
        stream.seek(0)
        yield from _open(Checked(stream, name=name, raw=stream), size, layer)
        return
    with tempfile.TemporaryFile() as spooled:
        shutil.copyfileobj(stream, spooled)
        yield from open_members(cast(BinaryIO, spooled), name=name, limits=limits)


def _open(stream: Checked, size: int, layer: _Layer) -> Iterator[Member]:
    """The members of a stream that came out of ``size`` (packed) bytes."""
    head = stream.peek(_TAR_BLOCK)
    if head.startswith((_GZIP, _ZSTD)):
        inner = replace(layer, compressions=layer.compressions + 1)
        if inner.compressions > _MAX_LAYERS:
            yield _too_deep(stream.name)
            return
        unpack: Readable = (
            gzip.GzipFile(fileobj=cast(BinaryIO, stream)) if head.startswith(_GZIP) else ZstdReader(stream)
        )
        plain = Checked(unpack, name=stream.name, allowance=layer.within(size), inner=stream)
        yield from _open(plain, size, inner)
    elif head.startswith(_ZIP) or head[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC):
        inner = replace(layer, archives=layer.archives + 1, allowance=layer.within(size))
        if inner.archives > _MAX_LAYERS:
            yield _too_deep(stream.name)
        elif head.startswith(_ZIP):
            yield from _open_zip(stream, inner)
        else:
            yield from _open_tar(stream, inner)
    else:
        yield Member(stream.name, stream)


def _open_zip(stream: Checked, layer: _Layer) -> Iterator[Member]:
    with tempfile.TemporaryFile() as spooled:
        if stream.raw is None:  # a zip's directory is at its end
            shutil.copyfileobj(stream, spooled)
        try:
            archive = zipfile.ZipFile(stream.raw or cast(IO[bytes], spooled))
        except _ZIP_FAULTS as error:
            yield Member(stream.name, fault=stream.fault or ItemError(*describe(stream.name, error)))
            return
        for info in archive.infolist():
            if info.is_dir() or _is_litter(info.filename):
                continue
            name = f"{stream.name}!{info.filename}"
            if fault := _unsafe(name, info.filename) or _encrypted(name, info):
                yield Member(name, fault=fault)
                continue
            try:
                file = archive.open(info)
            except _ZIP_FAULTS as error:
                yield Member(name, fault=ItemError(*describe(name, error)))
                continue
            with file:
                member = Checked(file, name=name, allowance=layer.within(info.compress_size))
                yield from _open(member, info.file_size, layer)
            if layer.allowance.spent:
                return


def _open_tar(stream: Checked, layer: _Layer) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r|") as archive:
            for info in archive:
                if info.isdir() or _is_litter(info.name):
                    continue
                name = f"{stream.name}!{info.name}"
                if fault := _unsafe(name, info.name) or _special(name, info):
                    yield Member(name, fault=fault)
                    continue
                file = cast(IO[bytes], archive.extractfile(info))  # None only for what is not a regular file
                yield from _open(Checked(file, name=name, inner=stream), info.size, layer)
                _forget_members(archive)
    except FAULTS as error:
        yield Member(stream.name, fault=stream.fault or ItemError(*describe(stream.name, error)))
        return
    if stream.fault:
        yield Member(stream.name, fault=stream.fault)


def _forget_members(archive: Any) -> None:
    """Drop what tarfile keeps for random access, so that memory does not grow with the archive."""
    archive.members.clear()


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER[0]) or name.endswith(_LITTER[1])


def _too_deep(name: str) -> Member:
    detail = f"{name}: archives are opened {_MAX_LAYERS} deep; unpack the outer ones first"
    return Member(name, fault=ItemError("too-deeply-nested", detail))


def _unsafe(name: str, path: str) -> ItemError | None:
    if not path.startswith("/") and ".." not in PurePosixPath(path.replace("\\", "/")).parts:
        return None
    return ItemError("unsafe-name", f"{name}: pack it again under a name without a leading / and without '..'")


def _encrypted(name: str, info: zipfile.ZipInfo) -> ItemError | None:
    if not info.flag_bits & _ENCRYPTED:
        return None
    return ItemError("encrypted", f"{name}: pack it again without a password")


def _special(name: str, info: tarfile.TarInfo) -> ItemError | None:
    if info.isreg() and not info.issparse():
        return None
    detail = f"{name}: links, devices and sparse files are not read; pack the file itself"
    return ItemError("unsupported-member", detail)
