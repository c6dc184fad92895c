"""Lines that belong to the page or to the wire, not to the story: tables of whole paragraphs to take out.

A pattern must match a whole paragraph, so a sentence that merely speaks of cookies stays. Patterns for words that a
story may well contain on a line of its own hold only at the end of the text, where nothing but furniture follows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from services.clean.draft import Cut, Draft, Rule, cut_paragraphs
from shared.models import Story

# Credits in parentheses may say anything; bare ones are names all through ("Written by Dylan, the song" is a story's).
_CREDIT = (
    r"(?:(?:additional |further )?(?:reporting|writing|editing|compiled|translation|graphics?)"
    r"(?: and (?:reporting|writing|editing))? by|(?:reported|written|edited) by)"
)
_NAMES = (
    r"(?-i:(?:(?:[A-Z][\w.'’-]*+|and|in|at|for|of|de|van|editing|writing|reporting|additional|by|[:–—-])"
    r"[,;]?(?: |$)){1,60}+)"
)
_LONGEST = 600  # characters; no furniture is longer, and stories' paragraphs are mostly told by that alone


class Furniture(NamedTuple):
    """A kind of line: its rule, what it looks like, and what it tells about the story."""

    rule: Rule
    pattern: str
    field: str | None = None  # the story's field that ``(?P<found>…)`` fills


ANYWHERE = (
    Furniture(
        Rule("wire-mark", "a mark of the transmission"),
        r"\(?(?:more|more to come|mtf|mf|pick up .{1,40})\)|-+ ?(?:30|more|end|ends) ?-+|#{3,}|# ?# ?#(?: ?#)*"
        r"|end ?(?:it|item)",
    ),
    Furniture(
        Rule("wire-trailer", "transmission time or routing"),
        r"AP-[A-Z]{2,4}-\d\d-\d\d-\d\d \d{4}(?:[A-Z]{3})?\W?|\d{6} (?:GMT|UTC) [A-Z][a-z]{2} \d{2,4}"
        r"|\d{6}[A-Z]{0,3} [A-Z]{3} \d\d|[A-Z]{2,5}/\d{4}/\d{6,8}",
    ),
    Furniture(
        Rule("editors-note", "a note to editors"),
        r"[(\[]?(?:eds|editors|attention,? editors|note to editors|editor['’]?s['’]? note"
        r"|note to eds)\s?[:.—–-]+\s?(?P<found>.{2,500}?)[)\]]?",
        "editor_note",
    ),
    Furniture(
        Rule("copyright", "who holds the rights"),
        r"(?P<found>©.{1,300}|(?:\(c\)|copyright)\s?(?:\(c\)|©)?,?\s?(?:by )?(?:19|20)\d\d.{0,300}"
        r"|copyright (?-i:(?:The )?[A-Z]\w+(?: [A-Z&]\w*){0,5})\.?"
        r"|.{0,60}all rights reserved\.?(?: .{0,200})?"
        r"|this material may not be published, broadcast, .{1,200})",
        "rights",
    ),
    Furniture(
        Rule("word-count", "the length of the text"),
        r"\(?(?:word ?count|words?|length)\s?[:=]\s?\d[\d,]*(?: words)?\)?|\(\d[\d,]* words\)",
    ),
    Furniture(
        Rule("contact-line", "who worked on the story, or how to reach them"),
        rf"\({_CREDIT}[: ].{{2,400}}|{_CREDIT}:? {_NAMES}"
        r"|\(?(?:tel|phone|telephone|fax|e-?mail|contact|newsroom|follow .{1,40} on twitter)\.? ?[:@+].{3,200}\)?"
        r"|\(?[a-z. ]{2,40}, \+?[\d ()-]{7,20}(?:, .{2,60})?\)",
    ),
    Furniture(
        Rule("photo-credit", "a credit or caption of a picture that is not here"),
        r"\(?(?:(?:file |ap |afp |reuters |getty )?(?:photo|image|picture|photograph|foto)s?(?: credit)?(?: by|:"
        r"| courtesy)"
        r"|credit:|image credit|ap photo/).{1,200}|(?:ap )?photos? (?:[A-Z]{2,6}\d{2,4}[, ]*)+|(?:view"
        r"|enlarge) (?:image|photo|gallery)",
    ),
    Furniture(
        Rule("comment-form", "the page's comments"),
        r"(?:no (?:comments|responses|replies)|(?:\d+|one) (?:comments?|responses|replies))(?: yet| so far)?:?"
        r"|(?:post|leave|add|write) (?:a|your|new) (?:comment|reply|response)s?\W?"
        r"|comments(?: \(\d+\)| are closed| off)?[:.]?|(?:sign|log) ?in to (?:comment|reply|post).{0,60}"
        r"|(?:be the first|want|join)(?: to comment|.{0,20} (?:conversation|discussion)).{0,40}|(?:view|show|hide"
        r"|read) (?:all |\d+ )?comments.{0,20}",
    ),
    Furniture(
        Rule("share-bar", "buttons that share the page"),
        r"(?:share|email|e-mail|print|tweet|pin|save|like|recommend)(?: (?:this|on|via|to|with|it|article|story|page"
        r"|post|link|"
        r"friends|facebook|twitter|x|pinterest|linkedin|whatsapp|reddit|email|a|friend|by|blogthis!?|your))*[:!]?"
        r"|(?:(?:facebook|twitter|x|google\+|pinterest|linkedin|whatsapp|reddit|e-?mail|email this|blogthis!?|tumblr"
        r"|copy link|"
        r"digg|stumbleupon|del\.icio\.us|flipboard|telegram|share to \w++)[ ,|·•/]*){2,}|follow (?:us|me"
        r"|@\w+)(?: on .{1,40})?",
    ),
    Furniture(
        Rule("link-list", "a pointer to other stories"),
        r"(?:read more|read also|also read|see also|read next|related|related (?:story|stories|articles?|posts?"
        r"|links?|news|coverage)|more (?:on|from)(?: this)?|"
        r"more stories|recommended|must read|watch|don['’]t miss|you may (?:also )?like|click here)\s?(?:[:>»"
        r"|].{0,200}|\.{0,3})",
    ),
    Furniture(
        Rule("sign-up", "an invitation to subscribe"),
        r"(?:sign up|subscribe|register)(?: now| here| today)?(?: (?:for|to|with|and)\b.{0,200}(?:newsletter|alerts?"
        r"|e-?mail|inbox|feed|podcast|"
        r"notifications|channel|updates|atom|free|access).{0,100}|[:!.]?)"
        r"|(?:get|receive) .{1,100}(?:inbox|newsletter|delivered to).{0,60}|enter your e-?mail.{0,60}"
        r"|subscribe to:.{0,60}",
    ),
    Furniture(
        Rule("cookie-notice", "the page's cookie or privacy notice"),
        r"(?:we use cookies|this (?:web)?site uses cookies|by continuing (?:to|you) .{1,60}(?:cookies|privacy)).{0,300}"
        r"|accept (?:all )?cookies|cookie (?:policy|settings|notice)|(?:privacy policy|terms (?:of (?:use|service)"
        r"|and conditions))(?: ?(?:[|·•&/]|and) ?.{1,60})?",
    ),
    Furniture(
        Rule("advertisement", "an advertisement's label"),
        r"\W?(?:advertisements?|advertising|sponsored(?: content)?|story continues below.{0,40}"
        r"|article continues.{0,40}"
        r"|continue reading(?: below| the main story)?|(?:skip|scroll) (?:to|down|past) .{1,40}|loading\W*"
        r"|adverti[sz]e with us)\W?",
    ),
)

AT_THE_END = (
    Furniture(
        Rule("sign-off", "the agency's sign-off"),
        r"\W{0,3}(?:reuters?|ap|afp|upi|dpa|pa|ansa|efe|tass|xinhua|ians|pti|kyodo|ends?|end of story"
        r"|the associated press)\W{0,3}"
        r"|dpa(?: [a-z]{2,4}){1,5}|[a-z]{2,4}(?:/[a-z]{2,4}){1,4}(?:/\d+)?|[-*_=~. ]{2,}",
    ),
    Furniture(
        Rule("page-navigation", "links of the page"),
        r"(?:(?:newer|older|next|previous) (?:post|posts|article|page|story)|home|back to top|top|back|menu|search"
        r"|archives?|categories|"
        r"about(?: us)?|contact(?: us)?|rss|sitemap|tags|labels|filed under|posted in|permalink)"
        r"\W?|(?:labels|tags|filed under|posted in|categories)\s?[:|].{0,120}|posted (?:by|on) .{1,60}"
        r"|powered by .{1,40}",
    ),
)

_GLUED_SIGN_OFF = re.compile(r"(?<=[.!?\"”)]) REUTERS?\Z")
_LIST_MARK = r"(?:[-*•·] )?"

Finding = tuple[Rule, Mapping[str, object] | None]


def _matcher(kinds: tuple[Furniture, ...]) -> Callable[[str], Finding | None]:
    """A function from a paragraph to what it is. One expression sorts out the many that are none of ``kinds``."""
    unnamed = (kind.pattern.replace("?P<found>", "?:") for kind in kinds)
    any_kind = re.compile(f"{_LIST_MARK}(?:{'|'.join(unnamed)})", re.IGNORECASE)
    each = [(kind, re.compile(f"{_LIST_MARK}(?:{kind.pattern})", re.IGNORECASE)) for kind in kinds]

    @lru_cache(maxsize=4_096)  # furniture comes again and again, and so do paragraphs, in the next round
    def match(text: str) -> Finding | None:
        if len(text) > _LONGEST or not any_kind.fullmatch(text):
            return None
        kind, whole = next((kind, whole) for kind, pattern in each if (whole := pattern.fullmatch(text)))
        return kind.rule, {kind.field: whole["found"].strip()} if kind.field else None

    return match


_anywhere = _matcher(ANYWHERE)
_at_the_end = _matcher(AT_THE_END)


def drop_furniture(draft: Draft, story: Story) -> Iterable[Cut]:
    """Take out whole paragraphs of page and wire furniture; notes to editors and rights are found on the way."""
    paragraphs = draft.paragraphs
    furniture = {number: finding for number, (_, _, text) in enumerate(paragraphs) if (finding := _anywhere(text))}
    for number in range(len(paragraphs) - 1, -1, -1):
        if number in furniture:
            continue
        finding = _at_the_end(paragraphs[number].text)
        if finding is None:
            break
        furniture[number] = finding
    if furniture:
        return cut_paragraphs(draft, furniture)
    glued = _GLUED_SIGN_OFF.search(draft.text, max(0, len(draft.text) - 20))
    return [Cut(glued.start(), glued.end(), "", AT_THE_END[0].rule)] if glued else ()
