"""The whole system beside what one would write instead: the same stories, the same machine, in turn.

    make bench-peers ARGS=path
    python -m benchmarks.peers [FEED] [--stories 600] [--rounds 3]

FEED is a file or folder of stories; without one it is ``samples/``. Where it has fewer than ``--stories`` they are told
again in other words. Every contender reads the same file and is loaded and warm before its time begins:

- *wiremill*: a job handed to two worker processes, until it has ended.
- *naive Celery*: a chain of tasks for each article, which travels in the messages; the very functions of our stages,
  called for one story at a time, and two worker processes too. No ledger, no lease: what dies is lost.
- scripts of one process (``benchmarks/shelf.py``). One whose libraries are not installed is left out: they are no part
  of ``requirements/``, and the first command runs in an environment of its own that has them.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from celery import Celery, chain
from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.feeds import SAMPLES, read_rows, write_feed
from benchmarks.pipeline import given, took, warm
from benchmarks.shelf import SCRIPTS, Script
from services.cli.processes import environment
from services.cli.server import Server
from services.ingest.read import read_file
from services.ingest.understand import understand
from shared.logs import configure
from shared.models import State, Story, story_id
from shared.pipeline import NAMES
from shared.servers import connect
from shared.settings import Settings
from shared.stage import Process
from shared.store import new_job_id
from shared.worker import preparation

PROCESSES = 2
DONE = "naive:done"
WARM_UP = 40  # stories
STALLED = 120  # seconds; its start-up included

Rate = Callable[[Path], float]
"""Stories a second over the stories of a file."""


def naive_app(url: str, stages: dict[str, Process]) -> Celery:
    """Four tasks that hand the article on, the last of which keeps it and counts it; only to send, without stages."""
    app = Celery("naive", broker=url, set_as_current=False)
    app.conf.update(task_acks_late=True, task_ignore_result=True, broker_connection_retry_on_startup=True)
    redis = Redis.from_url(url)

    def register(name: str) -> None:
        def step(article: dict[str, object]) -> dict[str, object]:
            story = Story.model_validate(article)
            if story.state is State.PENDING:
                [story] = stages[name]([story]).stories
            made = story.model_dump(mode="json")
            if name == NAMES[-1]:
                redis.set(f"naive:{story.id}", json.dumps(made))
                redis.incr(DONE)
            return made

        app.task(name=f"naive.{name}", shared=False)(step)

    for name in NAMES:
        register(name)
    return app


def serve() -> None:
    """Run the naive worker (in a process of its own)."""
    settings = Settings()
    configure(settings, "bench")
    redis = connect(settings.store())
    app = naive_app(settings.redis_url, {name: preparation(name)(settings, redis) for name in NAMES})
    redis.connection_pool.disconnect()  # not to be shared with the pool's processes
    app.worker_main(["--quiet", "worker", "--concurrency", str(PROCESSES), "--loglevel", "ERROR"])


def chained(url: str, path: Path) -> float:
    """Stories a second, from reading the first to the last counted."""
    app, redis, job = naive_app(url, {}), Redis.from_url(url), new_job_id()
    redis.delete(DONE)
    began = time.perf_counter()
    count = 0
    with path.open("rb") as stream:
        for count, story in enumerate(map(understand, read_file(stream, name=path.name)), 1):
            queued = story.model_copy(update={"id": story_id(job, count), "job_id": job, "seq": count})
            first, *others = (app.signature(f"naive.{name}") for name in NAMES)
            chain(first.clone(args=(queued.model_dump(mode="json"),)), *others).apply_async()
    done, moved = 0, began
    while done < count:
        time.sleep(0.01)
        now, before = time.perf_counter(), done
        done = int(redis.get(DONE) or 0)
        moved = now if done > before else moved
        if now - moved > STALLED:
            sys.exit(f"the naive pipeline has stood still for {STALLED} s: {done} of {count} stories came to an end")
    return count / (time.perf_counter() - began)


@contextmanager
def naive(warm_up: Path) -> Iterator[Rate]:
    """The naive pipeline, up and warm, on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        env = environment(Settings(redis_url=server.url, log_level="ERROR"))
        command = [sys.executable, "-m", "benchmarks.peers", "--serve"]
        worker = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            chained(server.url, warm_up)
            yield partial(chained, server.url)
        finally:
            worker.terminate()
            worker.wait()
            server.stop()


@contextmanager
def ours(warm_up: Path) -> Iterator[Rate]:
    """The whole system, up and warm, on a server of its own."""
    with warm(PROCESSES) as pipeline:
        took(pipeline, given(warm_up))

        def rate(path: Path) -> float:
            job, seconds = took(pipeline, given(path))
            print(f"wiremill: {job.counts[State.DUPLICATE]} of {job.received} stories are copies", flush=True)
            return job.received / seconds

        yield rate


@contextmanager
def script(run: Script, warm_up: Path) -> Iterator[Rate]:
    """A script, warm."""
    run(warm_up)

    def rate(path: Path) -> float:
        began = time.perf_counter()
        return run(path) / (time.perf_counter() - began)

    yield rate


def contenders() -> dict[str, tuple[int, Callable[[Path], object]]]:
    """Processes and how to begin, of each that can be run here."""
    found: dict[str, tuple[int, Callable[[Path], object]]] = {
        "wiremill": (PROCESSES, ours),
        "naive Celery": (PROCESSES, naive),
    }
    for name, load in SCRIPTS.items():
        try:
            found[name] = (1, partial(script, load()))
        except (ImportError, OSError) as error:  # OSError: spaCy's, of a model that is not installed
            print(f"{name}: left out, not installed ({error})")
    return found


def main() -> None:
    """Measure all in turn and print a row each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feed", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--stories", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve()
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    configure(Settings(log_level="ERROR"), "bench")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it calls an article without markup an error
    rivals = contenders()
    rates: dict[str, list[float]] = {name: [] for name in rivals}
    with tempfile.TemporaryDirectory() as folder:
        path, warm_up = Path(folder) / "feed.ndjson", Path(folder) / "warm-up.ndjson"
        write_feed(path, options.feed, options.stories)
        # Others than those measured: they would be copies of them, and skip what takes longest.
        write_feed(warm_up, SAMPLES, options.stories + WARM_UP, skip=options.stories)
        size = sum(len(text) for row in read_rows(path) for text in row.values()) / options.stories
        for _ in range(options.rounds):
            for name, (_, begin) in rivals.items():
                with begin(warm_up) as rate:  # type: ignore[attr-defined]
                    rates[name].append(rate(path))
    console = Console()
    table = Table("", "processes", "stories/s", "a process", "wiremill is", "a process", box=None)
    for name, (processes, _) in rivals.items():
        ratio = statistics.median(own / other for own, other in zip(rates["wiremill"], rates[name], strict=True))
        rate = statistics.median(rates[name])
        each = (f"{rate:,.1f}", f"{rate / processes:,.1f}", f"{ratio:.2f} x", f"{ratio * processes / PROCESSES:.2f} x")
        table.add_row(name, str(processes), *each)
    console.print(table)
    console.print(f"{options.stories} stories of {size:,.0f} characters, medians of {options.rounds} rounds in turn")


if __name__ == "__main__":
    main()
