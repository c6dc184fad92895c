"""Pairs of stories to tell apart: reprints and writethrus made of real stories, and pairs that only look alike.

Half of the stories are for tuning, half for the test. The kinds of ``UNSEEN`` are only in the test: while the rule and
its thresholds were made, no pair of them was looked at, only how many of a kind came out right.
"""

import csv
import gzip
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Literal

from benchmarks.agate import AGATE
from benchmarks.reprints import REPRINTS, WRITETHRUS, Article
from services.clean.clean import clean
from services.ingest.read import read_file
from shared.sentences import sentences
from training.summaries.data import articles

Gold = Literal["copy", "version", "shared part", "other", "unlabelled"]
Part = Literal["tuning", "test"]

WORDS = 60
"""A story to edit has as many at least."""
UNSEEN = frozenset(
    [
        "spelling, quotes",
        "paragraphs moved",
        "reworded 30 %",
        "teletype",
        "combined",
        "other local leads",
        "other headers, footers",
        "sports agate",
    ]
)


@dataclass(frozen=True)
class Pair:
    """Two stories, the earlier and the later, and what the later one is."""

    kind: str
    gold: Gold
    earlier: Article
    later: Article


def stories(wire: Path, summ: Path) -> list[Article]:
    """The wire's stories, cleaned, and news articles with their highlights as (gzipped) NDJSON has them."""
    found = []
    for path in sorted(wire.glob("*.sgm*")):
        with path.open("rb") as stream:
            for at, story in enumerate(map(clean, read_file(stream, name=path.name))):
                paragraphs = tuple(part for part in re.split(r"\n\s*\n", story.body or "") if part.strip())
                topics = frozenset(subject.name or subject.code or "" for subject in story.subjects)
                found.append(Article(f"{path.name}/{at}", story.headline or "", paragraphs, topics=topics))
    for path in sorted(summ.glob("*.jsonl*")):
        for at, (text, said) in enumerate(articles(path)):
            ends = [end for _, end in sentences(text)][1::2]
            starts = [0, *ends]
            parts = (text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True))
            paragraphs = tuple(part for part in parts if part)
            found.append(
                Article(f"{path.name}/{at}", " ".join(said[:1]).rstrip(" ."), paragraphs, highlights=tuple(said))
            )
    return found


def pairs(pool: Sequence[Article], semeval: Path, *, part: Part, each: int, seed: int = 1) -> list[Pair]:
    """About ``each`` pairs of every kind that belongs to the part, from stories that are of that part only."""
    draw = random.Random(f"{seed} {part}")
    mine = [story for story in pool if (random.Random(story.id).random() < 0.5) == (part == "tuning")]
    once = {story.headline: story for story in mine}.values()  # the wire sends some twice
    editable = [story for story in once if story.words >= WORDS and len(story.paragraphs) > 2]
    made = [*_edits(draw, editable, each), *_long_tops(draw, editable, each)]
    made += [pair for kind, make in AGATE.items() for pair in _agate(draw, kind, make, each)]
    made += [*_same_title(mine, each), *_earnings(mine, each), *_same_event(draw, semeval, part)]
    return [pair for pair in made if part == "test" or pair.kind not in UNSEEN]


def _edits(draw: random.Random, editable: Sequence[Article], each: int) -> Iterator[Pair]:
    for kind, edit in REPRINTS.items():
        for story in draw.sample(editable, min(each, len(editable))):
            later = edit(draw, story)
            if later.body.split() != story.body.split():
                yield Pair(kind, "copy", story, later)
    for kind, versions in WRITETHRUS.items():
        able = [story for story in editable if story.highlights or kind != "new lead"]
        for story in draw.sample(able, min(each, len(able))):
            earlier, later = versions(draw, story)
            if later.body.split() != earlier.body.split():
                yield Pair(f"writethru: {kind}", "version", earlier, later)


def _long_tops(draw: random.Random, editable: Sequence[Article], each: int) -> Iterator[Pair]:
    """A story of one's own, one and a half to three times as long, with two or more paragraphs of the wire's below."""
    shuffled = draw.sample(editable, len(editable))
    others = shuffled[each:]  # or the top would be a copy of what another pair has for its earlier story
    for story in shuffled[:each]:
        size = max(2, len(story.paragraphs) // 2)
        shared = story.paragraphs[:size]
        words = sum(len(one.split()) for one in shared) * draw.uniform(1.5, 3)
        top: list[str] = []
        while sum(len(one.split()) for one in top) < words:
            top += draw.choice(others).paragraphs[:6]
        yield Pair("long new top", "shared part", story, replace(story, paragraphs=(*top, *shared)))


def _agate(
    draw: random.Random, kind: str, make: Callable[[random.Random], tuple[str, str]], each: int
) -> Iterator[Pair]:
    for at in range(each):
        first, second = make(draw)
        yield Pair(kind, "other", _article(f"{kind}{at}a", first), _article(f"{kind}{at}b", second))


def _article(id: str, text: str, headline: str = "") -> Article:
    return Article(id, headline, tuple(part for part in text.split("\n\n") if part))


def _same_title(mine: Sequence[Article], each: int) -> Iterator[Pair]:
    """The wire's regular reports have the same headline but for its figures. With all of the headline the same, some
    are sent again, some updated, some regular; nobody has said which.
    """
    groups = defaultdict(list)
    for story in mine:
        title = re.sub(r"[\d.,/#]+", "#", story.headline)
        if story.words >= 25 and title:
            groups[title].append(story)
    found = _apart([pair for group in groups.values() for pair in combinations(group, 2)])
    other = [
        Pair("real: other figures in headline", "other", *pair)
        for pair in found
        if pair[0].headline != pair[1].headline
    ]
    same = [Pair("real: same headline", "unlabelled", *pair) for pair in found if pair[0].headline == pair[1].headline]
    yield from (*other[:each], *same[:each])


def _earnings(mine: Sequence[Article], each: int) -> Iterator[Pair]:
    """Of results, dividends and filings of different companies, the pairs that have most words in common."""
    reports = [story for story in mine if "earn" in story.topics and story.words >= 25][:400]
    scored = []
    for one, other in combinations(reports, 2):
        if one.headline.split()[:1] != other.headline.split()[:1]:
            first, second = set(one.body.lower().split()), set(other.body.lower().split())
            scored.append((len(first & second) / len(first | second), one, other))
    scored.sort(key=lambda row: -row[0])
    found = _apart([(one, other) for _, one, other in scored])
    yield from (Pair("real: results, dividends", "other", *pair) for pair in found[:each])


def _apart(found: Sequence[tuple[Article, Article]]) -> list[tuple[Article, Article]]:
    """Pairs of which no two have a text in common."""
    seen: set[str] = set()
    kept = []
    for one, other in found:
        if one.body != other.body and not seen & {one.body, other.body}:
            kept.append((one, other))
            seen |= {one.body, other.body}
    return kept


def _same_event(draw: random.Random, semeval: Path, part: Part) -> Iterator[Pair]:
    """English pairs of SemEval-2022 task 8, whatever their grade: different articles, often of one event."""
    csv.field_size_limit(sys.maxsize)
    with gzip.open(semeval, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["lang1"] == row["lang2"] == "en"]
    for row in rows:
        if (random.Random(row["pair_id"]).random() < 0.5) == (part == "tuning"):
            first, second = _article(row["pair_id"] + "a", row["text1"]), _article(row["pair_id"] + "b", row["text2"])
            yield Pair(f"same event, grade {round(float(row['Overall']))}", "other", first, second)
