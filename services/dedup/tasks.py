"""The dedup stage: sign every story, ask the register of names and the index of texts, decide."""

import time
from collections.abc import Sequence

from redis import Redis

from shared.models import Options, Story
from shared.results import Results
from shared.settings import Settings
from shared.stage import Amendment, Process, Result


def prepare(settings: Settings, redis: "Redis") -> Process:
    """The stage's function. ``settings.dedup_near`` is the share of a story's text that makes it a copy."""
    from functools import partial

    from services.dedup.changes import Text
    from services.dedup.decide import Entry, Found, decide, entry_of, relate
    from services.dedup.index import Index
    from services.dedup.order import id_of
    from services.dedup.register import Register
    from services.dedup.tenants import tenant_of
    from services.dedup.ties import Tie, strongest, tied
    from services.dedup.versions import Killing, follow, killings, settle, supersede, versions

    index = Index(redis, days=settings.dedup_days)
    register = Register(redis, days=settings.dedup_days)
    results = Results(redis)

    def read(stories: Sequence[Story], entries: Sequence[Entry], around: Sequence[Found]) -> dict[bytes, Text]:
        """The texts to compare: of stories around which others were found, and of these."""
        texts = {
            entry.order: Text.of(story.body or "")
            for story, entry, found in zip(stories, entries, around, strict=True)
            if found.similar
        }
        others = {other.order for found in around for other in found.similar} - texts.keys()
        bodies = results.bodies([id_of(order) for order in others])
        return texts | {order: Text.of(bodies[id_of(order)]) for order in others if id_of(order) in bodies}

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        tenant = tenant_of(redis, stories[0].job_id) if stories else ""
        entries = [entry_of(story, tenant) for story in stories]
        received = [_received(story) for story in stories]
        names = [versions(story, entry.order) for story, entry in zip(stories, entries, strict=True)]
        around = index.find(list(zip(entries, received, strict=True)))
        texts = read(stories, entries, around)
        others = register.meet(list(zip(names, received, strict=True)), tenant)
        decided: list[Story] = []
        amendments: list[Amendment] = []
        ties: list[Tie] = []
        killed: list[Killing] = []
        for story, entry, found, named, known in zip(stories, entries, around, names, others, strict=True):
            made = [
                *decide(entry, found, partial(relate, texts=texts, near=settings.dedup_near)),
                *follow(named, known),
            ]
            own = strongest(entry.order, made)
            later = [tie for tie in made if tie.later != entry.order]
            kills = killings(story, named, known)
            amendments += [tie.amendment(state=tie.state) for tie in later]
            amendments += supersede(named, known)
            amendments += [kill.amendment() for kill in kills]
            if own and own.dedup.relation != "exact":  # to be weighed against what later ones may find
                amendments.append(own.amendment(state=None))
            ties += [*later, own] if own else later
            killed += kills
            decided.append(settle(tied(story, own), kills))
        index.tie(ties)
        index.kill([(kill.story.order, kill.mark().pack()) for kill in killed])
        return Result(decided, amendments)

    return process


def _received(story: Story) -> float:
    """When the story came, in Unix seconds. Not the time of processing: a repeat must find the same generation."""
    return story.timings.received.timestamp() if story.timings.received else time.time()
