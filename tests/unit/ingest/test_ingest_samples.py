"""The samples hold what their README says."""

from collections import Counter
from pathlib import Path

import pytest

from services.ingest.read import read_file

SAMPLES = Path(__file__).parents[3] / "samples"
EXPECTED = {
    "ap-pyongyang-on-a-blog.txt": ("text", 1, 0),
    "tidewater.ndjson": ("ndjson", 7, 1),
    "desk.csv": ("csv", 3, 0),
    "harbour-gazette.rss": ("feed", 3, 0),
    "mill-page.html": ("html", 1, 0),
    "night-file.txt": ("text", 3, 0),
    "business.json.gz": ("json", 2, 0),
    "archive-1987-style.sgm": ("reuters21578", 2, 0),
    "weekend.zip": ("text", 2, 0),
    "teletype.iptc": ("iptc7901", 6, 0),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name):
    format, pending, rejected = EXPECTED[name]
    with (SAMPLES / name).open("rb") as stream:
        stories = list(read_file(stream, name=name))
    assert {story.source.format for story in stories} == {format}
    assert Counter(story.state.value for story in stories) == Counter(pending=pending, rejected=rejected)


def test_all_samples_are_expected_and_explained():
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    names = {path.name for path in SAMPLES.iterdir()} - {"README.md"}
    assert names == set(EXPECTED)
    assert all(f"`{name}`" in readme for name in names)


def test_exact_copy_is_exact():
    with (SAMPLES / "tidewater.ndjson").open("rb") as stream:
        texts = {story.custom_id: story.content for story in read_file(stream, name="x") if story.content}
    assert texts["tws-101"] == texts["tws-104"]
    assert texts["tws-101"] != texts["bay-7"]
