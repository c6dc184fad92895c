"""Which stories somebody wants to see. Only what may be shown is looked at: a withheld text is not to be found out."""

from dataclasses import dataclass

from shared.models import Story


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a story must be like; None and nothing mean that it does not matter."""

    entity: str | None = None  # the id or the name of one that it names
    language: str | None = None  # ``en`` takes ``en-GB`` in, too (RFC 4647, 3.3.1)
    relation: str | None = None  # ``dedup.relation``
    words: tuple[str, ...] = ()  # each stands somewhere in its headline or body, whatever the case

    @classmethod
    def parse(cls, *, entity: str | None, language: str | None, relation: str | None, text: str | None) -> "Wanted":
        """From what a person writes; ``text`` is words with space between them."""
        words = tuple((text or "").casefold().split())
        return cls(entity=entity and entity.casefold(), language=language and language.lower(), relation=relation,
                   words=words)  # fmt: skip

    def matches(self, story: Story) -> bool:
        """Whether a story is one of those wanted."""
        shown = story.public()
        return (
            (self.language is None or self._speaks(shown))
            and (self.relation is None or (shown.dedup is not None and shown.dedup.relation == self.relation))
            and (self.entity is None or self._names(shown))
            and (not self.words or self._says(shown))
        )

    def _speaks(self, story: Story) -> bool:
        language = (story.language or "").lower()
        return language == self.language or language.startswith(f"{self.language}-")

    def _names(self, story: Story) -> bool:
        return any(self.entity in (one.id.casefold(), one.name.casefold()) for one in story.entities)

    def _says(self, story: Story) -> bool:
        text = f"{story.headline or ''}\n{story.body or ''}".casefold()
        return all(word in text for word in self.words)
