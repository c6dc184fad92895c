"""Every error says what happened, and has a status and a slug of its own."""

import pytest

from shared import errors

CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.WiremillError)]


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_speaks_for_itself(kind: type[errors.WiremillError]) -> None:
    assert str(kind()) == kind().title == kind().detail != ""
    assert kind("more").detail == str(kind("more")) == "more"
    assert kind("more").title == kind().title
    assert 400 <= kind.status < 600
