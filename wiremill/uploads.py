"""What is handed over, in a form that can be sent more than once."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

Upload = Path | str | tuple[str, bytes | IO[bytes]]
"""A file by its path, or its name and its bytes, or its name and a file that is open for reading."""


class Lazy:
    """A file that is open only while it is being read: a submission may have more files than may be open at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Back to the beginning, or (``SEEK_END``) say how large it is."""
        self.close()
        return self._path.stat().st_size if whence == io.SEEK_END else 0

    def tell(self) -> int:
        """Where it stands before it is read."""
        return 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; after the last ones it is closed."""
        self._file = self._file or self._path.open("rb")
        part = self._file.read(size)
        if not part:
            self.close()
        return part

    def close(self) -> None:
        """Close it; it can be read again."""
        if self._file:
            self._file.close()
            self._file = None


def parts(files: Iterable[Upload]) -> list[tuple[str, Any]]:
    """Name and content of each, as httpx sends them."""
    return [(Path(file).name, Lazy(Path(file))) if isinstance(file, (str, Path)) else file for file in files]


def can_be_repeated(sent: Iterable[tuple[str, Any]]) -> bool:
    """Whether all of it can be sent again: a pipe cannot."""
    return all(content.seekable() for _, content in sent if hasattr(content, "seekable"))
