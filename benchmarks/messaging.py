"""What the messaging costs: stages that do nothing, here and in a naive pipeline, side by side.

The naive pipeline is what one writes first: one Celery chain per article, the article travelling in the messages, late
acknowledgement, no batches and no ledger. Both run on the same Redis with the same number of worker processes.

    python -m benchmarks.messaging [--stories 12800] [--naive 1280] [--rounds 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from celery import Celery, chain
from redis import Redis

from services.clerk.clerk import Clerk
from services.cli.processes import environment
from services.cli.server import Server
from shared.celery_app import Sender, create_celery
from shared.logs import configure
from shared.models import Content, Job, Options, SpoolFile, Story
from shared.pipeline import INGEST, NAMES
from shared.results import Results
from shared.runner import Opening, Read
from shared.servers import connect
from shared.settings import Settings
from shared.stage import Process, Result
from shared.store import Store
from shared.worker import Prepare, create_worker, work

TEXT = "Officials said on Thursday that the talks would go on. " * 40
PROCESSES = 2
NAIVE_DONE = "naive:done"


def nothing(name: str) -> Prepare:
    """A stage that does nothing; ingest makes up as many stories as the job's only file has bytes."""

    def read(job: Job, opening: Opening) -> Iterator[list[Story]]:
        total, size = job.files[0].size, Settings().batch_stories
        for start in range(0, total, size):
            yield [Story(content=Content(text=TEXT)) for _ in range(min(size, total - start))]

    def process(stories: Sequence[Story], _: Options = Options()) -> Result:
        return Result(list(stories))

    def prepare(settings: Settings, redis: "Redis") -> Read | Process:
        return read if name == INGEST else process

    return prepare


def naive_app(url: str) -> Celery:
    """The naive pipeline: four tasks that hand the article on, the last of which counts it."""
    app = Celery("naive", broker=url, set_as_current=False)
    app.conf.update(task_acks_late=True, task_ignore_result=True, broker_connection_retry_on_startup=True)
    redis = Redis.from_url(url)

    def hand_on(article: str) -> str:
        return article

    def finish(article: str) -> None:
        redis.incr(NAIVE_DONE)

    for name in NAMES:
        app.task(name=f"naive.{name}", shared=False)(finish if name == NAMES[-1] else hand_on)
    return app


def serve(which: str) -> None:
    """Run a worker of one of the two pipelines (in a process of its own)."""
    settings = Settings()
    if which == "ours":
        names = (*NAMES, INGEST)
        configure(settings, "bench")
        work(create_worker(settings, names, lookup=nothing), names, processes=PROCESSES)
    else:
        naive_app(settings.redis_url).worker_main(
            ["--quiet", "worker", "--concurrency", str(PROCESSES), "--loglevel", "ERROR"]
        )


def run_ours(settings: Settings, stories: int) -> float:
    """Seconds from submission to the end of the job."""
    redis = connect(settings.store())
    store, results, clerk = Store(redis, settings), Results(redis), Clerk(settings)
    began = time.perf_counter()
    job, ref = store.submit([SpoolFile(name="made-up", path="", size=stories)])
    Sender(create_celery(settings), settings)([ref])
    while not (found := results.wait(job, 1)).state.ended:
        clerk.round()
    assert found.balanced
    assert found.received == stories
    return time.perf_counter() - began


def run_naive(settings: Settings, stories: int) -> float:
    """Seconds from the first chain sent to the last article counted."""
    app, redis = naive_app(settings.redis_url), Redis.from_url(settings.redis_url)
    redis.delete(NAIVE_DONE)
    began = time.perf_counter()
    for _ in range(stories):
        first, *others = (app.signature(f"naive.{name}") for name in NAMES)
        chain(first.clone(args=(TEXT,)), *others).apply_async()
    while int(redis.get(NAIVE_DONE) or 0) < stories:
        time.sleep(0.01)
    return time.perf_counter() - began


def main() -> None:
    """Measure both in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=12_800)
    parser.add_argument("--naive", type=int, default=1_280)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=("ours", "naive"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return serve(given.serve)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        settings = Settings(redis_url=server.url, log_level="ERROR")
        command = [sys.executable, "-m", "benchmarks.messaging", "--serve"]
        quiet = subprocess.DEVNULL
        workers = [subprocess.Popen([*command, which], env=environment(settings), stdout=quiet, stderr=quiet)
                   for which in ("ours", "naive")]  # fmt: skip
        try:
            run_ours(settings, 64), run_naive(settings, 16)  # until both are up and warm
            ratios = []
            for turn in range(1, given.rounds + 1):
                ours = given.stories / run_ours(settings, given.stories)
                naive = given.naive / run_naive(settings, given.naive)
                ratios.append(ours / naive)
                print(
                    f"round {turn}: ours {ours:,.0f} stories/s, naive {naive:,.0f} stories/s, ratio {ours / naive:.1f}"
                )
            print(f"median ratio {statistics.median(ratios):.1f}")
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()
            server.stop()


if __name__ == "__main__":
    main()
