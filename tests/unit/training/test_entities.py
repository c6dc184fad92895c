import gzip
import json
import random
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.words import LABELS, tokens, words
from training.entities.augment import augment, edited, pool
from training.entities.data import Text, annotated, cut, passages, read, split, without_address
from training.entities.encode import ANY, Encoded, Encoder, allowed_tags, offsets
from training.entities.scores import Scores
from training.entities.sources import ANNOTATED, texts, types
from training.entities.weights import Published, chosen, load_rounded, save_rounded

BODY = "The mayor said  Ann Sample of Acme Corp. paid $ 5 on Monday. “No,” replied Bob Example’ s friend in New - Town."


def marked(body: str = BODY, *names: tuple[str, str]) -> Text:
    names = names or (("Ann Sample", "PERSON"), ("Acme Corp.", "ORG"), ("Monday", "DATE"), ("Bob Example", "PERSON"))
    return Text("d", body, tuple((body.index(name), body.index(name) + len(name), label) for name, label in names))


def names(text: Text) -> list[tuple[str, str]]:
    return [(text.text[start:end], label) for start, end, label in text.marks]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {
            "id": f"ww-{n}-{piece}",
            "text": "A war in Mali.",
            "entities": [[9, 13, "LOC"], [2, 5, "EVENT"]],
            "labels": ["LOC"],
        }
        for n in range(60)
        for piece in range(2)
    ]
    with gzip.open(tmp_path / "some.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def test_types_the_model_does_not_have_are_unsure(folder: Path) -> None:
    text = next(read(folder, "some"))
    assert names(text) == [("Mali", "LOC")]
    assert text.unsure == ((2, 5),)
    assert annotated(folder, "some") == {"LOC"}


def test_no_document_is_in_both_parts(folder: Path) -> None:
    learning, validation = split(read(folder, "some"))
    assert len(learning) + len(validation) == 120
    assert validation
    assert not {text.document for text in learning} & {text.document for text in validation}
    assert split(read(folder, "some")) == (learning, validation)


def test_the_web_address_goes() -> None:
    text = without_address(marked("https://example.org/a-b Mali won.", ("Mali", "LOC")))
    assert (text.text, names(text)) == ("Mali won.", [("Mali", "LOC")])


def test_passages_join_to_the_text_and_keep_their_names() -> None:
    text = marked(BODY + " " + BODY)
    parts = list(passages(text, 20))
    assert len(parts) == 4
    assert "".join(part.text for part in parts) == text.text
    assert [name for part in parts for name in names(part)] == names(text)


def test_a_cut_leaves_out_names_that_cross_it() -> None:
    assert names(cut(marked(), 0, BODY.index("Sample"))) == []


def test_edits_move_names() -> None:
    text = edited(marked("x Mali y", ("Mali", "LOC")), [(0, 2, "long "), (6, 7, "")])
    assert (text.text, names(text)) == ("long Maliy", [("Mali", "LOC")])


@settings(deadline=None)
@given(st.integers())
def test_augmented_texts_keep_their_names(seed: int) -> None:
    plain = names(marked())
    text = augment(marked(), random.Random(seed), {})
    kept = [(" ".join(name.split()).casefold(), label) for name, label in names(text)]
    assert kept[-len(plain) :] == [(name.casefold(), label) for name, label in plain]
    assert all(label in LABELS for _, label in kept)
    assert all(name == name.strip() for name, _ in names(text))


def test_scores_are_exact() -> None:
    scores = Scores()
    scores.add([(0, 4, "LOC"), (5, 9, "ORG")], [(0, 4, "LOC"), (5, 8, "ORG"), (10, 12, "ORG")])
    assert scores.f1() == pytest.approx(2 / 5)
    assert scores.f1("LOC") == 1
    assert scores.f1("ORG") == 0
    assert scores.f1("MISC") == 0


def tags(text: Text, types: Collection[str] = LABELS) -> list[list[str]]:
    """The tags that each word may have, by name."""
    cut, spaces = tokens(text.text)
    allowed = allowed_tags(text, offsets(cut, spaces, words(cut)), types)
    names = ["O"] + [f"{part}-{label}" for label in LABELS for part in "BIES"]
    return [[name for tag, name in enumerate(names) if mask >> tag & 1] for mask in allowed]


def test_names_become_tags() -> None:
    text = marked("Ann B. Sample of Acme", ("Ann B. Sample", "PERSON"), ("Acme", "ORG"))
    assert tags(text) == [["B-PERSON"], ["I-PERSON"], ["I-PERSON"], ["E-PERSON"], ["O"], ["S-ORG"]]


def test_what_a_set_does_not_annotate_is_missing_not_wrong() -> None:
    ann, _, flew, *_ = tags(marked("Ann Sample flew.", ("Ann Sample", "PERSON")), {"PERSON", "ORG"})
    assert ann == ["B-PERSON"]
    assert "O" in flew and "S-DATE" in flew
    assert not {"S-PERSON", "S-ORG"} & set(flew)


def test_nothing_is_learned_from_what_is_unsure_or_ends_inside_a_word() -> None:
    known = tags(Text("d", "Foobar won in Mali", ((0, 3, "ORG"),), ((14, 18),)))
    assert [len(one) for one in known] == [37, 1, 1, 37]


def test_windows_of_words_and_pieces_fit_together() -> None:
    pieces = {piece: row for row, piece in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "acme", "##s", "won"])}
    encoder = Encoder(pieces, {"acme": 0}, {"main": LABELS, "other": {"ORG"}})
    texts = [(4, "other", marked("Acmes won", ("Acmes", "ORG"))), (7, "news", Text("d", "won " * 1_000, ()))]
    encoded = encoder.encode(texts)
    assert encoded.pieces[:5].tolist() == [2, 4, 5, 6, 3]
    assert encoded.heads[:2].tolist() == [1, 3]
    assert encoded.word_counts.sum() == len(encoded.heads) == len(encoded.allowed) == len(encoded.features) == 1_002
    assert encoded.piece_counts.sum() == len(encoded.pieces) == len(encoded.cases)
    assert encoded.texts.tolist() == [4, 7, 7, 7, 7]
    assert encoded.sets.tolist() == [1, 0, 0, 0, 0]
    assert set(encoded.allowed[2:].tolist()) == {ANY}
    both = Encoded.joined([encoded, encoded])
    assert len(both.pieces) == 2 * len(encoded.pieces)


