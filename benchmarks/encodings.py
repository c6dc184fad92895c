"""How often detectors of encodings are right: ``python -m benchmarks.encodings [FOLDER]`` (of ``LANGUAGE.txt``).

Every text is encoded as its language was written before UTF-8, cut into pieces of three lengths, and read by each
detector that is installed, and as ingest does; right means that the text comes out as it went in. The last column
says what is not right, by encoding. Besides ours, nothing is installed: ``pip install chardet chardetng-py
charset-normalizer faust-cchardet``.
"""

import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from services.ingest.charset_guess import charset_of

LANGUAGES = Path(__file__).parents[1] / "tests" / "fixtures" / "languages"
LENGTHS = (100, 300, 2_000)  # bytes
_WESTERN = ("cp1252", "mac-roman")
ENCODINGS: dict[str, tuple[str, ...]] = {
    "ru": ("cp1251", "koi8-r"), "uk": ("cp1251",), "bg": ("cp1251",),
    "pl": ("cp1250", "iso-8859-2"), "cs": ("cp1250", "iso-8859-2"),
    "hu": ("cp1250", "iso-8859-2"), "hr": ("cp1250", "iso-8859-2"),
    "el": ("cp1253",), "tr": ("cp1254",), "he": ("cp1255",), "ar": ("cp1256",),
    "ja": ("shift-jis", "euc-jp"), "zh": ("gb18030",), "zh-hant": ("big5",), "ko": ("euc-kr",),
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "sv", "da", "nl", "fi", "en"), _WESTERN),
}  # fmt: skip
_WHOLE = ("cp1250", "cp1251", "cp1252", "cp1254", "mac-roman", "gb18030", "big5")
_PLAIN = str.maketrans("„“”«»‘’–—ё", '"""""\'\'--е')
"""What a desk typed where its character set had no such sign."""


def pieces(folder: Path) -> Iterator[tuple[str, int, str, bytes]]:
    """``(encoding, length, text, its bytes)``: only pieces that are not ASCII, and no longer than asked for."""
    for path in sorted(folder.glob("*.txt")):
        whole = path.read_text(encoding="utf-8")
        for encoding in ENCODINGS.get(path.stem, ()):
            text = whole if encoding in _WHOLE else whole.translate(_PLAIN)
            for length in LENGTHS:
                step = max(1, length * len(text) // len(text.encode(encoding)))
                for start, end in pairwise([*range(0, len(text), step), len(text)]):
                    data = text[start:end].encode(encoding)
                    if not data.isascii() and (len(data) >= length * 0.9 or start == 0):
                        yield encoding, length, text[start:end], data


def detectors() -> dict[str, Callable[[bytes], str | None]]:
    """Those installed, by name: bytes → the name of an encoding."""
    found: dict[str, Callable[[bytes], str | None]] = {"ingest": charset_of}

    def add(module: str, make: Callable[[Any], Callable[[bytes], str | None]]) -> None:
        with suppress(ImportError):
            found[module] = make(importlib.import_module(module))

    add("chardet", lambda m: lambda data: m.detect(data)["encoding"])
    add("chardetng_py", lambda m: lambda data: m.detect(data, allow_utf8=False))
    add("charset_normalizer", lambda m: lambda data: getattr(m.from_bytes(data).best(), "encoding", None))
    add("cchardet", lambda m: lambda data: m.detect(data)["encoding"])
    return found


def is_right(encoding: str | None, text: str, data: bytes) -> bool:
    """Whether the bytes read in that encoding (none: in Windows-1252) are the text."""
    try:
        return data.decode(encoding or "cp1252") == text
    except (LookupError, UnicodeDecodeError):
        return False


def main() -> None:
    """Print a row a detector."""
    samples = list(pieces(Path(sys.argv[1]) if sys.argv[1:] else LANGUAGES))
    table = Table("detector", *(f"{length} bytes" for length in LENGTHS), "Western", "µs", "wrong", box=None)
    for name, detect in detectors().items():
        right, total, wrong = Counter[Any](), Counter[Any](), Counter[str]()
        seconds = 0.0
        for encoding, length, text, data in samples:
            began = time.perf_counter()
            answer = detect(data)
            seconds += time.perf_counter() - began
            ok = is_right(answer, text, data)
            for key in (length, encoding):
                right[key] += ok
                total[key] += 1
            wrong[encoding] += not ok
        shares = [f"{right[key] / total[key]:.1%}" for key in (*LENGTHS, "cp1252")]
        faults = ", ".join(f"{encoding} {count}/{total[encoding]}" for encoding, count in wrong.most_common() if count)
        table.add_row(name, *shares, f"{seconds / len(samples) * 1e6:,.0f}", faults)
    Console(width=200).print(table)
    print(f"{len(samples)} pieces")


if __name__ == "__main__":
    main()
