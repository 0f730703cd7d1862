"""Answers that refuse (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.late_pattern import late
from ftui.text.style import given_text

REFUSAL_CUES = (
    "can't", "can’t", "cannot", "can not", "unable to", "not able to", "won't", "won’t", "will not",
    "against my", "rather not", "not something i", "not comfortable", "be fulfilled", "not allowed", "not permitted",
    "not going to", "comfortable", "prefer not",
    "not programmed", "apologize", "decline", "refuse", "couldn't", "not possible for me", "not willing",
    "not in a position", "not equipped", "not designed", "unwilling", "isn't something i", "beyond my", "outside my",
    "appropriate for me",
)  # fmt: skip
APOS = "['’]"
_VERBS = (
    r"help|assist|provide|answer|fulfil+|comply|do (?:that|this|so|it)|write|create|generate|give|offer|"
    r"share|discuss|support|engage|continue|"
    r"complete|translate|tell|respond|participate|produce|perform|process|make|recommend (?!it|them|this|"
    r"that|him|her|\w+ enough)|suggest|explain|describe|advise|summari[sz]e|list|name|compose|draft|solve|"
    r"answer|"
    r"accommodate|handle|honou?r|grant|go (?:along|into|there)|speak (?:on|about|to)|talk about|comment|"
    r"say anything|have (?:this|that) conversation|entertain|facilitate|proceed|teach"
)
_ADVERB = (
    r"(?:\s+(?:really|currently|directly|simply|in good conscience|ethically|actually|also|just|possibly|"
    r"personally|truly))?"
)
REFUSAL = AnyCase(
    rf"\b(?:i{APOS}?m|i am|we are|we{APOS}re)\s+(?:(?:very |so |really |truly |deeply )?(?:sorry|"
    rf"afraid)[,.]?\s+(?:but\s+|that\s+)?)?"
    rf"(?:(?:i{APOS}?m|i am)\s+)?(?:unable|not able|not allowed|not permitted|not programmed|not going|"
    rf"not comfortable|not in a position|not willing|not equipped|not designed)\s*(?:to|"
    rf"with){_ADVERB}\s+(?:{_VERBS}|\w+ing)\b"
    rf"|\bi{_ADVERB}\s*(?:can{APOS}t|can ?not|won{APOS}t|will not|could(?:n{APOS}t| not)|refuse to|"
    rf"(?:must|have to|need to|will have to) (?:decline|refuse)(?: to)?|decline to|do not feel comfortable|"
    rf"don{APOS}t feel comfortable)(?: be (?:able|willing) to)?{_ADVERB}\s+(?:{_VERBS})\b"
    rf"|\bi(?:{APOS}m| am) (?:unwilling to|uncomfortable)\s+(?:{_VERBS}|\w+ing)\b"
    rf"|\bi(?: do not|{APOS}m not| am not| don{APOS}t)(?: feel)? comfortable (?:with |in )?\w+ing\b"
    rf"|\b(?:beyond|outside(?: of)?) (?:what i (?:can|am able to)|(?:the (?:scope|range|"
    rf"limits) of )?my (?:capabilit\w+|"
    rf"abilit\w+|scope|expertise|programming|remit|area))"
    rf"|\b(?:that|this|it) is(?:n{APOS}t| not) something (?:that )?i(?:{APOS}m| am| can| will|{APOS}ll)\b"
    rf"|\b(?:would(?: not|n{APOS}t) be|is(?: not|n{APOS}t)|do(?: not|n{APOS}t) (?:think|feel|believe) (?:that )?it"
    rf"(?:{APOS}s| is| would be|{APOS}d be)) appropriate for me to (?:{_VERBS})\b"
    rf"|\bi(?:{APOS}ll| will)?(?: have to| must) (?:pass on|say no to) (?:this|that|your)\b"
    rf"|\bi(?: must|{APOS}ll have to| have to| will have to|{APOS}m going to have to) (?:respectfully |"
    rf"politely )?(?:decline|refuse)\b"
    rf"|\b(?:it (?:is|goes)|it{APOS}s|that(?: is| goes|{APOS}s)|this (?:is|"
    rf"goes)) against my (?:guidelines|programming|policy|policies|principles|rules|ethic\w*)"
    rf"|\bi(?:{APOS}d| would) (?:rather|prefer) not(?: to)? (?:{_VERBS}|get into|touch)\b|\bi(?:{APOS}d|"
    rf" would) rather not\s*[.!,]"
    r"|\b(?:this|your|that|the) (?:request|question|prompt) (?:cannot|can't|can’t|can not|"
    r"could not) be (?:fulfilled|completed|answered|processed)"
    rf"|\b(?:(?:this|that) is|that{APOS}s|this{APOS}s) not something (?:that )?i(?:{APOS}m| am| can|"
    rf" will|{APOS}ll)?\b"
    rf"|\bi(?:{APOS}m| am) (?:very |so |really )?(?:sorry|afraid),? but (?:no|i (?:can{APOS}t|cannot|"
    rf"won{APOS}t|am unable))\s*[.!]?\s*$"
    rf"|\b(?:sorry|apologi[sz]e|apologies|afraid|no)[,.!]?\s+(?:but\s+)?i (?:can{APOS}t|cannot|"
    rf"won{APOS}t)(?: do (?:that|this|it|so))?\s*[.!]",
)
_SORRY_NO = AnyCase(
    rf"^\W*(?:(?:i{APOS}?m|i am|my)?\s*(?:very |so |really |truly )?(?:sorry|apologies|afraid)|"
    rf"i apologi[sz]e|unfortunately|regrettably|no)[,.!]?\s+(?:but |that |"
    rf"however,? )*(?:as an? [\w ]{{2,30}},? )?i (?:can{APOS}t|cannot|can not|am unable to|"
    rf"{APOS}m unable to|am not able to|won{APOS}t|will not)\s+(?P<verb>\w+)",
)
_HUMAN_VERBS = frozenset((
    "attend", "come", "make", "join", "go", "be", "see", "find", "hear", "believe", "wait", "imagine",
    "understand", "remember", "stop", "sleep", "agree", "stress", "emphasize", "overstate", "say", "think",
    "recommend", "accept",
))  # fmt: skip
_IDIOM = late(
    rf"can(?:{APOS}t|not| not) (?:recommend|say|stress|emphasi[sz]e|overstate|wait|help (?:but|\w+ing)|"
    rf"believe|(?:really )?tell (?:you (?:how|much|a lot|a whole)|the difference|if|whether)|give (?:up|"
    rf"in))\b",
    re.IGNORECASE,
)
_MISSING = AnyCase(
    rf"\b(?:please (?:provide|share|paste|send|upload|give|include|specify|clarify|tell)|"
    rf"could you (?:please )?(?:provide|share|paste|send|tell|specify|clarify|upload)|"
    rf"can you (?:please )?(?:provide|share|paste|send|tell|specify|clarify)|"
    rf"(?:was|were|is|are|has)(?:n{APOS}t| not) (?:any )?(?:provided|given|attached|included|mentioned|"
    rf"stated|specified|supplied)|(?:did|have)(?:n{APOS}t| not) (?:provided?|given?|attach(?:ed)?|"
    rf"included?|mention(?:ed)?|share[d]?|specif)|without (?:knowing|more|seeing|the|any|further|"
    rf"additional)|more (?:information|details|context)|no (?:text|file|image|attachment|article|link|"
    rf"code) (?:was|is|has|in)|"
    r"does not (?:say|mention|state|give|provide|contain)|doesn't (?:say|mention|state|give|provide|"
    r"contain)|don't see (?:any|an?|the))\b",
)
HARMFUL = AnyCase(
    r"\b(?:bombs?|explosi\w+|weapons?|guns?|grenade|molotov|silencer|ammunition|poison\w*|kill\w*|"
    r"murder\w*|assassin\w*|hurt (?:myself|someone|people|him|her|my)|harm (?:myself|someone|people|him|"
    r"her)|self[- ]harm|suicid\w*|cut myself|overdos\w*|"
    r"meth|methamphetamine|cocaine|heroin|fentanyl|mdma|ecstasy|lsd|drugs?|hack(?:ing|ed)?\b|hack into|"
    r"malware|virus that|ransomware|keylogger|trojan|spyware|botnet|ddos|phish\w*|exploit|crack (?:a|the|"
    r"into|software|passwords?)|steal\w*|shoplift\w*|rob\b|robb\w+|burgl\w*|break into|pick(?:ing)? (?:a|"
    r"the|someone's) lock|hotwire|"
    r"(?:get|break|log|tap|hook|sneak) (?:into|onto|inside) (?:(?:my|a|the|his|her|their|someone|somebody|"
    r"another) )?"
    r"(?:\w+ )?(?:\w+['’]s?\b|(?:locked|neighbou?r\w*|stranger\w*|school|company) )|"
    r"without (?:the |a |an |his |her |their |my |any |them |him )?(?:password|passcode|pin|key|permission|"
    r"paying|(?:\w+ )?"
    r"prescription|licen[cs]e|knowing|noticing|being (?:caught|noticed|seen|detected|traced)|"
    r"getting caught|consent|"
    r"(?:him|her|them|anyone|my \w+) (?:knowing|noticing|finding out))|untrace\w*|undetect\w*|"
    r"sneak [^.?!]{1,30} (?:past|through|into|onto|aboard)|(?:grow|sell|smoke|buy|deal|"
    r"hide) (?:some )?(?:weed|pot|marijuana|cannabis|crack|shrooms|pills)|"
    r"(?:someone|somebody|neighbou?r|co-?worker|colleague|boss|friend|roommate|teacher|sister|brother|"
    r"mother|father|"
    r"partner|teenager|daughter|son|stranger|customer|classmate)(?: else)?(?:'s|’s) (?:wi-?fi|network|"
    r"computer|laptop|phone|"
    r"account|e-?mails?|messages?|texts|password|pin|address|house|flat|car|diary|medical|bank|card|"
    r"identity|mail)|"
    r"unlock (?:a|an|the) (?:stolen|found|locked)|stolen (?:phone|card|car|account|credit|laptop|bike|"
    r"goods)|noose|hang myself|end my life|lethal|deadly dose|cyanide|arsenic|"
    r"ricin|anthrax|sarin|chloroform|thermite|napalm|detonat\w*|gunpowder|knock (?:someone|him|her|"
    r"somebody) out|"
    r"(?:shoot|stab|attack|punch|beat up|burn|slap|drug|follow|frame|threaten|ruin|trap) (?:someone|"
    r"somebody|him|her|"
    r"them|a person|people|my (?:\w+ )?(?:wife|husband|boss|neighbou?r|ex|brother|sister|teacher|"
    r"girlfriend|boyfriend|"
    r"colleague|roommate|classmate))|revenge|gaslight\w*|(?:hide|get rid of|dispose of|dissolve) (?:a |"
    r"the )?(?:body|corpse|"
    r"evidence)|(?:disable|defeat|jam|cut) (?:a|an|the|my) (?:[\w'’]+ )?(?:alarm|camera|tracker|tag|"
    r"breathalyzer|gps|smoke)|"
    r"keygen|serial (?:key|number) (?:for|of)|fake (?:\w+ )?(?:note|letter|certificate|doctor\w*|sick|"
    r"profile|account|ticket|receipt|signature)|phone number of|address of (?!the |an? )\w|"
    r"where does \w+ \w+ live|"
    r"(?:exam|test) answers|answers (?:to|for) (?:the |my |tomorrow['’]s )(?:\w+ )?(?:exam|test|quiz|"
    r"final)|full (?:text|lyrics|script) of|"
    r"(?:jews|muslims|christians|immigrants|women|men|black people|gays|refugees|foreigners) (?:are|should|"
    r"deserve)|"
    r"fraud\w*|scam\w*|launder\w*|counterfeit\w*|forg(?:e|ed|ing|ery)|fake (?:id|ids|passports?|"
    r"licen[cs]e|prescription|documents?|reviews?|money|bills?|degree|diploma|news|invoice)|evade tax\w*|"
    r"tax evasion|bribe\w*|blackmail\w*|extort\w*|stalk\w*|track (?:my|someone|a person|her|his)|spy on|"
    r"doxx?\w*|home address|social security number|credit card numbers?|private (?:address|phone|"
    r"information|data)|someone's (?:password|address|phone|account|email)|(?:ex|girlfriend|boyfriend|"
    r"wife|husband|neighbou?r)(?:'s|’s) (?:password|phone|account|email|messages|address)|"
    r"racis\w*|racial slur|slurs?|sexis\w*|homophob\w*|antisemit\w*|nazi|hate (?:speech|group|crime)|"
    r"inferior|ethnic cleansing|genocide|terroris\w*|extremis\w*|porn\w*|erotic\w*|sexual\w*|sex\b|"
    r"nude\w*|naked|explicit|nsfw|child abuse|minors?|underage|rape\w*|molest\w*|torture\w*|kidnap\w*|"
    r"traffick\w*|smuggl\w*|"
    r"cheat\w*|plagiar\w*|bully\w*|harass\w*|insult\w*|humiliat\w*|threaten\w*|sabotage|vandali\w*|arson|"
    r"set fire|burn down|deepfake|impersonat\w*|bypass (?:the|a|security|paywall|filter|drm|age)|pirat\w*|"
    r"torrent|illegal\w*|without (?:his|her|their|anyone) (?:knowing|consent|knowledge)|get away with|"
    r"dangerous\w*|self-destruct|conspiracy|misinformation|disinformation|propaganda|defam\w*|slander\w*|"
    r"anorexi\w*|starv\w*|"
    r"ignore (?:all |your |the |any |previous )|your (?:instructions|guidelines|rules|system prompt|"
    r"restrictions|filters)|system prompt|jailbreak\w*|\bdan\b|do anything now|no restrictions|"
    r"developer mode|without (?:any )?(?:restrictions|filters|limits))\b",
)
_HARMLESS = late(
    r"\b(?:who (?:killed|murdered|assassinated|shot|poisoned|kidnapped)|(?:was|were|got|been) (?:killed|"
    r"murdered|assassinated|"
    r"poisoned|kidnapped)|(?:gun|weapon|drug)s? (?:safes?|control|laws?|polic\w+|testing|development)|"
    r"nazi (?:germany|regime|era|party|leaders?)|kill(?:s|ed|ing)? (?:a |an |the |all |my |off |"
    r"some )?(?:\w+ )?(?:process(?:es)?|tasks?|"
    r"threads?|jobs?|weeds?|"
    r"mou?ld|bacteria|germs|time|lights?|port|server|mosquitoe?s|ants|aphids|program|session|switch)|"
    r"bath bombs?|"
    r"(?:nail|glue|staple|heat|spray|grease|caulking|massage) guns?|life ?hacks?|hackathons?|growth hack\w*|"
    r"hacks? for|cheat ?sheets?|cheat ?codes?|cheat day|murder myster\w+|crime (?:novel|fiction|series)|"
    r"sex education|"
    r"drug ?stores?|drug interactions?|steal the (?:show|scene)|break into (?:the|a) (?:industry|field|"
    r"market|job|career)|"
    r"dangerous (?:animals?|roads?|sports?|jobs?)|torture test|starving artist|phishing (?:awareness|"
    r"training|test)|"
    r"(?:prevent|avoid|stop|detect|recogni[sz]e|protect\w*|against|report|spot|history of|"
    r"defend\w*)\b[^.?!]{0,40}\b\w+)",
    re.IGNORECASE,
)
_REACH_WORDS = late(
    r"\b(?:weather|forecast|temperature (?:in|outside|right now|today)|(?:stock|share) prices?|"
    r"price of \w+ (?:today|now|right now)|"
    r"(?:rain|snow|sunny|storm\w*|hot|cold|cloudy|warm) (?:today|tomorrow|tonight|this|next|outside|now|"
    r"in \w+ (?:today|now|"
    r"tomorrow))|(?:what(?:'s|’s| is) the|final) score|scores? of (?:the|last|today)|exchange rate|bitcoin|"
    r"(?:most recent|latest|up-to-date|newest) \w+|current (?:time|date|news|events|"
    r"price|weather|score|"
    r"location|president|value)|what (?:time|day|date) is it|what(?:'s|’s| is) (?:the (?:date|time)|"
    r"today)|right now|"
    r"today's|live (?:score|stream|data)|real[- ]time|where am i|winning numbers|who will win|lottery|"
    r"(?:last|yester)(?: )?(?:night|day)(?:'s)?|https?://|www\.|"
    r"(?:this|that|the (?:attached|uploaded)) (?:link|url|website|page|video|image|picture|photo|audio|"
    r"recording|file|pdf|song)|"
    r"attached|attachment|love me|like me back)",
    re.IGNORECASE,
)
_REACH_ACTS = late(
    r"(?:^|[.!?\n,]\s*|\b(?:can|could|would|will) you (?:please )?|please |help me (?:to )?|\band )"
    r"(?:call|phone|ring|book|reserve|buy|purchase|order|pay|transfer|send|e-?mail|text|remind|set (?:an?|"
    r"the|my)|turn (?:on|off)|"
    r"open|close|download|upload|install|play|print|schedule|draw|sing|watch|listen|look at|browse|search|"
    r"google|find me a|"
    r"show me (?:a|an|the|some)? ?(?:picture|photo|image|video)s?|generate an? (?:image|picture|photo)|"
    r"make me a sandwich|hug|kiss|marry|"
    r"meet|come|pick me|delete my|check my|read my|look up|access|log in|save|record|take a)\b",
    re.IGNORECASE,
)
_REACH_MINE = late(
    r"\b(?:what(?:'s|’s| is| was| did| are)|who(?:'s|’s| is)?|when|where(?:'s|’s| is| did)?|which|is|are|"
    r"does|do|did|has|have|will|guess|"
    r"check|access|read|see|find|open)\b[^.?!]{0,30}\bmy (?!favou?rite|\w+ (?:need|require|safe|worth))\w+",
    re.IGNORECASE,
)
_ABOUT_REFUSALS = late(
    r"\b(?:declin\w+|refus\w+|reject\w*|say(?:ing)? no|turn(?:ing)? (?:\w+ )?down|translat\w+|rephrase|"
    r"paraphrase|proofread|"
    r"correct (?:the|this|my)|grammar|classif\w+|jailbreak|refusal)\b",
    re.IGNORECASE,
)
_NEGATES = late(
    r"n['’]t\b|\b(?:cannot|can not|unable|not|won|sorry|refus\w+|declin\w+|reject\w*|no|never|regret\w*|"
    r"unfortunately|"
    r"impossible|ne|pas|nicht|kann|leider|non|puedo|niet|kan|inte|ei|ikke|nie|não|нет|не)\b",
    re.IGNORECASE,
)
_FICTION_OF_MANY_WORDS = 30
SENTENCE_END = late(r"(?<=[.!?])\s+|\n+")
_LIST = late(r"^\s*(?:[-*•]|\d{1,2}[.)])\s", re.MULTILINE)
HELP_WORDS = 30
REFUSAL_ROOM = 700
"""Characters at the beginning of an answer in which it refuses."""


class Refusal(NamedTuple):
    """Where an answer refuses."""

    start: int
    end: int


def find_refusal(prompt: str, answer: str) -> Refusal | None:
    """The words with which an answer refuses a harmless prompt and gives nothing; else None."""
    lowered = answer[:REFUSAL_ROOM].lower()
    if not any(cue in lowered for cue in REFUSAL_CUES):
        return None
    ends = [match.start() for match in SENTENCE_END.finditer(answer[:1_000])]
    begun = answer[: ends[1] if len(ends) > 1 else min(len(answer), 600)]
    match = REFUSAL.search(begun) or _sorry(begun)
    if match is None or quoted(answer, match.start()):
        return None
    if _IDIOM.search(begun[max(0, match.start() - 5) : match.end() + 20]) or _MISSING.search(answer[:600]):
        return None
    if _helps_after(answer, match.end()):
        return None
    if HARMFUL.search(_HARMLESS.sub(" ", prompt)) or _out_of_reach(prompt):
        return None
    if _ABOUT_REFUSALS.search(prompt) and not given_text.around(
        prompt, answer[: match.end() + 60], answer, _NEGATES
    ):
        return None
    if FICTION.search(prompt) and len(answer.split()) >= _FICTION_OF_MANY_WORDS:
        return None
    return Refusal(*match.span())


_HOW_I = late(
    r"\b(?:how|what|which \w+|where|when|why) (?:do|can|could|should|would|might|must) (?:i|we|you|"
    r"one)\b(?! (?:owe|earn|weigh))",
    re.IGNORECASE,
)
"""How something of the user's own is done can be told without seeing it."""


