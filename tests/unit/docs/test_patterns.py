"""What regular expressions must not hold."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
GROUP_POSSESSIVE = re.compile(r"[^\\]\)(?:[*+?]|\{\d*,?\d*\})\+")


def test_no_group_is_repeated_possessively() -> None:
    """Python 3.11.2 loses the match when a repetition fails half-way: ``(?:<a>|\\s)*+<b>`` never finds ``<b>``."""
    sources = [path for folder in ("shared", "services") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 50
    assert [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources
        for line in path.read_text("utf-8").splitlines()
        if GROUP_POSSESSIVE.search(line) and "no repetition fails half-way" not in line
    ] == []
