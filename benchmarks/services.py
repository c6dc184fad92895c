"""How long each service takes to start, and what memory it holds while it has nothing to do (Linux).

    python -m benchmarks.services [--rounds 3] [--only clerk gateway …]

Each is started alone, on a server of its own. A worker is up when it waits for messages, the gateway when it says that
it is ready, the clerk when it has become the one. Memory is that of the service's processes together, a moment later:
*RSS* counts what they share once for each of them, *PSS* once in all, *own* leaves it out. What is loaded before a
worker's processes fork is shared; the last line says what one more process takes.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from rich.console import Console
from rich.table import Table

from services.cli.processes import environment
from services.cli.server import Server, free_port
from shared import keys
from shared.pipeline import INGEST, NAMES
from shared.servers import connect
from shared.settings import Settings

PATIENCE = 120.0
"""Seconds after which a service is given up."""
IDLE = 2.0
FORKS = 4
ALL = (*NAMES, INGEST)
_ALL_STAGES = "all stages, "

Ready = Callable[["Redis", Settings], bool]


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes."""

    rss: float
    pss: float
    own: float


def answers(redis: "Redis", settings: Settings) -> bool:
    """Whether the gateway is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def reigns(redis: "Redis", settings: Settings) -> bool:
    """Whether there is a clerk."""
    return bool(redis.exists(keys.CLERK))


def waits(redis: "Redis", settings: Settings) -> bool:
    """Whether a worker waits for messages."""
    return any(client["cmd"] == "brpop" for client in redis.client_list())


SERVICES: dict[str, tuple[list[str], Ready]] = {
    "gateway": (["gateway"], answers),
    "clerk": (["clerk"], reigns),
    **{f"worker {name}": (["worker", name, "--processes", "1"], waits) for name in (INGEST, *NAMES)},
    **{f"{_ALL_STAGES}{forks}": (["worker", *ALL, "--processes", str(forks)], waits) for forks in (1, FORKS)},
}
"""The command of each, and how to tell that it is up. The number is that of the processes that work."""


def family(pid: int) -> Iterator[int]:
    """A process and all that came of it."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


def memory(pid: int) -> tuple[int, Memory]:
    """How many processes there are, and what they hold."""
    pids = list(family(pid))
    total = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    for one in pids:
        rows = dict(line.split(":", 1) for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()[1:])
        for name in total:
            total[name] += int(rows[name].split()[0])
    own = total["Private_Clean"] + total["Private_Dirty"]
    return len(pids), Memory(*(kilobytes / 1024 for kilobytes in (total["Rss"], total["Pss"], own)))


def started(name: str) -> tuple[float, int, Memory]:
    """Seconds until the service was up; its processes and their memory, at rest."""
    command, ready = SERVICES[name]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "redis")
        settings = Settings(redis_url=server.url, spool_dir=Path(folder), log_level="ERROR", port=free_port())
        redis = connect(settings.store())
        quiet = subprocess.DEVNULL
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", *command], env=environment(settings), stdout=quiet, stderr=quiet
        )
        try:
            while not ready(redis, settings):
                if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                    sys.exit(f"{name} did not come up")
                time.sleep(0.02)
            seconds = time.perf_counter() - began
            time.sleep(IDLE)
            return seconds, *memory(process.pid)
        finally:
            process.terminate()
            process.wait()
            redis.close()
            server.stop()


def main() -> None:
    """Print a row a service."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(SERVICES), default=list(SERVICES))
    options = parser.parse_args()
    table = Table("", "up after", "processes", "RSS MB", "PSS MB", "own MB", box=None)
    all_stages = {}
    for name in options.only:
        rounds = [started(name) for _ in range(options.rounds)]
        seconds = statistics.median(row[0] for row in rounds)
        held = [statistics.median(getattr(row[2], part) for row in rounds) for part in ("rss", "pss", "own")]
        if name.startswith(_ALL_STAGES):
            all_stages[name] = held[1]
        table.add_row(name, f"{seconds:.1f} s", str(rounds[0][1]), *(f"{part:.0f}" for part in held))
    Console().print(table)
    if len(all_stages) == 2:
        one, many = all_stages.values()
        print(f"each further process of all stages: {(many - one) / (FORKS - 1):.0f} MB (PSS)")


if __name__ == "__main__":
    main()
