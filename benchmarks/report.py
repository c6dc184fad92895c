"""All benchmarks, one after the other, into one report.

    make bench ARGS="--feed PATH"
    python -m benchmarks.report [--quick] [--only NAME …] [--feed PATH] [--wire FOLDER] … [--out benchmarks/REPORT.md]

Each section is what its benchmark printed, as it is. Data that may not be shipped is named by options; a section whose
data is not given is left out, and says so. Without ``--feed`` the stories are those of ``samples/``, told again in
other words. The report is written anew after every section, so that an interrupted run keeps what it has.
"""

import argparse
import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.feeds import SAMPLES, write_feed
from services.cli.server import find_server

ROOT = Path(__file__).parents[1]
PACKAGES = ("celery", "redis", "pydantic", "spacy", "trafilatura", "flask")
FEED_STORIES, QUICK_STORIES = 8_000, 64
SECTION_SECONDS = 3600
WIDTH = "120"

Arguments = Callable[[argparse.Namespace], Sequence[object]]


@dataclass(frozen=True)
class Section:
    """A benchmark. ``needs`` are the options it cannot do without; ``make`` is the target that runs it in an
    environment of its own, if it has one. ``quick`` are its arguments for a smoke test; None: left out of one.
    """

    title: str
    arguments: Arguments
    quick: Arguments | None
    needs: tuple[str, ...] = ()
    make: str = ""


def _cleaning(given: argparse.Namespace) -> list[object]:
    pages = ["--pages", *(given.pages or [ROOT / "tests" / "fixtures" / "pages"])]
    return [*pages, "--reuters", *sorted(given.wire.glob("*.sgm*"))] if given.wire else pages


SECTIONS: dict[str, Section] = {
    "pipeline": Section(
        "The pipeline: efficiency, scaling, growth, fairness",
        lambda given: [given.stories, "--growth", *given.growth],
        lambda given: [given.stories, "--rounds", 1, "--growth", 200, "--fairness", 0],
    ),
    "peers": Section(
        "Beside what one would write instead",
        lambda given: [given.stories],
        lambda given: [given.stories, "--stories", 40, "--rounds", 1],
        make="bench-peers",
    ),
    "messaging": Section(
        "The messaging alone: stages that do nothing",
        lambda _: [],
        lambda _: ["--stories", 640, "--naive", 64, "--rounds", 1],
    ),
    "gateway": Section(
        "The gateway: polls, exports, watchers",
        lambda _: [],
        lambda _: ["--stories", 640, "--clients", 2, "--seconds", 2, "--export", 640, "--watchers", 20],
    ),
    "services": Section(
        "Start-up and idle memory of each service",
        lambda _: [],
        lambda _: ["--rounds", 1, "--only", "clerk", "gateway"],
    ),
    "ingest": Section("Reading formats", lambda _: [], lambda _: [SAMPLES]),
    "encodings": Section("Telling encodings", lambda _: [], None),
    "cleaning": Section("Cleaning", _cleaning, _cleaning, make="bench-cleaning"),
    "dedup": Section(
        "Copies",
        lambda given: ["--wire", given.wire, "--summ", given.summ, "--same-event", given.same_event],
        None,
        needs=("wire", "summ", "same_event"),
        make="bench-copies",
    ),
    "entities": Section("Entities", lambda given: [given.names], None, needs=("names",)),
    "summaries": Section("Summaries", lambda given: [given.articles], None, needs=("articles",)),
}


