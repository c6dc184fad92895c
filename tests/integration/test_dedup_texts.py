"""Stories are compared word for word with those of other jobs, for as long as these are kept."""

from datetime import UTC, datetime

from shared.models import Content, State, Story
from shared.results import Results
from tests.desk import Desk
from tests.unit.dedup.test_dedup_compare import PARAGRAPHS, STORY


def item(text: str, hour: int = 9) -> Story:
    return Story(content=Content(text=text), published=datetime(2026, 5, 4, hour, tzinfo=UTC))


def test_a_reprint_in_another_job_has_the_passages_of_both_for_evidence(desk: Desk) -> None:
    reprint = f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[2]}\n\n{PARAGRAPHS[1]}"
    first, second = desk.take(item(STORY)), desk.take(item(reprint))
    original, copy = desk.story(first), desk.story(second)
    assert copy.dedup and original.body and copy.body
    assert (copy.state, copy.dedup.relation, copy.dedup.of) == (State.DUPLICATE, "near", original.id)
    spans = copy.dedup.evidence[0].spans
    assert len(spans) == 3
    for span in spans:
        mine, other = copy.body[span.start : span.end], original.body[span.of_start : span.of_end]
        assert mine.casefold() == other.casefold()


def test_a_newer_toll_in_another_job_is_an_update(desk: Desk) -> None:
    first = desk.take(item(STORY))
    newer = STORY.replace("at least 12", "at least 14") + "\n\nThe owner said it would pay for all."
    second = desk.take(item(newer, hour=10))
    found = desk.story(second).dedup
    assert found and (found.relation, found.of) == ("update", f"{first}-0")
    assert {one.kind: one.detail for one in found.evidence}["changed-figures"] == "12 → 14"


def test_of_two_versions_without_a_date_neither_supersedes_the_other(desk: Desk) -> None:
    texts = (STORY, STORY.replace("at least 12", "at least 14") + "\n\nThe owner said it would pay for all.")
    jobs = [desk.take(Story(content=Content(text=text))) for text in texts]
    shorter, longer = (desk.story(job) for job in jobs)
    assert shorter.dedup and longer.dedup
    assert (shorter.state, longer.state) == (State.DONE, State.DONE)
    assert (shorter.dedup.relation, shorter.dedup.of, longer.dedup.relation) == ("related", longer.id, "original")
    assert (shorter.dedup.superseded_by, longer.dedup.superseded_by) == (None, None)
    assert shorter.dedup.evidence[-1].kind == "same-time"


def test_of_a_story_whose_job_is_gone_the_signature_is_compared(desk: Desk) -> None:
    first = desk.take(item(STORY))
    desk.store.redis.unlink(*desk.store.redis.keys(f"wm:{first}:*"))
    del desk.jobs[first]
    found = desk.story(desk.take(item("\n\n".join(PARAGRAPHS[:4])))).dedup
    assert found and (found.relation, found.of) == ("near", f"{first}-0")
    assert not found.evidence[0].spans


def test_bodies_are_read_a_batch_at_a_time_and_missing_ones_left_out(desk: Desk) -> None:
    job = desk.submit([[item("one"), item("two")], [item("three")]])
    desk.drain()
    bodies = Results(desk.store.redis).bodies([f"{job}-0", f"{job}-2", f"{job}-9", "nowhere-1"])
    assert bodies == {f"{job}-0": "one", f"{job}-2": "three"}
