from typing import Any, cast

import pytest

from services.entities.gazetteer import Gazetteer, load
from services.entities.tasks import prepare
from shared.settings import Settings
from shared.stage import Process


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load()


@pytest.fixture(scope="session")
def process() -> Process:
    return prepare(Settings(), cast(Any, None))
