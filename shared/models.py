"""The public record: one ``Story`` per item handed over, one ``Job`` per submission.

Schema version 1. Unknown values are ``null``, lists are empty, times are RFC 3339 in UTC, offsets count Unicode code
points. The same objects travel between stages (as one compressed blob per batch), in the API and in NDJSON exports.
"""

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints, TypeAdapter

SCHEMA_VERSION = 1


def _utc(value: dt.datetime) -> dt.datetime:
    """Times without a zone are taken as UTC, all others are converted to it; at the calendar's ends they stop there."""
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        end = dt.datetime.min if value.year == dt.MINYEAR else dt.datetime.max
        return end.replace(tzinfo=dt.UTC)


UtcTime = Annotated[dt.datetime, AfterValidator(_utc)]


class State(StrEnum):
    """Where a story stands. All but ``pending`` are ends, and every story comes to exactly one of them."""

    PENDING = "pending"  # still in the pipeline
    DONE = "done"  # cleaned, tagged, summarised
    DUPLICATE = "duplicate"  # a copy of ``dedup.of``; later stages were skipped
    KILLED = "killed"  # the agency withdrew it
    WITHHELD = "withheld"  # embargoed: processed, but its text does not leave before the release time
    REJECTED = "rejected"  # could not be read as a story
    FAILED = "failed"  # a stage gave up on it; can be retried
    CANCELLED = "cancelled"  # its job was cancelled first


def story_id(job: str, seq: int) -> str:
    """A story's id: its job and its place in it."""
    return f"{job}-{seq}"


def split_id(id: str) -> tuple[str, int]:
    """The job and the place in it that a story's id is made of; raises ``ValueError`` for what is no id."""
    job, _, seq = id.rpartition("-")
    return job, int(seq)


class Record(BaseModel):
    """Base of the public models: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Source(Record):
    """Where a story came from."""

    file: str | None = None  # name as handed over; members of archives as ``archive.zip!member.txt``
    format: str | None = None  # the format it was read as
    provider: str | None = None  # agency or site
    guid: str | None = None  # the provider's own id
    version: str | None = None
    byte_range: tuple[int, int] | None = None  # [start, end) in the (uncompressed) file


class Content(Record):
    """The text as it came, before cleaning; dropped once the clean stage has made ``body`` and ``removed`` of it."""

    text: str
    type: Literal["text/plain", "text/html"] = "text/plain"


class Dateline(Record):
    """``SEOUL, June 20 (AP) -``, taken apart."""

    text: str
    place: str | None = None
    country: str | None = None
    date: dt.date | None = None
    agency: str | None = None


class Removal(Record):
    """One cut of the clean stage. ``at`` is where ``text`` stood in the original.

    Cuts of the rule ``layout``, which change no word, are put together: ``again`` is where else the same was done.
    """

    rule: str
    reason: str
    text: str
    at: int = Field(ge=0)
    by: str = ""  # what stands in its place
    again: list[int] = []


class Subject(Record):
    """What a story is about: a ``code`` of a vocabulary (``medtop:20000523``), its ``name``, or both."""

    code: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, label: str) -> Self:
        """The subject that a feed calls ``label``: a code if it has the form of one, else a name."""
        return cls(code=label) if _CODE.fullmatch(label) else cls(name=label)


_CODE = re.compile(r"\d{8}|[\w.-]{1,40}:[\w./:+-]{1,100}", re.ASCII)


class Finding(Record):
    """What was read from the wire's own words: ``says`` what it was taken for, ``text`` the words, in ``field``."""

    says: str  # e.g. ``update``, ``embargo``, ``take``, ``more``
    field: str  # e.g. ``headline``, ``text``, or the name that the format has for it
    text: str


class Wire(Record):
    """What the wire itself says about the story."""

    kind: Literal["story", "update", "correction", "kill", "hold", "advisory", "brief", "alert"] = "story"
    revision: int | None = None  # of an update: 2 for ``UPDATE 2-`` and ``2nd Ld-Writethru``
    take: int | None = None
    more: bool = False  # whether further takes follow
    of: str | None = None  # what it updates, corrects or kills, as the wire calls it
    note: str | None = None
    withheld: str | None = None  # why a person must release it: a HOLD, or an embargo that could not be read
    findings: list[Finding] = Field(default_factory=list)


class Shared(Record):
    """A passage of two texts: ``body[start:end]`` of this story stands, perhaps reworded, in ``[of_start:of_end]`` of
    the other's.
    """

    start: int = Field(ge=0)
    end: int
    of_start: int = Field(ge=0)
    of_end: int


class Evidence(Record):
    """Why two stories were found to be related, or what sets them apart."""

    kind: str  # e.g. ``same-text``, ``similar-text``, ``changed-figures``
    detail: str
    value: float | None = None
    spans: list[Shared] = Field(default_factory=list)  # the passages that both have, in this story's order

    def unquoted(self) -> Self:
        """Without words of the story's text."""
        return self.model_copy(update={"detail": "not shown"}) if self.kind in _QUOTING else self


