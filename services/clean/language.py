"""The language a text is written in, told from its first words."""

import re
from collections.abc import Callable
from functools import cache

UNKNOWN = "und"  # BCP 47 for "undetermined"
_NO_LANGUAGE = "zxx"  # ISO 639-2 for text that is in none, such as a table
_WORDS = 30
_FEWEST_WORDS = 8
_FEWEST_LETTERS = 20  # of a script written without spaces
_CHARACTERS = 2_000
_ENGLISH = re.compile(
    r"(?<![\w'’-])(?:the|and|of|said|with|that|from|which|were|to|its|it|for|was|has|have|will|would"
    r"|vs|dlrs|cts|shr)(?= )"  # the last four: quarterly results hold no sentence
)
_ENGLISH_CHARACTERS = 360  # about 60 words, since the first of them are a headline and a dateline
_CHARACTERS_A_WORD = 60
_ENOUGH_DIFFERENT = 3
"""One such word in 60 characters, and three different ones, settle the matter without the classifier's cost."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@cache
def load_classifier() -> Callable[[str], tuple[str, float]]:
    """The language model (about 5 MB), loaded once per process.

    It is told to choose among languages with an ISO 639-1 code: with the rarer ones in play, it takes terse English
    market reports for Nigerian Pidgin.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2 or code == _NO_LANGUAGE])
    classify: Callable[[str], tuple[str, float]] = identifier.classify
    return classify


def detect_language(text: str) -> str:
    """ISO 639-1 code of the first 30 words; ``und`` for fewer than 8, which would be a guess."""
    opening = text[:_CHARACTERS]
    words = opening.split(maxsplit=_WORDS)[:_WORDS]
    if len(words) < _FEWEST_WORDS and len(_UNSPACED.findall(opening)) < _FEWEST_LETTERS:
        return UNKNOWN
    if _is_english(opening):
        return "en"
    # The model knows hardly any words in capitals, and takes a flash or a headline for Indonesian or Malay.
    language = load_classifier()(" ".join(word.lower() if word.isupper() else word for word in words))[0]
    return UNKNOWN if language == _NO_LANGUAGE else language


def _is_english(opening: str) -> bool:
    beginning = opening[:_ENGLISH_CHARACTERS].lower()
    english = _ENGLISH.findall(beginning)
    return len(english) * _CHARACTERS_A_WORD >= len(beginning) and len(set(english)) >= _ENOUGH_DIFFERENT
