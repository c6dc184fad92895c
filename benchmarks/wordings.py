"""Words that sub-editors put for one another, and how two houses spell: what ``reprints`` rewords texts with.

Figures are never reworded, names neither. A group's words stand in for one another as they are, ending and all.
"""

import re

_GROUPS = """
said stated declared remarked noted|says states declares notes|told informed advised|added continued
announced disclosed reported unveiled|announcement disclosure notice|company firm concern enterprise
companies firms concerns enterprises|corporation company|government administration cabinet
officials authorities representatives|official representative|spokesman spokeswoman spokesperson
meeting gathering session|meetings gatherings sessions|talks discussions negotiations consultations
agreement accord deal pact|agreements accords deals pacts|agreed consented decided|increase rise gain advance
increased rose climbed grew advanced|increasing rising growing climbing|decrease decline drop reduction
decreased declined dropped slipped|decreasing declining falling dropping|fell dropped slid slipped|high elevated lofty
higher greater bigger|lower smaller reduced|large big sizable substantial|largest biggest greatest
major leading principal main|important significant key crucial|expected anticipated forecast projected
expects anticipates foresees projects|plan scheme proposal programme|plans intends aims|planned intended proposed
begin start commence|began started commenced|beginning starting commencing|end finish conclude
ended finished concluded closed|help assist aid support|helped assisted aided supported
show indicate reveal demonstrate|showed indicated revealed demonstrated|shows indicates reveals demonstrates
buy purchase acquire|bought purchased acquired|buying purchasing acquiring|sale disposal|sales turnover|sell dispose
make produce manufacture|made produced manufactured|making producing manufacturing|maker producer manufacturer
makers producers manufacturers|get obtain receive|got obtained received|give provide offer supply
gave provided offered supplied|given provided offered supplied|take accept|took accepted|keep retain maintain
kept retained maintained|need require|needed required|needs requires|want seek desire|wanted sought desired
use employ utilise|used employed utilised|using employing utilising|ask request|asked requested queried|seek pursue
seeking pursuing|allow permit let|allowed permitted let|cut reduce trim|cuts reductions trims|raise lift boost
raised lifted boosted|raising lifting boosting|stop halt cease|stopped halted ceased|continue persist carry
think believe feel consider|thought believed felt considered|believes thinks feels considers|because since as
although though while|but however yet|also additionally too|about around roughly approximately|nearly almost close
over above exceeding|under below beneath|after following|before prior|during throughout|between among|against versus
within inside|without lacking|through via|despite notwithstanding|while whereas|when once|if should|may might could
will would shall|can could|must should|very extremely highly|still yet|already previously|recently lately
currently presently now|soon shortly|early initially|later afterwards subsequently|today earlier|again anew
often frequently|likely probable|possible potential|certain sure|several many numerous various|many numerous
some certain|most much|other further|another a-further|new fresh recent|old former|first initial|last final
previous earlier prior|next following coming|current present|good sound favourable|better improved|bad poor
strong robust firm|weak soft feeble|difficult hard tough|easy simple|serious grave severe|problem difficulty trouble
problems difficulties troubles|result outcome consequence|results outcomes|reason cause|effect impact
market marketplace|markets marketplaces|price cost|prices costs|money cash funds|shares stock|share stake
shareholders stockholders|investors backers|investment outlay|profit earnings|profits earnings|loss deficit
losses deficits|growth expansion|output production|demand appetite|supply provision|trade commerce
industry sector business|work labour|workers employees staff|worker employee|job post position|jobs posts positions
people persons|men males|women females|children youngsters kids|child youngster|man individual|house home residence
houses homes residences|country nation state|countries nations states|area region zone|areas regions zones|city town
world globe|police officers|attack assault strike|attacks assaults strikes|killed slain|dead deceased
injured wounded hurt|death demise|war conflict|fighting combat|troops soldiers forces|group organisation body
groups organisations bodies|member participant|leader head chief|leaders heads chiefs|chairman head|president leader
minister secretary|lawyer attorney|lawyers attorneys|court tribunal|law legislation|case matter|evidence proof
charges accusations counts|charged accused|arrested detained|accused alleged|issue question matter
issues questions matters|statement declaration communique|report account|reports accounts
reporters journalists newsmen|interview conversation|letter note|speech address|comment remark|comments remarks
decision ruling move|decided resolved|move step action|moves steps actions|effort attempt bid|efforts attempts bids
tried attempted sought|try attempt|trying attempting seeking|chance opportunity|change shift alteration
changes shifts alterations|changed altered shifted|level degree|rate pace|period term span|time moment|times occasions
year twelvemonth|part portion section|number figure quantity|amount sum volume|total overall aggregate
half fifty-per-cent|near close|close shut|open unlocked|full complete entire|whole entire|own personal|public open
private confidential|special particular|general broad|common usual|foreign overseas external|domestic internal home
local regional|international global worldwide|economic financial|financial monetary|political policy|military army
social community|according going|including among-them|involving concerning|regarding concerning about|caused prompted
led prompted|found discovered|find discover|saw witnessed|see witness|seen witnessed|looked appeared|look appear
seems appears|seemed appeared|became turned|left departed|went travelled|go travel|going heading|came arrived
come arrive|coming arriving|returned went-back|moved shifted|put placed|set fixed|held conducted staged
hold conduct stage|met convened|won captured|lost forfeited|paid remitted|pay remit|spent expended|spend expend
based founded|called termed named|known recognised|believed thought|signed inked|approved endorsed cleared
approval endorsement clearance|rejected refused spurned|opposed resisted|criticised attacked|warned cautioned
warning caution|urged pressed|confirmed verified|denied disputed|refused declined|failed was-unable|remain stay
remained stayed|remains stays|hope wish|hoped wished|fear worry|concern worry|concerned worried|happy glad pleased
quickly rapidly swiftly|slowly gradually|sharply steeply|slightly marginally|only just merely|even indeed
especially particularly|mainly chiefly mostly|particularly notably|probably presumably|clearly plainly|home house
night evening|morning forenoon|which that|who that|this the|these those|the this|a one|of from|to towards|in within
on upon|for on-behalf-of|by through|with alongside|at in|and plus|is remains|was remained|are remain|were remained
has holds|have hold|had held|their its|it this|he the-man|she the-woman|they those-involved
"""

