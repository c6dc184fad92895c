"""Headline, byline and dateline."""

from datetime import UTC, date, datetime

import pytest

from services.clean.clean import clean
from services.clean.draft import Draft
from services.clean.opening import read_byline, take_dateline
from shared.models import Content, Dateline, Story

PUBLISHED = datetime(2024, 6, 20, tzinfo=UTC)


def cleaned(text: str, **fields: object) -> Story:
    return clean(Story(content=Content(text=text), **fields))


@pytest.mark.parametrize(
    ("opening", "place", "country", "day", "agency"),
    [
        ("SEOUL, South Korea (AP) — ", "SEOUL", "South Korea", None, "AP"),
        ("South Korea's SEOUL (AP) — ", "SEOUL", "South Korea", None, "AP"),
        ("NEW YORK, March 3 (Reuters) - ", "NEW YORK", "United States", date(2024, 3, 3), "Reuters"),
        ("WASHINGTON (AP) _ ", "WASHINGTON", "United States", None, "AP"),
        ("LONDON, Feb 26 - ", "LONDON", "Britain", date(2024, 2, 26), None),
        ("PARIS (AFP) – ", "PARIS", "France", None, "AFP"),
        ("Washington (dpa) - ", "Washington", "United States", None, "dpa"),
        ("PORTLAND, Ore., Feb 26, 1987 - ", "PORTLAND", "United States", date(1987, 2, 26), None),
        ("Scarborough, Ontario, Feb 26 - ", "Scarborough", "Canada", date(2024, 2, 26), None),
        ("BEIJING, Dec. 31 (Xinhua) -- ", "BEIJING", "China", date(2023, 12, 31), "Xinhua"),
        ("MOSCOW, June 20. /TASS/. ", "MOSCOW", "Russia", date(2024, 6, 20), "TASS"),
        ("SÃO PAULO (AP) —", "SÃO PAULO", None, None, "AP"),
        ("GAZA CITY (AP)—", "GAZA CITY", None, None, "AP"),
        ("BOISE, Idaho — ", "BOISE", "United States", None, None),
        ("LONDON, Feb 30 - ", "LONDON", "Britain", None, None),
    ],
)
def test_datelines(opening: str, place: str, country: str | None, day: date | None, agency: str | None) -> None:
    story = cleaned(opening + "Stocks fell, he said.", published=PUBLISHED)
    assert story.dateline == Dateline(text=opening.strip(), place=place, country=country, date=day, agency=agency)
    assert story.body == "Stocks fell, he said."


@pytest.mark.parametrize(
    "text",
    [
        "IBM - The company said so.",
        "UPDATE 1 - The company said so.",
        "The president - a former actor - said so.",
        "BankAmerica (BAC) - the bank - said so.",
        "Kim (left) - said so.",
        "Shares fell (AP) on Monday - by 3 percent.",
        "A" * 500,
        "A, B, C, D, E, F, G, H - " * 20,
        "",
    ],
)
def test_no_datelines(text: str) -> None:
    assert list(take_dateline(Draft(text), Story())) == []


def test_a_day_without_year_is_the_one_nearest_to_publication() -> None:
    found = cleaned("LONDON, Dec 31 - Fireworks", published=datetime(2024, 1, 1, tzinfo=UTC)).dateline
    assert found and found.date == date(2023, 12, 31)
    unknown = cleaned("LONDON, Dec 31 - Fireworks").dateline
    assert unknown and unknown.date is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By KIM TONG-HYUNG and HYUNG-JIN KIM, Associated Press", "KIM TONG-HYUNG and HYUNG-JIN KIM, Associated Press"),
        ("by Janie Gabbett, Reuters", "Janie Gabbett, Reuters"),
        ("By José Álvarez de la Cruz", "José Álvarez de la Cruz"),
        ("By CHARLES ODUM=", "CHARLES ODUM"),
        ("By then it was too late.", None),
        ("By Monday the water had reached the town hall", None),
        ("Byron Smith", None),
    ],
)
def test_bylines(line: str, names: str | None) -> None:
    assert read_byline(line) == names


def test_all_three_are_split_off() -> None:
    text = "Grain talks go on\n\nBy ANN LEE\n\nAP Business Writer\n\nPARIS (AP) — The ministers met on Monday."
    story = clean(Story(content=Content(text=text)))
    assert (story.headline, story.byline) == ("Grain talks go on", "ANN LEE, AP Business Writer")
    assert story.dateline and story.dateline.place == "PARIS"
    assert story.body == "The ministers met on Monday."
    assert [removal.rule for removal in story.removed][:-1] == ["headline", "byline", "byline", "dateline"]


def test_what_the_format_told_is_kept_and_completed() -> None:
    given = Story(
        content=Content(text="Grain talks\n\nBy ANN LEE\n\nPARIS (AP) — The ministers met on Monday."),
        headline="Grain talks",
        byline="Ann Lee",
        dateline=Dateline(text="Paris", place="Paris"),
    )
    story = clean(given)
    assert (story.headline, story.byline, story.body) == ("Grain talks", "Ann Lee", "The ministers met on Monday.")
    assert story.dateline == Dateline(text="Paris", place="Paris", country="France", agency="AP")


def test_a_first_line_without_proof_is_no_headline() -> None:
    story = clean(Story(content=Content(text="A short line\n\nThe ministers met on Monday.")))
    assert story.headline is None and story.body and story.body.startswith("A short line")
