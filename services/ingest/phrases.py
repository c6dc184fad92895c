"""The words by which wires say what a story is: tables of labels, slugs, notes and marks, by language and agency.

A news word alone is never enough. ``KILL`` is a label before a colon or on a line of its own, and news before another
word; so each table says what must stand around its words. Words in capitals are only believed in capitals.
"""

import re
from typing import NamedTuple

_LOOSE = r"(?:\s?[:)\]|]|\s?/(?=[\s/]|\Z)|\s+[-–—]{1,3}(?=\s|\Z)|\s?[–—]|\s?--|\s?[*+]{2,}|\s?=?\Z)"
"""What parts a label from what it labels. A bare hyphen does not: ``HOLD-UP``, ``LEAD-FREE``."""
_TIGHT = rf"(?:\s?-|{_LOOSE})"
"""Reuters sets its labels off with a bare hyphen."""
_SPACE = rf"(?:{_LOOSE}|\s)"
"""A label that cannot be anything else needs nothing."""


class Label(NamedTuple):
    """A label at the start of a headline or of a line, and what must come after it."""

    says: str
    words: str
    after: str = _LOOSE


LABELS = (
    # Kills, and holds.
    Label("kill", r"(?:(?:MANDATORY|BULLETIN|URGENT|STORY|NEWS) ){0,2}KILL|WITHDRAW|RETRACT(?:ED|ION)"),
    Label("kill", r"(?i:(?:mandatory|bulletin|story|news) kill|story (?:removed|withdrawn|killed|retracted))"),
    Label("kill", r"WITHDRAWN", _TIGHT),
    Label("kill", r"ANNUL(?:E|É|EE|ÉE|ATION)|ANULAD[AO]|ANULACI[OÓ]N|ANNULLA(?:RE|TA|TO|MENTO)"),
    Label("kill", r"STORNO|STORNIER(?:UNG|T)|ZUR(?:Ü|UE)CKGEZOGEN|INGETROKKEN"),
    Label("hold", r"HOLD"),
    # Corrections.
    Label("correction", r"CORRECT(?:ED|ION|ING)(?: ?\(OFFICIAL\))?", _TIGHT),
    Label("correction", r"(?i:correct(?:ed|ion|ing|ive)(?: ?\([\w ]{2,20}\))?|clarification)"),
    Label("correction", r"(?i:rectificati(?:f|on)|rectificaci[oó]n|correcci[oó]n|errata corrige|corre[cç][aã]o)"),
    Label("correction", r"CORRIGE|CORRIG[EÉ]|RECTIFI[EÉ]|CORRECTIF|RETTIFICA|CORREGGE|CORREZIONE|ERRATA|RÄTTELSE"),
    Label("correction", r"(?i:berichtigung|berichtigt|korrektur|korrigierte fassung|korr\.?)(?!-)"),
    # Updates, and stories sent again.
    Label("update", r"(?:UPDATE|WRAP ?UP|LEAD|ROUNDUP) ?\d{1,2}|UPDATE|WRAP ?UP", _TIGHT),
    Label("update", r"(?i:(?:updated?|lead) ?\d{0,2})(?=\s?:)|(?i:update ?\d{0,2})|LEAD|RECASTS?|ADDS|WRITETHRU"),
    Label("update", r"(?i:\d{1,2}(?:st|nd|rd|th) (?:ld|lead)(?:-write ?thr(?:u|ough))?|substitute)"),
    Label("update", r"\d{1,2} ?(?:E|ER|EME|ÈME|ST|ND|RD|TH) ?(?:LEAD|LD)", _SPACE),
    Label("update", r"ACTUALISATION|ACTUALIS[EÉ]E?"),
    Label("update", r"(?i:(?:\d{1,2}\. ?)?(?:zusammenfassung|neufassung|aktualisier(?:ung|t)))(?: \d{4}"
                    r"| \d\d?[.:]\d\d)?"),
    Label("update", r"AMPLIACI[OÓ]N(?: \d)?|ACTUALIZA(?:CI[OÓ]N|DA)?|AGGIORNA(?:MENTO)?|RICARICA"),
    Label("refile", r"REFILED?", _TIGHT),
    Label("repeat", r"RPT|REPEAT", _TIGHT),
    Label("repeat", r"WIEDERHOLUNG|R[EÉ]P[EÉ]TITION|REPETICI[OÓ]N"),
    # Alerts, and briefs.
    Label("alert", r"FLASH|(?:NEWS ?)?ALERTE?|BULLETIN|SNAP|EILT?|URGENTE?|BLITZ|EXTRA|ULTIM['’]ORA"
                   r"|BREAKING(?: NEWS)?"),
    Label("alert", r"(?i:(?:AP ?)?news ?alert|(?:dpa-)?eilmeldung|eil)"),
    Label("brief", r"BRIEF", _TIGHT),
    Label("brief", r"(?i:kurzmeldung|kurznachricht|AP brief)|EN BREF"),
    # What speaks to editors.
    Label("advisory", r"(?:(?:MEDIA|PRESS|NEWS|EDITORIAL) )?ADVISORY|DIARY", _TIGHT),
    Label("advisory", r"(?i:(?:media |editorial )?advisory|note to editors|redaktionelle[rn]? hinweise?)"),
    Label("advisory", r"(?i:planungshinweis|(?:dpa-)?(?:tages|termin|wochen)vorschau)|VORSCHAU"),
    Label("advisory", r"(?i:avis aux (?:r[eé]dactions|abonn[eé]s|clients))|PR[EÉ]VISIONS"),
    Label("advisory", r"(?i:aviso a (?:los |las )?(?:suscriptores|abonados|redacciones))|PREVISIONES"),
    # Labels that are passed over, as others may come after them.
    Label("", r"EXCLUSIVE|ANALYSIS|FEATURE|FOCUS|FACTBOX|INTERVIEW|INSIGHT|GRAPHIC|EXPLAINER|TIMELINE"
              r"|NEWSMAKER", _TIGHT),
    Label("", r"ATTENTION|ACHTUNG|(?i:achtung)(?=\s?[-–:])|ATENCI[OÓ]N"),
)  # fmt: skip
"""In the order in which they are tried. The first letter case given is the only one, but for ``(?i:…)``."""

