"""Examples for the API's description, made of the models themselves: what would not fit them cannot be shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.gateway.shapes import job_body
from shared.models import (
    SCHEMA_VERSION,
    Checked,
    Cluster,
    ClusterSentence,
    ClusterSummary,
    Dateline,
    Dedup,
    Disagreement,
    Entity,
    Figure,
    Job,
    JobState,
    Member,
    Mention,
    Options,
    Removal,
    Sentence,
    Source,
    SpoolFile,
    StageProgress,
    State,
    Story,
    Subject,
    Timings,
    story_id,
)
from shared.pipeline import NAMES
from shared.trail import Happening, Passage, Trail
from shared.webhooks import Attempt, Delivery, EventData, WebhookEvent, message_id

JOB = "0193690dfa1c2f7c1d9e8b4"
CAME = datetime(2026, 6, 20, 8, tzinfo=UTC)
BODY = "The Bank of Korea held its rate at 2.5 percent on Saturday. Most analysts had expected that."

_job = Job(
    id=JOB,
    state=JobState.RUNNING,
    created=CAME,
    files=[SpoolFile(name="wire.xml", path="", size=48_211)],
    options=Options(priority="low", metadata={"desk": "business"}),
    received=120,
    counts={State.PENDING: 20, State.DONE: 90, State.DUPLICATE: 10},
    stages={name: StageProgress(stories=100, seconds=0.3) for name in NAMES},
)
_story = Story(
    id=story_id(JOB, 7),
    job_id=JOB,
    seq=7,
    state=State.DONE,
    source=Source(file="wire.xml", format="nitf", provider="Example Wire", guid="tag:example.com,2026:7"),
    headline="Bank of Korea holds its rate",
    language="en",
    published=CAME,
    subjects=[Subject(code="medtop:20000385", name="market and exchange")],
    dateline=Dateline(text="SEOUL, June 20 -", place="Seoul", country="KR"),
    body=BODY,
    removed=[Removal(rule="dateline", reason="place and date before the text", text="SEOUL, June 20 - ", at=0)],
    dedup=Dedup(cluster=story_id(JOB, 7)),
    entities=[
        Entity(
            id="org:bank-of-korea",
            name="Bank of Korea",
            type="ORG",
            salience=0.9,
            mentions=[Mention(start=4, end=17, text="Bank of Korea")],
        )
    ],
    summary=[Sentence(text=BODY[:59], start=0, end=59)],
    timings=Timings(received=CAME, clean=0.002, dedup=0.001, entities=0.004, summarise=0.002, finished=CAME),
)
_trail = Trail(
    id=_story.id,
    state=_story.state,
    received=CAME,
    finished=CAME + timedelta(seconds=len(NAMES)),
    passages=[
        Passage(stage=name, at=CAME + timedelta(seconds=place), seconds=0.002, batch=0, batch_seconds=0.13, tries=1)
        for place, name in enumerate(NAMES, 1)
    ],
    happenings=[Happening(at=CAME, event="queued"), Happening(at=CAME + timedelta(seconds=1), event="read")],
)
_ended = EventData(job=JOB, state=JobState.FINISHED, received=120, counts={State.DONE: 110, State.DUPLICATE: 10})
_delivery = Delivery(
    id=message_id(JOB, 0),
    event=WebhookEvent(type="job.finished", timestamp=CAME, data=_ended),
    state="delivered",
    attempts=[Attempt(at=CAME, seconds=0.08, status=204)],
)
_copy, _newer = story_id(JOB, 8), story_id(JOB, 9)
_cluster = Cluster(
    id=_story.id,
    members=[
        Member(
            id=_story.id,
            head=True,
            headline=_story.headline,
            provider="Example Wire",
            published=CAME,
            state=State.DONE,
            relation="original",
            superseded_by=_newer,
        ),
        Member(id=_copy, provider="Example Herald", state=State.DUPLICATE, relation="near", of=_story.id),
        Member(id=_newer, provider="Example Wire", state=State.DONE, relation="update", of=_story.id),
    ],
)
_old = Figure(story=_story.id, start=32, end=43, text="2.5 percent", value=2.5)
_new = Figure(story=_newer, start=32, end=44, text="2.25 percent", value=2.25)
_summary = ClusterSummary(
    stories=[_story.id, _newer],
    sentences=[
        ClusterSentence(
            story=_newer,
            start=0,
            end=60,
            text="The Bank of Korea cut its rate to 2.25 percent on Saturday.",
            figures=[Checked(figure=_new, about="percent", differ=[_story.id])],
        )
    ],
    disagreements=[Disagreement(about="percent", figures=[_old, _new])],
)
_shown = _story.model_dump(mode="json", exclude={"content"})

EXAMPLES: dict[str, Any] = {
    "JobAnswer": job_body(_job),
    "JobsPage": {"jobs": [job_body(_job)], "next": None},
    "Retried": {"retried": 3, "job": job_body(_job)},
    "Story": _shown,
    "StoriesPage": {"schema": SCHEMA_VERSION, "stories": [_shown], "next": "s8"},
    "Trail": _trail.model_dump(mode="json"),
    "Deliveries": {"deliveries": [_delivery.model_dump(mode="json")]},
    "Cluster": _cluster.model_dump(mode="json"),
    "ClusterSummary": _summary.model_dump(mode="json"),
    "Secrets": {"secrets": ["whsec_bm90IGEgc2VjcmV0LCBvbmx5IGFuIGV4YW1wbGU="]},
    "Health": {"status": "ok", "store": "ok"},
}
"""By the name of the schema."""
