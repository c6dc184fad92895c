"""The stories that name somebody or something, whichever job they came with."""

import math
from typing import Any

from flask_openapi import APIBlueprint

from services.gateway import cursors
from services.gateway.auth import listed_tenant
from services.gateway.context import context
from services.gateway.jobs import MAX_JOBS
from services.gateway.problems import answers
from services.gateway.queries import EntityPath, EntityQuery
from services.gateway.results import page_of
from services.gateway.shapes import StoriesPage
from shared.errors import BadCursorError, UnknownParameterError
from shared.models import Story

blueprint = APIBlueprint(
    "entities",
    __name__,
    url_prefix="/v1/entities",
    abp_tags=[{"name": "Entities", "description": "Stories about somebody or something, across jobs."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.get("/<key>", responses=answers({200: StoriesPage}, BadCursorError, UnknownParameterError))
def read_entity(path: EntityPath, query: EntityQuery) -> Any:
    """List the stories that name an entity, those of the newest jobs first."""
    results = context().results
    score, last, seq = cursors.read(query.cursor, float, str, int) if query.cursor else (math.inf, "", 0)
    found: list[Story] = []
    # The job at which the page before ended comes once more: it is below its own name with a tilde.
    after = (score, f"{last}~") if query.cursor else None
    for looked, (place, job) in enumerate(results.walk(tenant=listed_tenant(), after=after)):
        if looked == MAX_JOBS:
            return page_of(found, cursors.write(*place, 0))
        for story in results.naming(job.id, path.key, start=seq if job.id == last else 0):
            if len(found) == query.limit:
                return page_of(found, cursors.write(*place, story.seq))
            found.append(story)
    return page_of(found, None)