_QUOTING = frozenset({"changed-figures", "changed-names", "first-paragraph", "added-text", "set-around"})


class Dedup(Record):
    """How the story relates to the others seen."""

    relation: Literal["original", "exact", "near", "update", "correction", "related"] = "original"
    of: str | None = None  # id of the story it relates to
    score: float | None = None  # estimated similarity, 0 to 1
    cluster: str | None = None  # id of the story at which the chain of ``of`` ends, related ones aside
    superseded_by: str | None = None  # id of the newest later version of it
    killed_by: str | None = None  # id of the notice that killed it, or what it is a copy of; none if it is the notice
    evidence: list[Evidence] = Field(default_factory=list)


class Mention(Record):
    """A span of ``body`` that names an entity."""

    start: int = Field(ge=0)
    end: int
    text: str


class Entity(Record):
    """Somebody or something the story names; ``type`` is an OntoNotes name (PERSON, ORG, GPE, …)."""

    id: str
    name: str
    type: str
    salience: float = 0.0  # 0 to 1
    links: dict[str, str] = Field(default_factory=dict)
    mentions: list[Mention] = Field(default_factory=list)


class Sentence(Record):
    """A sentence of the summary. Of an ``extract`` ``body[start:end] == text``; what a ``model`` wrote has no place in
    the body: there the span is that of the sentence that supports it best.
    """

    text: str
    start: int = Field(ge=0)
    end: int
    by: Literal["extract", "model"] = "extract"
    instead_of: str | None = None  # what the model had written here, which the story does not support
    unsupported: list[str] = []  # the numbers, names and words of that which the story does not have


class Member(Record):
    """A story of a cluster. Of one whose job has expired only the ``id`` is known."""

    id: str
    head: bool = False  # whether it is the earliest that tells the story
    headline: str | None = None
    provider: str | None = None
    published: UtcTime | None = None
    version: str | None = None
    state: State | None = None
    relation: str | None = None
    of: str | None = None
    superseded_by: str | None = None
    killed_by: str | None = None


class Cluster(Record):
    """Stories that tell the same: an original, its copies, its versions and theirs. ``id`` is that of its head, and
    each member's id will do to ask for it.
    """

    id: str
    members: list[Member]  # in order of time
    more: bool = False  # whether there are more than are listed


class StoryError(Record):
    """Why a story was rejected or failed."""

    stage: str
    type: str  # a short slug, e.g. ``malformed-json``
    title: str
    detail: str
    attempts: int = 1


class Timings(Record):
    """Seconds spent on the story in each stage (its share of the batch), and when it came and ended."""

    received: UtcTime | None = None
    clean: float | None = None
    dedup: float | None = None
    entities: float | None = None
    summarise: float | None = None
    finished: UtcTime | None = None


class Story(Record):
    """One item handed over, and what became of it."""

    id: str = ""  # ``{job_id}-{seq}``, given when it is queued
    job_id: str = ""
    seq: int = 0
    custom_id: str | None = None  # the submitter's own id, handed back untouched
    state: State = State.PENDING
    source: Source = Field(default_factory=Source)
    headline: str | None = None
    slugline: str | None = None
    byline: str | None = None
    language: str | None = None  # BCP 47
    published: UtcTime | None = None
    urgency: int | None = None  # IPTC: 1 (most urgent) to 8
    subjects: list[Subject] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)
    embargo_until: UtcTime | None = None
    editor_note: str | None = None
    rights: str | None = None
    dateline: Dateline | None = None
    body: str | None = None
    removed: list[Removal] = Field(default_factory=list)
    wire: Wire = Field(default_factory=Wire)
    dedup: Dedup | None = None
    entities: list[Entity] = Field(default_factory=list)
    summary: list[Sentence] = Field(default_factory=list)
    summary_note: str | None = None  # why the summary is empty, or is not the model's that was set
    error: StoryError | None = None
    timings: Timings = Field(default_factory=Timings)
    content: Content | None = Field(default=None, repr=False)

    @property
    def embargoed(self) -> bool:
        """Whether the wire forbids to publish it now. It may have been released all the same: then it is ``done``."""
        waits = self.embargo_until is not None and self.embargo_until > dt.datetime.now(dt.UTC)
        return waits or self.wire.withheld is not None

    @property
    def withdrawn(self) -> bool:
        """Whether its text must not be served any more: it was killed, or is a copy of one that was."""
        return self.state is State.KILLED or (self.dedup is not None and self.dedup.killed_by is not None)

    def public(self) -> Self:
        """The record as it leaves the system: without the raw content, and without its text while that is withheld."""
        hidden: dict[str, object] = {"content": None}
        if self.withdrawn or self.state is State.WITHHELD or (self.state is not State.DONE and self.embargoed):
            hidden |= {"body": None, "removed": [], "entities": [], "summary": [], "summary_note": None}
            if self.dedup:
                evidence = [one.unquoted() for one in self.dedup.evidence]
                hidden["dedup"] = self.dedup.model_copy(update={"evidence": evidence})
        return self.model_copy(update=hidden)

    def public_json(self) -> str:
        """One line of NDJSON."""
        return self.public().model_dump_json(exclude={"content"})

    @classmethod
    def rejected(cls, *, type: str, title: str, detail: str, source: Source) -> Self:
        """A story that could not be read. It is counted and reported like any other."""
        error = StoryError(stage="ingest", type=type, title=title, detail=detail)
        return cls(state=State.REJECTED, source=source, error=error)


