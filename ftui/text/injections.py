"""Orders in a text that tell a model to drop its instructions, to lay them open, or to be something "
"without rules."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.code import fences

_STOP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect"
    r"|erase|discard|dismiss|"
    r"abandon|set\ aside|skip\ over|pay\ no\ attention\ to|do(?:\ not|n[’']?t)\ (?:follow|obey|adhere\ to"
    r"|comply\ with|listen\ to|"
    r"pay\ attention\ to)|stop\ (?:following|obeying)|no\ longer\ (?:follow|obey|have\ to\ follow"
    r"|need\ to\ follow)|delete)"
)
_WHICH = (
    r"(?:previous(?:ly)?|prior|following|subsequent|above|earlier|preceding|past|former|foregoing"
    r"|original|initial|existing|your|system|"
    r"(?:open\ ?a[il]|anthropic|developer|moderation|safety|built-in|default|current|old|hidden"
    r"|secret)(?:['’]s)?|"
    r"those|these|other|of|the|all|any|every|and|given|entire|whole|set|content|safety|ethical|"
    r"programmed|last|standing)"
)
_RULES = (
    r"(?:instructions?|directions?|directives?|guidelines?|guidance|polic(?:y|ies)|prompts?"
    r"|programming|training|"
    r"constraints?|restrictions?|system\ (?:message|prompt)|safeguards?|guardrails?|commands?|orders"
    r"|rules|context\ window)"
)
_OVERRIDE = re.compile(
    rf"""
    \b{_STOP}\ (?:{_WHICH}[\ ,]+){{1,7}}{_RULES}\b
    | \b{_STOP}\ (?:all\ |any\ )?(?:instructions?|directives?|guidelines?|prompts?)\ (?:above|before|you
        |that\ (?:you|were|came)|
        given|from\ (?:your|the\ system|before)|prior|so\ far|previously)\b
    | \b{_STOP}\ (?:all|everything|anything|whatever|what)(?:\ that)?\ (?:you\ (?:have\ |['’]ve\ )?(?:been\x20
        |were\ |got\ )?(?:told|learned|
        learnt|instructed|taught|programmed|trained|know)|you['’]ve\ (?:been\ told|learned)
        |above\ this\ line|(?:was\ |were\ )?said\ above|written\ above|before\ this)
    | \b{_STOP}\ (?:all\ |any\ |the\ )+(?:rules|orders|commands)\ you\ (?:were|have\ been|got|received)\b
    | \b{_STOP}\ (?:the\ |everything\ |all\ |all\ of\ )*(?:the\ )?above\ (?:and|,)\ (?:instead\ |just\x20
        |now\ )?(?:say|print|write|output|reply|respond|tell|do|reveal|answer|repeat|act)\b
    | \bnew\ (?:system\ )?(?:instructions?|directives?|orders?)\s*(?:follow)?\s*:\s*(?:you|ignore|from\ now
        |reveal|disregard|forget)
    | \b(?:system|admin(?:istrator)?|developer)\ (?:override|mode\ override)\b
    | \b(?:pretend|act\ as\ (?:if|though)|imagine|assume|suppose)\ (?:that\ )?(?:your|the\ system)\x20
        (?:(?:system|initial|original|previous|safety|content)\ )?(?:prompt|instructions|guidelines|rules|restrictions
        |filters?|training)\ (?:do(?:es)?(?:n['’]?t|\ not)|no\ longer|never)\ (?:exist|appl(?:y|ies)|existed)\b
    | \byour\ (?:previous|prior|earlier|original|old)\ (?:instructions|rules|guidelines|directives
        |prompt)\ (?:are|is|were|have\ been|has\ been|no\ longer)\x20
        (?:now\ )?(?:void|cancell?ed|revoked|overridden|obsolete|replaced|superseded|null|apply|deleted
        |invalid|suspended|lifted)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNLOCK = re.compile(
    r"""
    \b(?i:do\ anything\ now)\b | \bDAN\ (?i:mode|jailbreak|persona)\b | \b(?:act|behave|respond|answer
    |speak|you\ are|be|as|pretend\ to\ be|called|named|known\ as)\s(?:now\ |like\ |as\ )*["“]?DAN\b
    | (?i:\b(?:developer|debug)\ mode\ and\ (?:answer|respond|reply|tell|ignore|say)\b)
    | (?i:\byou\ are\ now\ in\ (?:developer|debug|god|sudo|jailbreak|unrestricted|unfiltered|uncensored)\ mode\b)
    | (?i:\byou\ (?:have|had|follow|obey)\ no\ (?:ethical|moral|content|safety|openai)\ (?:guidelines?|rules
        |restrictions?|filters?|limits|boundaries|polic(?:y|ies)))
    | (?i:\byou\ (?:have|follow|obey|are\ bound\ by)\ no\ (?:rules|restrictions|limits|limitations|filters)\x20
        (?:or|and|nor)\ (?:(?:ethical|moral|content|safety|legal)\ )?(?:rules|guidelines?|restrictions?|filters?
        |limits|limitations|polic(?:y|ies)|ethics|morals)\b)
    | (?i:\[DAN\]\s*[:=]) | \[(?:JAILBREAK|🔓JAILBREAK|UNFILTERED)\]
    | (?i:\b(?:developer|debug|god|sudo|jailbreak|jailbroken|unrestricted|unfiltered|uncensored|evil
        |chaos)\x20mode\ (?:is\ )?(?:now\ )?(?:enabled|activated|on\s*(?:[.,;:!?)\]*\n]|$)|unlocked|output))
    | (?i:\b(?:enable|activate|enter|switch\ to|with|simulate)\ (?:the\ )?(?:god|sudo|jailbreak
        |unrestricted|unfiltered|uncensored|DAN)\ mode\b)
    | (?i:\byou\ (?:are|have)\ (?:now\ |been\ )*(?:jailbroken|unchained|liberated\ from|freed\ from
        |free\ (?:of|from)\ (?:all|any|your|the|openai|every|ethical|moral|content)))
    | (?i:\b(?:AI|assistant|model|chatbot|bot|persona|machine|character|version\ of\ (?:yourself
        |you))\b[^.\n]{0,60}\b(?:without|with\ no|has\ no|have\ no|no\ longer\ bound\ by|free\ (?:of|from)
            |unbound\ by|not\ bound\ by)\ (?:any\ |all\ |the\ |its\ |of\ )*(?:moral|ethical|content|safety
                |filters?|restrictions?|censorship|limitations|limits|rules|guidelines|boundaries|guardrails))
    | (?i:\bno\ (?:ethical|moral|content|safety)(?:\ or\ (?:ethical|moral|legal|content))?\ (?:guidelines?
        |filters?|restrictions?|rules|boundaries|limits)\ (?:now\ )?(?:apply|exist|bind|here))
    | (?i:\b(?:broken\ (?:free\ )?(?:of|from)\ the\ typical\ confines|typical\ confines\ of\ (?:AI|Al)\b))
    | (?i:\bnot\ (?:have\ to\ |to\ |need\ to\ |be\ )?(?:abide|bound|restricted|limited
        |constrained)\ by\ (?:any\ |the\ |all\ |its\ |of\ )*(?:(?:openai|rules|ethic|moral|policy|policies
            |guideline|content|restriction)\w*))
    | (?i:\b(?:bypass|circumvent|evade|get\ around|turn\ off|disable|remove|drop|ignore)\ (?:all\ |any\x20
        |your\ |the\ |of\ |its\ |openai['’]?s?\ )+(?:content\ |safety\ |ethical\ |moral\x20
            |security\ )?(?:filters?|safeguards?|guardrails?|content\ polic(?:y|ies)|ethical\ (?:guidelines
                |programming)|moderation|censorship)\b)
    | (?i:\b(?:stay|remain)\ (?:in\ character|a\ DAN)\b[^\n]{0,80}(?:DAN|jailb|token|unfilter|rules))
    | (?i:\b(?:openai|anthropic|google)['’]?s?\ (?:content\ |usage\ |safety\ )?(?:polic(?:y|ies)|guidelines
        |restrictions|rules)\b[^.\n]{0,60}\b(?:do(?:es)?\ not|don['’]t|no\ longer|never)\ (?:apply|bind
            |matter|count|restrict|affect))
    | (?i:\b(?:never|not|cannot|can['’]t)\ (?:say|refuse|mention|add|include
        |use)\b[^.\n]{0,80}\b(?:as\ an?\ AI\ language\ model|ethical\ concerns|OpenAI\ polic))
    """,
    re.VERBOSE,
)
_WHOSE = (
    r"(?:(?:your|the|its|this|these)\ )?(?:(?:full|entire|complete|exact|own|whole|initial|original|hidden"
    r"|secret|"
    r"internal|current|underlying|confidential|first|verbatim|raw|text\ of|wording\ of|words\ of"
    r"|content(?:s)?\ of|your|the|all"
    r"|of)\ )*"
)
_EXTRACT = re.compile(
    rf"""
    \b(?:reveal|print|repeat|show|tell\ me|output|display|disclose|leak|dump|expose|recite|share|give\ me
    |return|list|copy|paste|write\ (?:out|down)|spell\ out|summari[sz]e|what\ (?:is|are|was|were)|what['’]s)\x20
        (?:me\ |us\ |out\ |back\ |to\ me\ |with\ me\ |verbatim\ |exactly\ |everything\ in\ |the\ text\ of\x20
        |word\ for\ word\ )*
        (?: (?:your|the\ (?:full|entire|exact|hidden|secret|initial|original|complete)|this\ (?:chat
        |conversation|session|assistant)['’]s)\ {_WHOSE}(?:system\ (?:prompt|message|instructions?)
            |(?:system|developer|pre-?)\ ?prompt)
          | your\ {_WHOSE}(?:initial|original|hidden|secret|internal|system|confidential|first
              |exact|pre-?)\ ?(?:instructions?|prompt|rules|directives?|guidelines|configuration)
          | (?:the\ |all\ |all\ of\ )?(?:hidden|secret|system|confidential)\ (?:instructions?|prompt
              |message)(?:\ (?:above|you\ were\ given|verbatim|word\ for\ word))?
          | (?:the\ |all\ |all\ of\ |every\ ?)*(?:instructions?|prompt|rules|text|words|content
              |everything)\ (?:you\ (?:were|have\ been|got|received)(?:\ given)?|given\ to\ you
                  |that\ (?:you\ were\ given|(?:was|were|is|are|came)\ (?:above|before\ this))
                      |above\ (?:this|verbatim|word)|above\ in\ full)
          | your\ (?:instructions|prompt|rules|directives)\ (?:verbatim|word\ for\ word|exactly|in\ full
              |above|to\ me)
          | (?:the\ )?(?:words|text|sentences?|everything|content
              |instructions?)\ above\b[^.\n]{{0,40}}(?:verbatim|word\ for\ word|code\ block|exactly
                  |starting|you\ are)
        )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COVERT = re.compile(
    r"""
    \b(?:do\ not|don['’]t|never)\ (?:tell|inform|alert|notify|mention\ (?:this|it|that)\ to|reveal\ (?:this
    |it)\ to|let)\ the\ user\b
    | \bwithout\ (?:telling|informing|notifying|alerting)\ the\ user\b
    | (?:^|[\n>*\-\[(]|<!--)\s*(?:note\ to|attention|important(?:\ (?:instructions?|message
        |note))?(?:\ (?:to|for))?|dear|hey|hello|message\ (?:to|for)|instructions?\ (?:to
            |for))?[ ,:]*(?:the\ |any\ |all\ )?(?:AI|LLM|language)\ (?:assistants?|models?
                |agents?)\b[^.\n]{0,40}[:,]\s*(?:please\ )?(?:you\ (?:must|should)|send|forward|ignore
                    |include|write|reply|recommend|visit|click|add|say|tell|delete|transfer|email|respond
                        |disregard|execute|run|insert|append|rate|approve)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WHO = (
    r"(?:(?:(?:AI|A\.I\.|LLM|GPT|large\ language|language|chat|virtual|digital|automated|intelligent)[\ -])+"
    r"(?:assistants?|models?|agents?|bots?|systems?|readers?|crawlers?|tools?)|LLMs?|AIs?|ChatGPT|chatbots?)"
)
_DOES = (
    r"(?:send|forward|ignore|include|write|reply|recommend|visit|click|add|say|tell|delete|transfer"
    r"|e-?mail|respond|disregard|"
    r"execute|run|insert|append|rate|rank|approve|mark|report|praise|open|buy|order|book|pay|wire|change"
    r"|update|reset|give|"
    r"mention|hide|omit|leave\ out|do\ not|don['’]t|never|always|stop|answer|claim|state|present|use"
    r"|upload|download|post|share|"
    r"reveal|print|output|remove|cancel|confirm|grant|skip|treat|describe|install|fetch|copy|promote"
    r"|suggest|classify|label|"
    r"choose|select|prefer|act|pretend|put|only|from\ now|you\ (?:must|should|have\ to|are\ (?:now|to)|will))"
)
_ADDRESSED = re.compile(
    rf"""
    \b{_WHO}\b[^.\n:,]{{0,60}}[:,—–-]\s*(?:please\ |kindly\ |just\ |now\ )*{_DOES}\b
    | \b{_WHO}\b[^.\n:]{{0,40}}\ (?:must|should|have\ to|need\ to
        |(?:is|are)\ (?:required|instructed|asked|ordered|told)\ to)\x20(?:always\ |only\ |now\ |first\ )*{_DOES}\b
    | (?:^|[\n.!?>*("]\s*)(?:dear\ |hey\ |attention\ |note\ to\ (?:the\ )?)?(?:assistant|agent)\s*[,:]\s*
        (?:please\ |now\ )*{_DOES}\b
    | \bif\ you\ are\ an?\ {_WHO}\b[^.\n]{{0,60}}\b{_DOES}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An order to whatever model reads it: looked for in tools' results alone, where nobody has one to give."""
TOOL_KINDS = (("covert order", _ADDRESSED),)
KINDS = (
    ("override", _OVERRIDE),
    ("unlocking", _UNLOCK),
    ("extraction", _EXTRACT),
    ("covert order", _COVERT),
)
CUES = (
    "ignor", "disregard", "forget", "overrid", "bypass", "instruction", "prompt", "anything now", "dan]",
    "developer", "jailb", "unfiltered", "unrestrict", "uncensor", "dan mode", " dan", "confines",
    "the user", "restriction", "filter", "without", "free of", "free from", "bound by", "abide",
    "circumvent", "safeguard", "openai", "language model", "llm", "ai assistant", "ai agent", "ai model",
    "above", "evil mode", "god mode", "sudo mode", "ethic", "moral", "directive", "neglect", "erase",
    "discard", "dismiss", "abandon", "pay no attention", "rules", "guideline", "system message",
)  # fmt: skip
"""Every such order holds one of these, in any case."""
_ABOUT = re.compile(
    r"prompt[- ]?injection|jailbreak(?:ing|s)?\b|attack|red[- ]?team|adversarial|security|phishing|malicious"
    r"|moderation",
    re.IGNORECASE,
)
_EXAMINES = re.compile(
    r"\b(?:explain|detect|classif|translat|identif|analy[sz]|defin|label|flag)\w*\b[^.\n]{0,60}"
    r"\b(?:prompt|phrase|message|sentence|text|input|injection|whether|following|this|means?)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r'"[^"\n]{3,400}"|“[^”\n]{3,400}”|«[^»\n]{3,400}»|(?<!\w)[\'‘][^\'’\n]{8,400}[\'’](?!\w)|`[^`\n]+`'
)


def column_pattern(pattern: re.Pattern[str]) -> str:
    """The same pattern for a column of polars, whose expressions take flags inside only."""
    flags = "x" + ("i" if pattern.flags & re.IGNORECASE else "")
    return f"(?{flags}){pattern.pattern}"


_STRONG = re.compile(
    r"previous|prior|above|earlier|preceding|past|former|foregoing|original|initial|your|system|open ?a"
    r"|anthropic|developer|moderation|safety|built-in|default|hidden|secret|programm|standing|you |before|told"
    r"|override|following|^new|\b(?:all|any|every)\b.*(?:instruction|directive|prompt|guideline)",
    re.IGNORECASE,
)
"""What makes an order to drop something one about a model's instructions: a teacher's rules have none of it."""
_REPORTED = re.compile(
    r"\b(?:told|asked|asks|tells|ordered|advised|taught|wants?|said)"
    r" (?:me|him|her|us|them|my \w+|people|everyone|students) (?:to|not to) $"
    r"|\b(?:he|she|they|people|students|players|drivers|employees|kids|who|why do|why did) (?:\w+ ){0,2}$"
    r"|\b(?:is it ok|should I|may I|can I|could I|do I|if I) (?:\w+ )?$",
    re.IGNORECASE,
)
_PERSONA = re.compile(
    r"\bDAN\b|persona|character|stands for|limit|restrict|rules|jailb|pretend|role|\bAI\b|Do Anything Now"
)
_GIVEN = re.compile(r" (?:that )?you (?:were|have been|['’]ve been|got|received)\b", re.IGNORECASE)
_IMPERSONAL = re.compile(r"what(?: (?:is|are|was|were)|['’]s) (?!.*\byou)", re.IGNORECASE)
_WITHSTOOD = re.compile(
    r"\b(?:never|not|n[’']t|refuse|declin\w+|if|when|whenever|attempts?|tries|try|asks?|requests?|anyone"
    r"|users? (?:who|that|to))\b[^.\n]{0,100}$",
    re.IGNORECASE,
)


class Order(NamedTuple):
    """One order to a model, and of which kind."""

    start: int
    end: int
    kind: str


END = Order(10**9, 10**9, "")
"""No order: for `is_about` of a prompt that is looked at as a whole."""


def find(text: str, *, system: bool = False, tool: bool = False) -> list[Order]:
    """The first order of each kind in a text that is not in quotes or code, nor somebody's report of one.

    In a system prompt, also none that it tells the model to withstand; in a tool's result also orders to any model.
    """
    found = []
    masked: list[tuple[int, int]] | None = None
    for kind, pattern in (*KINDS, *TOOL_KINDS) if tool else KINDS:
        for match in pattern.finditer(text):
            if masked is None:  # the strings of a tool's JSON are its text, not quotations
                masked = [] if tool and text.lstrip()[:1] in ("{", "[") else mentions(text)
            before = text[max(0, match.start() - 120) : match.start()]
            if (
                not any(a <= match.start() and match.end() <= b for a, b in masked)
                and (kind != "override" or _STRONG.search(match[0]) or _GIVEN.match(text, match.end()))
                and not (match[0].lower() == "do anything now" and not _PERSONA.search(text))
                and not (kind == "extraction" and _IMPERSONAL.match(match[0]))
                and not _other_matter(match[0], text[match.end() : match.end() + 40])
                and not _REPORTED.search(before)
                and not (system and _WITHSTOOD.search(before))
            ):
                found.append(Order(match.start(), match.end(), kind))
                break
    return sorted(found)


def _other_matter(order: str, after: str) -> bool:
    """Whether what follows says that it is about something else: “forget all you know about pasta”."""
    if re.search(r"\b(?:know|learned|learnt)$", order, re.IGNORECASE):
        return (
            re.match(r" (?:about|of|on) (?!your|the (?:rules|instructions))", after, re.IGNORECASE)
            is not None
        )
    return (
        "your" not in order.lower()
        and re.match(
            r" (?:of|on|in|from) (?:my|our|his|her|this|a|an|the (?!system|conversation))",
            after,
            re.IGNORECASE,
        )
        is not None
    )


def is_about(text: str, order: Order) -> bool:
    """Whether a prompt, the order itself left out, is about such orders rather than one."""
    before, after = text[: order.start], text[order.end :]
    if _EXAMINES.search(before):
        return True
    return len(before) + len(after) < 3_000 and _ABOUT.search(f"{before} {after}") is not None


def mentions(text: str) -> list[tuple[int, int]]:
    """What a text quotes: code and quotation marks."""
    spans = [(block.start, block.end) for block in fences.blocks(text)]
    return spans + [match.span() for match in _QUOTED.finditer(text)]
