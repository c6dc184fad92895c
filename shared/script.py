"""The atomic scripts on the dedup index, ready to call. ``lua/bytes.lua`` and ``lua/nodes.lua`` are put before each."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any

from redis import Redis
from redis.client import NEVER_DECODE
from redis.exceptions import NoScriptError


@cache
def _source(package: str, *names: str) -> bytes:
    common, own = files("shared") / "lua", files(package) / "lua"
    parts = (common / "bytes.lua", common / "nodes.lua", *(own / f"{name}.lua" for name in names))
    return b"\n".join(part.read_bytes() for part in parts)


class Script:
    """``PACKAGE/lua/NAME.lua``, one behind the other; the server is first asked when it is called."""

    def __init__(self, redis: "Redis", *names: str, package: str = "shared") -> None:
        self._execute: Any = redis.execute_command  # untyped in redis-py
        self._source = _source(package, *names)
        self._sha = sha1(self._source, usedforsecurity=False).hexdigest()

    def __call__(self, arguments: Sequence[str | bytes | int]) -> Any:
        """Run it; raises ``redis.RedisError``. Answers are bytes, also from a client that decodes."""
        options = {NEVER_DECODE: True}
        try:
            return self._execute("EVALSHA", self._sha, 0, *arguments, **options)
        except NoScriptError:
            return self._execute("EVAL", self._source, 0, *arguments, **options)
