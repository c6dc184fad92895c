"""Pin each service's requirements with hashes, for every supported Python; no index address gets into the files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPOOLING = ("gateway", "ingest", "clerk")
SETS = (
    {name: (name, "cli") for name in (*SPOOLING, "clean", "dedup", "entities", "summarise")}
    | {f"{name}-s3": (name, "cli", "s3") for name in SPOOLING}
    | {"dev": ("dev",)}
)


def main() -> None:
    """Write ``requirements/NAME.txt`` for each set of extras."""
    for name, extras in SETS.items():
        chosen = [part for extra in extras for part in ("--extra", extra)]
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "requirements/build.in", *chosen,
             "--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url",
             "--custom-compile-command", "make lock", "--quiet", "--output-file", f"requirements/{name}.txt"],
            cwd=ROOT, check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
