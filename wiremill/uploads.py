"""What is handed over, in a form that can be sent more than once."""

import errno
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

Upload = Path | str | tuple[str, bytes | IO[bytes]]
"""A file by its path, or its name and its bytes, or its name and a file that is open for reading."""


class Lazy:
    """A file that is open only while it is being read: a submission may have more files than may be open at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._left = 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Back to the beginning, or (``SEEK_END``) say how large it is."""
        self.close()
        self._left = self._path.stat().st_size
        return self._left if whence == io.SEEK_END else 0

    def tell(self) -> int:
        """Where it stands before it is read."""
        return 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; after the last of those that there were at first it is closed."""
        self._file = self._file or self._path.open("rb")
        part = self._file.read(self._left if size < 0 else min(size, self._left))
        if self._left and not part:
            self.close()
            raise OSError(errno.EIO, "it became shorter while it was being sent", str(self._path))
        self._left -= len(part)
        if not self._left:
            self.close()
        return part

    def close(self) -> None:
        """Close it; it can be read again."""
        if self._file:
            self._file.close()
            self._file = None


class Pipe:
    """A file that cannot be rewound, and of which nobody knows how long it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read = file.read


@contextmanager
def parts(files: Iterable[Upload]) -> Iterator[list[tuple[str, Any]]]:
    """Name and content of each, as httpx sends them; none that was opened here is left open."""
    sent = [_part(file) for file in files]
    try:
        yield sent
    finally:
        for _, content in sent:
            if isinstance(content, Lazy):
                content.close()


def _part(file: Upload) -> tuple[str, Any]:
    if isinstance(file, (str, Path)):
        return Path(file).name, Lazy(Path(file))
    name, content = file
    return (name, content) if isinstance(content, bytes) or content.seekable() else (name, Pipe(content))


def can_be_repeated(sent: Iterable[tuple[str, Any]]) -> bool:
    """Whether all of it can be sent again: a pipe cannot."""
    return not any(isinstance(content, Pipe) for _, content in sent)
