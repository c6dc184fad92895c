import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.vectors import Vectors

from training.entities.augment import augment, edited
from training.entities.data import LABELS, Text, annotated, cut, passages, read, split, without_address
from training.entities.others import missing_aware
from training.entities.scores import Scores
from training.entities.train import Plan, batches, evaluate, example, new_model, train

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


@given(st.integers())
def test_augmented_texts_keep_their_names(seed: int) -> None:
    plain = names(marked())
    text = augment(marked(), random.Random(seed))
    kept = [(" ".join(name.split()).casefold(), label) for name, label in names(text)]
    assert kept[-len(plain) :] == [(name.casefold(), label) for name, label in plain]
    assert all(label in LABELS for _, label in kept)
    assert all(name == name.strip() for name, _ in names(text))


def test_what_a_set_does_not_annotate_is_missing_not_wrong() -> None:
    text = marked("Later Ann Sample flew with Acme in 2022 to see snow.", ("Ann Sample", "PERSON"))
    unsure = next(iter(missing_aware([text], frozenset({"PERSON"}), LABELS))).unsure
    assert [text.text[start:end] for start, end in unsure] == ["Acme", "2022"]
    assert next(iter(missing_aware([text], frozenset(LABELS), LABELS))).unsure == ()


def test_the_model_learns_nothing_from_what_is_missing() -> None:
    body = "Ann Sample flew with Acme."
    start = body.index("Acme")
    text = Text("d", body, ((0, 10, "PERSON"),), ((start, start + 4),))
    gold = example(new_model(), text).reference
    assert [token.ent_iob_ for token in gold] == ["B", "I", "O", "O", "", "O"]


def test_a_name_that_ends_inside_a_token_is_missing() -> None:
    gold = example(new_model(), Text("d", "Foobar won", ((0, 3, "ORG"),))).reference
    assert [token.ent_iob_ for token in gold] == ["", "O"]


def test_batches_hold_all_texts() -> None:
    texts = [marked() for _ in range(7)]
    sizes = [len(batch) for batch in batches(texts, 2 * len(BODY.split()))]
    assert sizes == [2, 2, 2, 1]


def test_scores_are_exact() -> None:
    scores = Scores()
    scores.add([(0, 4, "LOC"), (5, 9, "ORG")], [(0, 4, "LOC"), (5, 8, "ORG"), (10, 12, "ORG")])
    assert scores.f1() == pytest.approx(2 / 5)
    assert scores.f1("LOC") == 1
    assert scores.f1("ORG") == 0
    assert scores.f1("MISC") == 0


def test_a_model_is_trained_and_written_without_its_texts_words(tmp_path: Path) -> None:
    nlp = new_model()
    nlp.vocab.vectors = Vectors(data=np.ones((1, 50), dtype=np.float32), keys=["acme"])
    plan = Plan(epochs=25, batch_words=(30, 30), dropout=0.0, learn_rate=0.01, more_share=0.5)
    texts = [marked() for _ in range(8)]
    assert train(nlp, texts, [marked()] * 2, texts, plan, tmp_path / "model") > 0.5
    written = spacy.load(tmp_path / "model")
    assert "Sample" not in written.vocab.strings
    assert evaluate(written, texts).f1() > 0.5
