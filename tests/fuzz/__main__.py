"""Breaks good files and reads them, for a while: ``python -m tests.fuzz SECONDS [SEED]`` (``make fuzz``).

A file that breaks a promise is written to ``fuzz-FORMAT-SEED`` in the working directory, and the run ends.
"""

import random
import sys
import time
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.target import check, seeds


def main(seconds: float, seed: int) -> int:
    """Fuzz each format for its share of ``seconds``; 1 if one of them failed."""
    share = seconds / len(seeds())
    for format, good in seeds().items():
        chance, end, count = random.Random(f"{seed} {format}"), time.monotonic() + share, 0
        while time.monotonic() < end:
            data = mutated(good, chance)
            count += 1
            try:
                check(data, format=format)
                check(data, format=None)
            except Exception as error:
                path = Path(f"fuzz-{format}-{seed}")
                path.write_bytes(data)
                print(f"{format}: {type(error).__name__}: {error}\nafter {count} files; the file is in {path}")
                return 1
        print(f"{format}: {count} files")
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(float(arguments[0]) if arguments else 600, int(arguments[1]) if len(arguments) > 1 else 1))
