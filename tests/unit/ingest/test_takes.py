import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.control import control
from services.ingest.takes import join
from shared.models import Content, Source, Story, Wire

PUBLISHED = datetime(2026, 5, 1, 15, tzinfo=UTC)


def take(text: str, *, slug: str = "BC-Foo", at: int = 0, published: datetime = PUBLISHED, **fields: object) -> Story:
    source = Source(provider="AP", file="feed.txt", byte_range=(at, at + len(text)))
    story = Story(source=source, slugline=slug, content=Content(text=text), published=published)
    return control(story.model_copy(update=fields))


FIRST = take("One.\n\n(MORE)", at=0)
SECOND = take("1st Add\nTwo.\n\n(MORE)", slug="BC-Foo, 1st Add", at=100)
THIRD = take("Three.\n\n-30-", slug="BC-Foo, 2nd Add", at=200)
OTHER = take("Another story.", slug="BC-Bar")


@pytest.mark.parametrize("parts", list(itertools.permutations([FIRST, SECOND, THIRD])))
def test_takes_in_any_order_make_one_story(parts: tuple[Story, ...]) -> None:
    (story,) = join(parts)
    assert story.content == Content(text="One.\n\nTwo.\n\nThree.\n\n-30-")
    assert (story.wire.take, story.wire.more) == (None, False)
    assert story.source.byte_range == FIRST.source.byte_range
    named = [finding.text for finding in story.wire.findings if finding.field == "source"]
    assert named == ["2: feed.txt bytes 100-120", "3: feed.txt bytes 200-212"]


def test_what_is_no_take_passes_at_once() -> None:
    stream = join(iter([FIRST, OTHER, SECOND, THIRD, OTHER]))
    assert [story.slugline for story in stream] == ["BC-Bar", "BC-Foo", "BC-Bar"]


def test_the_story_goes_out_where_it_is_complete() -> None:
    stories = list(join([FIRST, SECOND, THIRD, OTHER]))
    assert [story.slugline for story in stories] == ["BC-Foo", "BC-Bar"]


def test_a_sequence_with_a_gap_goes_out_at_the_end_and_says_so() -> None:
    story, *rest = join([THIRD, FIRST])
    assert not rest
    assert story.content == Content(text="One.\n\nThree.\n\n-30-")
    assert story.wire.more is True


def test_a_lone_take_is_left_as_it_is() -> None:
    assert list(join([SECOND])) == [SECOND]


def test_takes_without_marks_of_the_end_wait_for_the_end_of_the_input() -> None:
    parts = [take("One.", slug="BC-Foo, Take 1"), take("Two.", slug="BC-Foo, Take 2")]
    story, other = reversed(list(join([*parts, OTHER])))
    assert other == OTHER
    assert story.content == Content(text="One.\n\nTwo.")
    assert story.wire.more is False


def test_the_count_says_which_is_the_last() -> None:
    parts = [take(f"Part {n}.", slug=f"BC-Foo ({n} of 3)") for n in (3, 1, 2)]
    story, other = join([*parts, OTHER])
    assert story.content == Content(text="Part 1.\n\nPart 2.\n\nPart 3.")
    assert other == OTHER


@pytest.mark.parametrize(
    "second",
    [
        take("1st Add\nTwo.", slug="BC-Baz, 1st Add"),
        take("1st Add\nTwo.", slug="BC-Foo, 1st Add", published=datetime(2026, 5, 2, 15, tzinfo=UTC)),
        take("1st Add\nTwo.", slug="BC-Foo, 1st Add", source=Source(provider="AFP")),
        take("1st Add\nTwo.", slug="BC-Foo, 1st Add", wire=Wire(revision=2)),
        take("1st Add\nTwo.", slug="BC-Foo, 1st Add", wire=Wire(kind="kill")),
    ],
    ids=["slug", "day", "provider", "revision", "kill"],
)
def test_takes_of_different_stories_stay_apart(second: Story) -> None:
    assert list(join([FIRST, second])) in ([FIRST, second], [second, FIRST])


def test_a_take_sent_twice_passes_and_a_second_first_take_starts_anew() -> None:
    again = take("Quite another.\n\n(MORE)")
    assert list(join([FIRST, FIRST, again])) == [FIRST, FIRST, again]


def test_what_waits_is_bounded() -> None:
    many = [take("One.\n\n(MORE)", slug=f"BC-{n}") for n in range(5)]
    out = join(iter(many), most_open=2)
    assert [next(out).slugline for _ in range(3)] == ["BC-0", "BC-1", "BC-2"]
    big = [take("x" * 60 + "\n\n(MORE)", slug=f"BC-{n}") for n in range(3)]
    assert [story.slugline for story in join([*big, OTHER], most_characters=100)] == ["BC-0", "BC-1", "BC-Bar", "BC-2"]


def test_markup_is_joined_without_the_mark_of_the_seam() -> None:
    first = take("", content=Content(text="<p>One.</p><p>(MORE)</p>", type="text/html"))
    second = take("", slug="BC-Foo, 1st Add", content=Content(text="<p>Two.</p>", type="text/html"))
    (story,) = join([first, second])
    assert story.content == Content(text="<p>One.</p>\n<p>Two.</p>", type="text/html")


def test_the_latest_embargo_of_the_takes_holds() -> None:
    later = take("Two.", slug="BC-Foo, 1st Add", embargo_until=PUBLISHED)
    (story,) = join([FIRST, later])
    assert story.embargo_until == PUBLISHED


@given(
    texts=st.lists(st.text("abc \n", min_size=1, max_size=40).filter(str.strip), min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
    others=st.integers(0, 4),
)
def test_nothing_is_lost_and_the_text_is_in_order(texts: list[str], order: object, others: int) -> None:
    last = len(texts)
    parts = [
        take(text + ("\n\n(MORE)" if number < last else ""), slug=f"BC-Foo, Take {number}")
        for number, text in enumerate(texts, 1)
    ]
    stories = parts + [OTHER] * others
    order.shuffle(stories)  # type: ignore[attr-defined]
    out = list(join(stories))
    joined = [story for story in out if story != OTHER]
    assert len(out) == others + 1
    assert (joined[0].content or Content(text="")).text.split() == " ".join(texts).split()
