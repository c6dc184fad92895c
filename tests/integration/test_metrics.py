"""The numbers at ``/metrics``: those of the store, whichever gateway is asked."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from services.gateway.app import create_app
from shared.models import Options
from shared.pipeline import INGEST, NAMES
from shared.settings import Settings
from shared.store import Store
from tests.conftest import until
from tests.core import Line
from tests.stages import plan

KEDA = Path(__file__).parents[2] / "deploy" / "kubernetes" / "keda.yaml"
Numbers = dict[tuple[str, str], float]


def scrape(settings: Settings) -> Numbers:
    """What a gateway that has just started says: value by name and label value."""
    with create_app(settings).test_client() as client:
        response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    families = list(text_string_to_metric_families(response.text))
    assert all(family.documentation and family.name.startswith("wiremill_") for family in families)
    return {
        (sample.name, "".join(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_an_empty_store_has_every_number(redis: "Redis", settings: Settings) -> None:
    numbers = scrape(settings)
    memory = {name: numbers.pop((name, "")) for name, _ in list(numbers) if "memory" in name}
    assert memory["wiremill_store_memory_bytes"] > 0
    assert set(numbers.values()) == {0}
    for stage in NAMES:
        assert numbers["wiremill_stage_stories_total", stage] == 0
    assert numbers["wiremill_queue_messages", INGEST] == 0


def test_autoscalers_ask_for_numbers_that_there_are(redis: "Redis", settings: Settings) -> None:
    asked = re.findall(r"valueLocation: '(\w+)\{stage=\"(\w+)\"\}'", KEDA.read_text("utf-8"))
    assert asked
    assert set(asked) <= scrape(settings).keys()


def test_a_job_from_submission_to_its_end(redis: "Redis", settings: Settings, store: Store, tmp_path: Path) -> None:
    line = Line(store)
    files = [plan(tmp_path, 150, {9: ["raise@clean"], 80: ["duplicate@dedup"]})]
    job, ref = store.submit(files, options=Options(webhook="https://desk.example/hook"))
    numbers = scrape(settings)
    assert numbers["wiremill_jobs", "queued"] == numbers["wiremill_queue_messages", INGEST] == 1
    line.send([ref])
    line.take()
    first = line.messages[0]
    assert store.begin(first).status == "OK"
    numbers = scrape(settings)
    assert numbers["wiremill_jobs", "running"] == 1
    waiting = numbers["wiremill_queue_messages", "clean"]
    assert waiting == len(line.messages) - 1 and numbers["wiremill_batches_in_work", "clean"] == 1
    assert 0 < numbers["wiremill_oldest_waiting_seconds", "clean"] < 60
    assert 0 < numbers["wiremill_oldest_job_age_seconds", ""] < 60
    redis.delete(f"wm:{job}:lease")
    line.drain()
    numbers = scrape(settings)
    assert numbers["wiremill_jobs", "running"] == numbers["wiremill_oldest_job_age_seconds", ""] == 0
    assert numbers["wiremill_job_transitions_total", "finished"] == 1
    assert numbers["wiremill_stories_received_total", ""] == 150
    counts = {state: numbers["wiremill_stories_total", state] for state in ("done", "failed", "duplicate")}
    assert counts == {"done": 148, "failed": 1, "duplicate": 1}
    for stage in NAMES:
        assert numbers["wiremill_stage_stories_total", stage] == 150
        assert numbers["wiremill_stage_seconds_total", stage] > 0
    assert numbers["wiremill_webhooks_pending", ""] == 1
    store.retry(job)
    again = scrape(settings)
    assert again["wiremill_jobs", "running"] == 1
    assert all(again[name] >= value for name, value in numbers.items() if name[0].endswith("_total"))


def test_deaths_and_lost_messages_are_counted(redis: "Redis", settings: Settings, store: Store) -> None:
    brief = Store(redis, settings.model_copy(update={"lease_seconds": 0.05, "resend_seconds": 0.05}))
    _, ref = brief.submit([])
    until(brief.sweep)
    assert brief.begin(ref).status == "OK"
    until(lambda: brief.begin(ref).status == "OK")
    numbers = scrape(settings)
    assert numbers["wiremill_lease_expiries_total", INGEST] == 1
    assert numbers["wiremill_resends_total", INGEST] >= 1


@pytest.mark.parametrize("accept", ["application/openmetrics-text; version=1.0.0", "text/plain", ""])
def test_the_format_is_the_one_asked_for(redis: "Redis", settings: Settings, accept: str) -> None:
    with create_app(settings).test_client() as client:
        response = client.get("/metrics", headers={"Accept": accept})
    kind = "application/openmetrics-text" if "openmetrics" in accept else "text/plain"
    assert response.content_type.startswith(kind)
