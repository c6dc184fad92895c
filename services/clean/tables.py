"""Tables and agate (results, standings, fixtures, prices): rows that stay rows, however often one comes again."""

import re
from collections.abc import Sequence

GAP = re.compile(r"(?<=\S)(?: {2,}|\t+ *)(?=\S)")
"""What parts two columns."""

_LEADERS = re.compile(r"(?:\.{3,}|(?:\. ){3,})\d|;[^;]{0,30};[^;]{0,30};")
_WORD = re.compile(r"\S*\w\S*")
_LONGEST = 200  # characters of a row
_FEWEST_NUMBERS = 2
_MOST_LOWER = 1 / 3  # of a row's words; prose has more that begin with a small letter
_FEWEST_ROWS = 3
_FEWEST_GAPS = 2  # in the head of a table


def is_agate(text: str) -> bool:
    """Whether a paragraph is a row of figures rather than a sentence."""
    if len(text) > _LONGEST:
        return False
    if _LEADERS.search(text):
        return True
    words = _WORD.findall(text)
    numbers = sum(any(map(str.isdigit, word)) for word in words)
    lower = sum(word[0].islower() for word in words)
    return numbers >= _FEWEST_NUMBERS and lower < _MOST_LOWER * len(words)


def rows(lines: Sequence[str]) -> list[bool]:
    """For each line of a text, whether it is a row of a table: three or more on end with columns and figures."""
    found = [len(line) <= _LONGEST and _is_row(line) for line in lines]
    if True not in found:
        return found
    start = 0
    for number in range(len(lines) + 1):
        if number == len(lines) or not found[number]:
            if number - start < _FEWEST_ROWS:
                found[start:number] = [False] * (number - start)
            elif start > 0 and len(GAP.findall(lines[start - 1])) >= _FEWEST_GAPS:
                found[start - 1] = True  # the head of the columns, which has no figures
            start = number + 1
    return found


def _is_row(line: str) -> bool:
    if ("  " in line or "\t" in line) and GAP.search(line) and any(map(str.isdigit, line)):
        return True
    return (".." in line or ". ." in line or ";" in line) and _LEADERS.search(line) is not None
