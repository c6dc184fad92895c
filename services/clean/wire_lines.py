"""Lines of the wire: marks, notes to editors, credits and contacts, sign-offs."""

from services.clean.draft import Rule
from services.clean.kinds import Furniture

# Credits in parentheses may say anything; bare ones are names all through ("Written by Dylan, the song" is a story's).
_CREDIT = (
    r"(?:(?:additional |further )?(?:reporting|writing|editing|compiled|translation|graphics?)"
    r"(?: and (?:reporting|writing|editing))? by|(?:reported|written|edited) by)"
)
_NAMES = (
    r"(?-i:(?:(?:[A-Z][\w.'’-]*+|and|in|at|for|of|de|van|editing|writing|reporting|additional|by|[:–—-])"
    r"[,;]?(?: |$)){1,60})"
)

ANYWHERE = (
    Furniture(
        Rule("wire-mark", "a mark of the transmission"),
        r"-0-|x{3} ?(?:end|more)|more more(?: more)*|\(?(?:more|more to come|mtf|mf|pick up .{1,40})\)|-+ ?(?:30"
        r"|more|end|ends) ?-+|#{3,}|# ?# ?#(?: ?#)*"
        r"|end ?(?:it|item)",
    ),
    Furniture(
        Rule("wire-trailer", "transmission time or routing"),
        r"ap-[a-z]{2,4}-\d\d-\d\d-\d\d \d{4}(?:[a-z]{3})?\W?|\d{6} (?:gmt|utc) [a-z]{3} \d{2,4}"
        r"|\d{6}[a-z]{0,3} [a-z]{3} \d\d|[a-z]{2,5}/\d{4}/\d{6,8}",
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
        r"|(?:copyright(?::| ©)|\(c\)) .{2,60}\b(?:19|20)\d\d\.?(?: .{0,100})?"
        r"|copyright (?-i:(?:The )?[A-Z][\w.&]*(?: [A-Z&][\w.]*){0,5}),? (?:19|20)\d\d\.?"
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
        Rule("contributors", "who else worked on the story"),
        r"(?=.*this (?:report|story|article)\b).{2,500}\b(?:contributed|helped) (?:reporting )?(?:to|with) this"
        r" (?:report|story|article)(?: from .{2,80})?\.?"
        r"|(?=.*can be reached).{2,80} can be reached (?:at|on|via) (?:.{0,60}@|https?:|\+?\d[\d ()-]{5,20}).{0,200}"
        r"|follow .{2,80} on (?:twitter|x|facebook|bluesky|mastodon)\b.{0,150}"
        r"|[-*•] ?(?:reporting|editing|writing|author|autor(?:in)?|redaktion|translation|original text)(?: by)?:"
        r" .{2,120}",
    ),
    Furniture(
        Rule("agency-notebook", "contacts and links for editors"),
        r"#{1,3} ?(?:notebook|internet|editorial contacts?|contacts?|locations?|orte|redaktionelle(?:r)? (?:hinweis"
        r"|kontakt)e?"
        r"|kontakt|ansprechpartner|service|bildmaterial|weblinks?)\b.{0,80}"
        r"|(?:for (?:more|further) information,? (?:please )?)?(?:contact|media contacts?|press contacts?"
        r"|editorial contacts?|editors['’]? contacts?|media enquiries|press office|news ?desk)s?\s?: ?.{3,200}"
        r"|(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}, )?<?[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}>?",
    ),
    Furniture(Rule("separator", "a line that parts the story from what follows"), r"_{3,80}|={3,80}|-{5,80}"),
)

AT_THE_TOP = (
    Furniture(
        Rule("slugline", "the slugline is a field of its own"),
        r"(?-i:(?P<found>\^?(?:AM|PM|BC|AP)-{1,2}[A-Z][\w'’&<>./-]*)(?:,? [^.!?]{0,80})?"
        r"|[a-z] ?[a-z] (?:BC|AM|PM)-\S.{0,80}|[A-Z]{2,}(?:[-/][A-Z0-9]{2,})+/?(?: \([A-Z0-9 ,-]{2,40}\))?)",
        "slugline",
    ),
    Furniture(
        Rule("transmission-header", "the header of the transmission"),
        r"(?-i:ZCZC\b.{0,80}|[A-Z]{3}\d{4}|\d{2}-\d{2} \d{4})",
    ),
    Furniture(
        Rule("update-note", "what is new since the last version"),
        r"(?:\(|\* ?)(?:adds|updates?|updating|recasts|corrects|corrected|refiles?|repeats|rewrites|new throughout"
        r"|writethru|removes|fixes|changes|clarifies|edits|restores|trims|with)\b[ :].{3,300}"
        r"|(?:attention|achtung|atenci[oó]n)\s?[-–:]{1,2}.{3,200}/{2,3}"
        r"|(?:urgent|bulletin|flash|newsalert|ap news ?alert|(?:1st|2nd|3rd|\dth) (?:ld"
        r"|lead)(?:[- ]?writethru)?)\W{0,3}",
    ),
    Furniture(
        Rule("embargo-note", "when the story may be published is a field of its own"),
        r"\W{0,3}(?:embargo(?:ed)?\s?(?:until|till|to|:)|sperrfrist\b|(?:hold )?for (?:immediate )?release\b"
        r"|not for (?:release|publication|use) (?:before|until|prior to)\b).{0,120}",
    ),
)

AT_THE_END = (
    Furniture(
        Rule("sign-off", "the agency's sign-off"),
        r"\W{0,3}(?:reuters?|ap|afp|upi|dpa|pa|ansa|efe|tass|xinhua|ians|pti|kyodo|ends?|end of story"
        r"|the associated press)\W{0,3}"
        r"|nnnn|endit(?:em)?|schluss|fin|=?(?:ende?|fin)=?|\([^()]{0,12}(?:ends?|fin|ende)\)"
        r"|(?-i:(?:AAP|AP|AFP|APA|PA|DPA|dpa|ANSA|EFE|UPI|NZN|NZPA|CP)(?: [A-Z]{2,6}){0,3}(?: [a-z]{2,4}){1,5}"
        r"(?:/[a-z]{2,4})*)"
        r"|dpa(?: [a-z]{2,4}){1,5}|[a-z]{2,4}(?:/[a-z]{2,4}){1,4}(?:/\d+)?|[-*_=~. ]{2,}",
    ),
)
