"""The short form of ``make fuzz``: a few hundred broken files of each format."""

import random

import pytest

from services.ingest.formats import FORMATS
from tests.fuzz.mutate import mutated
from tests.fuzz.target import check, seeds

FILES = 150


@pytest.mark.parametrize("format", FORMATS)
def test_broken_files_break_nothing(format):
    chance = random.Random(format)
    for _ in range(FILES):
        data = mutated(seeds()[format], chance)
        check(data, format=format)
        check(data, format=None)


def test_the_seeds_are_good():
    """Files that all break at once would test nothing."""
    assert any(check(data, format=None)[0].error is None for files in seeds().values() for data in files)


def test_mutation_is_repeatable():
    good = [b"<rss><item>a</item></rss>"]
    assert mutated(good, random.Random(1)) == mutated(good, random.Random(1)) != good[0]
