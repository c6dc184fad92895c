import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.network import FeatureReader, PieceReader, Window
from services.entities.words import (
    CASES,
    PIECES_AT_ONCE,
    PREFIXES,
    SHAPES,
    SUFFIXES,
    UNLISTED,
    WINDOW,
    Words,
    case,
    fair,
    features,
    splitter,
    tokens,
    windows,
    words,
)

PIECES = {
    piece: row for row, piece in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "kim", "##s", "k", "##i", ".", "u"])
}
TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(["Kim's ", "U.S.", "1,000.5", "\n\n", "  ", "日本", "\x00", "ß", "_"])).map("".join),
)


@given(TEXTS)
def test_tokens_join_to_the_text(text: str) -> None:
    cut, spaces = tokens(text)
    assert "".join(token + " " * space for token, space in zip(cut, spaces, strict=True)) == text
    assert all(cut)


def test_words_are_cut_as_names_end() -> None:
    cut, _ = tokens("Kim's U.S. visit cost $1,000.50 in Al-Quds.")
    assert cut == ["Kim", "'s", "U.S.", "visit", "cost", "$", "1,000.50", "in", "Al", "-", "Quds", "."]


@given(TEXTS)
def test_all_but_white_space_is_a_word(text: str) -> None:
    cut, _ = tokens(text)
    found = words(cut)
    assert [cut[at] for at in found.at] == found.texts
    assert "".join(found.texts) == "".join("".join(token for token in cut if not token.isspace()))
    assert found.first[:1] in ([], [True])


@given(st.lists(st.sampled_from(["a", ".", "B"]), max_size=700), st.data())
def test_windows_join_to_the_text_and_are_bounded(texts: list[str], data: st.DataObject) -> None:
    found = Words(texts, list(range(len(texts))), [True] + [False] * (len(texts) - 1))
    sizes = data.draw(st.none() | st.lists(st.integers(1, 12), min_size=len(texts), max_size=len(texts)))
    cut = list(windows(found, sizes))
    assert [at for start, end in cut for at in range(start, end)] == list(range(len(texts)))
    assert all(0 < end - start <= WINDOW for start, end in cut)
    assert all(sum(sizes[start:end]) <= PIECES_AT_ONCE for start, end in cut if sizes)


def test_a_web_address_is_one_word_without_what_follows_it() -> None:
    cut, _ = tokens("See https://example.org/Kim-Jong?a=b. Or (www.example.org/), http:// www. end")
    assert cut[:3] == ["See", "https://example.org/Kim-Jong?a=b", "."]
    assert cut[3:8] == ["Or", "(", "www.example.org/", ")", ","]
    assert cut[8:] == ["http", ":", "/", "/", "www", ".", "end"]


@given(st.integers(1, 5_000), st.integers(100, 400))
def test_the_last_part_is_not_much_shorter_than_the_others(left: int, most: int) -> None:
    parts: list[int] = []
    while left:
        parts.append(fair(left, most))
        left -= parts[-1]
    assert max(parts) <= most
    assert min(parts) >= max(parts) / 2


def test_windows_end_after_sentences() -> None:
    texts = (["a"] * 199 + ["."]) * 3
    found = Words(texts, list(range(600)), [False] * 600)
    assert list(windows(found)) == [(0, 200), (200, 400), (400, 600)]


@given(st.text(min_size=1), st.booleans())
def test_features_are_rows_of_their_tables(word: str, first: bool) -> None:
    rows = features(word, first, {"kim": 0})
    assert all(
        0 <= row < rows_of for row, rows_of in zip(rows, (1 + UNLISTED, PREFIXES, SUFFIXES, SHAPES), strict=True)
    )
    assert 0 < case(word, first) < CASES


def test_capitals_make_another_shape_and_the_same_word() -> None:
    small, large = features("kim", False, {"kim": 0}), features("KIM", False, {"kim": 0})
    assert small[:3] == large[:3]
    assert small[3] != large[3] != features("KIM", True, {"kim": 0})[3]


@pytest.mark.parametrize(
    ("word", "kind"), [("kim", 1), ("Kim", 2), ("KIM", 3), ("K", 4), ("McKim", 5), ("17", 6), ("(", 7), ("日本", 5)]
)
def test_kinds_of_capitals(word: str, kind: int) -> None:
    assert case(word, False) == kind


def test_pieces_are_the_longest_known() -> None:
    split = splitter(PIECES)
    assert split("Kims") == (4, 5)
    assert split("Kís") == (6, 7, 5)
    assert split("kz") == (6, 1)
    assert split("k.k") == (6, 8, 6)
    assert split("x" * 500) == (1,)


@settings(deadline=None)
@given(st.lists(st.text("kimsu. ", min_size=1), min_size=1, max_size=4))
def test_readers_fill_up_to_the_longest(texts: list[str]) -> None:
    for reader in (FeatureReader({"kim": 0}), PieceReader(PIECES)):
        read = []
        for text in texts:
            found = words(tokens(text + "k")[0])
            sizes = reader.sizes(found.texts)
            read.append(Window(found, sum(sizes) if sizes else len(found.texts)))
        arrays = reader.inputs(read)
        assert {len(array) for array in arrays.values()} == {len(texts)}
        marks = 2 if isinstance(reader, PieceReader) else 0
        assert np.array_equal(arrays["mask"].reshape(len(texts), -1).sum(1), [window.size + marks for window in read])
        for number, window in enumerate(read if isinstance(reader, PieceReader) else []):
            heads = arrays["heads"][number, : len(window.words.texts)]
            assert [reader.sizes([word])[0] for word in window.words.texts[:-1]] == np.diff(heads).tolist()
