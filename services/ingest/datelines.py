"""Takes apart a dateline that a format gives as one line: ``STOCKHOLM, Aug 29, 2014 (AFP) -``."""

import re
from datetime import datetime

from services.ingest.dates import dateline_date
from shared.models import Dateline, Story

_AGENCY = re.compile(r"\(([^()\d]{2,40})\)|/([^/()\d]{2,20})/")
_DAY = re.compile(r"(?<=[,.] )[^\W\d_]{3,10}\.? \d|\d|(?<= )[^\W\d_]{3,10}\.? \d")
"""Where the day of a dateline begins, if it has one: ``Aug 29``, ``29 août``, ``29. August``."""

_EDGE = " ,;:-–—―_=/"


def read_dateline(text: str, published: datetime | None) -> Dateline:
    """``text`` taken apart into place, day and agency; a day without a year is near ``published``.

    The place is what stands before the day and the agency, as it is written.
    """
    text = " ".join(text.split())
    day = dateline_date(text, published)
    agency, start = _AGENCY.search(text), _DAY.search(text)
    end = min((match.start() for match in (start, agency) if match), default=len(text))
    return Dateline(
        text=text,
        place=_place(text[:end]),
        date=day,
        agency=(agency[1] or agency[2]).strip() if agency else None,
    )


def complete(story: Story) -> Story:
    """The story with its dateline taken apart, as far as its format gave only the text of it.

    What the format did give is kept. The country of a place is told later, by the clean stage, which has the places.
    """
    given = story.dateline
    if given is None or not given.text or (given.place and given.date):
        return story
    read = read_dateline(given.text, story.published)
    known = {name: value for name, value in given.model_dump().items() if value}
    return story.model_copy(update={"dateline": read.model_copy(update=known)})


def _place(text: str) -> str | None:
    """``Kansas City, Mo.``: the full stop belongs to a region that is abbreviated, but not to a city alone."""
    place = text.strip(_EDGE)
    if "," not in place:
        place = place.strip("." + _EDGE)
    return place if re.search(r"[^\W\d_]", place) else None
