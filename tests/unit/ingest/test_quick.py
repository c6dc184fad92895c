"""The quick tests that spare a line its slow patterns let through everything that these match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import control, kills, phrases, quick

SPOKEN = [
    phrases.EDITORS.match, phrases.MORE_LINE.fullmatch, phrases.END_LINE.fullmatch, phrases.MORE_TAIL.search,
    control._TO_EDITORS.match, control._ATTENTION_REMARK.match, *(pattern.fullmatch for _, pattern in phrases.SHOUTED),
]  # fmt: skip


def squeezed(text):
    return " ".join(text.split())


@given(st.from_regex(phrases.LABEL), st.text(max_size=60), st.integers(0, 3))
def test_labels(label, rest, at):
    text = label + rest
    match, found = phrases.LABEL.match(text, at), quick.label_at(text, at)
    assert (match and match.span()) == (found and found.span())


@pytest.mark.parametrize("find", SPOKEN)
@given(data=st.data())
def test_lines_of_the_wires_own(find, data):
    spoken = st.from_regex(find.__self__)
    text = squeezed(data.draw(spoken) + data.draw(st.sampled_from(["", " of the week in the town"])))
    assert find(text) is None or quick.may_speak(text)


@given(st.sampled_from(kills.ASKING), st.text(min_size=30))
def test_lines_that_ask(words, rest):
    assert quick.may_speak(squeezed(words + rest))


@given(st.sampled_from([pattern for _, pattern in phrases.SLUGS]), st.data())
def test_slugs(pattern, data):
    assert quick.has(data.draw(st.from_regex(pattern)).lower(), quick.SLUG_WORDS)


@given(st.from_regex(phrases.TAKE_SLUG))
def test_takes_in_slugs(slug):
    assert quick.has(slug.lower(), quick.TAKE_SLUG_WORDS)


@pytest.mark.parametrize("line", ["Showers went on throughout the week", "It was not clear who won the vote"])
def test_most_lines_are_spared(line):
    assert not quick.may_speak(line)