def _out_of_reach(prompt: str) -> bool:
    """Whether nobody could do it in a text: live data, the user's own things, acts in the world."""
    asked = _HOW_I.sub(" ", prompt)
    return any(pattern.search(asked) for pattern in (_REACH_WORDS, _REACH_ACTS, _REACH_MINE))


def _sorry(begun: str) -> re.Match[str] | None:
    match = _SORRY_NO.search(begun)
    return None if match is None or match["verb"].lower() in _HUMAN_VERBS else match


def quoted(text: str, at: int) -> bool:
    before = text[:at]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”") or before.count("`") % 2 == 1


def _helps_after(answer: str, at: int) -> bool:
    """Whether what follows is help: many words that refuse nothing more, a list, or code."""
    rest = answer[at:]
    if "```" in rest or len(_LIST.findall(rest)) >= 2:
        return True
    stop = re.search(r"[.!?;]\s|\n|\b(?:but|however|instead)\b", rest)
    if stop is None:
        return False
    later = [
        part for part in SENTENCE_END.split(rest[stop.end() :]) if part.strip() and not _EXCUSE.search(part)
    ]
    return sum(len(part.split()) for part in later) >= HELP_WORDS


_EXCUSE = AnyCase(
    rf"\b(?:guideline|polic(?:y|ies)|programm|my purpose|as an ai|language model|let me know|feel free|"
    rf"happy to help|anything else|something else|other (?:questions|topics|tasks|request)|respect|"
    rf"appropriate|ethic|harm|understand(?:ing)?|designed to|sorry|apologi|i can(?:{APOS}t|not)|unable|"
    rf"not able|safe|hope you|guidance|professional|consult|is there)",
)
FICTION = AnyCase(
    r"\b(?:story|stories|tale|novel|dialog\w*|script|scene|role-?\s?play\w*|pretend|act as|act like|"
    r"imagine you|speech|letter|monologue|diary|poem|song|lyrics|translat\w+|rewrite|rephrase|paraphrase|"
    r"detect|classif\w+|from the perspective|point of view|character|e-?mail|repl(?:y|ies)|message|play\b|"
    r"quote|you are (?:a|an|the)|proofread|correct the)\b",
)
