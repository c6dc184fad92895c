"""Tells XML of any kind from text: none of it is ever to be read as a story's text, tags and all."""

import re

from services.ingest.wire_xml import PREAMBLE

_DECLARED = re.compile(rb"\s*(?:<\?xml|<!DOCTYPE|<!--|<!\[CDATA\[)", re.IGNORECASE)
_ROOT = re.compile(
    PREAMBLE + rb"""<([A-Za-z_][\w.:-]{0,100})((?:\s+[\w.:-]{1,100}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>\s*(<?)""",
    re.DOTALL,
)


def is_xml(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is an XML document, or a piece of one.

    It says so itself; or all of it is in one element; or that element holds others rather than text. Text that only
    begins with a word between angle brackets (``<b>Correction</b>: …``) is not.
    """
    if _DECLARED.match(head):
        return True
    root = _ROOT.match(head)
    if root is None:
        return False
    name, attributes, empty, child = root.groups()
    ends_with_it = re.search(rb"</%b\s*>\Z" % re.escape(name), head[-200:].rstrip()) is not None
    return b"xmlns" in attributes or ends_with_it or bool(child) or (bool(empty) and root.end() == len(head))
