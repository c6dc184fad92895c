"""The spaCy pipeline that finds mentions: a network shipped here, the rules, or any that sets ``doc.ents``."""

import re
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from services.entities.gazetteer import Gazetteer
from services.entities.network import NETWORK
from services.entities.rules import find_names
from services.entities.words import TOKEN

RULES = "rules"
SHIPPED = ("fast", "accurate")
"""Models in ``models/``, each with its card, the README there."""

_TOKEN = re.compile(r"(\w+|[^\w\s]|\s)( ?)")
"""All that the rules' offsets need."""
_NOT_NEEDED = ("parser", "lemmatizer", "attribute_ruler", "senter", "textcat", "textcat_multilabel", "entity_linker")


def load_tagger(model: str, gazetteer: Gazetteer) -> Language:
    """The pipeline of that name: ``fast``, ``accurate``, ``rules``, an installed spaCy package, or a path to a model.

    The folder of a model is spaCy's, or has a network (see ``network``). Components that named entities do not need are
    left out. Raises ``OSError`` if there is no such model.
    """
    if model == RULES:
        tagger = _plain(_TOKEN)
        tagger.add_pipe("wire_rules")
        tagger.get_pipe("wire_rules").gazetteer = gazetteer  # type: ignore[attr-defined]
        return tagger
    if model not in SHIPPED:
        return _from(model)
    with as_file(files("services.entities").joinpath("models", model)) as folder:
        return _from(str(folder))


def _from(model: str) -> Language:
    if not (Path(model) / NETWORK).exists():
        return _bounded(spacy.load(model, exclude=list(_NOT_NEEDED)))
    tagger = _plain(TOKEN)
    tagger.add_pipe("name_network", config={"folder": model})
    return tagger


def _plain(token: re.Pattern[str]) -> Language:
    tagger = spacy.blank("en", vocab=Vocab())
    tagger.tokenizer = PlainTokenizer(tagger.vocab, token)
    return tagger


def _bounded(tagger: Language) -> Language:
    tagger.tokenizer = BoundedTokenizer(tagger.tokenizer)
    return tagger


class BoundedTokenizer:
    """A model's own tokenizer, kept from what it takes quadratic time for: thousands of marks without a space."""

    _LONG = re.compile(r"(\S{100,} ?)")
    _PART = re.compile(r"\w+|[^\w\s]+")

    def __init__(self, tokenizer: Callable[[str], Doc]) -> None:
        self.tokenizer = tokenizer
        self.vocab: Vocab = tokenizer.vocab  # type: ignore[attr-defined]

    def __call__(self, text: str) -> Doc:
        """Tokens that, joined, are the text again."""
        if not self._LONG.search(text):
            return self.tokenizer(text)
        words: list[str] = []
        spaces: list[bool] = []
        for number, part in enumerate(self._LONG.split(text)):
            if number % 2:
                long = self._PART.findall(part)
                words += long
                spaces += [False] * (len(long) - 1) + [part.endswith(" ")]
            elif part:
                doc = self.tokenizer(part)
                words += [token.text for token in doc]
                spaces += [bool(token.whitespace_) for token in doc]
        return Doc(self.vocab, words, spaces)


class PlainTokenizer:
    """Cuts by one pattern, at several times the usual speed. Its groups are a token, and the space after it, if any."""

    def __init__(self, vocab: Vocab, token: re.Pattern[str]) -> None:
        self.vocab = vocab
        self.token = token

    def __call__(self, text: str) -> Doc:
        """Tokens that, joined, are the text again."""
        found = self.token.findall(text)
        return Doc(self.vocab, words=[word for word, _ in found], spaces=[bool(space) for _, space in found])


class WireRules:
    """A spaCy component: sets ``doc.ents`` by rules. Give it its ``gazetteer`` before use."""

    gazetteer: Gazetteer

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        found = find_names(doc.text, self.gazetteer)
        # A name that ends inside a token would be given up: offsets must be those of tokens.
        spans = (doc.char_span(name.start, name.end, label=name.label) for name in found)
        doc.ents = filter_spans([span for span in spans if span is not None])
        return doc


@Language.factory("wire_rules")
def _wire_rules(nlp: Language, name: str) -> WireRules:
    return WireRules()
