"""What the tests of this folder did, as a table at the end of the run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.server import Server
from shared.settings import Settings
from tests.chaos.crew import HASTE, Crew

Report = Callable[[str, int, tuple[int, int], float], None]
ROWS = pytest.StashKey[list[tuple[str, int, int, int, float]]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """``report(fault, times, (lost, doubled), stall in seconds)``."""

    def row(fault: str, times: int, wrong: tuple[int, int], stall: float) -> None:
        request.config.stash.setdefault(ROWS, []).append((fault, times, *wrong, stall))

    return row


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table."""
    if rows := config.stash.get(ROWS, []):
        terminalreporter.section("what was done to jobs, and what became of them")
        terminalreporter.write_line(f"{'fault':54}{'times':>6}{'lost':>6}{'doubled':>9}{'longest stall':>15}")
        for fault, times, lost, doubled, stall in rows:
            terminalreporter.write_line(f"{fault:54}{times:6}{lost:6}{doubled:9}{stall:13.1f} s")


@pytest.fixture
def hasty(settings: Settings) -> Settings:
    """Settings under which what is lost is found again at once."""
    return settings.model_copy(update=HASTE)


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which keeps its data when it is killed."""
    server = Server(tmp_path / "durable", durable=True)
    yield server
    server.stop()


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Callable[..., Crew]]:
    """Makes crews, as ``Crew`` does but for the folder; none outlives the test."""
    made: list[Crew] = []

    def make(settings: Settings, **options: Any) -> Crew:
        made.append(Crew(settings, tmp_path, **options))
        return made[-1]

    yield make
    for one in made:
        one.end()