_START = r"[\s(\[/*+=<>«\"-]{0,6}"
LABEL = re.compile(
    _START + "(?:" + "|".join(f"(?P<l{at}>(?:{words}){after})" for at, (_, words, after) in enumerate(LABELS)) + ")"
)
SPACED = re.compile(_START + r"C ?O ?R ?R ?E ?C ?T ?(?:I ?O ?N|E ?D|I ?N ?G)(?:\s*[-–—:/)]|\s+(?i:and replacing)\b|\Z)")
"""``C O R R E C T I O N``, and Business Wire's ``CORRECTING and REPLACING``."""

ALARM = re.compile(r"\+\+ .{3,300} \+\+")
"""How ANSA and dpa set a flash."""

_VERSION = r"(?:^|[, -])(?P<number>\d{1,2})(?:st|nd|rd|th) ?"
SLUGS = (
    ("kill", re.compile(r"(?i:,\s?(?:mandatory |bulletin )?kill\b|^(?:\w\w-+)?(?:mandatory|bulletin)[ -]kill\b)")),
    ("kill", re.compile(r"^(?:\w\w-+)?KILL\Z|,\s?WITHDRAWN\b")),
    ("hold", re.compile(r",\s?HOLD\b")),
    ("correction", re.compile(r"^(?:[A-Z]{2}-+)?\(?CORRECTION(?:\)|--|,|:|\Z)")),
    ("correction", re.compile(r"(?i:,[\w -]{0,20}\bcorrect(?:ion|ed|ive|s)?\b)")),
    ("update", re.compile(_VERSION + r"(?:ld|lead)\b", re.IGNORECASE)),
    ("update", re.compile(r"(?i:\b(?:ld-?)?write-?thr(?:u|ough)\b|\bsubstitute(?: \(\d\w\w\))?\Z|,\s?sub\b)")),
    ("alert", re.compile(r"(?i:\bAP-?newsalert\b|,\s?(?:urgent|newsalert|bulletin|flash)\b)")),
    ("brief", re.compile(r"(?i:,\s?brief\b)")),
    ("advisory", re.compile(r"(?i:,\s?advisory\b|\bAP[ -](?:news )?budget\b)")),
    ("advisory", re.compile(r"(?i:^(?:\w\w-+)?(?:ap[ -])?(?:advisory|news ?digest)\Z)")),
)  # fmt: skip
"""In sluglines: after the comma that ends the keyword, as a keyword may be any word of the news."""

