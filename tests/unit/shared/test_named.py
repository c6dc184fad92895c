"""The marks by which batches that name an entity are found."""

from hypothesis import given
from hypothesis import strategies as st

from shared.models import Entity, Story
from shared.named import SIZE, mark, marks, names

IDS = st.lists(st.text(max_size=8), max_size=40)


def story(ids: list[str]) -> Story:
    return Story(entities=[Entity(id=id, name=id, type="PERSON") for id in ids])


@given(st.lists(IDS, max_size=4), st.text(max_size=8))
def test_whatever_a_batch_names_is_found(batch: list[list[str]], other: str) -> None:
    signature = marks(map(story, batch))
    named = {id for ids in batch for id in ids}
    assert all(names(signature, mark(id)) for id in named)
    assert names(signature, mark(other)) == (mark(other) in {mark(id) for id in named})
    assert len(signature) == SIZE * len({mark(id) for id in named})


def test_bytes_across_two_marks_are_no_mark() -> None:
    assert not names(b"abcdefgh", b"bcde")
    assert names(b"xbcd" + b"ebcd" + b"bcde", b"bcde")
    assert not names(b"", b"bcde")
