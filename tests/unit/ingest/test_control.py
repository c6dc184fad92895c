from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.control import control
from shared.models import Content, Finding, Source, Story, Wire

PUBLISHED = datetime(2026, 5, 1, 15, tzinfo=UTC)
BODY = "Nothing but the news stands here.\n\nAnd goes on."


def story(text: str = BODY, **fields: Any) -> Story:
    kind = fields.pop("type", "text/plain")
    return Story(**({"published": PUBLISHED, "content": Content(text=text, type=kind)} | fields))


def found(read: Story) -> list[tuple[str, str, str]]:
    return [(finding.says, finding.field, finding.text) for finding in read.wire.findings]


@pytest.mark.parametrize(
    ("headline", "kind", "revision", "finding"),
    [
        ("UPDATE 2-Fed raises rates", "update", 2, ("update", "UPDATE 2-")),
        ("WRAPUP 4-Markets fall", "update", 4, ("update", "WRAPUP 4-")),
        ("RPT-UPDATE 2-Fed raises rates", "update", 2, ("repeat", "RPT-")),
        ("RPT-Fed raises rates", "update", None, ("repeat", "RPT-")),
        ("REFILE-Fed raises rates", "update", None, ("refile", "REFILE-")),
        ("EXCLUSIVE-UPDATE 3-Fed raises rates", "update", 3, ("update", "UPDATE 3-")),
        ("LEAD: Abe visits", "update", None, ("update", "LEAD:")),
        ("2ND LD: Abe visits", "update", 2, ("update", "2ND LD:")),
        ("UPDATE: Storm hits", "update", None, ("update", "UPDATE:")),
        ("Fed holds (Adds details)", "update", None, ("update", "(Adds details)")),
        ("Fed holds (Recasts, adds quotes)", "update", None, ("update", "(Recasts, adds quotes)")),
        ("Fed holds (Updates with closing prices)", "update", None, ("update", "(Updates with closing prices)")),
        ("1st Ld-Writethru: Fed holds", "update", 1, ("update", "1st Ld-Writethru:")),
        ("(Zusammenfassung 1230) Merkel siegt", "update", None, ("update", "(Zusammenfassung 1230)")),
        ("2. Zusammenfassung: Merkel siegt", "update", 2, ("update", "2. Zusammenfassung:")),
        ("Merkel siegt (Neu: Zitate)", "update", None, ("update", "(Neu: Zitate)")),
        ("Merkel siegt (Aktualisiert)", "update", None, ("update", "(Aktualisiert)")),
        ("Grève à Paris (ACTUALISATION)", "update", None, ("update", "(ACTUALISATION)")),
        ("Grève à Paris (AVEC réactions)", "update", None, ("update", "(AVEC réactions)")),
        ("2EME LEAD Grève à Paris", "update", 2, ("update", "2EME LEAD")),
        ("ATTENTION - ACTUALISATION /// Grève à Paris", "update", None, ("update", "ACTUALISATION /")),
        ("Terremoto en Perú (Ampliación)", "update", None, ("update", "(Ampliación)")),
        ("Substitute: PM resigns", "update", None, ("update", "Substitute:")),
        ("CORRECTED-UPDATE 1-Fed raises rates", "correction", 1, ("correction", "CORRECTED")),
        ("CORRECTED - GM SEES RISE", "correction", None, ("correction", "CORRECTED")),
        ("(CORRECTED) - BANPONCE PLACES NOTES", "correction", None, ("correction", "(CORRECTED)")),
        ("Correction: Fed story", "correction", None, ("correction", "Correction:")),
        ("C O R R E C T I O N -- Acme Inc.", "correction", None, ("correction", "C O R R E C T I O N")),
        ("CORRECTING and REPLACING Acme", "correction", None, ("correction", "CORRECTING and REPLACING")),
        ("Fed holds (Corrects size of move)", "correction", None, ("correction", "(Corrects size of move)")),
        ("Berichtigung: Merkel siegt", "correction", None, ("correction", "Berichtigung:")),
        ("Korrektur: Merkel siegt", "correction", None, ("correction", "Korrektur:")),
        ("Merkel siegt (korr.)", "correction", None, ("correction", "(korr.)")),
        ("RECTIFICATIF - Grève", "correction", None, ("correction", "RECTIFICATIF -")),
        ("CORRIGE: Grève", "correction", None, ("correction", "CORRIGE:")),
        ("CORRECCIÓN: Madrid", "correction", None, ("correction", "CORRECCIÓN:")),
        ("URGENT: Quake hits", "alert", None, ("alert", "URGENT:")),
        ("ALERTE - Mort du pape", "alert", None, ("alert", "ALERTE -")),
        ("FLASH - Mort du pape", "alert", None, ("alert", "FLASH -")),
        ("BULLETIN", "alert", None, ("alert", "BULLETIN")),
        ("SNAP: PM resigns", "alert", None, ("alert", "SNAP:")),
        ("Eil: Merkel tritt zurück", "alert", None, ("alert", "Eil:")),
        ("EIL +++ Merkel tritt zurück", "alert", None, ("alert", "EIL +++")),
        ("++ Roma: terremoto ++", "alert", None, ("alert", "++ Roma: terremoto ++")),
        ("APNewsAlert", "alert", None, ("alert", "APNewsAlert")),
        ("BRIEF-Apple names officer", "brief", None, ("brief", "BRIEF-")),
        ("Kurzmeldung: Berlin", "brief", None, ("brief", "Kurzmeldung:")),
        ("ADVISORY: Fed coverage", "advisory", None, ("advisory", "ADVISORY:")),
        ("DIARY-Political events", "advisory", None, ("advisory", "DIARY-")),
        ("HOLD: Smith trial", "hold", None, ("hold", "HOLD:")),
    ],
)
def test_headlines(headline: str, kind: str, revision: int | None, finding: tuple[str, str]) -> None:
    read = control(story(headline=headline))
    assert (read.wire.kind, read.wire.revision) == (kind, revision)
    assert (finding[0], "headline", finding[1]) in found(read)


