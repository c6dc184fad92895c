from services.ingest import formats
from shared.formats import FORMATS


def test_the_names_that_others_know_are_those_of_the_registry():
    assert tuple(formats.FORMATS) == FORMATS
