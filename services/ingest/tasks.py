"""Reading a job's files into batches of stories. Repeatable: the same files give the same batches."""

from collections.abc import Iterator

from redis import Redis

from shared.models import Job, Story
from shared.runner import Read
from shared.settings import Settings
from shared.spool import Spool


def prepare(settings: Settings, redis: "Redis") -> Read:
    """The function that reads a job."""
    from services.ingest.read import Limits, read_file

    spool = Spool(settings.spool_dir)
    limits = Limits(
        max_item_bytes=settings.max_item_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_pack_ratio=settings.max_pack_ratio,
    )

    def stories(job: Job) -> Iterator[Story]:
        for file in job.files:
            with spool.open(file) as stream:
                yield from read_file(stream, name=file.name, format=job.format, limits=limits)

    def read(job: Job) -> Iterator[list[Story]]:
        return batches(stories(job), stories=settings.batch_stories, characters=settings.batch_bytes)

    return read


def batches(source: Iterator[Story], *, stories: int, characters: int) -> Iterator[list[Story]]:
    """Group stories: at most ``stories`` in a batch, and no more once it holds ``characters`` of text."""
    batch: list[Story] = []
    size = 0
    for story in source:
        batch.append(story)
        size += len(story.content.text) if story.content else 0
        if len(batch) >= stories or size >= characters:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