@pytest.mark.parametrize(
    ("slugline", "kind", "revision"),
    [
        ("BC-US--Ethanol-Losing Grassland, 1st Ld-Writethru", "update", 1),
        ("AP-US--Foo,9th Ld", "update", 9),
        ("BC-Foo, 3rd Lead", "update", 3),
        ("BC-SHULTZ 1STLD", "update", 1),
        ("POLITICS Brown Substitute", "update", None),
        ("BC-US--Smith,KILL", "kill", None),
        ("BC-MANDATORY KILL", "kill", None),
        ("BC-Smith,HOLD", "hold", None),
        ("BC-(CORRECTION)---TRANSA", "correction", None),
        ("BC-CORRECTION---ROVER-GR", "correction", None),
        ("BC-US--Smith, Correction", "correction", None),
        ("BC-APNewsAlert", "alert", None),
        ("BC-US--Foo,Brief", "brief", None),
        ("AP Budget", "advisory", None),
        ("BC-AP News Digest", "advisory", None),
    ],
)
def test_sluglines(slugline: str, kind: str, revision: int | None) -> None:
    read = control(story(slugline=slugline))
    assert (read.wire.kind, read.wire.revision) == (kind, revision)
    assert all(finding.field == "slugline" for finding in read.wire.findings)


def test_the_version_that_a_format_has_cut_off_the_slugline() -> None:
    read = control(story(source=Source(version="2nd Ld-Writethru")))
    assert (read.wire.kind, read.wire.revision) == ("update", 2)
    assert control(story(source=Source(version="3"))).wire == Wire()


