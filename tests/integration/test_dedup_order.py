"""What becomes of stories must not depend on how they were handed over, in which order they came, or on who died."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.models import Content, Source, Story, Wire
from shared.store import Store
from tests.desk import Desk

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
VOCABULARY = [a + b + c for a in "bdfgklmn" for b in "aeiou" for c in ("st", "rn", "lk", "mp", "nd")]
KINDS = ["same", "same", "cut", "edit", "figures", "update", "correction", "longer", "again", "rewrite"]


def article(seed: int, words: int = 80) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=words)


def edited(text: list[str], kind: str, at: int) -> list[str]:
    """A text as an agency or a paper may send it again."""
    return {
        "cut": text[: 60 + 6 * at],
        "edit": [*text[: 15 * at], "edited", *text[15 * at + 1 :]],
        "figures": [*text[:-2], str(11 + at), "dead"],
        "update": [*text, str(12 + at), "dead"],
        "correction": [*text[:-2], "8", "dead"],
        "longer": [*text, *article(50 + at, 40)],
        "rewrite": article(70 + at),
    }.get(kind, text)


@st.composite
def newsrooms(draw: st.DrawFn) -> list[Story]:
    """A dozen stories of a few events: originals, reprints, versions with and without ids, a notice, repeats."""
    stories: list[Story] = []
    for event in range(draw(st.integers(1, 2))):
        text = [*article(event), "9", "dead"]
        for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6)):
            if kind == "again" and stories:
                stories.append(draw(st.sampled_from(stories)))
                continue
            words = edited(text, kind, draw(st.integers(0, 3)))
            stories.append(draw(items(f"{event}.{len(stories)}", " ".join(words), kind)))
    if draw(st.booleans()):
        of = draw(st.sampled_from(["BC-Fire", "a", "b", None]))
        stories.append(draw(items("kill", "Kill the story.", "kill", of=of)))
    return stories


@st.composite
def items(draw: st.DrawFn, name: str, text: str, kind: str, of: str | None = None) -> Story:
    """A story with a version and a slugline now and then, received today or later."""
    days = draw(st.sampled_from(["", "", "", "days=6.9", "days=8"]))
    return Story(
        custom_id=name,
        content=Content(text=text),
        keywords=[days] if days else [],
        source=Source(
            provider=draw(st.sampled_from(["TWS", "TWS", "Herald"])),
            guid=draw(st.sampled_from([name, name, "a", "b"])),
            version=draw(st.sampled_from([None, "1", "2", "3"])),
        ),
        published=draw(st.none() | st.integers(0, 3).map(lambda hours: NINE + timedelta(hours=hours))),
        slugline=draw(st.sampled_from([None, "BC-Fire", "BC-Fire, 1st Ld"])),
        wire=Wire.model_validate({"kind": kind if kind in ("update", "correction", "kill") else "story", "of": of}),
    )


def split(draw: st.DataObject, stories: list[Story]) -> list[list[Story]]:
    """Into a few runs, none of them empty."""
    cuts = draw.draw(st.sets(st.integers(1, len(stories) - 1), max_size=3)) if len(stories) > 1 else set()
    return [stories[start:end] for start, end in pairwise([0, *sorted(cuts), len(stories)])]


@given(stories=newsrooms(), data=st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_stories_come_out_the_same(store: Store, stories: list[Story], data: st.DataObject) -> None:
    """Shuffled, in several batches of several jobs at once, with workers that die at the worst of times."""
    store.redis.flushall()
    one_by_one = Desk(store)
    for story in stories:
        one_by_one.take(story)
    expected = one_by_one.outcome()

    store.redis.flushall()
    desk = Desk(store)
    for job in split(data, data.draw(st.permutations(stories))):
        desk.submit(split(data, job))
    died = set()
    while desk.messages:
        place = data.draw(st.integers(0, len(desk.messages) - 1))
        ref = desk.messages[place]
        may = ref.stage == "dedup" and ref not in died
        dies = data.draw(st.sampled_from(["", "", "asked", "amended"])) if may else ""
        if dies:
            died.add(ref)
        desk.step(place, dies=dies)
    desk.drain()
    assert desk.outcome() == expected
