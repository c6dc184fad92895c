"""``wiremill clean``: works on a file alone, and shows every cut."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from services.clean.clean import clean
from services.cli.explain import CUT, _show
from services.cli.main import main
from shared.models import Content, Story

TEXT = "Grain talks go on\n\nBy ANN LEE\n\nPARIS (AP) - The ministers went to to talks\x1b.\n\n(MORE)\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["clean", *map(str, arguments)])


def test_the_text_alone(file: Path) -> None:
    assert run(file).output == "The ministers went to talks.\n\n"


def test_cuts_are_marked(file: Path) -> None:
    output = run(file, "--explain").output
    assert (
        "[-byline: By ANN LEE-]\n\n[-dateline: PARIS (AP) - -]The ministers went [-doubled-word: to to-]{+to+} talks"
        in output
    )
    assert "[-wire-mark: (MORE)-]" in output
    assert "doubled-word ×1: a word was typed twice" in output


def test_no_control_character_reaches_the_terminal(file: Path) -> None:
    assert "\x1b" not in run(file, "--explain").output
    assert "talks\u241b." in run(file, "--explain").output


def test_json_holds_the_whole_original_in_segments(file: Path) -> None:
    record = json.loads(run(file, "--json").output)
    assert record["byline"] == "ANN LEE"
    assert "".join(segment["text"] for segment in record["segments"]) == TEXT.rstrip("\n")
    assert {cut["rule"] for cut in record["removed"]} >= {"headline", "byline", "dateline", "doubled-word", "wire-mark"}


def test_on_a_terminal_cuts_are_struck_out(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(force_terminal=True, color_system="standard", width=200)
    _show(console, clean(Story(content=Content(text="PARIS (AP) - The ministers met."))))
    printed = capsys.readouterr().out
    assert CUT == "red strike"
    assert "\x1b[9;31mPARIS (AP) - \x1b[0mThe ministers met." in printed


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ndjson"
    bad.write_text('{"headline": "x", "body": "One story."}\n{"headline": \n', encoding="utf-8")
    result = run(bad, "--explain")
    assert result.exit_code == 3
    assert "rejected: " in result.output and "One story." in result.output