@pytest.mark.parametrize(
    ("fields", "of", "note"),
    [
        ({"headline": "KILL: BC-US--Smith"}, "BC-US--Smith", None),
        ({"headline": "MANDATORY KILL: Smith"}, "Smith", None),
        ({"headline": "WITHDRAWN-Fed raises rates"}, "Fed raises rates", None),
        ({"headline": "STORY REMOVED: Fed raises rates"}, "Fed raises rates", None),
        ({"headline": "ADVISORY: Fed story is withdrawn"}, "Fed story", "Fed story is withdrawn"),
        ({"headline": "ADVISORY-Fed story withdrawn"}, "Fed story", "Fed story withdrawn"),
        ({"headline": "ANNULE: Grève"}, "Grève", None),
        ({"headline": "ANNULATION - Grève"}, "Grève", None),
        ({"headline": "ANULADA: Madrid"}, "Madrid", None),
        (
            {"text": "EDITORS: Please kill BC-US--Smith, moved at 1234 GMT, because he is alive."},
            "BC-US--Smith",
            "because he is alive.",
        ),
        (
            {"text": 'ADVISORY\n\nThe story headlined "Fed cuts" is withdrawn as it was wrong. No substitute story.'},
            "Fed cuts",
            "as it was wrong. No substitute story.",
        ),
        (
            {"text": 'ACHTUNG: Die Meldung "Merkel siegt" (bdt0123) wird zurückgezogen, weil sie falsch ist.'},
            "Merkel siegt",
            "weil sie falsch ist.",
        ),
        ({"text": "Bitte verwenden Sie die Meldung bdt0123 nicht mehr."}, "bdt0123", None),
        ({"text": "Bitte nicht verwenden: bdt0123"}, "bdt0123", None),
        ({"text": "BULLETIN KILL\n\nKill BC-Smith, V1234. It is wrong."}, "BC-Smith", None),
        ({"text": "Prière de ne pas utiliser « Grève » en raison d'une erreur."}, " Grève ", "en raison d'une erreur."),
        ({"editor_note": "The AP has withdrawn its story about Smith."}, None, None),
        ({"editor_note": "Rogamos no utilicen la noticia porque es falsa."}, None, "porque es falsa."),
    ],
)
def test_kills_say_what_and_why(fields: dict[str, Any], of: str | None, note: str | None) -> None:
    read = control(story(**fields))
    assert read.wire.kind == "kill"
    assert read.wire.of == (of and of.strip())
    assert note is None or read.wire.note == note
    assert any(finding.says == "kill" for finding in read.wire.findings)


@pytest.mark.parametrize(
    ("text", "kind", "finding"),
    [
        ("(Adds details, background)\n\n" + BODY, "update", ("update", "(Adds details, background)")),
        ("ADDS details\n\n" + BODY, "update", ("update", "ADDS details")),
        ("RECASTS with Fed reaction\n\n" + BODY, "update", ("update", "RECASTS with Fed reaction")),
        ("(Berichtigung: Die Zahl\nwar falsch.)\n\n" + BODY, "correction", ("correction",
        "(Berichtigung: Die Zahl war falsch.)")),
        ("CORRECTION - THREE CONVICTED\n    In Boston item please read", "correction", ("correction", "CORRECTION")),
        (BODY + "\n    -- corrects year of loss in item", "correction", ("correction",
        "-- corrects year of loss in item")),
        ("URGENT\n\n" + BODY, "alert", ("alert", "URGENT")),
        ("HOLD FOR LAWYERS\n\n" + BODY, "hold", ("hold", "HOLD FOR LAWYERS")),
        ("EDITORS: There will be no file tonight.", "advisory", ("advisory",
        "EDITORS: There will be no file tonight.")),
        (BODY + "\n\n-30-", "story", ("end", "-30-")),
        (BODY + "\n\n(END)", "story", ("end", "(END)")),
    ],
)  # fmt: skip
def test_lines_of_the_text(text: str, kind: str, finding: tuple[str, str]) -> None:
    read = control(story(text))
    assert read.wire.kind == kind
    assert (finding[0], "text", finding[1]) in found(read)


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("Restores reference in 3rd paragraph. Adds video link. With AP Photos.", "update"),
        ("Heat 115, Hawks 111. Updates. With AP Photos.", "update"),
        ("UPDATES with quotes", "update"),
        ("CORRECTS spelling of Smith in 2nd paragraph", "correction"),
        ("With AP Photos. Corrects to say he is 30.", "correction"),
        ("dpa-Eilmeldung", "alert"),
        ("An update is expected by 0900 GMT.", "story"),
        ("Updates will follow.", "story"),
        ("For global distribution", "story"),
        ("Story on a soldier who has been killed in Iraq.", "story"),
        ("This is the first of three stories on men killed.", "story"),
        ("With AP Photos of the police who kill dogs.", "story"),
        ("The minister plans to withdraw the report.", "story"),
    ],
)
def test_notes_to_editors(note: str, kind: str) -> None:
    assert control(story(editor_note=note)).wire.kind == kind
    read = control(story(f"(EDS: {note})\n\nLONDON (AP) - {BODY}"))
    assert read.wire.kind == kind
    assert read.editor_note == note


