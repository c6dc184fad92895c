"""The stage's own atomic scripts, on keys of its own."""

from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any

from redis import Redis
from redis.client import NEVER_DECODE
from redis.exceptions import NoScriptError

PREFIX = "wm:dedup:1:"
"""Before every key; the number is that of the layout."""


class Script:
    """``lua/NAME.lua``, with ``PREFIX`` as its key; the server is first asked when it is called."""

    def __init__(self, redis: "Redis", name: str) -> None:
        self._execute: Any = redis.execute_command  # untyped in redis-py
        self._source = (Path(__file__).parent / "lua" / f"{name}.lua").read_bytes()
        self._sha = sha1(self._source, usedforsecurity=False).hexdigest()

    def __call__(self, arguments: Sequence[str | bytes | int]) -> Any:
        """Run it; raises ``redis.RedisError``. Answers are bytes, also from a client that decodes."""
        options = {NEVER_DECODE: True}
        try:
            return self._execute("EVALSHA", self._sha, 1, PREFIX, *arguments, **options)
        except NoScriptError:
            return self._execute("EVAL", self._source, 1, PREFIX, *arguments, **options)