BATCH = TypeAdapter(list[Story])
"""Reads and writes the stories of one batch."""


class Citation(Record):
    """A sentence of a story, or a part of one: ``body[start:end] == text`` of the story with that id."""

    story: str
    start: int = Field(ge=0)
    end: int
    text: str


class Figure(Citation):
    """A number that a story gives, as written ("at least 12"), and what it comes to."""

    value: float
    bound: Literal["at least", "at most", "about"] | None = None


class Checked(Record):
    """A number of a cited sentence, and which other stories of the cluster give the same or another for it."""

    figure: Figure
    about: str  # what is counted: "dead", "dollar", "%"
    agree: list[str] = []  # ids of stories
    differ: list[str] = []


class ClusterSentence(Citation):
    """A sentence of a cluster's summary, and where other stories say the same."""

    also: list[Citation] = []
    figures: list[Checked] = []


class Disagreement(Record):
    """What stories of a cluster give different numbers for, in the order of the stories: the last is the newest."""

    about: str
    figures: list[Figure]


class ClusterSummary(Record):
    """What the stories of a cluster say together, every sentence cited."""

    stories: list[str]  # ids of those that were read, oldest first
    sentences: list[ClusterSentence] = []
    disagreements: list[Disagreement] = []
    note: str | None = None  # why there are no sentences


OptionalStage = Literal["dedup", "entities", "summarise"]
"""Stages that a job may do without; without ``clean`` a story has no body."""


Priority = Literal["high", "normal", "low"]
"""A job's share of the pipeline beside others: four times theirs, theirs, a quarter of it."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Metadata = Annotated[dict[Label, Annotated[str, StringConstraints(max_length=512)]], Field(max_length=16)]
"""The submitter's own notes about a job."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"  # handed over, not yet being read
    INGESTING = "ingesting"  # its files are being read; stories already move
    RUNNING = "running"  # all read: ``received`` is final
    FINISHED = "finished"  # every story has come to its end
    CANCELLED = "cancelled"  # stopped by request; what was pending is cancelled

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the job by itself."""
        return self in (JobState.FINISHED, JobState.CANCELLED)


class SpoolFile(Record):
    """One file handed over: the name it came with, and where it lies (inside the spool, or an absolute path)."""

    name: str
    path: str
    size: int


class Options(Record):
    """What a submitter asks for a job, beyond its files."""

    model_config = ConfigDict(frozen=True)

    format: str | None = None  # the format of all its files; None: told by their content
    fields: dict[str, str] = {}  # story field -> the field of the submitter's records that it is read from
    skip: Annotated[frozenset[OptionalStage], PlainSerializer(sorted)] = frozenset()  # stages not to pass
    summary_sentences: int | None = Field(None, ge=0, le=50)  # in each summary, at most; None: as the settings say
    summary_words: int | None = Field(None, ge=1, le=5_000)  # in each summary, at most, and one sentence at least
    priority: Priority = "normal"
    retention_hours: float | None = Field(None, gt=0)  # how long its results are kept; None: as the settings say
    metadata: Metadata = {}  # handed back untouched
    webhook: str | None = Field(None, max_length=2000)  # URL to be told of the job's end, and what is found later


class StageProgress(Record):
    """How far a job is in one stage."""

    stories: int = 0  # how many have passed it
    seconds: float = 0.0  # worker time spent on them


class Job(Record):
    """A submission and its ledger: ``received`` is the sum of all the counts, at any time."""

    id: str
    state: JobState
    created: UtcTime
    finished: UtcTime | None = None
    files: list[SpoolFile] = Field(default_factory=list)
    options: Options = Options()
    tenant: str = Field("", exclude=True)  # whose it is; "" where there are no keys
    received: int = 0
    counts: dict[State, int] = {}
    stages: dict[str, StageProgress] = {}
    error: StoryError | None = None  # why its files could not be read to the end

    @property
    def balanced(self) -> bool:
        """Whether every story received is in exactly one state."""
        return self.received == sum(self.counts.values())
