"""Servers set up as an operator might: with users, behind TLS, watched by sentinels; and RabbitMQ."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from redis import Redis

from services.cli.processes import start
from services.cli.server import find_server, free_port
from tests.conftest import kill_group, until


@contextmanager
def running(folder: Path, *lines: str, sentinel: bool = False) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A server of the loopback interface with so many lines of configuration; its port, once it listens."""
    port = free_port()
    folder.mkdir(exist_ok=True)
    config = folder / "server.conf"
    config.write_text("\n".join((f"port {port}", "bind 127.0.0.1", f"dir {folder}", *lines, "")))
    command = [str(find_server()), str(config), *(["--sentinel"] if sentinel else [])]
    process = start(command, log=folder / "log")
    try:
        until(lambda: listens(port), why=f"{folder.name} listens")
        yield port, process
    finally:
        kill_group(process)


def listens(port: int) -> bool:
    """Whether somebody does."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return made, key


@contextmanager
def tls(folder: Path, port: int) -> Iterator[tuple[int, Path]]:
    """TLS before a server without: the port to speak it to, and the certificate to trust."""
    made, key = certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, context, port), daemon=True).start()
        yield listener.getsockname()[1], made
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError):  # closed: the test is over
        while True:
            accepted, _ = listener.accept()
            threading.Thread(target=_serve, args=(accepted, context, port), daemon=True).start()


def _serve(accepted: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError), ExitStack() as closed:
        closed.enter_context(accepted)
        inner = closed.enter_context(context.wrap_socket(accepted, server_side=True))
        outer = closed.enter_context(socket.create_connection(("127.0.0.1", port)))
        back = threading.Thread(target=_copy, args=(outer, inner), daemon=True)
        back.start()
        _copy(inner, outer)
        back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def watched(folder: Path, password: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Two servers, a sentinel that makes the second the first when that is gone; the URL, and the first's process."""
    with ExitStack() as stack:
        secret = (f"requirepass {password}", f"masterauth {password}", "save ''")
        port, first = stack.enter_context(running(folder / "first", *secret))
        second, _ = stack.enter_context(running(folder / "second", *secret, f"replicaof 127.0.0.1 {port}"))
        watch = (
            f"sentinel monitor main 127.0.0.1 {port} 1",
            f"sentinel auth-pass main {password}",
            "sentinel down-after-milliseconds main 1000",
            "sentinel failover-timeout main 5000",
        )
        sentinel, _ = stack.enter_context(running(folder / "sentinel", *watch, sentinel=True))
        with closing(Redis(port=sentinel)) as asked:
            until(lambda: asked.execute_command("SENTINEL REPLICAS", "main"), why="the sentinel knows both")
        with closing(Redis(port=second, password=password)) as replica:
            until(lambda: replica.info("replication")["master_link_status"] == "up", why="the second server follows")
        yield f"sentinel://:{password}@127.0.0.1:{sentinel}/main/0", first


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """A RabbitMQ server with all its files in a folder; its URL."""
    port, distribution = free_port(), free_port()
    env = {
        "PATH": "/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": f"wiremill-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
        "ERL_EPMD_PORT": str(free_port()),
    }
    process = start(["rabbitmq-server"], log=folder / "rabbitmq.log", env=env)
    try:
        until(lambda: listens(port), seconds=90, why="RabbitMQ listens")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        kill_group(process)
