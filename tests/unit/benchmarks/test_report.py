"""The report holds what the benchmarks printed, what was left out, and what failed."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report import SECTIONS

ROOT = Path(__file__).parents[3]


def report(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks.report", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)


def test_every_section_has_its_benchmark() -> None:
    assert all((ROOT / "benchmarks" / f"{name}.py").exists() for name in SECTIONS)
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{section.make}:" in makefile for section in SECTIONS.values() if section.make)


def test_quick_figures_with_the_machine_and_what_is_left_out(tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    ran = report("--quick", "--only", "services", "entities", "--out", str(out))
    assert ran.returncode == 0, ran.stderr
    text = out.read_text()
    assert "- Processor: " in text and "- Server: " in text
    assert "gateway" in text and "PSS MB" in text and "Load of the machine" in text
    assert "Left out: its data was not given (--names)." in text


def test_a_benchmark_that_fails_is_told(tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    ran = report("--only", "entities", "--names", str(tmp_path), "--out", str(out))
    assert ran.returncode == 1 and "failed: entities" in ran.stderr
    assert "**FAILED: exit status 1.**" in out.read_text()


@pytest.mark.parametrize(("option", "value"), [("--feed", "nowhere"), ("--wire", "nowhere")])
def test_data_that_is_not_there_is_named(option: str, value: str) -> None:
    ran = report(option, value)
    assert ran.returncode == 2 and f"{option}: there is no nowhere" in ran.stderr
