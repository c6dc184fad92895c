"""Lines of web pages: buttons, forms, links, notices."""

from services.clean.draft import Rule
from services.clean.kinds import Furniture

ANYWHERE = (
    Furniture(
        Rule("photo-credit", "a credit or caption of a picture that is not here"),
        r"\(?(?:(?:file |ap |afp |reuters |getty )?(?:photo|image|picture|photograph|foto)s?(?: credit)?(?: by|:"
        r"| courtesy)"
        r"|credit:|image credit|ap photo/).{1,200}|(?:ap )?photos? (?:[a-z]{2,6}\d{2,4}[, ]*)+|(?:getty images"
        r"|ap photo|shutterstock|istock(?:photo)?|alamy"
        r"|file photo|handout)(?: ?[/|:-].{0,60})?|(?:image|media|video) (?:copyright|caption|source)\b.{0,200}"
        r"|media playback is .{3,80}|(?:view"
        r"|enlarge) (?:image|photo|gallery)",
    ),
    Furniture(
        Rule("comment-form", "the page's comments"),
        r"(?:no (?:comments|responses|replies)|(?:\d+|one) (?:comments?|responses|replies))(?: yet| so far)?:?"
        r"|(?:post|leave|add|write) (?:a|your|new) (?:comment|reply|response)s?\W?"
        r"|leave a reply cancel reply|your e-?mail address will not be published.{0,120}"
        r"|required fields are marked.{0,10}"
        r"|notify me of (?:follow-up comments|new (?:posts|comments)).{0,60}|save my name, e-?mail.{0,120}"
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
        r"digg|stumbleupon|del\.icio\.us|flipboard|telegram|share to \w++)[ ,|·•/]*){2,}|click to (?:share|e-?mail"
        r"|print)\b.{0,80}|(?:share|like) this:|print this page|follow (?:us|me"
        r"|@\w+)(?: on .{1,40})?",
    ),
    Furniture(
        Rule("link-list", "a pointer to other stories"),
        r"(?:read more|read also|also read|see also|read next|related|related (?:story|stories|articles?|posts?"
        r"|links?|news|coverage)|more (?:on|from)(?: this)?|"
        r"more stories|recommended|must read|watch|don['’]t miss|most (?:read|popular|viewed|shared|commented)"
        r"|trending(?: now)?|top stories|editors?['’]?s? picks?"
        r"|popular posts|latest (?:news|stories|posts)|in case you missed it|you may (?:also )?like"
        r"|click here)\s?(?:[:>»"
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
        r"(?:we use cookies|this (?:web)?site uses cookies|by continuing (?:to|you) .{1,60}(?:cookies"
        r"|privacy)).{0,300}"
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

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?"
    r"|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?),? (?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d"
)

AT_THE_TOP = (
    Furniture(
        Rule("page-date", "when the page was published or changed"),
        r"(?:(?:(?:first |last )?(?:published|updated|posted|modified|created)(?: on| at)?:? )?"
        rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day|\.)?,? )?(?:{_DAY})"
        r"(?:,? (?:at |[-–|] ?)?\d{1,2}[:.h]\d\d(?: ?[ap]\.?m\.?)?(?: [a-z]{2,4})?)?[ |·–-]{0,3}){1,2}"
        r"|\d{4}年\d{1,2}月\d{1,2}日.{0,12}",
    ),
)

AT_THE_END = (
    Furniture(
        Rule("page-navigation", "links of the page"),
        r"(?:(?:newer|older|next|previous) (?:post|posts|article|page|story)|home|back to top|top|back|menu|search"
        r"|archives?|categories|"
        r"about(?: us)?|contact(?: us)?|rss|sitemap|tags|labels|filed under|posted in|permalink)"
        r"\W?|(?:labels|tags|filed under|posted in|categories)\s?[:|].{0,120}|posted (?:by|on) .{1,60}"
        r"|powered by .{1,40}|(?:source|url|link|permalink): ?https?://.{1,300}|printed (?:on|from) .{4,100}",
    ),
)
