"""What stands above the text of an ANPA 1312 story: the slug line and the headings below it.

Headings begin with ``^`` (upper rail) and end with ``<`` (quad left) or ``=`` (quad centre): headline, photo numbers,
notes to editors, byline and affiliation, in no fixed order.
"""

import re
from typing import NamedTuple

from services.ingest.formats.transmission import Release
from shared.models import Finding, Wire

_ROUTING = re.compile(r"\*\d{3,5}<?\s*")
_COUNT = re.compile(r"\d{1,5}")
_STORY_NUMBER = re.compile(r"[A-Za-z]\d{4}")
_CYCLE = re.compile(r"(?:AM|PM|BC|AP)[A-Za-z]{0,3}-")
_ADVANCE = re.compile(r"\b(?:adv(?:ance)? ?\d[\d-]*|hfr|hold for release|embargo(?:ed)?)\b", re.IGNORECASE)
RELEASE = re.compile(
    r"\$?adv\.? ?\d|(?:advance )?for release\b|hold for release|embargo(?:ed)?(?: ?:| until\b| till\b| for release\b)"
    r"|(?:not )?for (?:use|publication) (?:before|until|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
_TAKE = re.compile(r"(\d{1,2})(?:st|nd|rd|th) ?(Take|Add)\b", re.IGNORECASE)
_REVISION = re.compile(r"(\d{1,2})(?:st|nd|rd|th) ?(?:Ld|Lead|Writethru|Wrthru|Update)", re.IGNORECASE)
_KEYWORD_VERSION = re.compile(
    r" +((?:\d{1,2}(?:st|nd|rd|th) ?)?(?:Ld|Lead|Writethru|Wrthru|Add|Take)\b\S*)\Z", re.IGNORECASE
)
_KINDS = (
    ("kill", r"\bkill|eliminat|withdraw"),
    ("hold", r"withhold|\bhold\b(?! for release)"),
    ("correction", r"correct|\bfix\b"),
    ("update", r"wri?te?thru|\blds?\b|\blead\b|\bupdate|\bsub\b|\binsert\b"),
    ("advisory", r"advisory|\bbudget\b"),
    ("alert", r"newsalert|bulletin|\bflash\b|\bnewsbreak\b|\burgent\b"),
    ("brief", r"-briefs?\Z"),
)
"""What the words behind the slug make of a story, the gravest first; alerts and briefs are told by the slug, too."""

_NOTE = re.compile(
    r"\(?(?:(?:Optional )?AP (?:Photo|Video|Graphic|Audio|Laser)|Laser(?:Photo|Graphic|Color)"
    r"|With (?:AP )?[A-Za-z ]{0,20}(?:Photo|Graphic|Video)|Note:|Ed(?:s|itors?)?[:.]|EDITOR.{0,3}S?.{0,3} NOTE"
    r"|Editor.{0,3}s Note|Attn\b|ATTN\b|ADVISORY|(?:ART|PHOTO) ADV\b|TO EDITORS)"
)
_BYLINE = re.compile(r"(?:By|BY) [A-Z].*")
_AFFILIATION = re.compile(
    r"(?:(?:The )?(?:Associated Press|AP)(?: .{0,40})?"
    r"|.{0,60}\b(?:Writers?|Press|Reporters?|Correspondents?|Editors?|Columnists?|Service|Staff|News|Times|Post))"
)
_COPYRIGHT = re.compile(r"\(?[cC]\.?\)? ?\d{4}\b.*|Copyright .*")
_LONGEST_HEADING = 160  # characters of one without ``^``
_SUMMARY = 60  # characters by which a summary for the web is known to repeat how the story begins


class Slug(NamedTuple):
    """``BC-Storm, 1st Ld-Writethru,a0123,450``: keyword slug, version, the story it replaces or goes on with."""

    slugline: str
    version: str | None = None
    of: str | None = None


class Headings(NamedTuple):
    """The headings taken apart; ``body`` is the text with those in front that are none of these."""

    headline: str | None
    byline: str | None
    rights: str | None
    notes: list[str]
    body: str


def read_slug(line: str, *, keyword: str) -> Slug | None:
    """The slug line; None for a line that is none: it goes on where the header's ``keyword`` was cut short."""
    line = _ROUTING.sub("", line.strip().lstrip("^"), count=1)
    line = _bare(line)
    slugline, *fields = (field.strip() for field in line.split(","))
    counted = bool(fields) and _COUNT.fullmatch(fields[-1]) is not None
    known = len(_letters(keyword)) > 3 and _letters(line)[:8] == _letters(keyword)[:8]
    if not slugline or not (known or counted or _CYCLE.match(line)):
        return None
    of = next((field for field in fields if _STORY_NUMBER.fullmatch(field)), None)
    words = [field for field in fields if field and field != of and not _COUNT.fullmatch(field)]
    return Slug(slugline, ", ".join(words) or None, of)


def slug_of(keyword: str) -> Slug:
    """What the header says where there is no slug line: ``BC-Ferry 1stLd-Writethru``, cut to 24 characters."""
    version = _KEYWORD_VERSION.search(keyword)
    return Slug(keyword[: version.start()], version[1]) if version else Slug(keyword)


def read_headings(text: str) -> Headings:
    """Take the headings above a story apart."""
    lines = text.split("\n")
    height = _height(lines)
    body = "\n".join(_bare(line) if line[:1] == "^" else _unquadded(line) for line in lines[height:])
    headline, names, rights, notes, kept = None, list[str](), None, list[str](), list[str]()
    for line in filter(None, map(_bare, lines[:height])):
        if _BYLINE.fullmatch(line) and not names:
            names.append(line)
        elif names and not kept and _COPYRIGHT.fullmatch(line):
            rights = line
        elif len(names) == 1 and not kept and _AFFILIATION.fullmatch(line):
            names.append(line)
        elif _NOTE.match(line) or RELEASE.match(line):
            notes.append(line)
        elif headline is None and not names:
            headline = line
        elif len(line) < _SUMMARY or line[:_SUMMARY] not in body[:2_000]:
            kept.append(line)
    return Headings(headline, ", ".join(names) or None, rights, notes, "\n".join([*kept, body]).strip("\n"))


def _height(lines: list[str]) -> int:
    """How many lines at the top are headings: those with ``^``, and those flush left above the first indented one."""
    marked = next((at for at, line in enumerate(lines) if line and line[:1] != "^"), len(lines))
    indented = next((at for at, line in enumerate(lines[:8]) if line[:1] == "\t" or line[:3] == "   "), 0)
    flush = indented if all(len(line) <= _LONGEST_HEADING for line in lines[:indented]) else 0
    height = first = marked or flush
    while height < min(len(lines), first + 3) and _is_credit(lines[height].strip(), follows=height > first):
        height += 1
    return height


def _is_credit(line: str, *, follows: bool) -> bool:
    """Whether a line of the text is a byline (NYT indents it), or goes on with one."""
    if follows:
        return bool(_COPYRIGHT.fullmatch(line) or _AFFILIATION.fullmatch(line))
    return bool(_BYLINE.fullmatch(line)) and len(line.split()) <= 8 and not line.endswith((".", ","))


def _bare(line: str) -> str:
    return _unquadded(line).lstrip("^").strip()


def _unquadded(line: str) -> str:
    return line.rstrip().rstrip("<=").rstrip() if line.rstrip()[-1:] in ("<", "=") else line.rstrip()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def read_control(slug: Slug, *, release: Release, category: str) -> Wire:
    """What slug, version and release say of the story. An advance (``ADV14``) names no time: a person releases it."""
    version = slug.version or ""
    findings = [
        Finding(says=kind, field="version", text=version) for kind, words in _KINDS if re.search(words, version, re.I)
    ]
    findings += [
        Finding(says=kind, field="slugline", text=slug.slugline)
        for kind, words in _KINDS[-2:]
        if re.search(words, slug.slugline, re.IGNORECASE)
    ]
    if category.lower() == "v":
        findings.append(Finding(says="advisory", field="category", text=category))
    kind = next((kind for kind, _ in _KINDS if any(found.says == kind for found in findings)), "story")
    held = [Finding(says="embargo", field="version", text=version)] if _ADVANCE.search(version) else []
    take, revision = _TAKE.search(version), _REVISION.search(version)
    if take:
        findings.append(Finding(says="take", field="version", text=version))
    return Wire.model_validate({
        "kind": kind,
        "note": slug.version if kind != "story" else None,
        "revision": int(revision[1]) if revision else None,
        "take": int(take[1]) + (take[2].lower() == "add") if take else None,  # the first add is the second take
        "of": slug.of,
        "withheld": version if held or kind == "hold" else release.withheld,
        "findings": findings + held + release.findings,
    })  # fmt: skip