def machine() -> str:
    """What the figures were measured on and with."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "MemTotal: 0 kB")
    server = subprocess.run([find_server(), "--version"], capture_output=True, text=True, check=True).stdout.split()
    rows = {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Commit": _git("describe", "--always", "--dirty", "--abbrev=10"),
        "Processor": f"{cpu.split(':')[-1].strip()}, {os.cpu_count()} cores",
        "Memory": f"{int(memory.split()[1]) / 2**20:.0f} GiB",
        "System": platform.platform(),
        "Python": platform.python_version(),
        "Server": " ".join(word for word in server if not word.startswith(("sha=", "malloc=", "bits=", "build="))),
        "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }
    return "\n".join(f"- {name}: {value}" for name, value in rows.items())


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def _git(*arguments: str) -> str:
    made = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return made.stdout.strip() or "unknown"


def command(name: str, section: Section, arguments: Sequence[object]) -> list[str]:
    """How to run a section."""
    words = [str(argument) for argument in arguments]
    if section.make:
        return ["make", "--silent", section.make, f"ARGS={shlex.join(words)}"]
    return [sys.executable, "-m", f"benchmarks.{name}", *words]


def ran(command: Sequence[str]) -> tuple[str, str]:
    """How a command ended, and what it printed. Nothing that it started outlives it, nor an interruption."""
    output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"COLUMNS": WIDTH}, process_group=0, **output) as process:  # type: ignore[call-overload]
        try:
            printed, _ = process.communicate(timeout=SECTION_SECONDS)
            return f"exit status {process.returncode}", printed
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            return f"not done after {SECTION_SECONDS} s", process.communicate()[0]
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise


def measured(name: str, section: Section, given: argparse.Namespace) -> tuple[str, bool]:
    """The section's text, and whether its benchmark came to its end."""
    lacking = [f"--{need.replace('_', '-')}" for need in section.needs if getattr(given, need) is None]
    if lacking:
        return f"Left out: its data was not given ({', '.join(lacking)}).", True
    arguments = section.quick if given.quick else section.arguments
    if arguments is None:
        return "Left out of a quick run.", True
    load, began = os.getloadavg()[0], time.perf_counter()
    status, output = ran(command(name, section, arguments(given)))
    minutes = (time.perf_counter() - began) / 60
    done = status == "exit status 0"
    noise = f"Load of the machine at the start {load:.1f}; took {minutes:.1f} minutes."
    text = "\n".join(line.rstrip() for line in output.rstrip().splitlines())
    return f"{noise}{'' if done else f' **FAILED: {status}.**'}\n\n```text\n{text}\n```", done


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: small figures, in three minutes")
    parser.add_argument("--only", nargs="+", choices=list(SECTIONS), default=list(SECTIONS), metavar="NAME")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "REPORT.md")
    parser.add_argument("--feed", type=Path, default=SAMPLES, help="stories: a file or folder")
    parser.add_argument("--growth", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="STORIES")
    parser.add_argument("--pages", type=Path, nargs="+", help="web pages with their main text (benchmarks.cleaning)")
    parser.add_argument("--wire", type=Path, metavar="FOLDER", help="Reuters-21578 (benchmarks.cleaning, .dedup)")
    parser.add_argument("--summ", type=Path, metavar="FOLDER", help="articles with highlights (benchmarks.dedup)")
    parser.add_argument("--same-event", type=Path, metavar="FILE", help="SemEval-2022 task 8 (benchmarks.dedup)")
    parser.add_argument("--names", type=Path, metavar="FOLDER", help="annotated names (benchmarks.entities)")
    parser.add_argument("--articles", type=Path, metavar="FILE", help="articles with highlights (benchmarks.summaries)")
    given = parser.parse_args()
    for name, value in vars(given).items():  # sections run in the repository, whatever the caller's folder
        if isinstance(value, Path):
            if name != "out" and not value.exists():
                parser.error(f"--{name.replace('_', '-')}: there is no {value}")
            setattr(given, name, value.resolve())
    given.pages = given.pages and [page.resolve() for page in given.pages]
    return given


def main() -> None:
    """Run the sections and write the report."""
    given = options()
    parts = ["# Benchmarks", machine(), "*A quick run: to see that it works, not to quote.*" if given.quick else ""]
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        given.stories = Path(folder) / "stories.ndjson"
        write_feed(given.stories, given.feed, QUICK_STORIES if given.quick else FEED_STORIES)
        for name in given.only:
            section = SECTIONS[name]
            print(f"{name} …", flush=True)
            text, done = measured(name, section, given)
            parts.append(f"## {section.title}\n\n`benchmarks/{name}.py`. {text}")
            failed += [] if done else [name]
            given.out.write_text("\n\n".join(part for part in parts if part) + "\n")
    print(f"written to {given.out}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
