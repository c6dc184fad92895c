"""The page's own files: small, known, and nothing from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

from services.gateway.pages import filters, form
from services.ingest.formats import ndjson  # the sample is read by what reads it in earnest

FOLDER = Path(filters.__file__).parent
STATIC = FOLDER / "static"


def test_htmx_is_the_file_that_is_noted_and_small():
    data = (STATIC / filters.HTMX).read_bytes()
    assert hashlib.sha256(data).hexdigest() in (STATIC / "SOURCE.md").read_text("utf-8")
    assert len(data) <= 60_000


def test_nothing_is_asked_for_from_elsewhere():
    own = [*STATIC.glob("page.*"), STATIC / "icon.svg", *(FOLDER / "templates").iterdir()]
    assert len(own) > 10
    for path in own:
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", path.read_text("utf-8"))
        assert [address for address in addresses if "www.w3.org/2000/svg" not in address] == [], path.name


def test_templates_hold_no_inline_script_or_style():
    for path in (FOLDER / "templates").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"<style|\bstyle=|\bon[a-z]+=|<script(?! src=)|javascript:|\|\s*safe\b", text), path.name


def test_the_sample_has_something_of_everything():
    rows = [json.loads(line) for line in (FOLDER / form.SAMPLE).read_text("utf-8").splitlines()]
    assert {row["language"] for row in rows} == {"en", "de"}
    assert any("HOLD FOR RELEASE" in row["body"] for row in rows)
    assert ndjson.FORMAT.sniff((FOLDER / form.SAMPLE).read_bytes()[:4096])