_ADDED = (
    r"adds?|adding|recasts?|recasting|updat(?:es|ed|ing)|writes through|releads?|leads with|restores|rewrites|inserts"
    r"|ajoute|actualis\w{1,7}|neu(?=:|\s-)|neufassung|aktualisier\w{1,4}|erg(?:ä|ae)nz(?:t|ung)\w{0,2}"
    r"|(?:\d{1,2}\. ?)?zusammenfassung|ampl[ií]a(?:ci[oó]n)?|actualiz\w{1,6}|aggiorna\w{0,6}"
)
_CORRECTED = (
    r"correct(?:s|ed|ing|ion)|corrig[eé]|rectifi\w{2,8}|correcci[oó]n|corrige|berichtig(?:t|ung)|korrektur|korrigiert"
    r"|korr\.?|clarifies|rettifica"
)
_AGAIN = r"repeats|repeating|refil(?:es|ed|ing)|resends|resending"
_NOT_TO_COME = r"(?! (?:will|to|are|is|may|can|expected|coming|follow)\b)"
_NOT_WITH_PICTURES = r"(?!.{0,12}(?i:photo|vid[eé]o|infograph|graph|illustr|son\b|archive))"
REMARKS = (
    ("correction", re.compile(rf"(?:{_CORRECTED})\b", re.IGNORECASE)),
    ("update", re.compile(rf"(?:{_ADDED})\b{_NOT_TO_COME}|(?-i:AVEC)\b{_NOT_WITH_PICTURES}"
                          rf"|(?:\d\w{{0,3}} )?(?-i:LEAD)\b", re.IGNORECASE)),
    ("repeat", re.compile(rf"(?:{_AGAIN}|(?-i:RPT))\b", re.IGNORECASE)),
)  # fmt: skip
"""What a remark in parentheses begins with: ``(Adds details)``, ``(Neu: Zitate)``, ``(AVEC réactions)``."""

_SENTENCE = r"(?:^|[.;:(]\s?)\(?"
_REST = r"[^.;]{0,160}"
NOTED = (
    (
        "correction",
        re.compile(
            rf"{_SENTENCE}(?P<words>(?:corrects?|corrected|correcting|clarifies|fixes|berichtigt|korrigiert|corrige"
            rf"|rectifie)\b{_REST})",
            re.IGNORECASE,
        ),
    ),
    (
        "update",
        re.compile(
            rf"{_SENTENCE}(?P<words>(?:adds|adding|updat(?:es?|ed|ing)|recasts?|restores|rewrites|writes through"
            r"|releads|leads with|inserts|expands|combines|subs|substitutes|new throughout|neu(?=:)|aktualisiert"
            r"|ergänzt)\b"
            rf"{_NOT_TO_COME}{_REST})",
            re.IGNORECASE,
        ),
    ),
    ("repeat", re.compile(rf"{_SENTENCE}(?P<words>(?:repeats|resends|refiles|refiling)\b{_REST})", re.IGNORECASE)),
    (
        "alert",
        re.compile(
            r"\A[-–( ]{0,3}(?P<words>(?:dpa-)?Eilmeldung|EXTRA|EIL|Eil|BLITZ|URGENTE?|FLASH|ALERTE?"
            r"|BULLETIN)\b[ )]{0,3}\Z"
        ),
    ),
)
"""What the sentences of a note to editors begin with."""

SHOUTED = (
    ("correction", re.compile(r"[-–* ]{0,4}(?:CORRECTS|CORRECTING|CORRECTED|RECTIFIE|CORRIGE) (?!AND\b)[^.]{3,200}")),
    ("correction", re.compile(r"[-–*]{1,3} ?[Cc]orrects? (?=[^.]{0,120}\b(?:in|to|spelling|item|headline|paragraph"
                              r"|name)\b).{3,200}")),
    ("update", re.compile(r"(?:ADDS|RECASTS|UPDATES|AJOUTE|ACTUALISE|ACTUALIZA|AMPLÍA|AMPLIA) [^.]{3,200}")),
)  # fmt: skip
"""What stands on a line of its own, at the top or (``-- corrects year of loss``) at the end."""

