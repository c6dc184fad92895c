"""``/metrics`` for Prometheus.

All numbers come from the store at that moment, so every gateway answers the same: scrape one of them.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_openapi import APIBlueprint
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from services.gateway.auth import needs
from services.gateway.context import context
from services.gateway.problems import answers
from services.gateway.queries import Nothing
from shared.errors import UnknownParameterError
from shared.models import JobState, State
from shared.pipeline import INGEST, NAMES
from shared.survey import StageSurvey, Survey, survey

_TEXT = {"description": "The numbers.", "content": {
    kind: {"schema": {"type": "string"}} for kind in ("text/plain", "application/openmetrics-text")
}}  # fmt: skip

blueprint = APIBlueprint(
    "metrics", __name__, abp_tags=[{"name": "Health"}], operation_id_callback=lambda *, name, path, method: name
)

UNITS = (INGEST, *NAMES)


@blueprint.get("/metrics", responses=answers({200: _TEXT}, UnknownParameterError))
@needs("metrics")
def metrics(query: Nothing) -> Response:
    """Give the numbers of the whole pipeline, in the exposition format that the Accept header asks for."""
    registry = CollectorRegistry()
    registry.register(Surveyed(survey(context().store)))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


class Surveyed(Collector):
    """A survey as Prometheus has it: what only grows is a counter, what comes and goes a gauge."""

    def __init__(self, found: Survey) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Every metric. Each label value is there from the start, at 0."""
        yield from self._jobs()
        yield from self._stories()
        yield from self._stages()
        yield from self._rest()

    def _jobs(self) -> Iterator[Metric]:
        found = self._found
        running = [state for state in JobState if not state.ended]
        yield _gauge(
            "jobs", "Jobs that have not ended.", "state", {state: found.jobs.get(state, 0) for state in running}
        )
        ends = {state: self._total(f"job:{state}") for state in JobState}
        yield _counter("job_transitions", "Times a job came to a state; a retried one more than once.", "state", ends)
        yield GaugeMetricFamily(
            "wiremill_oldest_job_age_seconds", "Age of the oldest job that has not ended.", found.oldest_job
        )

    def _stories(self) -> Iterator[Metric]:
        came = {state: self._total(f"n:{state}") for state in State}
        yield CounterMetricFamily("wiremill_stories_received", "Stories received.", self._total("received"))
        yield _counter("stories", "Times a story came to a state; one withheld and released, to both.", "state", came)
        passed = {name: self._total(f"passed:{name}") for name in NAMES}
        yield _counter("stage_stories", "Stories that have passed a stage.", "stage", passed)

    def _stages(self) -> Iterator[Metric]:
        now = {name: self._found.stages.get(name, StageSurvey()) for name in UNITS}
        seconds = {name: self._total(f"seconds:{name}") for name in NAMES}
        yield _counter("stage_seconds", "Worker time spent in a stage.", "stage", seconds)
        what = "Batches (of ingest: jobs) whose message waits to be begun."
        yield _gauge("queue_messages", what, "stage", {name: stage.waiting for name, stage in now.items()})
        what = "Batches (of ingest: jobs) that are worked on."
        yield _gauge("batches_in_work", what, "stage", {name: stage.working for name, stage in now.items()})
        what = "How long the one that has waited longest in a queue has waited."
        yield _gauge(
            "oldest_waiting_seconds", what, "stage", {name: stage.oldest_waiting for name, stage in now.items()}
        )
        what = "Leases that ran out: workers that died or stalled."
        yield _counter("lease_expiries", what, "stage", {name: self._total(f"expired:{name}") for name in UNITS})
        what = "Messages sent again by the clerk: lost, or long in a queue."
        yield _counter("resends", what, "stage", {name: self._total(f"resent:{name}") for name in UNITS})

    def _rest(self) -> Iterator[Metric]:
        found = self._found
        yield GaugeMetricFamily("wiremill_batches_held", "Batches that wait for room in the pipeline.", found.held)
        outcomes = {outcome: self._total(f"webhook:{outcome}") for outcome in ("delivered", "failed", "dead")}
        what = "Attempts to deliver a webhook, by outcome: failed ones are tried again, dead ones are not."
        yield _counter("webhook_attempts", what, "outcome", outcomes)
        yield GaugeMetricFamily("wiremill_webhooks_pending", "Webhooks to be delivered.", found.webhooks_pending)
        yield GaugeMetricFamily("wiremill_store_memory_bytes", "Memory that the store uses.", found.memory_used)
        yield GaugeMetricFamily(
            "wiremill_store_memory_limit_bytes", "Memory that it may use; 0: any.", found.memory_limit
        )

    def _total(self, name: str) -> float:
        return self._found.totals.get(name, 0.0)


def _gauge(name: str, what: str, label: str, values: dict[Any, float]) -> Metric:
    family = GaugeMetricFamily(f"wiremill_{name}", what, labels=[label])
    for value, number in values.items():
        family.add_metric([str(value)], number)
    return family


def _counter(name: str, what: str, label: str, values: dict[Any, float]) -> Metric:
    family = CounterMetricFamily(f"wiremill_{name}", what, labels=[label])
    for value, number in values.items():
        family.add_metric([str(value)], number)
    return family
