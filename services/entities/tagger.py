"""The spaCy pipeline that finds mentions: the model shipped here, the rules, or any that sets ``doc.ents``."""

import re
from collections.abc import Callable
from importlib.resources import as_file, files

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from services.entities.gazetteer import Gazetteer
from services.entities.rules import find_names

RULES = "rules"
FAST = "fast"
"""The model shipped in ``models/fast``; its card is the README there."""
_NOT_NEEDED = ("parser", "lemmatizer", "attribute_ruler", "senter", "textcat", "textcat_multilabel", "entity_linker")


def load_tagger(model: str, gazetteer: Gazetteer) -> Language:
    """The pipeline of that name: ``fast``, ``rules``, an installed spaCy package, or a path to a model.

    Components that named entities do not need are left out. Raises ``OSError`` if there is no such model.
    """
    if model == FAST:
        with as_file(files("services.entities").joinpath("models", FAST)) as folder:
            return _bounded(spacy.load(folder))
    if model != RULES:
        return _bounded(spacy.load(model, exclude=list(_NOT_NEEDED)))
    tagger = spacy.blank("en", vocab=Vocab())
    tagger.tokenizer = PlainTokenizer(tagger.vocab)
    tagger.add_pipe("wire_rules")
    tagger.get_pipe("wire_rules").gazetteer = gazetteer  # type: ignore[attr-defined]
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
    """Words and single marks as tokens: all that the rules' offsets need, at several times the usual speed."""

    _TOKEN = re.compile(r"(\w+|[^\w\s]|\s)( ?)")

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokens that, joined, are the text again."""
        tokens = self._TOKEN.findall(text)
        return Doc(self.vocab, words=[word for word, _ in tokens], spaces=[bool(space) for _, space in tokens])


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
