"""Rules for single characters: text decoded with the wrong table, characters that do not show, Unicode's NFC."""

import re
import unicodedata
from collections.abc import Iterator

from services.clean.draft import Cut, Draft, Rule

ENCODING = Rule("encoding", "the text was decoded with the wrong character table")

_NEWLINE = re.compile(r"\r\n?")
# What UTF-8 looks like when read as Latin-1 or Windows-1252: a lead byte's letter, then a continuation byte's.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030"
    "\u2039\u203a\u20ac\u2122]|\u00c3 |[\u0080-\u009f]"
)
# Joiners and direction marks stay: Persian, Indic scripts, Hebrew and emoji need them.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufff9-\ufffb\ud800-\udfff]+")
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_BEYOND_ASCII = re.compile(r"(?<!\S)[\x21-\x7e]*[^\x00-\x7f\s]\S*")
_LONGEST_WORD = 200  # normalising a run of n combining marks takes n² steps; no word is this long


def normalise_newlines(draft: Draft) -> Iterator[Cut]:
    """``\\r\\n`` and ``\\r`` become ``\\n``."""
    if "\r" in draft.text:
        for match in _NEWLINE.finditer(draft.text):
            yield Cut(match.start(), match.end(), "\n")


def repair_encoding(draft: Draft) -> Iterator[Cut]:
    """Undo wrong decoding (``donâ€™t``), line by line, word by word where words still correspond."""
    text = draft.text
    if text.isascii() or not _MOJIBAKE.search(text):
        return
    from ftfy import fix_encoding

    at = 0
    for line in text.split("\n"):
        if _MOJIBAKE.search(line):
            fixed = fix_encoding(line)
            if fixed != line:
                yield from _differences(line, fixed, at)
        at += len(line) + 1


def _differences(line: str, fixed: str, at: int) -> Iterator[Cut]:
    """Cuts that turn ``line``, which begins at ``at``, into ``fixed``."""
    before, after = list(re.finditer(r"[^ \t]+", line)), re.findall(r"[^ \t]+", fixed)
    if len(before) == len(after):
        for word, repaired in zip(before, after, strict=True):
            if word[0] != repaired:
                yield Cut(at + word.start(), at + word.end(), repaired, ENCODING)
    else:
        yield Cut(at, at + len(line), fixed, ENCODING)


def drop_unseen(draft: Draft) -> Iterator[Cut]:
    """Take out control characters and the like; other line ends become ``\\n``. Nothing a reader could see goes."""
    if draft.text.replace("\n", "").isprintable():  # neither expression matches a printable character
        return
    cuts = [Cut(match.start(), match.end()) for match in _UNSEEN.finditer(draft.text)]
    ends = [Cut(match.start(), match.end(), "\n") for match in _LINE_ENDS.finditer(draft.text)]
    yield from sorted(cuts + ends) if ends else cuts


def compose(draft: Draft) -> Iterator[Cut]:
    """Unicode normalisation form C (UAX #15), a word at a time."""
    if draft.text.isascii():
        return
    for word in _BEYOND_ASCII.finditer(draft.text):
        if word.end() - word.start() <= _LONGEST_WORD and not unicodedata.is_normalized("NFC", word[0]):
            yield Cut(word.start(), word.end(), unicodedata.normalize("NFC", word[0]))