def test_the_number_of_a_paragraph_is_not_that_of_an_update() -> None:
    assert control(story(editor_note="Restores reference in 3rd paragraph.")).wire.revision is None


def test_a_note_that_is_known_is_not_added_again() -> None:
    read = control(story("Eds: Adds quotes.\n\n" + BODY, editor_note="With photos.\nAdds quotes."))
    assert read.editor_note == "With photos.\nAdds quotes."


NEWS = [
    "Police kill two", "POLICE KILL TWO", "Kill Bill returns", "KILL BILL RETURNS", "KILL-SWITCH LAW PASSES",
    "HOLD THE LINE", "Hold the line", "HOLD-UP à Paris", "Hold on: why it matters", "Hold for now, Fed says",
    "HOLD FOR NOW ON RATES", "Police chief: Hold fire", "Analysts cut Acme to Hold", "Please hold the applause",
    "Update on vaccines", "UPDATE ON VACCINES", "Lead found in water", "LEAD FOUND IN WATER", "LEAD-FREE PETROL",
    "Flash floods hit", "FLASH FLOODS HIT TEXAS", "FLASH-FLOOD WARNING", "Correction in stock prices",
    "CORRECTION IN STOCK PRICES", "CORRECTIONS OFFICER SHOT", "Corrected vision", "Oil embargo lifted",
    "Embargo lifted on Cuba", "EMBARGO ON OIL", "Embargo: EU prolongs sanctions", "L'embargo jusqu'à lundi",
    "Advisory board meets", "ADVISORY BOARD MEETS", "Alert over storm", "ALERT SAILOR SAVES SHIP",
    "URGENT CARE CENTERS",
    "Urgent action needed", "Brief encounter", "BRIEF ENCOUNTER", "Brief: Post an den Minister",
    "Bulletin of the atomic scientists", "Snap election called", "SNAP ELECTION", "Take two for Ford",
    "KLM TO TAKE 15 PCT STAKE", "Extra time win", "Extra: read all about it", "More to come from Messi",
    "Eilverfahren in Karlsruhe", "Recast cast", "Adds up", "Annulation du concert", "Anulada la boda",
    "Withdrawn troops return", "Troops withdrawn", "The story was withdrawn by the newspaper",
    "Please kill me, he says",
    "Focus on health", "Zusammenfassung der Lage", "Berlin: Zusammenfassung der Lage", "Sperrfrist für Läufer",
    "Second take on a film", "Grève à Paris (AVEC PHOTOS)", "Neu im Kino", "Korrektur an der Börse",
    "The White House withdrew its report", "Rolling Stone has withdrawn its story about a rape",
    "Budget advisory panel killed", "EDITORS OF PAPERS MEET", "HOLD/SELL RATINGS CUT", "LEAD/ZINC PRICES",
    "KILLED: SGT SMITH", "KILL OR BE KILLED", "Withdrawn: the bill on taxes", "FOR USE IN CHINA ONLY",
]  # fmt: skip


