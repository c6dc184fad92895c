"""The dedup stage: sign every story, ask the index once, decide."""

import time
from collections.abc import Sequence

from redis import Redis

from shared.models import Dedup, Story
from shared.settings import Settings
from shared.stage import Amendment, Process, Result


def prepare(settings: Settings, redis: "Redis") -> Process:
    """The stage's function. ``settings.dedup_near`` is the share of a story's text that makes it a copy."""
    from services.dedup.decide import Entry, decide, order_key
    from services.dedup.index import Index
    from services.dedup.label import label
    from services.dedup.signature import sign

    index = Index.open(redis, days=settings.dedup_days)

    def process(stories: Sequence[Story]) -> Result:
        signatures = [sign(story.body or "", story.headline) for story in stories]
        entries = {
            at: Entry(order_key(story.id), label(story), signature)
            for at, (story, signature) in enumerate(zip(stories, signatures, strict=True))
            if signature
        }
        found = index.find([(entry, _received(stories[at])) for at, entry in entries.items()])
        around = dict(zip(entries, found, strict=True))
        decided = list(stories)
        amendments: list[Amendment] = []
        for at, story in enumerate(stories):
            if at not in entries:  # without a word, so like no other; the index never sees it
                decided[at] = story.model_copy(update={"dedup": Dedup(cluster=story.id)})
                continue
            decided[at], later = decide(story, entries[at], around[at], near=settings.dedup_near)
            amendments += later
        return Result(decided, amendments)

    return process


def _received(story: Story) -> float:
    """When the story came, in Unix seconds. Not the time of processing: a repeat must find the same generation."""
    return story.timings.received.timestamp() if story.timings.received else time.time()
