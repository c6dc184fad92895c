"""Stories that tell the same, across jobs."""

from typing import Any

from flask import Response
from flask_openapi import APIBlueprint

from services.gateway.auth import listed_tenant
from services.gateway.context import context
from services.gateway.problems import answers
from services.gateway.queries import ClusterPath, Nothing, SummaryQuery
from services.summarise.cluster import summarise_cluster
from shared.errors import ClusterNotFoundError, UnknownParameterError
from shared.models import Cluster, ClusterSummary

blueprint = APIBlueprint(
    "clusters",
    __name__,
    url_prefix="/v1/clusters",
    abp_tags=[{"name": "Clusters", "description": "An original, its copies and its versions, across jobs."}],
    operation_id_callback=lambda *, name, path, method: name,
)


@blueprint.get("/<cluster>", responses=answers({200: Cluster}, ClusterNotFoundError, UnknownParameterError))
def read_cluster(path: ClusterPath, query: Nothing) -> Any:
    """List the stories that tell the same as one, in order of time, by the id of any of them.

    The first 250 are listed; of those whose job has expired only the id.
    """
    found = context().results.cluster(path.cluster, tenant=listed_tenant())
    return Response(found.model_dump_json(), mimetype="application/json")


@blueprint.get(
    "/<cluster>/summary", responses=answers({200: ClusterSummary}, ClusterNotFoundError, UnknownParameterError)
)
def summarise(path: ClusterPath, query: SummaryQuery) -> Any:
    """Sum up the stories that tell the same: sentences with their sources, figures on which they disagree."""
    cluster, stories = context().results.cluster_told(path.cluster, tenant=listed_tenant())
    known = [stories[member.id] for member in cluster.members if member.id in stories]
    found = summarise_cluster(known, limit=query.sentences)
    return Response(found.model_dump_json(), mimetype="application/json")
