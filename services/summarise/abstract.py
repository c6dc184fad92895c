"""Summaries that a model writes, sentence by sentence held against the story; off unless a model is set.

A writer is anything that turns stories into text (``endpoint.py``, ``local.py``). What it writes is never trusted,
whatever the story may have told it to write: a sentence that the story does not support gives way to the extract's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.summarise.candidates import candidate, shared, word_count
from services.summarise.summarise import SAYS_THE_SAME
from services.summarise.support import Source, unsupported
from shared.models import Sentence
from shared.sentences import sentences as spans_of

MAX_BODY = 8_000
"""Characters of a body that a writer is given."""
MAX_WRITTEN = 8_000
"""Characters of an answer that are read."""
MAX_QUOTED = 500
"""Characters of an unsupported sentence that are kept for the record."""


@dataclass(frozen=True, slots=True)
class Request:
    """A story to be summed up in so many sentences."""

    headline: str | None
    body: str
    sentences: int
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer answered: its text, or why there is none."""

    text: str = ""
    failed: str = ""


class Writer(Protocol):
    """Writes summaries. It raises nothing: a failure is an answer."""

    def __call__(self, requests: Sequence[Request], /) -> list[Written]:
        """One answer a request, in their order."""


def merge(written: str, extract: Sequence[Sentence], request: Request) -> tuple[list[Sentence], str | None]:
    """The summary made of what a model wrote, with a note if that is not the model's.

    A sentence that the story does not support is replaced by the nearest of ``extract`` not yet used. Never more
    sentences or words than asked for, except that one extracted sentence may be longer.
    """
    source = Source(request.body, request.headline)
    spare = list(extract)
    summary: list[Sentence] = []
    said: list[str] = []
    sentences = _sentences(written)[: request.sentences]
    for text in sentences:
        wrong = unsupported(text, source)
        span = source.nearest(text)
        if not wrong and span:
            one = Sentence(text=text, start=span[0], end=span[1], by="model")
        elif spare:
            nearest = max(spare, key=lambda sentence: _alike(sentence.text, text))
            spare.remove(nearest)
            one = nearest.model_copy(update={"instead_of": text[:MAX_QUOTED], "unsupported": wrong[:20]})
        else:
            continue
        if any(_alike(one.text, other) >= SAYS_THE_SAME for other in said) or not _has_room(said, one.text, request):
            continue
        summary.append(one)
        said.append(one.text)
    if not any(one.by == "model" for one in summary):
        reason = "the story supports no sentence of the model's" if sentences else "no answer"
        return summary or list(extract), f"extracted: {reason}"
    return summary, None


def _sentences(written: str) -> list[str]:
    """The sentences of an answer, without the marks of a list or of Markdown, each on one line."""
    text = "\n".join(line.strip().replace("**", "").lstrip("#>*-•– ") for line in written[:MAX_WRITTEN].splitlines())
    return [" ".join(text[start:end].split()) for start, end in spans_of(text)]


def _alike(one: str, other: str) -> float:
    return shared(candidate(one, 0, len(one)), candidate(other, 0, len(other)))


def _has_room(said: Sequence[str], text: str, request: Request) -> bool:
    return request.words is None or not said or sum(map(word_count, [*said, text])) <= request.words
