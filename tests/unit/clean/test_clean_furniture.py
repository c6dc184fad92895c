"""What belongs to the page or the wire goes; what a story may say stays."""

import pytest

from services.clean.clean import clean
from services.clean.draft import Draft
from services.clean.furniture import drop_furniture
from shared.models import Content, Story

STORY = "The ministers met on Monday to talk about grain."


def without_furniture(*paragraphs: str) -> list[str]:
    draft = Draft("\n\n".join(paragraphs))
    return draft.apply(drop_furniture(draft, Story())).text.split("\n\n")


@pytest.mark.parametrize(
    "line",
    [
        "-0-", "___", "APTN contributor Kacey Cherry in Buenos Aires helped with this story.",
        "Gillum reported from Washington. Associated Press writers Ann Lee and Bob Ray contributed to this report.",
        "Bernard Condon can be reached at http://example.org/condon .", "# Notebook", "## Editorial contacts",
        "- Reporting by: Ann Lee, +49 30 2852 31472", "Media contact: Ann Lee, 555 0100", "ann.lee@example.org",
        "Copyright AFP 2014", "Getty Images", "Media playback is unsupported on your device", "Like this:",
        "Notify me of new posts by email.", "Your email address will not be published. Required fields are marked *",
        "Most read", "Click to share on Facebook (Opens in new window)",
        "(MORE)", "-30-", "###", "# # #", "- END -", "AP-NY-06-20-24 0312EDT", "212101 GMT Nov 18",
        "(EDS: ADDS quotes, background)", "Editor's note: The name has been corrected.", "Eds: With AP Photos.",
        "Copyright 2024 The Associated Press. All rights reserved.", "© Reuters 2024", "All rights reserved.",
        "Word count: 312", "(Reporting by Ann Lee in Seoul; Editing by Bob Ray)", 
        "Writing by Ann Lee; editing by Bob Ray",
        "- Editing by: Joseph Nasr", "Tel: +49 30 2852 31472; <desk@example.org>",
        "Photo credit: Ann Lee", "No comments:",
        "3 comments", "Post a Comment", "Leave a reply", "Share this article", "Facebook | Twitter | WhatsApp",
        "Read more:",
        "Related: Grain prices rise", "Related Posts:",
        "Sign up for our daily newsletter", "Subscribe to our newsletter", "Advertisement",
        "This website uses cookies to improve your experience.", "Story continues below advertisement",
    ],
)  # fmt: skip
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert without_furniture(STORY, line, "The end came soon, he said.") == [STORY, "The end came soon, he said."]


@pytest.mark.parametrize(
    "line",
    [
        "REUTER",
        "Reuter",
        "ENDS",
        "Newer Post",
        "Home",
        "Labels: grain, trade",
        "AP",
        "dpa wsz jln npr",
        "---",
        "hh/ph/ts/hd",
        "AAP RTV ar",
        "- -",
        "NNNN",
    ],
)
def test_some_goes_only_at_the_end(line: str) -> None:
    assert without_furniture(STORY, line, "Post a Comment") == [STORY]
    assert without_furniture(line, STORY) == [line, STORY]


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law in Germany requires publishers to pay.",
        "(c) any person who has held office for 20 years;",
        "Written by Dylan in 1962, the song became an anthem of the movement.",
        "Ed: I think we should go.",
        "Cookies were sold at the fair; privacy policy was not discussed.",
        "Share prices rose on Monday.",
        "Reporting by the paper showed that funds were missing, he said.",
        "More than 30 people died.",
        "Watch makers rejoiced.",
        "Home sales fell.",
        "🎉🎉",
        "Advertising revenue fell by 3 percent.",
        "Subscribe rates are up.",
    ],
)
def test_what_a_story_says_stays(line: str) -> None:
    assert without_furniture(STORY, line) == [STORY, line]


def test_a_sign_off_glued_to_the_last_sentence_goes() -> None:
    assert without_furniture(STORY, STORY + " REUTER") == [STORY, STORY]
    assert without_furniture(STORY + " REUTER", "He told REUTER") == [STORY + " REUTER", "He told REUTER"]


def test_notes_and_rights_become_fields_unless_known() -> None:
    text = f"{STORY}\n\n(EDS: UPDATES with quotes)\n\nCopyright 2024 The Associated Press. All rights reserved."
    story = clean(Story(content=Content(text=text)))
    assert (story.body, story.editor_note) == (STORY, "UPDATES with quotes")
    assert story.rights == "Copyright 2024 The Associated Press. All rights reserved."
    assert clean(Story(content=Content(text=text), rights="ours")).rights == "ours"


@pytest.mark.parametrize(
    "line",
    [
        "BC-BAHIA-COCOA-REVIEW 02-26 0105",
        "u f BC-BAHIA-COCOA-REVIEW 02-26 0105",
        "AM-Prairies Vanish, 1st Ld-Writethru",
        "GRAIN-TALKS/PARIS (UPDATE 2)",
        "ZCZC",
        "(Adds quotes, background)",
        "* Recasts with share price",
        "ATTENTION - adds quotes ///",
        "URGENT",
        "EMBARGOED UNTIL 1800 GMT JUNE 20",
    ],
)
def test_some_goes_only_at_the_top(line: str) -> None:
    assert without_furniture("A headline", line, STORY) == ["A headline", STORY]
    assert without_furniture(STORY, STORY, STORY, STORY, line, STORY)[4] == line


@pytest.mark.parametrize(
    "line",
    [
        "Embargo lifted, minister says",
        "For use in schools, the ministry has bought 300 books.",
        "With rain, wind and (for once) snow",
        "Urgent action is needed",
        "Copyright cases rose in 2020.",
        "The village can be reached on foot.",
        "Contact - the film - opens on Friday.",
        "Corrects itself, the market does.",
    ],
)
def test_a_first_line_that_says_something_stays(line: str) -> None:
    assert without_furniture(line, STORY) == [line, STORY]


def test_a_slugline_becomes_a_field() -> None:
    story = clean(Story(content=Content(text="BC-Grain-Talks, 1st Ld\n\n" + STORY)))
    assert (story.slugline, story.body) == ("BC-Grain-Talks", STORY)


@pytest.mark.parametrize(
    "line",
    [
        "11 March 2026",
        "Published: Monday, 2 March 2026, 10:10 GMT",
        "Mar. 2, 2026 at 9:15 a.m. ET | Updated March 3, 2026",
        "Last updated on 2026-03-02 10:10",
        "2026年5月15日 18時04分",
    ],
)
def test_a_page_date_goes_at_the_top_alone(line: str) -> None:
    assert without_furniture(line, STORY) == [STORY]
    assert without_furniture(STORY, *["More was said."] * 4, line, STORY)[-2] == line


def test_what_only_begins_with_a_day_stays() -> None:
    assert without_furniture("May 2026 is the month of the vote.", STORY)[0].startswith("May")
    assert without_furniture("2 May 2026 was a cold day.", STORY)[0].startswith("2 May")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("******SEARS TO CLOSE PLANT", "SEARS TO CLOSE PLANT"),
        ("*** Sears to close plant. REUTER", "Sears to close plant."),
        ("Avg shrs 2,852,198 vs 1,850,000 Reuter", "Avg shrs 2,852,198 vs 1,850,000"),
        ("The news came from Reuter", "The news came from Reuter"),
        ("*** A ***", "*** A ***"),
    ],
)
def test_marks_on_the_line_of_the_text(text: str, kept: str) -> None:
    assert without_furniture(text)[0] == kept