@pytest.mark.parametrize("text", NEWS)
def test_news_is_not_taken_for_control(text: str) -> None:
    for said in (story(headline=text), story(text), story(f"{text}\n\n{BODY}"), story(f"{BODY}\n\n{text}")):
        assert control(said) is said


@pytest.mark.parametrize("slugline", ["BC-US-Kill-Switch", "BC-KILL-BILL-Review", "BC-US--Corrections Officer-Killed",
                                      "BC-CORRECTIONS-OFFICER", "BC-LEAD-Paint", "BC-Flash-Floods", "BC-BUDGET",
                                      "BC-KLM-TO-TAKE-15", "BC-Stocks-Correction", "BC-Hold-Steady"])  # fmt: skip
def test_keywords_of_news_are_no_control(slugline: str) -> None:
    said = story(slugline=slugline, keywords=["Kill", "KILL", "Hold", "Flash", "Correction", "Lead", "update"])
    assert control(said) is said


@pytest.mark.parametrize(
    ("fields", "take", "more"),
    [
        ({"slugline": "BC-Foo, 1st Take"}, 1, False),
        ({"slugline": "BC-Foo, 1st Add"}, 2, False),
        ({"slugline": "BC-Foo,Take 2"}, 2, False),
        ({"headline": "Fed holds (1 of 3)"}, 1, True),
        ({"headline": "Fed holds (3 of 3)"}, 3, False),
        ({"headline": "Fed holds -2-"}, 2, False),
        ({"headline": "FED HOLDS TAKE 2"}, 2, False),
        ({"headline": "Fed holds (MORE)"}, None, True),
        ({"headline": "Grève (SUITE)"}, 2, False),
        ({"headline": "Terremoto a Roma (2)", "language": "it"}, 2, False),
        ({"headline": "Films of the year (2)"}, None, False),
        ({"text": "First Take\n\n" + BODY}, 1, False),
        ({"text": "page 2\n\n" + BODY}, 2, False),
        ({"text": "-2-\n\n" + BODY}, 2, False),
        ({"text": BODY + "\n\n(MORE)"}, None, True),
        ({"text": BODY + " (MORE)"}, None, True),
        ({"text": BODY + "\n\n-more-"}, None, True),
        ({"text": BODY + "\n\n(à suivre)"}, None, True),
        ({"text": BODY + "\n\n(suite)"}, None, True),
        ({"text": BODY + "\n\n(Folgt Zusammenfassung)"}, None, True),
    ],
)
def test_takes(fields: dict[str, Any], take: int | None, more: bool) -> None:
    read = control(story(**fields))
    assert (read.wire.take, read.wire.more) == (take, more)


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": "EMBARGOED UNTIL 0001 GMT MONDAY, MAY 4"},
        {"editor_note": "With photos. Embargoed until 0001 GMT Monday."},
        {"text": "EMBARGOED UNTIL 0001 GMT MONDAY,\nMAY 4\n\n" + BODY},
        {"text": "EDITORS: Embargoed until 0001 GMT Monday\n\nLONDON (Reuters) - " + BODY},
        {"text": "<p>EMBARGOED UNTIL 0001 GMT <b>MONDAY</b></p><p>News</p>", "type": "text/html"},
    ],
)
def test_an_embargo_is_obeyed(fields: dict[str, Any]) -> None:
    read = control(story(**fields))
    assert read.embargo_until == datetime(2026, 5, 4, 0, 1, tzinfo=UTC)
    assert read.wire.withheld is None
    assert any(finding.says == "embargo" for finding in read.wire.findings)


def test_an_embargo_that_cannot_be_read_keeps_the_story_in() -> None:
    read = control(story("EMBARGOED UNTIL FURTHER NOTICE\n\n" + BODY))
    assert (read.embargo_until, read.wire.withheld) == (None, "EMBARGOED UNTIL FURTHER NOTICE")


