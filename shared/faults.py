"""Points between two steps at which a test has processes killed; elsewhere they do nothing.

``WIREMILL_FAULTS`` names a folder. A process that reaches a point dies there, as by ``kill -9``, if it can take a file
away from the folder's subfolder of that name: as many die at a point as the test has put files there.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

_FOLDER = os.environ.get("WIREMILL_FAULTS")

POINTS: tuple[str, ...] = (
    "gateway.spooled", "gateway.kept", "gateway.submitted", "gateway.sent",
    "ingest.begun", "ingest.appended", "ingest.sent", "ingest.read", "ingest.sealed",
    "stage.begun", "stage.processed", "stage.amended", "stage.committed", "stage.sent",
    "clerk.swept", "clerk.sent", "clerk.removed",
)  # fmt: skip
"""All of them: who, and what it has just done."""


def reach(point: str) -> None:
    """Die here, if a test wants it."""
    if _FOLDER is None:
        return
    for token in sorted((Path(_FOLDER) / point).glob("*")):
        with suppress(FileNotFoundError):  # another process died for it
            token.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
