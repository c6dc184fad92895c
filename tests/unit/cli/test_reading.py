"""``wiremill read``: what is read, without a server."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.common import SOME_LOST
from services.cli.main import main

SAMPLES = Path(__file__).parents[3] / "samples"


def read(*arguments: str, columns: int = 300) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, ["read", *arguments])


def test_a_row_a_story() -> None:
    shown = read(str(SAMPLES / "teletype.iptc"))
    assert shown.exit_code == 0, shown.output
    rows = shown.output.splitlines()
    assert len(rows) == 1 + 5  # two of the six messages are takes of one story
    assert [row for row in rows if "MANDATORY KILL" in row and "TWS:20260512:tws0205" in row and "kill" in row]
    assert [row for row in rows if "Orshavn" in row and "By Mara Lindt, TWS" in row and "2026-05-12 09:05" in row]


def test_what_is_rejected_says_why() -> None:
    shown = read(str(SAMPLES / "tidewater.ndjson"))
    assert shown.exit_code == SOME_LOST
    assert "line 5" in shown.output


def test_json_and_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Titel;Inhalt\nFähre auf Grund;Sie liegt fest.\n")
    shown = read(str(tmp_path), "--json", "--format", "csv", "--map", "headline=Titel,text=Inhalt")
    story = json.loads(shown.output)
    assert (story["headline"], story["content"]["text"]) == ("Fähre auf Grund", "Sie liegt fest.")


@pytest.mark.parametrize("mapping", ["headlin=x", "headline"])
def test_a_mapping_that_makes_no_sense(mapping: str) -> None:
    shown = read(str(SAMPLES), "--map", mapping)
    assert shown.exit_code == 1
    assert "headline" in shown.output
