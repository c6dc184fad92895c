"""Cleaning: from the text as it came to the text a reader should see, with every cut kept.

The order of the rules is the order below. Each sees the text that the ones before it left.
"""

from collections.abc import Callable, Iterable
from itertools import cycle, islice

from services.clean.characters import compose, drop_unseen, normalise_newlines, repair_encoding
from services.clean.draft import Cut, Draft
from services.clean.furniture import drop_furniture
from services.clean.language import detect_language
from services.clean.layout import lay_out
from services.clean.opening import bare_byline, take_byline, take_dateline, take_headline
from services.clean.pages import read_page
from services.clean.repeats import drop_repeated_paragraphs, mend_doubled_words
from shared.models import Story

LAYOUT: tuple[Callable[[Draft], Iterable[Cut]], ...] = (
    normalise_newlines,
    repair_encoding,
    drop_unseen,
    compose,
    lay_out,
)
"""From raw text to paragraphs; applied once. Only ``repair_encoding`` changes what a reader sees."""

RULES: tuple[Callable[[Draft, Story], Iterable[Cut]], ...] = (
    drop_furniture,
    take_headline,
    take_byline,
    take_dateline,
    mend_doubled_words,
    drop_repeated_paragraphs,
)
"""Applied in turn until none finds anything more: one cut may bring to light what another rule is looking for."""

_MOST_ROUNDS = 8


def clean(story: Story) -> Story:
    """The story with ``body`` and ``removed`` in place of ``content``; fields found on the way fill those not known.

    ``removed[].at`` counts in the plain text as it came; for a page, in the text extracted from it.
    ``shared.cuts`` leads back there.
    Raises ``ValueError`` if there is no text.
    """
    if story.content is None:
        raise ValueError("the story came without content")
    text = story.content.text if story.content.type == "text/plain" else read_page(story.content.text)
    if story.byline:
        story = story.model_copy(update={"byline": bare_byline(story.byline)})
    draft = Draft(text)
    for step in LAYOUT:
        draft = draft.apply(step(draft))
    if not draft.text:
        raise ValueError("the story's content is blank")
    if story.language is None:
        story = story.model_copy(update={"language": detect_language(draft.text)})
    cleaned, informed = _apply_rules(draft, story)
    if not cleaned.text:  # all of it looks like furniture: then it is the message (an advisory, say)
        cleaned, informed = draft, story
    return informed.model_copy(update={"body": cleaned.text, "removed": cleaned.removed(), "content": None})


def _apply_rules(draft: Draft, story: Story) -> tuple[Draft, Story]:
    quiet = 0
    for rule in islice(cycle(RULES), _MOST_ROUNDS * len(RULES)):
        cuts = list(rule(draft, story))
        quiet = 0 if cuts else quiet + 1
        if quiet == len(RULES):
            break
        draft = draft.apply(cuts)
        for cut in cuts:
            if cut.found:
                story = _fill(story, dict(cut.found))
    return draft, story


def _fill(story: Story, found: dict[str, object]) -> Story:
    """The story with ``found`` in the fields it has no value for; a dateline arrives already merged."""
    news = {name: value for name, value in found.items() if value and (name == "dateline" or not getattr(story, name))}
    return story.model_copy(update=news) if news else story
