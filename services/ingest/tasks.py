"""Reading a job's files into batches of stories. Repeatable: the same files give the same batches."""

from collections.abc import Iterator

from redis import Redis

from shared.models import Job, Source, SpoolFile, Story
from shared.runner import Opening, Read
from shared.settings import Settings
from shared.spool import open_spool


def prepare(settings: Settings, redis: "Redis") -> Read:
    """The function that reads a job."""
    from services.ingest.read import Limits, read_file
    from services.ingest.takes import join
    from services.ingest.understand import understand

    spool = open_spool(settings)
    limits = Limits(
        max_item_bytes=settings.max_item_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_pack_ratio=settings.max_pack_ratio,
    )

    def read(job: Job, opening: Opening) -> Iterator[list[Story]]:
        given = 0

        def parts() -> Iterator[Story]:
            for place, file in enumerate(job.files):
                cut = opening(place)
                with spool.open(file) as stream:
                    reading = read_file(
                        stream, name=file.name, format=job.options.format, fields=job.options.fields, limits=limits
                    )
                    while cut is None or given < cut:
                        if (part := next(reading, None)) is None:
                            break
                        yield part
                    else:
                        yield _abandoned(file)

        def stories() -> Iterator[Story]:
            nonlocal given
            for story in join(map(understand, parts())):
                given += 1
                yield story

        return batches(stories(), stories=settings.batch_stories, characters=settings.batch_bytes)

    return read


def _abandoned(file: SpoolFile) -> Story:
    """In the place of what could not be read of a file without dying."""
    detail = "workers died while they read it; the stories before this one are what could be read of it"
    source = Source(file=file.name)
    return Story.rejected(type="worker-died", title="The file kills its reader", detail=detail, source=source)


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
