"""What the command line prints for eyes: a job's ledger, jobs, stories and their trails."""

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.common import pictured
from shared.models import Job, State, Story

if TYPE_CHECKING:
    from shared.trail import Passage, Trail
    from shared.webhooks import Delivery

COLOURS = {State.DONE: "green", State.DUPLICATE: "yellow", State.REJECTED: "red", State.FAILED: "bold red"}


def ledger(job: Job) -> str:
    """One line: what was received and where it went."""
    counts = ", ".join(f"{count} {state}" for state, count in job.counts.items() if count)
    line = f"job {job.id} {job.state}: {job.received} received" + (f" = {counts}" if counts else "")
    if job.finished:
        seconds = (job.finished - job.created).total_seconds()
        line += f" in {seconds:.1f} s" + (f" ({job.received / seconds:,.0f} stories/s)" if seconds > 0 else "")
    if job.error:
        line += f"\n{job.error.title}: {job.error.detail}"
    return line


def stages(job: Job) -> str:
    """One line: how the workers' time was shared out."""
    total = sum(stage.seconds for stage in job.stages.values())
    shares = (
        f"{name} {stage.seconds:.1f} s ({stage.seconds / total:.0%})" for name, stage in job.stages.items() if total
    )
    return "worker time: " + ", ".join(shares)


def jobs(console: Console, rows: Iterable[Job]) -> None:
    """A table of jobs."""
    table = Table(box=None)
    for heading in ("job", "created", "state", "received"):
        table.add_column(heading, no_wrap=True)
    table.add_column("where they went")
    for job in rows:
        counts = ", ".join(f"{count} {state}" for state, count in job.counts.items() if count)
        table.add_row(job.id, f"{job.created:%Y-%m-%d %H:%M:%S}", job.state, str(job.received), counts)
    console.print(table)


def story(console: Console, story: Story) -> None:
    """A story as a reader would want to see it."""
    where = story.source.file or story.id
    title = pictured(story.headline or (story.error.title if story.error else None) or _opening(story))
    console.print(Text.assemble((f"{story.state:>9} ", COLOURS.get(story.state, "")), (title, "bold")), soft_wrap=True)
    _line(console, "from", f"{where} ({story.source.format or 'unknown format'})")
    if story.error:
        at = f" [bytes {story.source.byte_range[0]}–{story.source.byte_range[1]}]" if story.source.byte_range else ""
        _line(console, "why", story.error.detail + at)
    if story.dedup and story.dedup.of:
        score = f", {story.dedup.score:.0%} alike" if story.dedup.score is not None else ""
        _line(console, "copy", f"{story.dedup.relation} of {story.dedup.of}{score}")
    if story.state is State.WITHHELD:
        until = f"until {story.embargo_until:%Y-%m-%d %H:%M} UTC" if story.embargo_until else "until it is released"
        _line(console, "why", story.wire.withheld or until)
    if story.withdrawn:
        by = story.dedup.killed_by if story.dedup else None
        _line(console, "why", f"killed by {by}" if by else story.wire.note or "a kill notice")
    if story.state is State.DONE:
        _details(console, story)
    console.print()


def text(console: Console, body: str) -> None:
    """A story's text, in lines that fit, its tables as they are."""
    for paragraph in pictured(body).split("\n\n"):
        console.print(Text(paragraph))
        console.print()


def trail(console: Console, way: "Trail") -> None:
    """A story's way: a line for each time it passed a stage, and for each thing that happened, in order of time."""
    rows = [(one.at, one.stage, _passage(one)) for one in way.passages]
    rows += [(one.at, one.event, "") for one in way.happenings]
    console.print(Text.assemble((f"{way.id} ", "bold"), (way.state, COLOURS.get(way.state, ""))))
    for at, what, more in sorted(rows, key=lambda row: int(row[0].timestamp() * 1000)):  # events know no less
        console.print(Text(f"{at:%Y-%m-%d %H:%M:%S.%f}"[:23] + f"  {what:<10} {more}".rstrip()), soft_wrap=True)
    for name, of in {"superseded by": way.amendments.superseded_by, "killed by": way.amendments.killed_by}.items():
        if of:
            console.print(Text(f"{name} {of}"))
    if way.deaths:
        console.print(Text(f"{way.deaths} workers died over it"))
    if way.error:
        console.print(Text(pictured(f"{way.error.title}: {way.error.detail}")), soft_wrap=True)


def _passage(one: "Passage") -> str:
    own = f"{one.seconds * 1000:.1f} ms, " if one.seconds is not None else ""
    tries = f", {one.tries} tries" if one.tries > 1 else ""
    return f"{own}batch {one.batch} in {one.batch_seconds:.2f} s{tries}"


def delivery(one: "Delivery") -> str:
    """One line: what was to be said, and how that fared."""
    tries = ", ".join(f"{attempt.at:%H:%M:%S} {attempt.status or attempt.error}" for attempt in one.attempts)
    following = f"; next {one.next_attempt:%Y-%m-%d %H:%M:%S}" if one.next_attempt else ""
    return f"{one.id} {one.event.type} {one.state}: {tries or 'not tried yet'}{following}"


def _details(console: Console, story: Story) -> None:
    if story.byline:
        _line(console, "by", story.byline)
    if story.dateline:
        parts = (story.dateline.place, story.dateline.country, story.dateline.agency)
        _line(console, "dateline", " / ".join(part for part in parts if part))
    for place, sentence in enumerate(story.summary):
        _line(console, "" if place else "summary", sentence.text)
    if story.summary_note:
        _line(console, "" if story.summary else "summary", f"({story.summary_note})")
    named = sorted(story.entities, key=lambda entity: -entity.salience)[:12]
    if named:
        _line(console, "names", ", ".join(f"{entity.name} ({entity.type})" for entity in named))
    if any(cut.rule != "layout" for cut in story.removed):
        rules: dict[str, int] = {}
        for cut in (cut for cut in story.removed if cut.rule != "layout"):
            rules[cut.rule] = rules.get(cut.rule, 0) + 1
        _line(console, "cuts", ", ".join(f"{rule} ×{times}" if times > 1 else rule for rule, times in rules.items()))


def _line(console: Console, label: str, text: str) -> None:
    lines = textwrap.wrap(pictured(text), max(40, console.width - 12)) or [""]
    for place, line in enumerate(lines):
        console.print(Text.assemble((f"{'' if place else label:>9} ", "dim"), line), soft_wrap=True)


def _opening(story: Story) -> str:
    text = (story.body or "").split("\n", 1)[0]
    return textwrap.shorten(text, 80, placeholder=" …") or "(no headline)"
