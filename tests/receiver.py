"""Somebody who receives webhooks, well or badly, on the loopback interface."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """Where it listens, and what came. ``answer`` is called for each request with how many came before."""

    url: str
    answer: Callable[[BaseHTTPRequestHandler, int], None]
    requests: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, int], None]:
    """Answers with a status and nothing else."""

    def answer(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def drip(handler: BaseHTTPRequestHandler, _: int) -> None:
    """A byte of a header now and then, without end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        for _ in range(600):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler, _: int) -> None:
    """200, and a body as long as anybody would read it."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(2000):
            handler.wfile.write(b"x" * 1_000_000)


@contextmanager
def receiver(answer: Callable[[BaseHTTPRequestHandler, int], None]) -> Iterator[Receiver]:
    """A receiver that is running."""
    found = Receiver("", answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with found.lock:
                before = len(found.requests)
                found.requests.append(Received(self.path, dict(self.headers.items()), body, time.time()))
            found.answer(self, before)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/hook?a=b%20c"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
