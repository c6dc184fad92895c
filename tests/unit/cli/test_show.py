import io

from rich.console import Console

from services.cli import show
from shared.models import Sentence, State, Story


def shown(story: Story) -> str:
    text = io.StringIO()
    show.story(Console(file=text, width=100), story)
    return text.getvalue()


def test_a_summary_is_shown_or_why_there_is_none() -> None:
    story = Story(id="j-0", state=State.DONE, body="It rained.", summary=[Sentence(text="It rained.", start=0, end=10)])
    assert "summary It rained." in " ".join(shown(story).split())
    empty = Story(id="j-0", state=State.DONE, body="A | 1", summary_note="no sentence: the text is a list or a table")
    assert "(no sentence: the text is a list or a table)" in shown(empty)
