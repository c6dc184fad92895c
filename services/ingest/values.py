"""What readers of all kinds do with the values that they find."""

from collections.abc import Iterable


def unique(values: Iterable[str | None]) -> list[str]:
    """The values that there are (blanks are none), each once, in their order."""
    return list(dict.fromkeys(filter(None, values)))
