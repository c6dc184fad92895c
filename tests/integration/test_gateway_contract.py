"""The API does what its description says: Schemathesis makes requests of all kinds from it and checks the answers."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from services.gateway.app import create_app
from shared.settings import Settings
from shared.store import Store
from tests.core import Line
from tests.stages import plan

OPERATIONS = [
    (path, method, mode)
    for path, item in create_app(Settings()).api_doc["paths"].items()  # type: ignore[attr-defined]
    for method, operation in item.items()
    for mode in GenerationMode
    # Where nothing but strings in the path can be given, nothing wrong can.
    if mode is GenerationMode.POSITIVE or any(one["in"] != "path" for one in operation.get("parameters", []))
]
BEYOND = {"bad-cursor", "empty-submission", "unknown-field", "bad-webhook", "idempotency-key-reused"}
"""Problems with what a schema cannot tell: whether a cursor was given out, whether all files are empty, …"""


@pytest.fixture
def job(store: Store, tmp_path: Path) -> str:
    """A finished job, every story of which came to a good end."""
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 20)])
    line.send([ref])
    line.drain()
    return job


def sensible(case: Any, job: str) -> None:
    """Have a request that fits the schema make sense, too: half of them about a job that there is."""
    if len(str(case.path_parameters.get("job", ""))) % 2:
        case.path_parameters["job"] = job
        if "seq" in case.path_parameters:
            case.path_parameters["seq"] = 7
    query = case.query or {}
    if "skip" in query:
        query.pop("stages", None)
    if "retention_hours" in query:
        query["retention_hours"] = min(query["retention_hours"], 72)
    if isinstance(case.body, dict):
        case.body.pop("options", None)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_whatever_is_asked(client: FlaskClient, job: str, path: str, method: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_wsgi("/openapi.json", client.application)
    operation = described[path][method.upper()]

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            sensible(case, job)
        response = case.call()
        beyond = 400 <= response.status_code < 500 and response.json()["type"].split(":")[-1] in BEYOND
        case.validate_response(response, excluded_checks=[positive_data_acceptance] if beyond else [])

    ask()