SYNONYMS: dict[str, tuple[str, ...]] = {}
"""What may stand for a word: the others of the last group that begins with it, else of the shortest that has it."""
_split = [group.split() for group in re.split(r"[\n|]", _GROUPS) if group]
for _words in sorted(_split, key=lambda words: len(" ".join(words))):
    _group = [word.replace("-", " ") for word in _words]
    for _word in _group:
        if " " not in _word:
            SYNONYMS.setdefault(_word, tuple(other for other in _group if other != _word))
for _words in _split:
    SYNONYMS[_words[0]] = tuple(word.replace("-", " ") for word in _words[1:])

FILLERS = ("reportedly", "meanwhile", "in fact", "for his part", "at present", "officials say", "it is understood")
"""What is put in between words."""

_HOUSE = """
colour color|labour labor|honour honor|favour favor|neighbour neighbor|harbour harbor|behaviour behavior|rumour rumor
centre center|theatre theater|metre meter|litre liter|fibre fiber|programme program|programmes programs|defence defense
offence offense|licence license|cheque check|grey gray|tyre tire|tonnes tons|aluminium aluminum|jewellery jewelry
organisation organization|organisations organizations|organised organized|recognised recognized|criticised criticized
privatisation privatization|realised realized|authorised authorized|nationalised nationalized|stabilise stabilize
utilised utilized|apologised apologized|emphasised emphasized|finalised finalized|specialised specialized
travelled traveled|travelling traveling|cancelled canceled|labelled labeled|modelling modeling|signalled signaled
fuelled fueled|totalled totaled|towards toward|afterwards afterward|whilst while|amongst among|per-cent percent
spokesperson spokesman|sceptical skeptical|catalogue catalog|dialogue dialog|analyse analyze|analysed analyzed
mum mom|lorry truck|petrol gasoline|film movie|football soccer|lift elevator|flat apartment|autumn fall
dlrs dollars|dlr dollar|pct percent|mln million|bln billion|stg sterling|cts cents|vs versus|govt government
feb february|jan january|aug august|sept september|oct october|nov november|dec december
corp corporation|inc incorporated|co company|ltd limited|mr mister|gov governor|sen senator|rep representative|st saint
five 5|six 6|seven 7|eight 8|nine 9|two 2|three 3|four 4|ten 10|eleven 11|twelve 12
"""

SPELLINGS: dict[str, str] = {}
"""One house's spelling of a word, and back."""
for _pair in re.split(r"[\n|]", _HOUSE):
    if _pair:
        _british, _american = (side.replace("-", " ") for side in _pair.split())
        SPELLINGS.setdefault(_british, _american)
        if not _american.isdigit() and " " not in _american:
            SPELLINGS.setdefault(_american, _british)
