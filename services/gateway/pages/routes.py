"""The routes of the page: each reads, has it made fit to be shown, and renders."""

import datetime as dt
from itertools import islice
from typing import Any

from flask import Blueprint, Response, json, redirect, render_template, request, url_for

from services.gateway import problems
from services.gateway.auth import listed_tenant
from services.gateway.context import context
from services.gateway.jobs import hand_over
from services.gateway.pages import compare, cuts, form, guard
from services.gateway.pages.filters import dress
from services.gateway.pages.progress import Progress
from services.gateway.pages.record import facts, steps
from services.gateway.pages.spans import body
from services.gateway.pages.timeline import moments
from services.gateway.pages.words import by_kind
from services.gateway.queries import ResultsQuery
from services.gateway.results import look, start_of
from shared.errors import StoryNotFoundError
from shared.exports import EXPORTS
from shared.formats import FORMATS
from shared.models import Job, split_id
from shared.search import Wanted
from shared.trail import trail

RECENT = 15
"""Jobs on the first page."""
PAGE = 25
"""Stories on a page of them."""
FIRST = 10
"""Stories on a job's page; the others have pages of their own."""
MEMBERS = 100
"""Members of a cluster that are shown."""
SHOWN = 12_000
"""Characters of a text that are shown at once; a novel would make the browser slow."""
WHOLE = 1_000_000
"""Characters that are shown on request; beyond them, the record as JSON has it all."""

_OFFERS = (problems.TYPE, "application/json", "text/html")  # of those that a client likes as well, the first

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/page")
blueprint.after_request(guard.harden)
dress(blueprint)


@blueprint.get("/")
def home() -> Any:
    """Hand over, and what was handed over."""
    at = context()
    newest = islice(at.results.walk(tenant=listed_tenant()), RECENT)
    return render_template(
        "home.html",
        jobs=[job for _, job in newest],
        formats=sorted(FORMATS),
        optional=form.OPTIONAL,
        summary_sentences=at.settings.summary_sentences,
    )


@blueprint.post("/jobs")
def submit() -> Any:
    """Files or text from the form."""
    return _to("job", job=hand_over(form.receive))


@blueprint.post("/sample")
def sample() -> Any:
    """The sample stories."""
    return _to("job", job=hand_over(form.receive_sample))


@blueprint.get("/jobs/<job>")
def job(job: str) -> Any:
    """One job, live."""
    return render_template("job.html", **_standing(context().results.job(job)))


@blueprint.get("/jobs/<job>/progress")
def progress(job: str) -> Any:
    """The part of a job's page that moves."""
    return render_template("_progress.html", **_standing(context().results.job(job)))


@blueprint.post("/jobs/<job>/cancel")
def cancel(job: str) -> Any:
    """Stop a job."""
    at = context()
    at.send(at.store.cancel(job))
    return _to("job", job=job)


@blueprint.post("/jobs/<job>/retry")
def retry(job: str) -> Any:
    """Take its failed stories up again."""
    at = context()
    _, refs = at.store.retry(job)
    at.send(refs)
    return _to("job", job=job)


@blueprint.get("/jobs/<job>/stories")
def stories(job: str) -> Any:
    """Browse, filter, search."""
    results = context().results
    found = results.job(job)
    given = {name: value for name, value in request.args.items() if value}
    asked = form.checked(ResultsQuery, given)
    wanted = Wanted.parse(entity=asked.entity, language=asked.language, relation=asked.relation, text=asked.q)
    start = start_of(asked.cursor, found)
    rows, following = look(results.stories(job, start=start, states=frozenset(asked.state) or None), wanted, PAGE)
    given.pop("cursor", None)
    counts = Progress.of(found, _now()).counts
    return render_template(
        "stories.html", job=found, given=given, start=start, rows=rows, following=following, counts=counts
    )


@blueprint.get("/jobs/<job>/stories/<int:seq>")
def story(job: str, seq: int) -> Any:
    """One story: its text as a reader should see it, or the original with the cuts marked."""
    at = context()
    found = at.results.story(job, seq).public()
    limit = _limit()
    original = request.args.get("view") == "original"
    text = found.body
    return render_template(
        "story.html",
        story=found,
        original=cuts.original(found, limit=limit) if original and text is not None else None,
        text=body(text, found.entities, found.summary, limit=limit) if text is not None and not original else None,
        cuts=cuts.count(found) if text is not None else 0,
        names=by_kind(found.entities),
        facts=facts(found),
        steps=steps(trail(at.redis, job, seq)),
    )


@blueprint.get("/jobs/<job>/stories/<int:seq>/compare")
def side_by_side(job: str, seq: int) -> Any:
    """A story and the one that it was found to be related to."""
    found = context().results.story(job, seq)
    if not found.dedup or not found.dedup.of:
        raise StoryNotFoundError(f"story {found.id} was not found to be related to another one")
    other = context().results.story(*split_id(found.dedup.of))
    sides = compare.sides(found, other, limit=_limit())
    return render_template("compare.html", story=found, sides=sides, marked=all(side.marked for side in sides))


@blueprint.get("/clusters/<cluster>")
def timeline(cluster: str) -> Any:
    """A story's copies and versions in order of time; any member's id will do."""
    found, stories = context().results.cluster_told(cluster)
    shown = moments(found, stories, most=MEMBERS)
    return render_template("cluster.html", cluster=found, asked=cluster, moments=shown)


@blueprint.post("/jobs/<job>/stories/<int:seq>/release")
def release(job: str, seq: int) -> Any:
    """Let a withheld story out."""
    context().store.release(job, seq)
    return _to("story", job=job, seq=seq)


@blueprint.after_app_request
def for_eyes(response: Response) -> Response:
    """A problem document as a page, outside the API and for a client that would rather have one."""
    if response.mimetype != problems.TYPE or request.path.startswith("/v1/"):
        return response
    if request.accept_mimetypes.best_match(_OFFERS) == "text/html":
        response.set_data(render_template("error.html", **json.loads(response.get_data())))
        response.mimetype = "text/html"
        guard.harden(response)
    return response


def _standing(job: Job) -> dict[str, Any]:
    """What a job's page shows of it: its numbers, and its first stories that have ended."""
    rows = list(islice(context().results.stories(job.id), FIRST))
    return {"job": job, "at": Progress.of(job, _now()), "rows": rows, "exports": EXPORTS}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _limit() -> int:
    return WHOLE if request.args.get("whole") else SHOWN


def _to(route: str, **values: Any) -> Any:
    return redirect(url_for(f"pages.{route}", **values), 303)
