import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from services.entities.gazetteer import Gazetteer, load
from services.entities.rules import Span
from services.entities.tag import find
from services.entities.tagger import SHIPPED, BoundedTokenizer, load_tagger

_tagger: Language
TOKENIZER = BoundedTokenizer(spacy.blank("en").tokenizer)


@given(st.lists(st.sampled_from(["Kim's ", "U.S.", "(" * 60, "x" * 120, "🇰🇵" * 40, "\n\n", "  ", "日本", "\x00"])))
def test_tokens_join_to_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(token.text_with_ws for token in TOKENIZER(text)) == text


def test_words_around_a_long_one_are_tokens_as_ever() -> None:
    words = [token.text for token in TOKENIZER(f"Kim's {'(' * 150} U.S. talks.")]
    assert words == ["Kim", "'s", "(" * 150, "U.S.", "talks", "."]


@pytest.mark.parametrize("model", SHIPPED)
def test_only_what_names_need_is_loaded(model: str, gazetteer: Gazetteer) -> None:
    assert load_tagger(model, gazetteer).pipe_names == ["name_network"]


@pytest.mark.parametrize("model", SHIPPED)
def test_a_network_loaded_before_the_fork_works_after_it(model: str) -> None:
    body = "President Vladimir Putin spoke to the United Nations in Geneva."
    # In a process of its own, as a worker is: forked off all that the tests have loaded, it hung for a good while.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        before, after = fresh.submit(_before_and_after, model, body).result(60)
    assert before == after != [[]]


def _before_and_after(model: str, body: str) -> tuple[list[list[Span]], list[list[Span]]]:
    tagger = load_tagger(model, load())
    before = find([body], tagger)
    with multiprocessing.get_context("fork").Pool(1, _keep, (tagger,)) as workers:
        return before, workers.apply_async(_find, ([body],)).get(60)


def _keep(tagger: Language) -> None:
    global _tagger
    _tagger = tagger


def _find(bodies: list[str]) -> list[list[Span]]:
    return find(bodies, _tagger)


@pytest.mark.parametrize("model", SHIPPED)
def test_the_model_is_small(model: str) -> None:
    from importlib.resources import files
    from pathlib import Path

    folder = Path(str(files("services.entities"))) / "models" / model
    assert 1_000_000 < sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) <= 20_000_000


@pytest.mark.parametrize("model", SHIPPED)
def test_names_are_found_in_capitals_and_without(model: str, gazetteer: Gazetteer) -> None:
    tagger = load_tagger(model, gazetteer)
    body = "President Vladimir Putin spoke to the United Nations in Geneva."
    for text in (body, body.upper(), body.lower()):
        found = {(ent.text.lower(), ent.label_) for ent in tagger(text).ents}
        assert found >= {("vladimir putin", "PERSON"), ("geneva", "LOC")}


@pytest.mark.parametrize("model", SHIPPED)
def test_the_names_of_a_story_do_not_depend_on_those_beside_it(model: str, gazetteer: Gazetteer) -> None:
    tagger = load_tagger(model, gazetteer)
    said = "Marco Belluni of the Institute of Tarsina met Ms. Roos in Lorvano on May"
    texts = [f"{'Loud ' * number}{said} {number}." for number in range(40)]
    together = [[(span.text, span.label_) for span in doc.ents] for doc in tagger.pipe(texts)]
    assert together == [[(span.text, span.label_) for span in tagger(text).ents] for text in texts]
