import pytest

from wiremill.errors import ApiError, UnreachableError

PROBLEM = {"type": "urn:wiremill:problem:store-full", "title": "Full", "status": 429, "detail": "wait"}


def test_a_problem_document():
    error = ApiError.of(429, PROBLEM)
    assert (error.status, error.slug, error.title, error.detail) == (429, "store-full", "Full", "wait")
    assert str(error) == "Full: wait"


@pytest.mark.parametrize("body", [None, [], "x", {}, {"title": None, "detail": None}])
def test_an_answer_that_is_none(body: object):
    error = ApiError.of(502, body)
    assert (error.status, error.slug) == (502, "")
    assert "502" in str(error)


def test_defaults():
    assert str(UnreachableError()) == "The gateway cannot be reached"
