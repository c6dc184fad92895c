"""What the templates may use: filters for words and numbers, addresses of the page's own files."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from services.gateway.auth import COOKIE
from services.gateway.pages import words
from services.gateway.pages.progress import duration, size
from shared.models import Job

HTMX = "htmx-4.0.1.min.js"


def rate(stories: float) -> str:
    """Stories a second: a decimal while there are few."""
    return f"{stories:,.1f}" if stories < 10 else f"{stories:,.0f}"


def files(job: Job) -> str:
    """What a job is called: the names of its files."""
    return words.names([file.name for file in job.files])


FILTERS: dict[str, Callable[..., Any]] = {
    "duration": duration,
    "size": size,
    "rate": rate,
    "files": files,
    "visible": words.visible,
    "line": words.line,
    "title": words.title,
    "why": words.why,
    "kind": words.kind,
    "measure": words.measure,
}


def dress(blueprint: Blueprint) -> None:
    """Give a blueprint's templates what they use."""
    for name, function in FILTERS.items():
        blueprint.add_app_template_filter(function, name)

    @blueprint.app_context_processor
    def values() -> dict[str, Any]:
        return {
            "htmx": HTMX,
            "logged_in": COOKIE in request.cookies,
            "asset": lambda name: url_for("pages.static", filename=name),
            "most_names": words.NAMES,
            "means": words.MEANS,
            "relations": words.RELATIONS,
        }
