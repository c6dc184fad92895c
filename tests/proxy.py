"""A proxy that breaks connections, for tests of those who must live with that."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """Where it listens. Of each connection it lets so many bytes of the answers through (None: all), then it breaks."""

    url: str
    passes: list[int | None] = field(default_factory=list)
    connections: int = 0


@contextmanager
def breaking(url: str, passes: Sequence[int | None]) -> Iterator[Proxy]:
    """A proxy before ``url`` that is running; connections beyond those of ``passes`` are let through."""
    target = (urlsplit(url).hostname, urlsplit(url).port)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(f"http://127.0.0.1:{server.getsockname()[1]}", list(passes))

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    proxy.connections += 1
                    limit = proxy.passes.pop(0) if proxy.passes else None
                    threading.Thread(target=_connect, args=(client, target, limit), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield proxy
        server.shutdown(socket.SHUT_RDWR)


def _connect(client: socket.socket, target: tuple[str, int], limit: int | None) -> None:
    upstream = socket.create_connection(target)
    sending = threading.Thread(target=_pump, args=(client, upstream, None), daemon=True)
    sending.start()
    _pump(upstream, client, limit)
    for end in (client, upstream):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    sending.join()
    client.close()
    upstream.close()


def _pump(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    left = limit
    with suppress(OSError):
        while part := source.recv(65_536):
            sink.sendall(part[:left])
            left = None if left is None else max(0, left - len(part))
            if left == 0:  # not before there was an answer: what it is about has been done
                return
