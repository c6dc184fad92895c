"""Alerts and the dashboard ask for numbers that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.gateway.metrics import Surveyed
from shared.survey import Survey

FOLDER = Path(__file__).parents[3] / "deploy" / "observability"
RULES = FOLDER / "rules.yml"
DASHBOARD = json.loads((FOLDER / "grafana" / "wiremill.json").read_text("utf-8"))


def expressions() -> Iterator[str]:
    """What the alerts and the panels ask."""
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.fixture(scope="module")
def given() -> dict[str, dict[str, set[Any]]]:
    """What ``/metrics`` tells: values by label by name."""
    nothing = Survey({}, 0, 0, {}, {}, 0, 0, 0)
    found: dict[str, dict[str, set[Any]]] = {}
    for family in Surveyed(nothing).collect():
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


def test_every_number_asked_for_is_there(given: dict[str, dict[str, set[Any]]]):
    asked = [
        (name, labels) for text in expressions() for name, labels in re.findall(r"(wiremill_\w+)(\{[^}]*\})?", text)
    ]
    assert len(asked) > 15
    for name, labels in asked:
        assert name in given
        for label, value in re.findall(r'(\w+)!?="([^"]*)"', labels):
            assert value in given[name][label]


def test_every_label_shown_is_there(given: dict[str, dict[str, set[Any]]]):
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            labels = {label for name in re.findall(r"wiremill_\w+", target["expr"]) for label in given[name]}
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels


def test_panels_stand_beside_each_other_each_with_a_number_of_its_own():
    panels = DASHBOARD["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len({panel["id"] for panel in panels}) == len(panels)
    known = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/wiremill.yml").read_text("utf-8"))["datasources"]
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"] for source in known}


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool (Debian: prometheus) is not installed")
def test_alerts_sound_when_they_should_and_only_then(tmp_path: Path):
    for check in (["check", "rules", RULES], ["test", "rules", FOLDER / "rules.test.yml"]):
        done = subprocess.run(["promtool", *check], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