def test_names_are_swapped_for_others_of_their_type() -> None:
    other = {"PERSON": ["Zoe Instance"], "ORG": ["Foo Group"]}
    seen = {name for seed in range(40) for name in names(augment(marked(), random.Random(seed), other))}
    assert {("Zoe Instance", "PERSON"), ("Foo Group", "ORG"), ("Ann Sample", "PERSON")} <= seen
    assert pool([marked()]) == {"PERSON": ["Ann Sample", "Bob Example"], "ORG": ["Acme Corp."]}


def test_rounded_weights_are_close(tmp_path: Path) -> None:
    weights = {
        "a.weight": np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32),
        "a.bias": np.ones(3, np.float32),
    }
    save_rounded(tmp_path / "w.npz", weights)
    read_again = load_rounded(tmp_path / "w.npz")
    assert read_again.keys() == weights.keys()
    assert np.abs(read_again["a.weight"] - weights["a.weight"]).max() < 0.02
    assert read_again["a.bias"].tolist() == [1, 1, 1]


def test_published_weights_get_our_names_and_only_the_pieces_asked_for() -> None:
    def some(*shape: int) -> np.ndarray:
        return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)

    bert = Published(
        ["[PAD]", "a", "b"],
        {
            "embeddings.word_embeddings.weight": some(3, 2),
            "embeddings.position_embeddings.weight": some(4, 2),
            "embeddings.token_type_embeddings.weight": np.ones((2, 2), np.float32),
            "encoder.layer.1.attention.self.query.weight": some(2, 2),
            "pooler.dense.bias": some(2),
        },
    )
    found = chosen(bert, ["b", "[PAD]"])
    assert found.keys() == {"words.weight", "positions.weight", "layers.1.query.weight"}
    assert found["words.weight"].tolist() == [[4, 5], [0, 1]]
    assert found["positions.weight"][0].tolist() == [1, 2]
    mpnet = Published(["<s>", "a"], {"embeddings.word_embeddings.weight": some(2, 2)})
    assert chosen(mpnet, ["a", "[CLS]"])["words.weight"].tolist() == [[2, 3], [0, 1]]


def test_news_without_annotations_is_read_too(tmp_path: Path, folder: Path) -> None:
    for name in ("ner", "wire/reuters21578", "summ"):
        (tmp_path / name).mkdir(parents=True)
    for name in ANNOTATED:
        (tmp_path / "ner" / f"{name}.jsonl.gz").write_bytes((folder / "some.jsonl.gz").read_bytes())
    title = "<TITLE>A &amp; B</TITLE><DATELINE> BASLE, March 3 - </DATELINE>"
    story = f"<TEXT>&#2;{title}<BODY>Won.\n Reuter\n&#3;</BODY></TEXT>"
    with gzip.open(tmp_path / "wire/reuters21578/a.sgm.gz", "wt") as file:
        file.write(story)
    with gzip.open(tmp_path / "summ/cnndm_a.jsonl.gz", "wt") as file:
        file.write(json.dumps({"article": "Some news."}) + "\n")
    found = list(texts(tmp_path))
    assert [(name, text.text) for name, text in found[-2:]] == [
        ("reuters21578", "A & B\n\n BASLE, March 3 - Won."),
        ("cnndm", "Some news."),
    ]
    assert {name for name, _ in found} == {*ANNOTATED, "check", "reuters21578", "cnndm"}
    assert types(tmp_path)[ANNOTATED[0]] == {"LOC"}
