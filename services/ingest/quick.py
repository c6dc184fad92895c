"""Quick tests that spare most lines the slow patterns of ``phrases``: each is true of everything that these match."""

import re
from collections.abc import Iterable

from services.ingest.kills import ASKING
from services.ingest.phrases import LABEL

LONGEST_MARK = 24  # characters of a mark that is not in parentheses
_LONGEST_LABEL = 40  # characters, with what comes after it
_DELIMITER = re.compile(r"[:)\]|/–—*+-]")
TO_EDITORS_BEGIN = frozenset({"ed", "at", "no", "hi", "ad", "ac", "av"})
_BEGIN = TO_EDITORS_BEGIN | {words[:2] for words in ASKING}
"""The first two letters, in lower case, of what is said to editors without any mark before it or capitals."""

EMBARGO_WORDS = (
    "embarg", "sperr", "for release", "release time", "for publication", "for use", "hold until", "publish", "not use",
    "publier", "publicar", "pubblicare", "diffuser", "difundir", "diffondere", "zur ver", "broadcast",
)  # fmt: skip
"""Every embargo has one of these in lower case; most stories have none."""

SLUG_WORDS = (
    "kill", "withdrawn", "hold", "correct", "ld", "lead", "thr", "sub", "alert", "urgent", "bulletin", "flash", "brief",
    "advisory", "budget", "digest",
)  # fmt: skip
"""Every slug that says something has one of these in lower case; most sluglines have none."""

TAKE_SLUG_WORDS = ("add", "take", "page", "(")
"""Likewise for the takes in sluglines."""


def has(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words is in the text; twice as fast as ``any``."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


def may_speak(text: str) -> bool:
    """Whether a line of the text may be the wire's own, without a label.

    Such lines begin with a mark, capitals or certain words, end with a parenthesis, or are short; few others do.
    """
    return (
        len(text) <= LONGEST_MARK
        or text[-1] == ")"
        or not text[0].isalpha()
        or text[:4].isupper()
        or text[:2].lower() in _BEGIN
    )


def label_at(text: str, at: int = 0) -> re.Match[str] | None:
    """The label that stands in ``text`` at ``at``: ``LABEL.match``, but quick where there cannot be one.

    After a label comes a delimiter, or the end; only those that begin with a number need none.
    """
    end = at + _LONGEST_LABEL
    if len(text) > end and text[at].isalpha() and not _DELIMITER.search(text, at, end):
        return None
    return LABEL.match(text, at)
