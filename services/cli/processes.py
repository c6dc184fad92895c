"""The processes behind ``wiremill run`` and ``up``: started, watched, started again when they die."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from shared.pipeline import INGEST, NAMES
from shared.settings import Settings

log = structlog.get_logger()

STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux: have the kernel stop this process when the one that started it is gone, even by ``kill -9``."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], *, log: Path, env: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start a process in a group of its own (Ctrl-C is ours to pass on), its output appended to ``log``."""
    with log.open("ab") as output:
        return subprocess.Popen(  # nosec B603 # our own commands, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            process_group=0,
            preexec_fn=_end_with_parent,
        )


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a child process the same settings."""
    own = {f"WIREMILL_{name.upper()}": str(value) for name, value in settings.model_dump().items() if value is not None}
    # Maths libraries would otherwise start a thread per core in every worker and fight over them.
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | own


class Fleet:
    """Workers and a clerk on this machine."""

    def __init__(self, settings: Settings, folder: Path, *, processes: int, gateway: bool = False) -> None:
        wiremill = [sys.executable, "-m", "services.cli"]
        self._commands = {
            "worker": [*wiremill, "worker", *NAMES, INGEST, "--processes", str(processes)],
            "clerk": [*wiremill, "clerk"],
        }
        if gateway:
            self._commands["gateway"] = [*wiremill, "gateway"]
        self._folder, self._env = folder, environment(settings)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def tend(self) -> None:
        """Start whatever is not running."""
        for name, command in self._commands.items():
            process = self.running.get(name)
            if process and (status := process.poll()) is not None:
                log.warning("process ended, starting another", process=name, status=status)
                process = None
            if process is None:
                self.running[name] = start(command, log=self._folder / f"{name}.log", env=self._env)

    def stop(self) -> None:
        """Ask all to finish what is in hand, then insist."""
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
