"""What the management fields of the IPTC's XML formats make of a story: its status, its urgency, what it is for."""

import re
from typing import Literal

from services.ingest.release import Release
from shared.models import Finding, Wire

Kind = Literal["story", "update", "correction", "kill", "hold", "advisory", "brief", "alert"]

_STATUS: dict[str, Kind] = {"canceled": "kill", "cancelled": "kill", "withheld": "hold"}
_PURPOSE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("kill", re.compile(r"\b(?:kill|cancel|delet|withdraw|retract)", re.IGNORECASE)),
    ("hold", re.compile(r"\b(?:hold|withh(?:e|o)ld)", re.IGNORECASE)),
    ("correction", re.compile(r"\b(?:correct|rectif|corrig)", re.IGNORECASE)),
    ("update", re.compile(r"\b(?:updat|replac|write-?thr)", re.IGNORECASE)),
    ("advisory", re.compile(r"\badvisor", re.IGNORECASE)),
    ("alert", re.compile(r"\b(?:alert|flash|bulletin|urgent\Z)", re.IGNORECASE)),
    ("brief", re.compile(r"\bbriefs?\b", re.IGNORECASE)),
)


def urgency_of(value: str | None) -> int | None:
    """The IPTC urgency, if the value is one: 1 to 8."""
    return int(value) if value and len(value) == 1 and value in "12345678" else None


def wire_of_status(status: str | None, field: str, release: Release) -> Wire:
    """What the IPTC publishing status makes of a story: usable, embargoed, withheld or canceled.

    A story that is embargoed without a release time that can be read is withheld until a person releases it.
    """
    status = " ".join((status or "").split())
    kind = _STATUS.get(status.lower(), "story")
    wire = Wire(kind=kind, withheld=release.withheld, findings=list(release.findings))
    if kind != "story":
        wire.findings.append(Finding(says=kind, field=field, text=status))
    elif status.lower() == "embargoed":
        wire.findings.append(Finding(says="embargo", field=field, text=status))
    if kind == "hold" or (status.lower() == "embargoed" and release.until is None):
        wire.withheld = wire.withheld or f"{field}: {status}"
    return wire


def purpose_of(label: str | None) -> Kind:
    """What a label for the purpose of an item (``Correction``, ``Advisory``) says it is; ``story`` for any other."""
    return next((kind for kind, pattern in _PURPOSE if pattern.search(label or "")), "story")
