"""How well texts are cleaned, and how fast, on one core.

    make bench-cleaning ARGS="--pages PAGES.jsonl.gz tests/fixtures/pages --reuters FILE.sgm.gz …"
    python -m benchmarks.cleaning [--pages PAGES…] [--reuters FILE.sgm.gz…] [--show 10]

``PAGES`` is a file of objects with ``html`` and ``gold``, the main text, or a folder of NAME.html with NAME.txt. Of the
libraries compared with (resiliparse, readability-lxml, newspaper4k) one that is not installed is left out. They are not
in ``requirements/``, since readability-lxml and the ingest service ask for different versions of chardet: the first
command runs in an environment of its own that has them all. The Reuters files are those of Reuters-21578: stories are
fed as they were transmitted (headline, byline, dateline and text run on), and the fields found are compared with the
markup.
"""

import argparse
import gzip
import html
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.extractors import EXTRACTORS, ours, ours_cleaned
from services.clean.clean import clean
from services.clean.language import load_classifier
from shared.models import Content, Story

_GRAM = 4  # words
_WARM_UP = 30  # pages; what libraries compile and cache on the way took a third of a run's time
_SECONDS = 5.0  # at least, for the speed of plain text
_STORY = re.compile(r"<REUTERS\b.*?</REUTERS>", re.DOTALL)
_TEXT = re.compile(r"<TEXT[^>]*>(.*?)</TEXT>", re.DOTALL)
_TAG = re.compile(r"</?[A-Z]+>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

console = Console()


@dataclass
class Page:
    """A web page and its main text."""

    html: str
    gold: str


@dataclass
class Wire:
    """A story as transmitted, and what its markup says; empty where there is none."""

    text: str
    dateline: str
    byline: str


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words, each as often as it comes; of a shorter text the whole."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + _GRAM]) for at in range(max(1, len(words) - _GRAM + 1)))


def agreement(found: str, gold: str) -> tuple[float, float]:
    """Precision and recall of the shingles of ``found``."""
    one, other = shingles(found), shingles(gold)
    both = (one & other).total()
    return both / one.total(), both / other.total()


def f1(precision: float, recall: float) -> float:
    """The harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def read_pages(path: Path) -> list[Page]:
    """The pages of a file or a folder."""
    if path.is_dir():
        sides = [(page, page.with_suffix(".txt")) for page in sorted(path.glob("*.html"))]
        return [Page(page.read_text(encoding="utf-8"), gold.read_text(encoding="utf-8")) for page, gold in sides]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [Page(row["html"], row["gold"]) for row in map(json.loads, file)]


def pages(path: Path, show: int) -> None:
    """A row an extractor; and the pages on which ours does worst."""
    rows = read_pages(path)
    table = Table(
        "extractor",
        "precision",
        "recall",
        "F1",
        "mean F1 of pages",
        "pages/s",
        title=f"{len(rows)} pages of {path.name}",
        box=None,
    )
    for name, load in (("wiremill", ours), ("wiremill, cleaned", ours_cleaned), *EXTRACTORS.items()):
        try:
            extract = load()
        except ImportError:
            table.add_row(name, "not installed")
            continue
        scores, seconds = measure(extract, rows)
        precision, recall = (sum(score[side] for score in scores) / len(rows) for side in (0, 1))
        each = [f1(*score) for score in scores]
        figures = (precision, recall, f1(precision, recall), sum(each) / len(rows))
        table.add_row(name, *(f"{figure:.3f}" for figure in figures), f"{len(rows) / seconds:.1f}")
        if load is ours and show:
            worst = sorted(range(len(rows)), key=each.__getitem__)[:show]
            console.print(
                "worst:", *(f"{number}: P {scores[number][0]:.2f} R {scores[number][1]:.2f};" for number in worst)
            )
    console.print(table)


def measure(extract: Callable[[str], str], rows: list[Page]) -> tuple[list[tuple[float, float]], float]:
    """Precision and recall of each page, and the seconds of processor time it took. What an extractor raises is ""."""
    for row in rows[:_WARM_UP]:
        with suppress(Exception):
            extract(row.html)
    texts = []
    began = time.process_time()
    for row in rows:
        try:
            texts.append(extract(row.html))
        except Exception:
            texts.append("")
    seconds = time.process_time() - began
    return [agreement(text, row.gold) for text, row in zip(texts, rows, strict=True)], seconds


def wires(paths: Iterable[Path]) -> Iterator[Wire]:
    """The stories of Reuters-21578 files."""
    for path in paths:
        with gzip.open(path, "rt", encoding="latin-1") as file:
            for story in _STORY.findall(file.read()):
                text = _TEXT.search(story)
                if text:
                    dateline, byline = (_bare(_element(text[1], name)) for name in ("DATELINE", "AUTHOR"))
                    yield Wire(_plain(_TAG.sub("", text[1])), dateline.rstrip(" -"), re.sub(r"(?i)^by ", "", byline))


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return found[1] if found else ""


def _plain(text: str) -> str:
    return _CONTROLS.sub("", html.unescape(text))


def _bare(text: str) -> str:
    return " ".join(_plain(text).split()).rstrip(",=")


def reuters(stories: list[Wire], show: int) -> None:
    """Shares of stories whose dateline and byline are right: as in the markup, or none where there is none."""
    table = Table("field", "right of all", "of those with one", "found where there is none", box=None)
    for name in ("dateline", "byline"):
        wrong, missed, invented, given = [], 0, 0, 0
        for story in stories:
            gold = getattr(story, name)
            found = field(clean(Story(content=Content(text=story.text))), name)
            given += bool(gold)
            if found.casefold() != gold.casefold():
                wrong.append((gold, found, story.text[:160]))
                missed += bool(gold)
                invented += not gold
        right = 1 - len(wrong) / len(stories)
        table.add_row(
            name,
            f"{right:.4f}",
            f"{1 - missed / max(given, 1):.4f} of {given}",
            f"{invented} of {len(stories) - given}",
        )
        for gold, found, text in wrong[:show]:
            console.print(f"{name}: {gold!r} read as {found!r} in {text!r}", highlight=False, markup=False)
    console.print(table)


def field(story: Story, name: str) -> str:
    """What was found, without what the two write differently."""
    if name == "byline":
        return _bare(story.byline or "")
    return _bare(story.dateline.text if story.dateline else "").rstrip(" -")


def speed(texts: list[str]) -> None:
    """Stories a second."""
    load_classifier()
    stories = [Story(content=Content(text=text)) for text in texts]
    count, began = 0, time.process_time()
    while (seconds := time.process_time() - began) < _SECONDS:
        for story in stories:
            clean(story)
        count += len(stories)
    characters = sum(map(len, texts)) / len(texts)
    console.print(f"plain text: {count / seconds:,.0f} stories/s of {characters:,.0f} characters", highlight=False)


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, nargs="+", default=[])
    parser.add_argument("--reuters", type=Path, nargs="+", default=[])
    parser.add_argument("--show", type=int, default=0, help="so many of the failures of each kind")
    options = parser.parse_args()
    console.print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", highlight=False)
    if options.reuters:
        stories = list(wires(options.reuters))
        reuters(stories, options.show)
        speed([story.text for story in stories])
    for path in options.pages:
        pages(path, options.show)


if __name__ == "__main__":
    main()
