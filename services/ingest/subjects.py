"""IPTC subjects: one way to write their codes, and the names that IPTC gives them.

Two vocabularies: Media Topics (``medtop:20000523``), and the older Subject Codes (``subj:04000000``), whose eight
digits NITF calls ``tobject.subject.refnum``. ``data/SOURCE.md`` says where the names come from.
"""

import csv
import re
from functools import lru_cache
from importlib.resources import files

from shared.models import Subject

_VOCABULARIES = {"medtop": "mediatopics.csv", "subj": "subjectcodes.csv"}
_PREFIXES = {"medtop": "medtop", "mediatopic": "medtop", "subj": "subj", "subjectcode": "subj", "iptc": "subj"}
_FORM = re.compile(
    rf"(?:(?:https?://cv\.iptc\.org/newscodes/)?(?P<vocabulary>{'|'.join(_PREFIXES)})[:/])?(?P<digits>\d{{8}})/?",
    re.ASCII | re.IGNORECASE,
)


def named(subjects: list[Subject]) -> list[Subject]:
    """The subjects in the same order, with IPTC codes in one form, names filled in, and duplicates merged.

    A name that the feed itself gives is kept. Codes of other vocabularies (``ninat:text``) and codes that IPTC has not
    published stay as they are.
    """
    found: dict[tuple[str | None, str | None], Subject] = {}
    for subject in subjects:
        code = _normal(subject.code) if subject.code else None
        key = (code, None if code else subject.name)
        if key not in found or not found[key].name:
            found[key] = Subject(code=code, name=subject.name)
    return [_filled(subject) for subject in found.values()]


def _normal(code: str) -> str:
    """``subj:04000000`` for ``iptc:04000000`` or bare ``04000000``; a code that is not IPTC's, as it is."""
    match = _FORM.fullmatch(code)
    if match is None:
        return code
    # Bare digits are those of NITF and NewsML 1, which know Subject Codes; only Media Topics have 2 in front.
    vocabulary = match["vocabulary"] or ("medtop" if match["digits"].startswith("2") else "subj")
    return f"{_PREFIXES[vocabulary.lower()]}:{match['digits']}"


def _filled(subject: Subject) -> Subject:
    """The subject with the name that IPTC published for its code, if it has none."""
    vocabulary, _, digits = (subject.code or "").partition(":")
    if subject.name or vocabulary not in _VOCABULARIES:
        return subject
    return Subject(code=subject.code, name=_names(vocabulary).get(digits))


@lru_cache
def _names(vocabulary: str) -> dict[str, str]:
    """Name by eight digits."""
    text = files("services.ingest").joinpath("data", _VOCABULARIES[vocabulary]).read_text(encoding="utf-8")
    return dict(list(csv.reader(text.splitlines()))[1:])
