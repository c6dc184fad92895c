"""The register of names: which stories and kill notices go by the same name, in Redis, by one atomic script per batch.

Time is cut into generations as in ``index``, in whose table the names are entered: rest of a name's hash, and from the
second on a byte that counts → a record.

A name holds 64 records at most, and 64 kill notices: no item has more versions, and a feed that gives all its items one
id must not cost more with each.
"""

from collections.abc import Sequence
from hashlib import blake2b

from redis import Redis

from services.dedup.generations import Generations
from services.dedup.versions import Version
from shared.script import Script

CAP = 64
_HASH = 10


class Register:
    """Names seen within ``days``. Any number of workers may use one at the same time."""

    def __init__(self, redis: "Redis", *, days: float) -> None:
        self._generations = Generations(days)
        self._script = Script(redis, "table", "meet", package="services.dedup")

    def meet(
        self, stories: Sequence[tuple[dict[str, Version], float]], tenant: str = ""
    ) -> list[dict[str, Sequence[Version]]]:
        """Enter a tenant's stories, each as its names know it and with the Unix time (s) it was received; returns for
        each what else of that tenant goes by each of its names (``tenants``).
        """
        arguments: list[str | bytes | int] = [self._generations.lifetime, CAP]
        for names, received in stories:
            generation = self._generations.of(received)
            for name, version in names.items():
                arguments += [
                    generation,
                    blake2b(name.encode(), digest_size=_HASH, key=tenant.encode()).digest(),
                    version.pack(),
                ]
        answers = iter(self._script(arguments) if len(arguments) > 2 else ())
        return [
            {
                name: [found for record in next(answers) if (found := Version.unpack(record)).order != version.order]
                for name, version in names.items()
            }
            for names, _ in stories
        ]
