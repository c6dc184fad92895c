"""Shared by the tests of reading: bytes in, stories out."""

import io
from collections.abc import Callable

import pytest

from services.ingest.read import Limits, read_file
from shared.models import Story

Read = Callable[..., list[Story]]


@pytest.fixture
def read() -> Read:
    def read(data: bytes, *, name: str = "file", format: str | None = None, **limits: int) -> list[Story]:
        return list(read_file(io.BytesIO(data), name=name, format=format, limits=Limits(**limits)))

    return read
