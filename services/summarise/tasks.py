"""The summarise stage's worker side."""

from collections.abc import Sequence
from pathlib import Path

from redis import Redis

from services.summarise.abstract import Request, Writer, merge
from services.summarise.reasons import why_empty
from services.summarise.summarise import length, summarise
from shared.errors import BadSettingError
from shared.models import Options, Story
from shared.settings import Settings
from shared.stage import Process, Result


def prepare(settings: Settings, redis: Redis) -> Process:
    """A function that gives every story of a batch its summary: an extract, rewritten by a model if one is set."""
    writer = load_writer(settings)

    def process(stories: Sequence[Story], options: Options = Options()) -> Result:
        limit, words = options.summary_sentences, options.summary_words
        if limit is None and words is None:
            limit = settings.summary_sentences
        extracts = [_extract(story, _limit(story, limit, words), words) for story in stories]
        if writer is None:
            return Result(extracts)
        return Result(_rewritten(writer, extracts, [_limit(story, limit, words) for story in stories], words))

    return process


def load_writer(settings: Settings) -> Writer | None:
    """What ``settings.summary_model`` names; None if nothing. Raises ``BadSettingError`` if it cannot be used."""
    named = settings.summary_model
    if not named:
        return None
    if named.startswith(("http://", "https://")):
        from services.summarise.endpoint import Endpoint

        return Endpoint(named, model=settings.summary_model_name, key=_key(settings), seconds=settings.summary_seconds)
    from services.summarise.local import Local

    return Local(Path(named))


def _key(settings: Settings) -> str | None:
    if settings.summary_key is not None:
        return settings.summary_key.get_secret_value()
    if settings.summary_key_file is None:
        return None
    try:
        return settings.summary_key_file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise BadSettingError(f"WIREMILL_SUMMARY_KEY_FILE cannot be read: {error}") from None


def _limit(story: Story, limit: int | None, words: int | None) -> int:
    """Of a brief or an alert one sentence says all; its headline says the rest."""
    most = length(limit, words)
    return min(1, most) if story.wire.kind in ("brief", "alert") else most


def _extract(story: Story, limit: int, words: int | None) -> Story:
    body = story.body or ""
    summary = summarise(body, limit=limit, words=words, headline=story.headline, entities=story.entities)
    note = None if summary else why_empty(body, limit=limit)
    return story.model_copy(update={"summary": summary, "summary_note": note})


def _rewritten(writer: Writer, stories: Sequence[Story], limits: Sequence[int], words: int | None) -> list[Story]:
    """The stories with what the model makes of them; of one without an extract nothing is asked."""
    asked = {
        at: Request(story.headline, story.body or "", limit, words)
        for at, (story, limit) in enumerate(zip(stories, limits, strict=True))
        if story.summary
    }
    made = list(stories)
    for (at, request), answer in zip(asked.items(), writer(list(asked.values())), strict=True):
        update: dict[str, object] = {"summary_note": f"extracted: {answer.failed}"}
        if not answer.failed:
            summary, note = merge(answer.text, stories[at].summary, request)
            update = {"summary": summary, "summary_note": note}
        made[at] = stories[at].model_copy(update=update)
    return made
