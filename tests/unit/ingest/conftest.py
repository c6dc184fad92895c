"""Shared by the tests of reading: bytes in, stories out."""

import io
from collections.abc import Callable, Mapping

import pytest

from services.ingest.read import Limits, read_file
from shared.models import Story

Read = Callable[..., list[Story]]


@pytest.fixture
def read() -> Read:
    def read(
        data: bytes,
        *,
        name: str = "file",
        format: str | None = None,
        fields: Mapping[str, str] | None = None,
        **limits: int,
    ) -> list[Story]:
        stream = io.BytesIO(data)
        return list(read_file(stream, name=name, format=format, fields=fields, limits=Limits(**limits)))

    return read
