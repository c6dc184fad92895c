"""What the gateway bears: status polls while stories run, exports of many stories, event streams to many watchers.

Polls are compared with ``/healthz``, which asks the store nothing, in the same run: machines differ, ratios less so.
Stories go through stages that do nothing, so they change as fast as the core can move them.

    python -m benchmarks.gateway [--stories 10000] [--clients 8] [--seconds 10] [--export 100000] [--watchers 500]
"""

import argparse
import http.client
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from benchmarks.messaging import run_ours
from benchmarks.services import answers
from services.cli.processes import environment
from services.cli.server import Server, free_port
from shared.celery_app import Sender, create_celery
from shared.exports import EXPORTS
from shared.models import SpoolFile
from shared.results import Results
from shared.servers import connect
from shared.settings import Settings
from shared.store import Store

TURN_SECONDS = 1.0


def polled(port: int, paths: list[str], seconds: float) -> list[list[float]]:
    """Seconds that each request took, one list for each path: one client that asks for them in turns of a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: list[list[float]] = [[] for _ in paths]
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        which = int((end - now) / TURN_SECONDS) % len(paths)
        connection.request("GET", paths[which])
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        took[which].append(time.perf_counter() - now)
    return took


def polls(port: int, job: str, *, clients: int, seconds: float) -> None:
    """Print how many status polls a second the gateway answers, and how long the slowest take."""
    paths = ["/healthz", f"/v1/jobs/{job}"]
    with ThreadPoolExecutor(clients) as pool:
        waiting = [pool.submit(polled, port, paths, seconds) for _ in range(clients)]
        rows = [each.result() for each in waiting]
    rates, slowest = [], []
    for place, path in enumerate(paths):
        took = sorted(second for row in rows for second in row[place])
        rates.append(len(took) / (seconds / len(paths)))
        slowest.append(took[int(len(took) * 0.99)])
        print(f"{path[:12]:12} {rates[-1]:7,.0f} a second, median {1000 * statistics.median(took):5.1f} ms, "
              f"p99 {1000 * slowest[-1]:6.1f} ms")  # fmt: skip
    print(f"status polls to /healthz: rate {rates[1] / rates[0]:.2f}, p99 {slowest[1] / slowest[0]:.2f}")


def memory(pid: int) -> tuple[float, float]:
    """Megabytes of memory of a gunicorn worker: now, and at most so far."""
    [worker] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024


def exports(port: int, pid: int, job: str) -> None:
    """Print what it costs to stream all of a job's stories in each form."""
    for name in EXPORTS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        began, size = time.perf_counter(), 0
        connection.request("GET", f"/v1/jobs/{job}/results?format={name}")
        response = connection.getresponse()
        assert response.status == 200
        while part := response.read(1 << 20):
            size += len(part)
        took = time.perf_counter() - began
        now, most = memory(pid)
        print(f"{name:8} {size / 1e6:6.1f} MB in {took:5.1f} s; the gateway has {now:.0f} MB, at most {most:.0f} MB")


def watchers(port: int, pid: int, store: Store, *, count: int) -> None:
    """Print what it costs to tell many watchers of one job what happens, twenty times a second."""
    job, _ = store.submit([])
    selector = selectors.DefaultSelector()
    before = memory(pid)[0]
    for _ in range(count):
        watcher = socket.create_connection(("127.0.0.1", port))
        watcher.sendall(f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        selector.register(watcher, selectors.EVENT_READ)
    stop = threading.Event()

    def happen() -> None:
        while not stop.wait(0.05):
            store.redis.xadd(f"wm:{job}:events", {"event": "batch", "detail": "0"})

    def hear() -> None:
        while not stop.is_set():
            for key, _ in selector.select(0.1):
                with suppress(OSError):
                    key.fileobj.recv(1 << 16)  # type: ignore[union-attr]

    threads = [threading.Thread(target=work) for work in (happen, hear)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    took = sorted(polled(port, ["/healthz"], 4)[0])
    now = memory(pid)[0]
    stop.set()
    for thread in threads:
        thread.join()
    print(f"{count} watchers: {now:.0f} MB, without them {before:.0f} MB; /healthz meanwhile median "
          f"{1000 * statistics.median(took):.1f} ms, p99 {1000 * took[int(len(took) * 0.99)]:.1f} ms")  # fmt: skip


def main() -> None:
    """Measure all three and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("stories", 10_000), ("clients", 8), ("seconds", 10), ("export", 100_000), ("watchers", 500)):
        parser.add_argument(f"--{name}", type=int, default=number)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        settings = Settings(redis_url=server.url, log_level="ERROR", port=free_port(), spool_dir=Path(folder))
        quiet = {"env": environment(settings), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        commands = (["benchmarks.messaging", "--serve", "ours"], ["services.cli", "gateway"])
        worker, gateway = (subprocess.Popen([sys.executable, "-m", *command], **quiet) for command in commands)  # type: ignore[call-overload]
        try:
            run_ours(settings, 64)  # until the workers are up
            redis = connect(settings.store())
            while not answers(redis, settings):
                if gateway.poll() is not None:
                    sys.exit("the gateway did not come up")
                time.sleep(0.05)
            store, results, send = Store(redis, settings), Results(redis), Sender(create_celery(settings), settings)
            running = threading.Event()
            running.set()

            def keep_running() -> None:
                while running.is_set():
                    run_ours(settings, given.stories)

            job, ref = store.submit([SpoolFile(name="made-up", path="", size=given.stories)])
            send([ref])
            busy = threading.Thread(target=keep_running)
            busy.start()
            polls(settings.port, job, clients=given.clients, seconds=given.seconds)
            running.clear()
            busy.join()
            run_ours(settings, given.export)
            exports(settings.port, gateway.pid, results.jobs(1)[0].id)
            watchers(settings.port, gateway.pid, store, count=given.watchers)
        finally:
            for process in (worker, gateway):
                process.terminate()
                process.wait()
            server.stop()


if __name__ == "__main__":
    main()
