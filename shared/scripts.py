"""The atomic scripts of ``lua/``, ready to call."""

from functools import cache
from importlib.resources import files
from typing import Any

from redis import Redis
from redis.commands.core import Script

from shared.models import State
from shared.pipeline import NAMES

LETTERS: dict[State, str] = {
    State.PENDING: "p",
    State.DONE: "d",
    State.DUPLICATE: "u",
    State.KILLED: "k",
    State.WITHHELD: "w",
    State.REJECTED: "r",
    State.FAILED: "f",
    State.CANCELLED: "c",
}
"""One byte per story in the store."""

STATES: dict[str, State] = {letter: state for state, letter in LETTERS.items()}

FORMAT = 1
"""First byte of a packed batch. Raise it with every change to ``Story`` that an older worker could not read: it then
leaves such batches to newer ones.
"""

SCRIPTS = (
    *("submit", "append", "seal", "begin", "renew", "commit", "amend", "cancel", "retry", "release", "sweep"),
    *("due", "settle", "survey"),
)


@cache
def _source(name: str) -> str:
    folder = files("shared") / "lua"
    stages = ",".join(f"'{stage}'" for stage in NAMES)
    states = ",".join(f"{letter}='{state}'" for letter, state in STATES.items())
    constants = f"local STAGES, STATES, FORMAT = {{{stages}}}, {{{states}}}, {FORMAT}\n"
    return constants + "".join((folder / f"{part}.lua").read_text("utf-8") for part in ("bytes", "prelude", name))


class Scripts:
    """Each script by its name: ``scripts("commit", now, …)``."""

    def __init__(self, redis: "Redis") -> None:
        self._scripts: dict[str, Script] = {name: redis.register_script(_source(name)) for name in SCRIPTS}

    def __call__(self, name: str, *arguments: str | bytes | float) -> Any:
        """Run one script; raises ``redis.RedisError`` when the server is gone."""
        return self._scripts[name](args=list(arguments))
