"""What the samples taught: cases found by reading the demo's output."""

import pytest

from services.clean.clean import clean
from services.clean.opening import bare_byline
from shared.models import Content, Story


def cleaned(text: str, **fields: object) -> Story:
    return clean(Story(content=Content(text=text), **fields))


def test_initials_of_an_unknown_agency_are_believed_after_a_place_in_capitals():
    story = cleaned("HALDEN, May 3 (TWS) — Austad beat Halden University on Saturday.")
    assert story.dateline is not None
    assert (story.dateline.place, story.dateline.agency) == ("HALDEN", "TWS")
    assert story.body == "Austad beat Halden University on Saturday."


def test_initials_after_a_common_name_are_not_an_agency():
    story = cleaned("Halden University (HU) — the older of the two — won on Saturday.")
    assert story.dateline is None


def test_a_first_line_shortened_by_its_dateline_is_still_joined():
    text = (
        "Tarsina's state grain board invited\n"
        "offers for 50,000 tonnes of soft wheat for shipment in June and\n"
        "July, traders said.\n"
        "    Offers are due by May 11 and must stay valid for two days.\n"
    )
    assert cleaned(text).body == (
        "Tarsina's state grain board invited offers for 50,000 tonnes of soft wheat for shipment in June and July, "
        "traders said.\n\nOffers are due by May 11 and must stay valid for two days."
    )


@pytest.mark.parametrize(
    ("given", "bare"),
    [("By Ada Brill", "Ada Brill"), ("BY: ADA BRILL", "ADA BRILL"), ("Byron Hill", "Byron Hill"), (None, None)],
)
def test_a_byline_loses_its_by(given: str | None, bare: str | None):
    assert bare_byline(given) == bare


def test_attention_editors_is_a_note():
    story = cleaned(
        "ATTENTION EDITORS: Repeats to fix spelling.\n\nFerry firm names chief\n\n"
        "BRENNING, May 3 (TWS) — Nordsund Lines appointed Greta Islund as head of safety on Sunday."
    )
    assert story.editor_note == "Repeats to fix spelling."
    assert story.headline == "Ferry firm names chief"
