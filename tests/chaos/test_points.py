"""A process killed at every point between two steps: the outcome must be that of a run in which nothing happened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from shared.faults import POINTS
from shared.settings import Settings
from shared.store import Store
from tests.chaos.conftest import Report
from tests.chaos.crew import Crew, Watch, arm, compare, submit, undisturbed

WORKING = tuple(point for point in POINTS if not point.startswith("gateway.") and point != "clerk.removed")
"""Those that a job comes by once it is submitted; the others have tests of their own."""
ONCE = ("ingest.sealed", "clerk.swept", "clerk.sent")
"""What is sealed is read no more; a clerk that died is back only when so small a job is over."""


def strike(
    redis: "Redis", settings: Settings, crew: Callable[..., Crew], folder: Path, points: tuple[str, ...], times: int
) -> tuple[tuple[int, int], float]:
    """A job whose processes die at points, so many times each."""
    store = Store(redis, settings)
    expected = undisturbed(store, folder, 300)
    one = crew(settings, env=arm(folder / "faults", points, times))
    job = submit(store, settings, folder, 300)
    watch = Watch(one, redis, job)
    watch.until_ended(seconds=60 + 20 * times * len(points))
    left = [str(path.relative_to(folder)) for path in (folder / "faults").glob("*/*")]
    assert not left, "nobody died there"
    return compare(redis, job, expected), watch.stall


def test_a_death_at_every_point(
    redis: "Redis", hasty: Settings, crew: Callable[..., Crew], tmp_path: Path, report: Report
) -> None:
    wrong, stall = strike(redis, hasty, crew, tmp_path, WORKING, 1)
    report("kill -9 at every point between two steps", len(WORKING), wrong, stall)


@pytest.mark.chaos
@pytest.mark.parametrize("point", WORKING)
def test_many_deaths_at_one_point(
    redis: "Redis", hasty: Settings, crew: Callable[..., Crew], tmp_path: Path, report: Report, point: str
) -> None:
    times = 1 if point in ONCE else 5
    wrong, stall = strike(redis, hasty, crew, tmp_path, (point,), times)
    report(f"kill -9 at {point}", times, wrong, stall)
