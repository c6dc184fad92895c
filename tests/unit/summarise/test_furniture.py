import pytest

from services.summarise.furniture import WORD, after_dateline, is_furniture, is_prose


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Jane Doe in London; Editing by John Roe)",
        "Additional reporting by Jane Doe and John Roe in the capital.",
        "By Jane van Doe",
        "Editor's note: This story was first published on Monday morning.",
        "Eds: Updates with quotes from the mayor, adds background.",
        "Contact: Jane Doe at the newsroom of the agency in Springfield",
        "For more, call the press office of the town on +44 20 7946 0123.",
        "Write to the desk at desk@example.com if you have questions about it.",
        "Photo: The river above its banks in the old town on Monday",
        "The river above its banks in the old town on Monday. (AP Photo/Jane Doe)",
        "From left, the mayor, the governor and the head of the rescue service.",
        "Wheat 2.55 2.40 4.65 5.10 3.85 4.20",
        "Copyright 2024 The Example Agency, which holds it.",
        "Shr loss 19 cts vs profit 11 cts",
        "The views expressed in this commentary are solely those of the writer.",
        "Jane Doe (left) is congratulated by John Roe after the game on Monday.",
        "The mayor of the town, pictured with his wife, left the hall on Monday.",
        "Associated Press writer John Roe in Springfield contributed to this report.",
    ],
)
def test_a_line_around_the_story_is_furniture(line: str) -> None:
    assert is_furniture(line)
    assert not is_prose(line, len(WORD.findall(line)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The company said it sold 1.2 million cars for $35 billion in 2014, up from 900,000 in 2013.",
        "The photo was taken by a neighbour who saw the river rise on Monday.",
        "Editors at the paper said they would go to court over the ruling.",
        "The source of the river lies in the hills above the town (pop. 5,000).",
        "Contacts between the two governments broke off on Monday.",
        "Jurors found that the song infringed the copyright of another.",
        "The company intercepted the calls of 1.5 million subscribers.",
    ],
)
def test_news_is_not(sentence: str) -> None:
    assert is_prose(sentence, len(WORD.findall(sentence)))


@pytest.mark.parametrize(
    ("text", "news"),
    [
        ("LONDON, Jan. 5 (Reuters) - The river rose.", "The river rose."),
        ("WASHINGTON (CNN) -- Doctors met.", "Doctors met."),
        ("(CNN)Doctors met.", "Doctors met."),
        ("QUEBEC, Canada -- Third seed won.", "Third seed won."),
        (
            "The European Union said on Monday that it would act.",
            "The European Union said on Monday that it would act.",
        ),
        ("The AP said (again) that it would act.", "The AP said (again) that it would act."),
        ("(AP)", "(AP)"),
        ("KUWAIT CITY, July 24: The ministry met.", "The ministry met."),
        (
            "The Department of Justice (DOJ) is reviewing the case.",
            "The Department of Justice (DOJ) is reviewing the case.",
        ),
    ],
)
def test_the_news_begins_behind_the_dateline(text: str, news: str) -> None:
    assert text[after_dateline(text) :] == news
