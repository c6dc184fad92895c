"""The dedup stage: sign every story, ask the register of names and the index of texts, decide."""

import time
from collections.abc import Sequence

from redis import Redis

from shared.models import Dedup, Options, Story
from shared.settings import Settings
from shared.stage import Amendment, Process, Result


def prepare(settings: Settings, redis: "Redis") -> Process:
    """The stage's function. ``settings.dedup_near`` is the share of a story's text that makes it a copy."""
    from services.dedup.decide import Entry, decide, finding_rank
    from services.dedup.index import Index
    from services.dedup.label import label
    from services.dedup.order import order_key
    from services.dedup.register import Register
    from services.dedup.signature import sign
    from services.dedup.tenants import apart, tenant_of
    from services.dedup.versions import family, settle, versions

    index = Index(redis, days=settings.dedup_days)
    register = Register(redis, days=settings.dedup_days)

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        tenant = tenant_of(redis, stories[0].job_id) if stories else ""
        signatures = [sign(story.body or "", story.headline) for story in stories]
        entries = {
            at: Entry(order_key(story.id), label(story), apart(signature, tenant))
            for at, (story, signature) in enumerate(zip(stories, signatures, strict=True))
            if signature
        }
        named = [versions(story, order_key(story.id)) for story in stories]
        names = [(known, _received(story)) for known, story in zip(named, stories, strict=True)]
        # Names are entered before texts and read after them: whoever finds a text then also knows its names, and never
        # takes another version of the same item for a copy.
        register.meet(names, tenant)
        found = index.find([(entry, _received(stories[at])) for at, entry in entries.items()])
        around = dict(zip(entries, found, strict=True))
        others = register.meet(names, tenant)
        decided: list[Story] = []
        amendments: list[Amendment] = []
        for at, story in enumerate(stories):
            if at in entries:
                versions_of = {version.order for version in family(named[at], others[at])}
                story, later = decide(story, entries[at], around[at], near=settings.dedup_near, versions=versions_of)
                amendments += later
            else:  # without a word, so like no other; the index never sees it
                story = story.model_copy(update={"dedup": Dedup(cluster=story.id)})
            story, later = settle(story, named[at], others[at])
            amendments += later
            if story.dedup and story.dedup.of:  # to be weighed against what later ones may find
                amendments.append(Amendment(story_id=story.id, dedup=story.dedup, rank=finding_rank(story.dedup)))
            decided.append(story)
        return Result(decided, amendments)

    return process


def _received(story: Story) -> float:
    """When the story came, in Unix seconds. Not the time of processing: a repeat must find the same generation."""
    return story.timings.received.timestamp() if story.timings.received else time.time()
