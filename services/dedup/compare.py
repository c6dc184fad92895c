"""What a later story is to an earlier one: a copy, a newer version, or one that shares a part. Pure.

The rule, in the order it is asked:

1. They are about the same thing: enough of the later text stands in the earlier, and the figures and names in those
   passages agree for the most part. Tables and set phrases agree in all but these.
2. It says something *new*: another figure in the same place, or words between or around the passages that are about the
   story. What a paper sets around a story (headline, byline, local lead, footer) is not about it, and shares few of its
   words.
3. Nothing new: a copy (``near``). New, and still the same story: an ``update``. Mostly another story: ``related``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.dedup.changes import Changes, Stretch, Text, changes
from services.dedup.label import Label
from shared.models import Evidence, Shared

ARTICLE = {"update": "an update", "correction": "a correction"}
SPANS = 50
"""Passages named in the evidence, at most: the longest."""
_SHARED = 20  # words in common from which on two stories are worth a word
_RELATED = 30  # and from which on a part of one is named as being in the other
_VERBATIM = 0.4  # share of a copy's passages that must be word for word
_SAME = 0.4  # share of a new version that must stand in the old one
_NEW = 8  # words between passages from which on they are news
_TITLE = 20  # words of a line above the text, at most, that is its headline, if it does not end as a sentence
_LEAD = 12  # words of a new lead, at least
_ABOUT = 0.45  # share of familiar words from which on a paragraph above the text is a new lead, not a local one
_SENTENCE = 5  # words of a sentence below the text, at least, that is news
_FOOTER = 22  # words of a line below the text, at most, that is the paper's if it is no sentence
_LINE = 12  # words of a line around the text, at most, of which one word says that it is the paper's
_SURE = 2  # the same, of which so many say it in a longer one
_AROUND = 1.2  # words that a paper sets around a story, per word of it, at most
_SHOWN = 8  # figures or names told of a kind, at most
_QUOTED = 16  # words quoted of a new passage, at most
_WORD = 40  # characters of a word that are shown, at most


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the later relates to the earlier; ``score`` is the share of its words that the earlier has word
    for word.
    """

    relation: Literal["near", "update", "correction", "related"]
    score: float
    evidence: Sequence[Evidence] = field(default_factory=list)


def compare(earlier: Text, later: Text, *, label: Label = "", near: float) -> Verdict | None:
    """What the later text is to the earlier, or None if they have nothing to do with each other.

    ``near`` is the share, 0 to 1, of a copy's words that the earlier has, what a paper sets around it not counted.
    ``label`` is what the later one calls itself: then it is that, if it is the same story at all.
    """
    found = changes(earlier, later)
    relation = _relation(found, label, near)
    if relation is None:
        return None
    return Verdict(relation, round(found.verbatim / found.words, 3), list(_evidence(earlier, later, found, label)))


def _relation(found: Changes, label: Label, near: float) -> Literal["near", "update", "correction", "related"] | None:
    if found.aligned < _SHARED or not _agree(found):
        return None
    news = [one for one in found.stretches if _is_news(one)]
    around = sum(one.size for one in found.stretches if one.place != "middle" and one not in news)
    story = found.words - min(around, int(_AROUND * found.aligned))
    share = found.aligned / story
    if not label and not news and not found.changed_figures and share >= near:
        return "near" if found.verbatim >= _VERBATIM * found.aligned else None
    kept = found.kept / found.of_words
    same = found.aligned >= _SAME * found.words and max(share, kept) >= _SAME
    grown = kept >= near and found.alignment.passages[0].at <= _NEW
    if (same or grown) and (label or news or found.changed_figures):
        return label or "update"
    return "related" if found.verbatim >= _RELATED else None


def _agree(found: Changes) -> bool:
    """Whether more figures and names are the same, in the passages and between them, than are others."""
    middle = [one for one in found.stretches if one.place == "middle"]
    replaced = sum(
        len(one.figures) if one.size < _NEW else min(len(one.figures), max(0, one.size - one.new)) for one in middle
    )
    changed = len(found.changed_figures) + len(found.changed_names) + replaced
    return changed == 0 or found.same_facts > changed


def _is_news(stretch: Stretch) -> bool:
    if stretch.place == "middle":
        least = _SENTENCE if stretch.sentence else _NEW
        return bool(stretch.figures) or (stretch.new >= least and stretch.furniture < _SURE)
    if _is_furniture(stretch):
        return False
    if stretch.place == "top":
        title = stretch.size <= _TITLE and not stretch.sentence
        about = stretch.known or stretch.familiar >= _ABOUT
        return bool(about and not title and stretch.size >= _LEAD)
    says = stretch.told and stretch.size >= (_SENTENCE if stretch.sentence else _LEAD)
    about = stretch.known or any(len(figure) > 1 for figure in stretch.figures)  # lists are numbered
    return bool(says or stretch.size > _FOOTER or (about and stretch.size >= _NEW))


def _is_furniture(stretch: Stretch) -> bool:
    return stretch.furniture >= (1 if stretch.size <= _LINE else _SURE)


def _evidence(earlier: Text, later: Text, found: Changes, label: Label) -> Iterator[Evidence]:
    share, exactly = found.aligned / found.words, found.verbatim / found.aligned
    detail = f"share of its words in passages that the earlier has, {exactly:.0%} of them word for word"
    yield Evidence(kind="similar-text", detail=detail, value=round(share, 3), spans=_spans(earlier, later, found))
    for kind, changed in (("changed-figures", found.changed_figures), ("changed-names", found.changed_names)):
        if changed:
            yield Evidence(kind=kind, detail=_swaps(changed), value=len(changed))
    if found.alignment.passages[0].at > 0 or found.alignment.passages[0].of > 0:
        yield Evidence(kind="first-paragraph", detail=f"begins otherwise: {_quoted(later, 0, _QUOTED)}")
    news = [one for one in found.stretches if _is_news(one)]
    around = [one for one in found.stretches if one.place != "middle" and not _is_news(one)]
    for kind, stretches in (("added-text", news), ("set-around", around)):
        if stretches:
            longest = max(stretches, key=lambda one: one.size)
            words = sum(one.size for one in stretches)
            yield Evidence(kind=kind, detail=_quoted(later, longest.at, longest.end), value=words)
    if gone := found.of_words - found.kept:
        yield Evidence(kind="removed-text", detail="words of the earlier that it does not have", value=gone)
    if label:
        yield Evidence(kind="label", detail=f"calls itself {ARTICLE[label]}")


def _swaps(changed: Sequence[tuple[str, str]]) -> str:
    told = [f"{before[:_WORD]} → {after[:_WORD]}" for before, after in changed[:_SHOWN]]
    return "; ".join(told) + ("; …" if len(changed) > _SHOWN else "")


def _quoted(text: Text, at: int, end: int) -> str:
    """The first words of some."""
    stop = min(end, at + _QUOTED, len(text.words.words))
    body = text.body[text.words.starts[at] : text.words.ends[stop - 1]][: _QUOTED * _WORD]
    return " ".join(body.split()) + (" …" if stop < end else "")


def _spans(earlier: Text, later: Text, found: Changes) -> list[Shared]:
    longest = sorted(found.alignment.passages, key=lambda one: one.at - one.end)[:SPANS]
    mine, others = later.words, earlier.words
    return [
        Shared(
            start=mine.starts[one.at],
            end=mine.ends[one.end - 1],
            of_start=others.starts[one.of],
            of_end=others.ends[one.of_end - 1],
        )
        for one in sorted(longest, key=lambda one: one.at)
    ]
