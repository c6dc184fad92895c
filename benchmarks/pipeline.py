"""The whole pipeline at work: how near it comes to what its stages alone would take, and how it grows.

    python -m benchmarks.pipeline FEED [--rounds 3] [--growth 1000 10000 100000] [--fairness 20] [--tiny 1000000]

FEED is a file or folder of stories, as ``wiremill run`` takes it. Every figure is of a job handed to workers that are
up and warm, on a server of its own.

*Efficiency*: the seconds that the work itself takes, divided among the worker processes, over the seconds that the job
took. 1 would be a pipeline without a pipeline. The work is what the stages' functions took during the job and what
reading the files takes when nothing else is done; the second figure leaves the reading out of the work. *Scaling*: the
same job with one worker process and with two. *Growth*: made-up stories, more and more of them in one job; stories a
second and bytes of Redis a story should not change. *Fairness*: a job of ten stories, alone and while a job of twenty
thousand is at work. *Tiny*: one job of very many very short stories, and what memory the processes had at most.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from benchmarks.services import family
from services.cli.embedded import Embedded, embedded
from services.ingest.tasks import prepare
from shared.logs import configure
from shared.models import Job, JobState, Options, SpoolFile
from shared.results import Results
from shared.settings import Settings

GIANT, SMALL = 20_000, 10
"""Stories of the two jobs that compete."""
_SYLLABLES = ("ba", "cor", "de", "fin", "gal", "hu", "jo", "kir", "lam", "mo", "nes", "pol", "ru", "sta", "tev", "zin")


def made_up(folder: Path, stories: int, *, seed: int) -> SpoolFile:
    """A file of so many stories of some 120 words, no two alike."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(5000)]
    path = folder / f"{seed}-{stories}.ndjson"
    with path.open("w") as file:
        for number in range(stories):
            said = " ".join(f"The {' '.join(chance.choices(words, k=13))} met Mr. Kim in Paris." for _ in range(6))
            file.write(f'{{"headline": "Report {number}", "body": "{said}"}}\n')
    return SpoolFile(name=path.name, path=str(path), size=path.stat().st_size)


def given(path: Path) -> list[SpoolFile]:
    """The files of a feed."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    return [SpoolFile(name=file.name, path=str(file.resolve()), size=file.stat().st_size) for file in files]


@contextmanager
def warm(processes: int, **settings: object) -> Iterator[Embedded]:
    """A pipeline whose workers have already worked."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings(log_level="ERROR", **settings)  # type: ignore[arg-type]
        with embedded(chosen, Path(folder), processes=processes) as pipeline:
            for seed in range(processes):
                took(pipeline, [made_up(Path(folder), 200, seed=seed)])
            yield pipeline


def took(pipeline: Embedded, files: Sequence[SpoolFile], options: Options = Options()) -> tuple[Job, float]:
    """A job, ended, and the seconds from its submission to its end."""
    began = time.perf_counter()
    job = pipeline.submit(files, options)
    results = Results(pipeline.redis)
    while not (found := results.wait(job, 5)).state.ended:
        pipeline.fleet.tend()
    seconds = time.perf_counter() - began
    if not found.balanced or found.error:
        sys.exit(f"the job did not come out: {found}")
    return found, seconds


def efficiency(files: Sequence[SpoolFile], rounds: int) -> None:
    """Print efficiency and scaling, the rounds of both settings in turn."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    shares: dict[int, list[float]] = {1: [], 2: []}
    stages: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for processes in rates:
            reading = _reading(files)
            with warm(processes) as pipeline:
                job, seconds = took(pipeline, files)
            pure = sum(stage.seconds for stage in job.stages.values())
            rates[processes].append(job.received / seconds)
            shares[processes].append((pure + reading) / processes / seconds)
            stages[processes].append(pure / processes / seconds)
    for processes in rates:
        rate, share, less = (statistics.median(of[processes]) for of in (rates, shares, stages))
        plural = "es" * (processes > 1)
        print(f"{processes} worker process{plural}: {rate:,.0f} stories/s, efficiency {share:.2f} ({less:.2f})")
    ratio = statistics.median(two / one for one, two in zip(rates[1], rates[2], strict=True))
    print(f"two over one: {ratio:.2f}")
    total = sum(stage.seconds for stage in job.stages.values())
    parts = (f"{name} {stage.seconds / total:.0%}" for name, stage in job.stages.items())
    print(f"of the stages' time: {', '.join(parts)}")


def _reading(files: Sequence[SpoolFile]) -> float:
    """The seconds that reading a job's files takes by itself."""
    store = Redis()  # reading asks it nothing
    job = Job(id="", state=JobState.QUEUED, created=datetime.now(UTC), files=list(files))
    began = time.perf_counter()
    for _ in prepare(Settings(), store)(job, lambda place: None):
        pass
    return time.perf_counter() - began