EDITORS = re.compile(
    r"[\s(\[*-]{0,4}(?:EDS?|Eds?|EDITORS?|(?:(?i:attention|note to|note for|notice to),? )(?:EDITORS|[Ee]ditors"
    r"|eds)|EDITOR['’]?S['’]? NOTE"
    r"|Editors?['’]s? [Nn]ote|Editors|(?i:hinweis an die redaktion(?:en)?|note aux r[eé]dactions|nota a los editores))"
    r"\s?[:.—–-]{1,3}\s?(?P<note>.{2,})"
)
"""``Eds: Adds quotes``, ``(Editors: …)``, ``EDITOR'S NOTE — …``."""

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()
_NTH = rf"(?:(?P<nth>\d{{1,2}})(?:st|nd|rd|th)|(?P<word>{'|'.join(_ORDINALS)})) (?P<what>add|take)\b"
_COUNTED = r"\((?:take |page )?(?P<n>\d{1,2}) ?(?:of|/) ?(?P<total>\d{1,2})\)"
TAKE_SLUG = re.compile(
    rf"(?:^|[,(]\s?|\s){_NTH}|(?:^|[,(]\s?|\s)(?:take|page) (?P<page>\d{{1,2}})\b|{_COUNTED}", re.IGNORECASE
)
TAKE_TITLE = re.compile(
    rf"\s?{_COUNTED}\Z|\s?[-–,=(] ?(?:take|page) (?P<page>\d{{1,2}})\)?\Z|\s(?:TAKE|PAGE) (?P<caps>\d{{1,2}})\Z"
    rf"|\s-(?P<dashed>[2-9])-\Z|,\s?{_NTH}\Z",
    re.IGNORECASE,
)
TAKE_LINE = re.compile(
    rf"(?:(?:[A-Z]{{2}}-[^,]{{2,60}}, ?)?{_NTH}(?:[,:] ?.{{0,60}})?|[-(]? ?(?:take"
    rf"|page) (?P<page>\d{{1,2}})(?: of (?P<of>\d{{1,2}}))? ?[-)]?"
    rf"|- ?(?P<dashed>[2-9]) ?-|{_COUNTED})",
    re.IGNORECASE,
)  # fmt: skip
"""Numbers of takes: in a slugline, at the end of a headline, and on a line of their own at the top of the text."""

SUITE = re.compile(r"\s?\(SUITE(?: (?P<number>\d{1,2}))?(?: ET FIN)?\)\Z", re.IGNORECASE)
"""AFP's second take, at the end of its headline."""
NUMBERED = re.compile(r"\s?\((?P<number>[2-9])\)\Z")
"""ANSA's further takes, likewise."""

_FOLLOWS = (
    r"more(?: to (?:come|follow)| follows)?|(?:à|a) suivre|suite|suivra|(?:mehr |fortsetzung )?folgt\b[^()]{0,80}|sigue"
    r"|contin[uú]a|segue|mf|mtf"
)
MORE_LINE = re.compile(
    rf"(?i:\((?:{_FOLLOWS})\)|[-–]{{1,3}} ?more ?[-–]{{1,3}}|more (?:to (?:come|follow)|follows)\W?|mtf?f?)|MORE"
    rf"|SUITE|SIGUE|SEGUE"
)
"""That more follows: a whole line, near the end of the text."""
MORE_TAIL = re.compile(r"\s\((?:MORE|SUITE|SIGUE|SEGUE|à suivre|A SUIVRE|more)\)\Z")
"""The same at the end of the last line, or of a headline."""
END_LINE = re.compile(
    r"[-–]{1,3} ?(?:30|0|(?i:ends?)) ?[-–]{1,3}|\((?i:ends?|fine?|ende|fim)\)|ENDS?\.?|#{3,}|# # #|/ENDS?/?"
)


def take_number(match: re.Match[str]) -> int:
    """The number of a take: the first *add* to a story is its second take."""
    found = match.groupdict()
    if found.get("nth") or found.get("word"):
        number = int(found["nth"]) if found["nth"] else _ORDINALS.index(found["word"].lower()) + 1
        return number + (found["what"].lower() == "add")
    return int(next(found[name] for name in ("n", "page", "caps", "dashed") if found.get(name)))
