"""Make use of sets that annotate less than the main one: what they do not say is missing, not wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from training.entities.data import Text

_NAME_LIKE = re.compile(r"(?<![\w@])(?:[^\W_]*(?:\d|(?!\d|_)[^\W\da-z_])[^\s]*)")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:][\"”’')]*\s+[\"“‘'(]*|\n\s*)\Z")


def missing_aware(texts: Iterable[Text], labels: frozenset[str], all_labels: Iterable[str]) -> Iterator[Text]:
    """Texts of a set that does not annotate all types: whatever could be a name of another type is unsure there.

    That is each word with a capital letter (but for the first of a sentence) or a digit that no mark covers.
    """
    if labels.issuperset(all_labels):
        yield from texts
        return
    for text in texts:
        maybe = [match.span() for match in _NAME_LIKE.finditer(text.text) if not _is_first(text.text, match.start())]
        marked = [(start, end) for start, end, _ in text.marks]
        yield replace(text, unsure=(*text.unsure, *(span for span in maybe if not _meets(span, marked))))


def _is_first(text: str, at: int) -> bool:
    return bool(_SENTENCE_START.search(text, max(0, at - 12), at)) and not text[at : at + 1].isdigit()


def _meets(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
