"""The words that dates are made of, in English, German, French, Spanish, Italian and Portuguese.

Without accents and in lower case, as ``plain`` leaves them.
"""

import unicodedata

_MONTHS = (
    "january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro",
    "february feb febr februar feber fevrier fevr fev febrero febbraio febb fevereiro",
    "march mar marz maerz mrz mars marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre setiembre settembre setembro set",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
"""Month (1 to 12) by name or abbreviation."""

WEEKDAYS = frozenset(
    "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun"
    " montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so"
    " lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim"
    " lunes martes mie miercoles jue jueves vie viernes sab sabado dom domingo"
    " lunedi martedi mercoledi giovedi gio venerdi sabato domenica"
    " segunda seg terca ter quarta qua quinta qui sexta sex feira".split()
)

FILLERS = frozenset(
    "on at of the am um gegen den der dem vom le du de a des del el la las los il al alle ore do da dia as e kl"
    " hrs hours uhr horas heures".split()
)
"""Words that stand in a date without saying anything (``le 12 août 2014 à 10h15``)."""


def plain(text: str) -> str:
    """``text`` without accents; ``ß`` and the like stay."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
