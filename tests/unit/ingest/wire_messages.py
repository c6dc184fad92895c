"""Messages of the wire formats with control characters, as several agencies build them, and the stories in them.

The stories are invented.
"""

from datetime import UTC, date, datetime

from shared.models import Content, Dateline, Finding, Source, Story, Subject, Wire


def iptc(header: str, above: str, text: str, trailer: str, *, charset: str = "latin-1") -> bytes:
    """An IPTC 7901 message: header and keyword lines, text, date-time group."""
    message = f"\x16\x16\x01{header}\n\n{above}\n\x02{text}\n\x03{trailer}\n\x7f\x7f\x04"
    return message.replace("\n", "\r\n").encode(charset)


def anpa(slug: str, text: str, trailer: str, *, head: str = "r i", keyword: str = "BC-Test") -> bytes:
    """An ANPA 1312 story: two header lines, slug line, headings and text, agency-desk-date."""
    header = f"\x16\x16\x01w1234\x1fwstm-\n{head}\x13\x11 {keyword:24} 08-13 0321\n"
    return (header + f"\x02{slug}\n{text}\n\n\t   \x03{trailer}<\n\n\x0c\n\x04").replace("\n", "\r\n").encode("latin-1")


DPA = iptc(
    "bdt0123 3 pl 42  dpa 0456",
    "Wahlen/Baden-Württemberg/",
    "(Berichtigung: Zahl im 1. Absatz)\n(Foto Archiv)\nFähre läuft auf Grund - \nNiemand verletzt\n"
    "Von Mara Lindt, dpa =\n"
    "\nOrsk (dpa) - Eine Fähre ist auf Grund gelaufen. Niemand wurde\nverletzt.\n\nZwischentitel\n\nMehr am Abend.\n\n"
    "# Notizblock\n\n## Orte\n- [Hafen](Kai 1, Orsk)\n\ndpa mli yyzz n1 jp\n",
    "140735 Aug 14",
)
AFP = iptc(
    "FRS0411 3 I 0210 FRA /AFP-RG34",
    "France-politique-gouvernement",
    "Le gouvernement présente son plan pour l'école\n   Par Jeanne DUPONT\n\n"
    "   PARIS, 12 fév 2009 (AFP) - Le gouvernement a présenté jeudi\nson plan.\n"
    "   La rentrée est fixée.\n\n   jd/abc/de\n",
    "AFP 121135 GMT FEV 09",
)
SDA = iptc(
    "bsd045 4 IA 0098 D sda 045",
    "Verkehr/Bahn",
    "Gotthard wieder offen =\n\n   Altdorf (sda) Der Tunnel ist wieder offen.\n",
    "011200 +0200 AUG 11",
)
ANSA = iptc(
    "ANS0077 2 POL 00061 ANSA 077",
    "Governo",
    "URGENTE\nGoverno: il premier si e' dimesso\n   (ANSA) - ROMA, 12 LUG - Il premier si e' dimesso.\n",
    "121830 LUG 11",
)
BELGA = (
    b"[31-JUL-97  00:00]\r\n\r\n"
    b"INT001 3 GEN 0091 F BELGA-0031 COR 703\r\nDIVERS/\r\nIl perd sa voiture\r\n\r\n"
    b"   ROCHEFORT 31/07 (BELGA) = C'est en rentrant qu'il a \xe9t\xe9 agress\xe9.\r\n./.CVN\r\n310100 JUL 97\r\n"
    b"EXT010 4 GEN 0336 F BELGA-0102\r\nRUSSIE/GB/\r\nUne enqu\xeate\r\n\r\n"
    b"   MOSCOU 31/07 (AFP) = Une enqu\xeate est ouverte.\r\n./.\r\n310102 JUL 97\r\n"
)
AP = anpa(
    "^BC-Argentina-Ferry, 2nd Ld-Writethru,a0411,321<",
    "^Ferry runs aground off Argentina<\n^AP Photo NY101<\n^Eds: UPDATES with quotes.<\n"
    "^By FRED SMITH=\n^Associated Press Writer=\n"
    "\t   BUENOS AIRES, Argentina (AP) _ A ferry ran aground, 3{; no one ``was hurt.'' \n\t   ___\n\t   More soon.\n",
    "AP-NY-08-13-11 0901EDT",
    keyword="BC-Argentina-Ferry 2ndLd-Wri",
)
NYT = anpa(
    "BC-CREATION-1250(2TAKES)-NYT",
    "SCIENCE VS. THE BIBLE<\n(ATTN: Calif., Pa.)<\nBy JAMES QUILL=\nc.1999 N.Y. Times News Service=\n"
    "   KANSAS CITY, Mo. - A debate.\n   It moves on.",
    "NYT-10-09-99 1157EDT",
    head="u a",
    keyword="BC-CREATION-12",
)
KYODO = anpa(
    "^BC-JAPAN-FERRY,80<",
    "^Ferry stops after engine trouble<\n\tTOKYO, Aug. 13 Kyodo - A ferry stopped.\n\t==Kyodo\n",
    "KYODO-08-13-11 1010JST",
)

