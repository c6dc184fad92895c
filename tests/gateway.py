"""What the tests of the gateway share."""

import json
from pathlib import Path

from werkzeug.test import TestResponse

from shared.settings import Settings

PROBLEM = "application/problem+json"


def problem(response: TestResponse, status: int, slug: str) -> str:
    """Check a problem document (RFC 9457); returns its detail."""
    assert response.status_code == status
    assert response.content_type == PROBLEM
    body = json.loads(response.data)
    assert body["status"] == status
    assert body["type"] == f"urn:wiremill:problem:{slug}"
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in body["detail"]
    return str(body["detail"])


def spooled(settings: Settings) -> list[Path]:
    return sorted(settings.spool_dir.iterdir()) if settings.spool_dir.exists() else []
