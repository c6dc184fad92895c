"""What is made of every story after its format has been read."""

from datetime import UTC, date, datetime

from services.ingest.understand import understand
from shared.models import Content, Dateline, Source, Story, Subject


def test_all_of_it() -> None:
    story = understand(
        Story(
            headline="UPDATE 2-Ferry runs aground",
            content=Content(text="A ferry ran aground."),
            dateline=Dateline(text="ORSK, Dec 30 (TWS) -"),
            published=datetime(2026, 1, 2, tzinfo=UTC),
            subjects=[Subject(code="04000000")],
        )
    )
    assert (story.wire.kind, story.wire.revision) == ("update", 2)
    assert story.dateline
    assert (story.dateline.place, story.dateline.date, story.dateline.agency) == ("ORSK", date(2025, 12, 30), "TWS")
    assert [(subject.code, bool(subject.name)) for subject in story.subjects] == [("subj:04000000", True)]
    assert story.source.guid
    assert story.source.guid.startswith("sha256:")
    assert understand(story) == story


def test_what_could_not_be_read_stays_as_it_is() -> None:
    rejected = Story.rejected(type="empty-file", title="t", detail="d", source=Source(file="KILL.txt"))
    assert understand(rejected) is rejected