def test_of_two_embargoes_the_later_holds() -> None:
    read = control(story(headline="EMBARGOED UNTIL 1800 GMT", editor_note="Embargoed until 2000 GMT"))
    assert read.embargo_until == datetime(2026, 5, 1, 20, tzinfo=UTC)


def test_a_lifted_embargo_holds_no_more_unless_a_format_has_it() -> None:
    text = "EMBARGO LIFTED\n\nEMBARGOED UNTIL FURTHER NOTICE\n\n" + BODY
    read = control(story(text))
    assert (read.embargo_until, read.wire.withheld) == (None, None)
    until = datetime(2026, 5, 9, tzinfo=UTC)
    assert control(story(text, embargo_until=until)).embargo_until == until


def test_what_a_format_has_read_is_kept() -> None:
    until = datetime(2026, 5, 9, tzinfo=UTC)
    given = Wire(
        kind="kill", revision=7, take=3, of="it", note="why", findings=[Finding(says="kill", field="x", text="y")]
    )
    read = control(story(headline="UPDATE 2-EMBARGOED UNTIL 1800 GMT", wire=given, embargo_until=until))
    assert read.embargo_until == until
    assert (read.wire.kind, read.wire.revision, read.wire.take, read.wire.of) == ("kill", 7, 3, "it")
    assert read.wire.findings[0] == given.findings[0]


def test_words_can_make_it_graver() -> None:
    assert control(story(headline="CORRECTED-Fed", wire=Wire(kind="update"))).wire.kind == "correction"


def test_a_hold_of_the_format_is_withheld() -> None:
    assert control(story(wire=Wire(kind="hold", note="for lawyers"))).wire.withheld == "for lawyers"
    assert control(story(editor_note="Hold for release 9 p.m. EDT", wire=Wire(kind="hold"))).wire.withheld is None


def test_what_could_not_be_read_is_left_alone() -> None:
    rejected = Story.rejected(type="no-text", title="t", detail="d", source=Source()).model_copy(
        update={"headline": "UPDATE 2-Fed"}
    )
    assert control(rejected) is rejected


PHRASES = st.sampled_from(
    ["UPDATE 2-", "CORRECTED-", "KILL:", "HOLD FOR LAWYERS", "(Adds details)", "EDS: Adds quotes",
    "EDITORS: Please kill it",
     "ADVISORY", "EMBARGOED UNTIL 9 p.m. EDT", "Embargo lifted", "(MORE)", "Take 2", "-30-", "Sperrfrist: 6 Uhr",
     "\n", "\n\n",
     "the story is withdrawn", '"A title"', "because", "<p>", "</p>", "(1 of 3)", "news", "1st Ld-Writethru", "(",
     ")", "Eds: EMBARGO"]
)  # fmt: skip
TEXT = st.lists(PHRASES | st.text(max_size=8), max_size=12).map(" ".join)


@given(
    headline=st.none() | TEXT,
    slugline=st.none() | TEXT,
    note=st.none() | TEXT,
    text=TEXT,
    type=st.sampled_from(["text/plain", "text/html"]),
    keywords=st.lists(TEXT, max_size=2),
)
def test_it_never_raises_and_says_the_same_twice(
    headline: str | None, slugline: str | None, note: str | None, text: str, type: str, keywords: list[str]
) -> None:
    said = story(text, type=type, headline=headline, slugline=slugline, editor_note=note, keywords=keywords)
    once = control(said)
    assert control(once) == once
    assert (once.content, once.headline, once.slugline) == (said.content, said.headline, said.slugline)


@pytest.mark.parametrize(
    "piece", ["(", "((", "<", "EDS: ", "kill ", "story ", "UPDATE 1-", "Embargo until ", "a. ", "-", "meldung "]
)
def test_long_input_takes_linear_time(piece: str) -> None:
    text = piece * 300_000
    said = story(text, headline=text, slugline=text, editor_note=text, type="text/html")
    assert control(said).content == said.content
