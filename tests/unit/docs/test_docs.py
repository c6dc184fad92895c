import re
import tomllib
from pathlib import Path

import click

from services.cli.main import main
from shared.pipeline import INGEST, NAMES
from tests.settings_table import parts, table

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")


def test_readme_has_every_setting_as_it_is():
    assert parts()[1] == table(), "run `python -m tests.settings_table`"


def test_readme_names_every_command():
    context = click.Context(main)
    missing = [
        name for name in main.list_commands(context) if f"wiremill {name}" not in README and f"`{name}`" not in README
    ]
    assert not missing


def test_readme_names_every_service():
    services = {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    assert services >= {INGEST, *NAMES}
    assert not [name for name in services if f"`services/{name}`" not in README]


def test_readme_links_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_every_dependency_is_justified():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.match(r"[\w.-]+", line)[0] for lines in wanted for line in lines} - {"wiremill"}
    said = set(re.findall(r"[\w.-]+", (ROOT / "docs" / "adr" / "0003-libraries.md").read_text("utf-8")))
    assert names <= said, f"say in ADR 3 why there is {names - said}"