IPTC7901: dict[str, tuple[bytes, Story]] = {
    "dpa": (
        DPA,
        Story(
            headline="Fähre läuft auf Grund - Niemand verletzt",
            byline="Von Mara Lindt, dpa",
            slugline="Wahlen/Baden-Württemberg",
            keywords=["Wahlen", "Baden-Württemberg"],
            published=datetime(2014, 8, 14, 5, 35, tzinfo=UTC),  # of Berlin in summer
            dateline=Dateline(text="Orsk (dpa) -", place="Orsk", agency="dpa"),
            urgency=3,
            subjects=[Subject(code="iptc7901:pl")],
            editor_note="Berichtigung: Zahl im 1. Absatz\nFoto Archiv\n"
            "## Orte\n- [Hafen](Kai 1, Orsk)\n\ndpa mli yyzz n1 jp",
            source=Source(provider="dpa", guid="dpa:20140814:bdt0123"),
            content=Content(
                text="Orsk (dpa) - Eine Fähre ist auf Grund gelaufen. Niemand wurde\nverletzt.\n\nZwischentitel\n\n"
                "Mehr am Abend."
            ),
            wire=Wire(
                kind="correction",
                note="Berichtigung: Zahl im 1. Absatz",
                findings=[Finding(says="correction", field="note", text="Berichtigung: Zahl im 1. Absatz")],
            ),
        ),
    ),
    "AFP": (
        AFP,
        Story(
            headline="Le gouvernement présente son plan pour l'école",
            byline="Par Jeanne DUPONT",
            slugline="France-politique-gouvernement",
            keywords=["France-politique-gouvernement"],
            published=datetime(2009, 2, 12, 11, 35, tzinfo=UTC),
            dateline=Dateline(
                text="PARIS, 12 fév 2009 (AFP) -", place="PARIS", date=date(2009, 2, 12), agency="AFP"
            ),
            urgency=3,
            subjects=[Subject(code="iptc7901:i")],
            source=Source(provider="AFP", guid="AFP:20090212:FRS0411"),
            content=Content(
                text="   PARIS, 12 fév 2009 (AFP) - Le gouvernement a présenté jeudi\nson plan.\n"
                "   La rentrée est fixée.\n\n   jd/abc/de"
            ),
        ),
    ),
    "SDA": (
        SDA,
        Story(
            headline="Gotthard wieder offen",
            slugline="Verkehr/Bahn",
            keywords=["Verkehr", "Bahn"],
            published=datetime(2011, 8, 1, 10, 0, tzinfo=UTC),
            dateline=Dateline(text="Altdorf (sda)", place="Altdorf", agency="sda"),
            urgency=4,
            subjects=[Subject(code="iptc7901:ia")],
            source=Source(provider="sda", guid="sda:20110801:bsd045"),
            content=Content(text="   Altdorf (sda) Der Tunnel ist wieder offen."),
        ),
    ),
    "ANSA": (
        ANSA,
        Story(
            headline="Governo: il premier si e' dimesso",
            slugline="Governo",
            keywords=["Governo"],
            published=datetime(2011, 7, 12, 18, 30, tzinfo=UTC),
            dateline=Dateline(
                text="(ANSA) - ROMA, 12 LUG -", place="ROMA", date=date(2011, 7, 12), agency="ANSA"
            ),
            urgency=2,
            subjects=[Subject(code="iptc7901:pol")],
            editor_note="URGENTE",
            source=Source(provider="ANSA", guid="ANSA:20110712:ANS0077"),
            content=Content(text="   (ANSA) - ROMA, 12 LUG - Il premier si e' dimesso."),
            wire=Wire(
                kind="alert", note="URGENTE", findings=[Finding(says="alert", field="note", text="URGENTE")]
            ),
        ),
    ),
}  # fmt: skip
"""By agency: a message, and all that is read from it."""

ANPA1312: dict[str, tuple[bytes, Story]] = {
    "AP": (
        AP,
        Story(
            headline="Ferry runs aground off Argentina",
            byline="By FRED SMITH, Associated Press Writer",
            slugline="BC-Argentina-Ferry",
            published=datetime(2011, 8, 13, 13, 1, tzinfo=UTC),
            urgency=4,
            subjects=[Subject(code="anpa:i", name="International")],
            editor_note="AP Photo NY101\nEds: UPDATES with quotes.",
            source=Source(provider="AP", guid="AP:20110813:w1234", version="2nd Ld-Writethru"),
            content=Content(
                text="\t   BUENOS AIRES, Argentina (AP) — A ferry ran aground, 3½; no one “was hurt.”\n\t   ___\n"
                "\t   More soon."
            ),
            wire=Wire(
                kind="update", note="2nd Ld-Writethru", revision=2, of="a0411",
                findings=[Finding(says="update", field="version", text="2nd Ld-Writethru")],
            ),
        ),
    ),
    "NYT": (
        NYT,
        Story(
            headline="SCIENCE VS. THE BIBLE",
            byline="By JAMES QUILL",
            rights="c.1999 N.Y. Times News Service",
            slugline="BC-CREATION-1250(2TAKES)-NYT",
            published=datetime(1999, 10, 9, 15, 57, tzinfo=UTC),
            urgency=3,
            subjects=[Subject(code="anpa:a", name="Domestic news")],
            editor_note="(ATTN: Calif., Pa.)",
            source=Source(provider="NYT", guid="NYT:19991009:w1234"),
            content=Content(text="   KANSAS CITY, Mo. - A debate.\n   It moves on."),
        ),
    ),
    "Kyodo": (
        KYODO,
        Story(
            headline="Ferry stops after engine trouble",
            slugline="BC-JAPAN-FERRY",
            published=datetime(2011, 8, 13, 1, 10, tzinfo=UTC),
            urgency=4,
            subjects=[Subject(code="anpa:i", name="International")],
            source=Source(provider="KYODO", guid="KYODO:20110813:w1234"),
            content=Content(text="\tTOKYO, Aug. 13 Kyodo - A ferry stopped.\n\t==Kyodo"),
        ),
    ),
}  # fmt: skip


def unplaced(story: Story) -> Story:
    """The story without the place it was read from."""
    place = {"file": None, "format": None, "byte_range": None}
    return story.model_copy(update={"source": story.source.model_copy(update=place)})