def growth(sizes: Sequence[int], folder: Path) -> None:
    """Print speed and memory over the size of the job."""
    for size in sizes:
        with warm(2) as pipeline:
            before = pipeline.redis.info("memory")["used_memory"]
            _, seconds = took(pipeline, [made_up(folder, size, seed=size)])
            used = pipeline.redis.info("memory")["used_memory"] - before
        print(f"{size:>9,} stories: {size / seconds:7,.0f} stories/s, {used / size:7,.0f} bytes of Redis a story")


def tiny(stories: int, folder: Path) -> None:
    """Print speed and memory of one job of so many stories of ten words."""
    with warm(2) as pipeline:
        before = pipeline.redis.info("memory")["used_memory"]
        file = folder / "tiny.ndjson"
        with file.open("w") as lines:
            lines.writelines(
                f'{{"body": "Item {n}: shares of company {n * 7} rose {n % 97} points."}}\n' for n in range(stories)
            )
        job, seconds = took(pipeline, given(file))
        memory = pipeline.redis.info("memory")
        processes = [pid for process in pipeline.fleet.running.values() for pid in family(process.pid)]
        most = [_most(pid) for pid in processes]
    ended = ", ".join(f"{count:,} {state}" for state, count in job.counts.items() if count)
    used, peak = (memory["used_memory"] - before) / stories, memory["used_memory_peak"] / 2**20
    print(f"{stories:,} tiny stories: {stories / seconds:,.0f} stories/s; {ended}")
    print(
        f"Redis {used:,.0f} bytes a story, {peak:,.0f} MB at most; the largest other process {max(most):,.0f} MB (RSS)"
    )


def _most(pid: int) -> float:
    """Megabytes that a process has had at most."""
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(rows["VmHWM"].split()[0]) / 1024


def fairness(folder: Path, rounds: int) -> None:
    """Print how long a small job takes, alone and behind a giant."""
    with warm(2) as pipeline:
        small = [made_up(folder, SMALL, seed=seed) for seed in range(1000, 1000 + 2 * rounds)]
        alone = [took(pipeline, [file])[1] for file in small[:rounds]]
        giant = pipeline.submit([made_up(folder, GIANT, seed=7)])
        results = Results(pipeline.redis)
        while not results.job(giant).stages["dedup"].stories:
            time.sleep(0.1)
        behind = [took(pipeline, [file])[1] for file in small[rounds:]]
        ended = results.job(giant).state.ended
    if ended:
        sys.exit("the large job was over too early to tell")
    p95 = [statistics.quantiles(times, n=20, method="inclusive")[-1] for times in (alone, behind)]
    print(
        f"{SMALL} stories alone: p95 {p95[0]:.2f} s; behind {GIANT:,}: p95 {p95[1]:.2f} s, {p95[1] / p95[0]:.1f} times"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feed", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--fairness", type=int, default=20, help="small jobs of each kind; 0: none")
    parser.add_argument("--tiny", type=int, default=0, metavar="STORIES", help="so many very short ones; 0: none")
    options = parser.parse_args()
    configure(Settings(log_level="ERROR"), "bench")
    if options.rounds:
        efficiency(given(options.feed), options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        growth(options.growth, Path(folder))
        if options.fairness:
            fairness(Path(folder), options.fairness)
        if options.tiny:
            tiny(options.tiny, Path(folder))


if __name__ == "__main__":
    main()
