"""What the commands share: where they print, how they end, what they read."""

import os
import signal
import sys
import threading
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from shared.errors import WiremillError
from shared.models import Job, JobState, State

OK, WENT_WRONG, SOME_LOST, NOT_FINISHED = 0, 1, 3, 4
EXIT_HELP = """Exit status: 0 every story came out; 3 finished, but some were rejected or failed; 4 the job was
cancelled or could not be read to its end; 1 something went wrong; 2 wrong usage."""

_PICTURES = {0x7F: 0x2421, **dict.fromkeys(range(0x80, 0xA0), 0xFFFD)}
_PICTURES |= {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}

err = Console(stderr=True)
out = Console()


def outcome(job: Job) -> int:
    """The exit status that tells how a job ended."""
    if job.state is not JobState.FINISHED or job.error:
        return NOT_FINISHED
    return SOME_LOST if lost(job) else OK


def lost(job: Job) -> int:
    """How many of a job's stories were rejected or failed."""
    return job.counts.get(State.REJECTED, 0) + job.counts.get(State.FAILED, 0)


def example(*lines: str, after: str = "") -> str:
    """What stands below a command's options: how it is called, and something more."""
    # \b keeps click from filling the lines of a paragraph.
    calls = "\n".join(f"  $ wiremill {line}" for line in lines)
    return f"\b\nExample{'s' if len(lines) > 1 else ''}:\n{calls}" + (f"\n\n{after}" if after else "")


def say(text: str, *, style: str = "") -> None:
    """A line to stderr, as it is."""
    err.print(text, style=style, highlight=False, soft_wrap=True, markup=False)


def pictured(text: str) -> str:
    """A text whose control characters are shown as their pictures: what a file says must not steer the terminal."""
    return text.translate(_PICTURES)


def single_line(text: str) -> str:
    """A text for a cell of a table: as ``pictured``, and nothing in it breaks the line or turns it around."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def stopped() -> threading.Event:
    """Set when the process is told to stop (SIGTERM, Ctrl-C) while the present command runs."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.signal(number, lambda *_: stop.set())
        click.get_current_context().call_on_close(partial(signal.signal, number, before))
    return stop


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Files named, and those of folders named, in order of their names; hidden ones and READMEs of folders left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file for file in inside if file.is_file() and not _is_aside(file, path)]
    if not found:
        raise click.UsageError("no files there")
    return found


def _is_aside(file: Path, given: Path) -> bool:
    parts = file.relative_to(given).parts
    return any(part.startswith(".") for part in parts) or (bool(parts) and file.stem.upper() == "README")


class Group(click.Group):
    """Known errors become one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(WENT_WRONG)
        except (WiremillError, OSError) as error:
            say(f"wiremill: {error}", style="red")
        except Exception as error:
            if not _is_of_redis(error):
                raise
            say(f"wiremill: Redis cannot be used ({error}); see WIREMILL_REDIS_URL, and `wiremill doctor`", style="red")
        sys.exit(WENT_WRONG)


def _is_of_redis(error: Exception) -> bool:
    """Without importing it: where nobody has, it is none of its errors."""
    return "redis" in sys.modules and isinstance(error, sys.modules["redis"].RedisError)
