from typing import Any, cast

import pytest

from services.entities.gazetteer import Gazetteer, load
from services.entities.tagger import SHIPPED
from services.entities.tasks import prepare
from shared.settings import Settings
from shared.stage import Process


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load()


@pytest.fixture(scope="session", params=[*SHIPPED, "rules"])
def process(request: pytest.FixtureRequest) -> Process:
    return prepare(Settings(entity_model=request.param), cast(Any, None))
