"""From which field of their records submitters may have a story's fields read: the names, and how it is written."""

import re
from collections.abc import Mapping

from shared.errors import UnknownFieldError

FIELDS: tuple[str, ...] = (
    "html", "text", "headline", "slugline", "byline", "language", "published", "embargo_until", "urgency", "subjects",
    "keywords", "editor_note", "rights", "dateline", "custom_id", "guid", "provider", "version",
)  # fmt: skip
"""The story fields; a test holds them and ``services.ingest.fields.NAMES`` together."""


def check_fields(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    """The mapping itself, story field → field of the record; raises ``UnknownFieldError`` for a field there is not."""
    for field, path in (fields or {}).items():
        if field not in FIELDS:
            raise UnknownFieldError(f"stories have no field {field[:50]!r}; they have: {', '.join(FIELDS)}")
        if not path.strip():
            raise UnknownFieldError(f"name the field of your records from which {field} is read")
    return fields or {}


def parse_fields(text: str) -> Mapping[str, str]:
    """The mapping in ``headline=Titel,text=article.body`` (or with ``:`` for ``=``); raises ``UnknownFieldError``."""
    parts = [re.split("[=:]", part, maxsplit=1) for part in text.split(",") if part.strip()]
    return check_fields({pair[0].strip(): pair[1].strip() if len(pair) == 2 else "" for pair in parts})
