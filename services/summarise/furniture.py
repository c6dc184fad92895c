"""What can never be chosen: datelines, credits, notes, captions, contacts, lists, tables.

The clean stage cuts most of it. What it left is told here by its form, in English, German, French, Spanish and Italian.
"""

import re

MIN_WORDS = 5
MAX_WORDS = 100
"""Longer sentences are left for another to say it."""

# What ``\w`` does not know to belong to a word: vowel signs and other marks of Hebrew, Arabic, Indic and Thai script.
_MARK = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0df3\u0e31-\u0e4e\u200c\u200d"
WORD = re.compile(rf"[^\W_][\w{_MARK}]*(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")

_PHRASES = (
    "all rights reserved", "copyright (c)", "(c) 1", "(c) 2", "©", "click here", "click on", "read more:", "read also",
    "sign up for our", "sign up to our", "subscribe to our", "subscribe now", "our newsletter", "follow us on",
    "no comments", "post a comment", "material may not be published", "getty images", "file photo", "photo courtesy",
    "contributed to this report", "contributed to this story", "article continues below",
    "views expressed in this", "opinions expressed in this", "are solely those of the", "are solely his",
    "are solely hers",
    "contributed reporting", "our standards: the", "alle rechte vorbehalten", "tous droits réservés",
    "todos los derechos reservados", "tutti i diritti riservati",
)  # fmt: skip
"""Phrases of the page around a story, lower case."""
_CREDIT = (
    r"(?:(?:additional|further) )?(?:reporting|editing|writing|photos?|graphics?|research|compiled|translated|edited"
    r"|written|reported)(?: and (?:editing|writing|reporting))? by\b"
    r"|by (?:[^\W\d_][\w.'’-]* ){1,3}[^\W\d_][\w'’-]*$"
    r"|copyright \d|read more\b|related:"
    r"|redaktion:|mit material von\b|avec (?:afp|reuters)\b|con información de\b|con informazioni di\b"
)
_LABEL = (
    r"(?:(?:(?:file|ap|reuters|afp) )?(?:photos?|images?|pictures?|video|captions?|graphics?)"
    r"|source|(?:media |press )?contacts?|tags?|share|advertisement|related|see also|e-?mail|phone|tel|fax|website"
    r"|(?:editor|publisher)s?['’]?s? note|notes? to (?:editors|readers)|eds|editors|attention"
    r"|foto|bild|hinweis|kontakt|quelle|légende|contacto?|fuente|fonte)\b(?: \w+){0,2}\s*[:=]"
)
_OPENING = re.compile(rf"\W*(?:{_CREDIT}|{_LABEL}|(?:https?://|www\.)\S+$|eds\b|editors:)")
"""How a credit, a labelled line or a note to editors begins, in lower case."""
_CONTACT = re.compile(
    r"\w@[\w-]+\.\w|\B@\w{3,}$|(?:\+\d{1,3}[ .(]|\(\d{2,5}\) ?|\b(?:tel|phone|fax|call)\b\D{0,12})[\d(][\d ()./-]{5,}\d"
)
_CAPTION = re.compile(
    r"\((?:AP Photo|Photo|Foto|Getty|EPA|Picture|Image|REUTERS/)[^()]{0,80}\)\W*$"
    r"|(?:/|\bvia )(?:AP|AFP|Reuters|dpa)\W*$"
)
_CAPTION_ENDS = (")", ").", "AP", "AFP", "Reuters", "dpa", "AP.", "AFP.", "Reuters.", "dpa.")
_SCENE = re.compile(
    r"\(?(?:From left|Pictured|Above|Top left|Left to right|In this\b[^.]{0,60}\b(?:photo|image))\b[^.]{0,60}[,:]"
)
_PICTURED = re.compile(
    r"\((?:far |second (?:from )?)?(?:left|right|cent(?:er|re)|pictured)\)"
    r"|, pictured\b|\bpictured (?:here|above|left|right|with)\b"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*•·–—▪►◦]\s|\(?\d{1,3}[.)]\s|[a-z]\)\s)")
_TABLE = re.compile(
    r"\d[^.]{0,30} vs [^.]{0,30}\d[^.]*$"  # a result and that of the year before: "Shr 34 cts vs 29 cts"
    r"|\t|\S {3,}\S|\.{4,}|\||={3,}|(?:\s[-+(]?\d[\d.,]*[%)]?){4,}(?:\s|$)"
)
_TABLE_SIGNS = frozenset("\t|=.")

_AGENCIES = r"AP|AFP|CNN|Reuters|UPI|dpa(?:/\w+)?|Xinhua|Kyodo|Bloomberg|Thomson Reuters[\w ]*"
_DATELINE = re.compile(
    rf"(?:[A-ZÀ-Þ][^\n(]{{1,70}}?\s*)?\((?:{_AGENCIES})\)\s*(?:--?|[–—―])?\s*"
    r"|[A-ZÀ-Þ][^\n(]{1,70}?\s*\([A-Z]{2,6}(?:/[A-Z]{2,6})?\)\s*(?:--?|[–—―])\s+"
    r"|[A-ZÀ-Þ][A-ZÀ-Þ .'’/-]{2,40}(?:,[^\n(–—]{2,40}?)?\s+(?:--?|[–—―])\s+"
    r"|[A-ZÀ-Þ][A-ZÀ-Þ .'’-]{2,40}, [A-Z][a-z]{2,8}\.? \d{1,2}: "
)


def after_dateline(text: str) -> int:
    """Where the news begins in the first sentence of a body: behind ``LONDON, Jan. 5 (Reuters) -``; 0 without one."""
    match = _DATELINE.match(text)
    return match.end() if match and match.end() < len(text) else 0


def is_furniture(text: str) -> bool:
    """Whether the text is a line of the page around the story, a list item or a row of a table."""
    lower = text.lower()
    if _OPENING.match(lower) or any(phrase in lower for phrase in _PHRASES):
        return True
    if is_table(text) or not _LETTER.search(text) or len(text) > MAX_WORDS * 40:
        return True
    # Each search is spared where it cannot succeed: most sentences are plain prose.
    return bool(
        (("@" in text or len(_DIGIT.findall(text)) > 5) and _CONTACT.search(text))
        or (text.endswith(_CAPTION_ENDS) and _CAPTION.search(text))
        or _SCENE.match(text)
        or (("pictured" in lower or "(" in text) and _PICTURED.search(text))
    )


def is_table(text: str) -> bool:
    """Whether the text is an item of a list or a row of a table."""
    digits = len(_DIGIT.findall(text))
    if _LIST_ITEM.match(text) or digits * 3 > len(text) - text.count(" "):
        return True
    seldom = not _TABLE_SIGNS.isdisjoint(text) or "   " in text or " vs " in text or digits > 3
    return seldom and _TABLE.search(text) is not None


def is_prose(text: str, words: int) -> bool:
    """Whether the text, of so many words, can stand in a summary: no furniture, neither a fragment nor endless."""
    if " " in text or "\n" in text:
        right_length = MIN_WORDS <= words <= MAX_WORDS
    else:  # scripts without spaces have no words to count; a full sentence of theirs is longer than a label
        right_length = 10 <= len(text) <= 200 and not text.isascii()
    return right_length and not is_furniture(text)
