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


def strike(
    redis: "Redis", settings: Settings, crew: Callable[..., Crew], folder: Path, points: tuple[str, ...], times: int
) -> tuple[int, tuple[int, int], float]:
    """A job whose processes die at points, so many times each if it comes by there so often; how many died."""
    store = Store(redis, settings)
    expected = undisturbed(store, folder, 300)
    one = crew(settings, env=arm(folder / "faults", points, times))
    job = submit(store, settings, folder, 300)
    watch = Watch(one, redis, job)
    watch.until_ended(seconds=60 + 20 * times * len(points))
    died = {point: times - len(list((folder / "faults" / point).iterdir())) for point in points}
    assert all(died.values()), f"nobody died at one of them: {died}"
    return sum(died.values()), compare(redis, job, expected), watch.stall


def test_a_death_at_every_point(
    redis: "Redis", hasty: Settings, crew: Callable[..., Crew], tmp_path: Path, report: Report
) -> None:
    died, wrong, stall = strike(redis, hasty, crew, tmp_path, WORKING, 1)
    report("kill -9 at every point between two steps", died, wrong, stall)


@pytest.mark.chaos
@pytest.mark.parametrize("point", WORKING)
def test_many_deaths_at_one_point(
    redis: "Redis", hasty: Settings, crew: Callable[..., Crew], tmp_path: Path, report: Report, point: str
) -> None:
    died, wrong, stall = strike(redis, hasty, crew, tmp_path, (point,), 5)
    report(f"kill -9 at {point}", died, wrong, stall)
