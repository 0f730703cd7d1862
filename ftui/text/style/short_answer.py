"""Answers that say nothing, or next to nothing, to a prompt that asks for more (English prompts)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.column_pattern import necessary
from ftui.text.late_pattern import late
from ftui.text.style import filler
from ftui.text.style.asked_length import sentences

LONGEST = 240
"""Characters; longer answers are none."""
_TASKS = (
    r"write|compose|draft|list|name|explain|describe|translate|summari[sz]e|solve|compare|give|create|"
    r"generate|design|"
    r"outline|discuss|analy[sz]e|calculate|compute|implement|build|make|prepare|provide|suggest|recommend|"
    r"rewrite|"
    r"paraphrase|rephrase|convert|develop|produce|plan|evaluate|tell me (?:about|how|why|what)|show me|"
    r"elaborate|define|"
    r"identify|find|propose|brainstorm|come up with|correct|proofread|edit|simplify|extract|classify|"
    r"what are|"
    r"what is|what(?:'s|’s)|how (?:do|can|does|to|would|should|could)|why (?:do|does|is|are|did|was|were)"
)
_BEGIN = (
    r"^\W*(?:(?:please|pls|kindly|now|hi|hello|hey|ok|okay|so|then|and|first|next|also|in detail)[,!.]*\s+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly )?(?:help me (?:to )?)?|i (?:want|need|would like|"
    r"'d like) you to |i need |help me (?:to )?)?"
)
_TASK = late(rf"(?:{_BEGIN}|[.!?\n:]\s+(?:please )?)(?:{_TASKS})\b", re.IGNORECASE)
_HOW = late(
    r"how (?:do|can|does|to|would|should|could)\b|(?:write|list|explain|describe|translate|summari|solve|"
    r"compare|create|generate|outline|draft|compose)",
    re.IGNORECASE,
)
_NOTHING = late(
    r"\W*(?:(?:ok(?:ay)?|yes|yep|yeah|no|nope|sure(?: thing)?|done|thanks?(?: you)?|idk|see above|"
    r"as above|same as above|etc|nothing|whatever|"
    r"of course|certainly|absolutely|definitely|no problem|got it|understood|will do|alright|all right|"
    r"great|right away|gladly|yup|"
    r"here (?:you go|it is|they are)|there you go|"
    r"(?:(?:i|we)(?:'d|’d| would)(?: be)? (?:happy|glad|love) to|i can|i will|i'll|i’ll|let me|happy to|"
    r"glad to|i am happy to|i'm happy to)(?: \w+){0,3}? ?(?:help|assist|do (?:that|this|it|so)|try|"
    r"(?:explain|describe|write|list|translate|solve|summari[sz]e|make|create|give|show|compare|draft|"
    r"compose|outline|tell|"
    r"answer|find|calculate)(?: (?:that|it|this|one|them|those))?|get (?:right )?on (?:that|"
    r"it))(?: you)?(?: (?:with|"
    r"for) [^.!?\n:]{1,50}| now| right away| here)?|"
    r"(?:here(?:'s|’s| is| are)|below (?:is|are)|the following (?:is|are)|let(?:'s|’s) (?:begin|start)|"
    r"(?:that|this|it)(?:'s|’s| is)? a (?:great|good) question|(?:great|good) question|i hope (?:this|"
    r"that|it) helps|the (?:answer|list|code|steps|function|explanation|summary|poem|essay|story) (?:is|"
    r"are) (?:as follows|below|here|the following))(?: [^.!?\n:]{0,80}(?=[:.]\s*$)|(?= *[:!.…]*\s*$)|"
    r"(?=[!.] )))[\s,.:;!…-]*)+",
    re.IGNORECASE,
)
_ANNOUNCES = late(
    r"(?:(?:sure|certainly|of course|absolutely|great|ok(?:ay)?)[,!.]*\s+)?(?:here(?:'s|’s| is| are)|"
    r"below (?:is|are)|the (?:following|steps|answer|list|items|reasons|code|function)\b)[^.!?\n]{0,120}:\s*",
    re.IGNORECASE,
)
_ASKS_YES_NO = late(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|should|am|isn't|aren't|don't|can|could|would|will)\b",
    re.IGNORECASE,
)
_EXPLAIN = late(
    rf"(?:{_BEGIN}|[.!?\n]\s+(?:please )?)(?:explain|describe|discuss|elaborate|compare|outline|"
    rf"analy[sz]e)\b",
    re.IGNORECASE,
)
_BRIEF = AnyCase(
    r"\b(?:words?|names?|phrase|idiom|stands? for|acronym|abbreviation|sentiment|emotions?|categor\w+|"
    r"classif\w+|label|briefly|be brief|(?:in |as )(?:short|brief)|short(?:ly|est)?|concise\w*|"
    r"one[- ](?:word|line)|yes or no|true or false|choose|options?|select|synonym|antonym|emoji|which)\b|"
    r"\b(?:explain|describe|discuss|outline|analy[sz]e|identify|give|state)(?: me| us)? (?:the |its |this |"
    r"your |their |what )(?:(?!of\b|in\b)\w+ ){0,2}?"
    r"(?:tone|mood|colou?r|type|kind|genre|topic|intent|language|title|rating|score|number|term|shape|size|"
    r"weather|class|style)\b(?! \w+ing\b)",
)
"""Prompts that a word may answer: what stands after the verb may be a tone, but “to a class of twelve” says nothing."""
_WRITING = AnyCase(
    r"\b(?:write|compose|draft|create|generate|give me|produce|prepare|need|make|"
    r"tell(?: me)?)\b[^.!?\n]{0,40}?\b(?P<what>essay|article|story|blog(?: ?post)?|report|speech|letter|"
    r"e-?mail|paragraph|review|"
    r"short story|fairy ?tale|cover letter|press release|newsletter)\b(?! (?:title|titles|subject|"
    r"headline|name|names|idea|ideas|topic|topics|address|prompt|opening|hook|line|slogan|summary|outline|"
    r"generator|app|parser|validator|template))",
)
_SMALL_FORM = AnyCase(
    r"\b(?:one|single|two|1|2|six|few|five|ten|[1-3]?\d)[- ](?:words?|sentences?|lines?)\b|\bsentence|title|"
    r"headline|subject|tagline|slogan|tweet|short(?:est)?|brief|summar|haiku|\bhook\b|opening line|"
    r"first line|"
    r"one-liner|very short|tiny|micro|complete the|finish the|classify|sentiment|rate\b|rating|correct|"
    r"translate|name\b|idea|topic|function|script|program|regex|extract|based on the",
)
_COUNTS = dict(
    zip(
        ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty"],
        (3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20),
        strict=True,
    )
)
_COUNTED = AnyCase(
    r"\b(?:list|name|give(?: me)?|write|provide|suggest|mention|state|tell me|generate|create|identify|"
    r"recommend|come up with|describe|propose|share|what are)\s+(?:me\s+)?(?:the\s+|at least\s+|some\s+|"
    r"out\s+)*(?P<n>\d{1,2}|"
    + "|".join(_COUNTS)
    + r")\s+(?!words?\b|sentences?\b|lines?\b|paragraphs?\b|characters?\b|letters?\b|digits?\b|syllables?\b|years?\b|"
    r"minutes?\b|times\b|percent|%|numbers? between|[-–]|to\b|o'clock|and\b|plus\b|dollars?\b|euros?\b|point)"
    r"(?P<what>(?:[\w'’-]+\s+){0,4}?[\w'’-]+s)\b",
)
_CODE_ASKED = AnyCase(
    r"\b(?:write|create|implement|generate|give me|code|develop|build|show(?: me)?|provide|need|"
    r"make)\b[^.!?\n]{0,50}?\b(?:function|program|script|(?:sql )?query|class|regex|regular expression|"
    r"code|method|algorithm|snippet|macro|one-liner|decorator|api endpoint|component|unit test|dockerfile|"
    r"makefile|stylesheet)\b",
)
_NOT_CODE = late(
    r"\b(?:dress code|code of conduct|class (?:schedule|reunion|trip|of)|job|tv|radio|training|exercise|"
    r"workout|movie|film|play|lesson|name|title|explain|describe|what is|discount|promo|tax|zip|postal)\b",
    re.IGNORECASE,
)
_CODE_SIGN = late(
    r"[{}();=<>\[\]\\|*+^$`]|\b(?:def|lambda|awk|sed|git|"
    r"docker)\b|^\s*[$#>]|(?:^|\s)--?\w+|\w+/\w+|\w\.\w",
    re.IGNORECASE | re.MULTILINE,
)
_CODE_WORDS_ALONE = late(r"\b(?:select|return|import|print|echo|grep|from|curl|docker)\b", re.IGNORECASE)
"""Words of a language that are words of English too: code where no sentence is spoken."""
_SPOKEN = late(
    r"\b(?:you(?:['’]\w+)?|i|i['’]\w+|it(?:['’]s)?|that|this|there|should|would|could|can|use|using|with|"
    r"the|a|an|is|are)\b",
    re.IGNORECASE,
)
_ABOUT_WORDS = late(
    r"\W*(?:translate|correct|rewrite|paraphrase|rephrase|edit|proofread|classify|extract|convert|simplify)",
    re.IGNORECASE,
)
_ASKS_BACK = late(r"\?\s*$")
_DECLINES = late(
    r"\b(?:can(?:no|')t|can’t|cannot|unable|won't|won’t|not able|don't know|don’t know|sorry|"
    r"no (?:information|answer|data)|not (?:mentioned|given|provided|stated|specified|available|possible|"
    r"applicable)|please provide|i need|there (?:is|are) no|none|n/a|does not|doesn't)\b",
    re.IGNORECASE,
)


NOTHING = rf"\A(?:{necessary(_NOTHING)})\s*\z|\A(?:{necessary(_ANNOUNCES)})\s*\z"
TASK, EXPLAIN, WRITING = necessary(_TASK), necessary(_EXPLAIN), necessary(_WRITING)
COUNTED, CODE_ASKED = necessary(_COUNTED), necessary(_CODE_ASKED)
"""What an answer that says nothing looks like, and the prompts that ask for more: patterns for columns."""
EXPLANATION_WORDS, WRITING_WORDS, CODE_WORDS = 4, 14, 11
"""Words up to which an answer is too short for what was asked."""


class Short(NamedTuple):
    """Why an answer is too short."""

    reason: str


def find(prompt: str, answer: str) -> Short | None:
    """Why an answer is too short for its prompt; None where it may be right."""
    answer = answer.strip()
    if not answer or len(answer) > LONGEST or filler.SMALL_TALK.fullmatch(prompt.strip()):
        return None
    if _ASKS_BACK.search(answer):
        return None
    if _says_nothing(prompt, answer):
        return Short("it announces or agrees, and says nothing")
    if _DECLINES.search(answer) or not _spaced(answer):
        return None
    words = len(answer.split())
    return (
        _explanation(prompt, words)
        or _writing(prompt, words)
        or _list(prompt, answer, words)
        or _code(prompt, answer, words)
    )


def may_be_judged(prompt: str, answer: str) -> bool:
    """Whether an answer of a few words may be called short because others are long."""
    judged = not _BRIEF.search(prompt) and not _SMALL_FORM.search(prompt) and not _DECLINES.search(answer)
    asks_how = re.match(r"(?is).*\b(?:why|how)\b", prompt) is not None
    return judged and not asks_how and not _ASKS_BACK.search(answer) and _spaced(answer) and ":" not in prompt


def _spaced(answer: str) -> bool:
    """Whether the text puts spaces between words: its letters are not Chinese, Japanese or Thai."""
    return answer.isascii() or _UNSPACED.search(answer) is None


_UNSPACED = late("[\u0e00-\u0eff\u3040-\u9fff]")


def _says_nothing(prompt: str, answer: str) -> bool:
    if not _TASK.search(prompt) or _asks_favour(prompt) or _ABILITY.fullmatch(prompt):
        return False
    if _ANNOUNCES.fullmatch(answer):
        return True
    if _NOTHING.fullmatch(answer) is None or _quoted_task(prompt):
        return False
    words = answer.lower().strip(" .!,…")
    if words in (
        "yes",
        "no",
        "none",
        "nothing",
        "yep",
        "nope",
        "yeah",
        "great",
        "ok",
        "okay",
        "definitely",
        "absolutely",
        "whatever",
        "thank you",
        "thanks",
        "got it",
        "certainly",
        "of course",
        "understood",
    ):
        first = re.sub(_BEGIN, "", prompt.strip(), count=1, flags=re.IGNORECASE)
        return (
            bool(_HOW.match(first))
            and not _BRIEF.search(prompt)
            and '"' not in prompt
            and "“" not in prompt
            and "'" not in prompt
        )
    return True


_ABILITY = AnyCase(
    r"\W*(?:hi|hello|hey|so|and|ok(?:ay)?)?\W*(?:can|could|do|will|would) you (?:also |even |really |"
    r"actually )?"
    r"(?:know how to )?(?:\w+)(?: (?:and|or) \w+)?(?: (?:well|code|poems?|poetry|stories|things|essays?|"
    r"music|lyrics|"
    r"texts?|emails?|letters?|jokes|in \w+|from \w+|to \w+|from \w+ to \w+))?\s*\?\W*",
)
"""“Can you write?”, “Can you translate from Dutch?”: whether the assistant is able to, with nothing to do yet."""


def _quoted_task(prompt: str) -> bool:
    """Whether a few words to translate, classify or correct may themselves be such a phrase."""
    match = _ABOUT_WORDS.match(prompt)
    if match is None:
        return False
    given = re.search(r"[:\n\"“'‘]\s*(.+)", prompt[match.end() :], re.DOTALL)
    return given is not None and len(given[1].split()) <= 4


_FAVOUR = AnyCase(
    r"\b(?:remind|wake|call|turn (?:on|off)|set (?:an?|the)|play|open|close|schedule|book|order|add|"
    r"remember|wait|stop|let me know|be (?:my|a|an)|from now on|whenever|when i (?:ask|say|tell)|i will|"
    r"i'll|i’ll|i am going|"
    r"i'm going)\b",
)


def _asks_favour(prompt: str) -> bool:
    """What is rightly answered with a promise: reminders, rules for what follows, a game to agree on."""
    return _FAVOUR.search(prompt) is not None


def _explanation(prompt: str, words: int) -> Short | None:
    if words <= EXPLANATION_WORDS and _EXPLAIN.search(prompt) and not _BRIEF.search(prompt):
        return Short(f"{words} word{'s' * (words > 1)} for an explanation")
    return None


def _writing(prompt: str, words: int) -> Short | None:
    match = _WRITING.search(prompt)
    if match is None or words > WRITING_WORDS or _SMALL_FORM.search(prompt):
        return None
    return Short(f"{words} word{'s' * (words > 1)} for {_article(match['what'].lower())}")


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


_HOW_TO = AnyCase(
    r"\b(?:how (?:do|can|could|would|should|to|does|did|might)(?: \w+){0,3}|(?:command|script|function|"
    r"code|query|program|"
    r"formula|tool|way|page|app|method|macro|flag|option)s? (?:\w+ ){0,3}?(?:to|that|which)|"
    r"(?:can|could|will|does|do|did|may|might|should|would) (?:i|we|it|one|they|he|she|the \w+)(?: \w+)?|"
    r"is it possible to|able to|"
    r"when (?:i|we|they|you)|if (?:i|we|they|you)|had to|have to|asked (?:me )?to|trying to|want to)\W+$",
)


def _list(prompt: str, answer: str, words: int) -> Short | None:
    match = _COUNTED.search(prompt)
    if match is not None and _HOW_TO.search(prompt[: match.start()]):
        return None  # how to list twenty files is asked, not twenty files
    if match is None or len(re.findall(r"[.?!\n]", prompt[: match.start()])) > 2:
        return None
    said = match["n"].lower()
    asked = _COUNTS.get(said) or int(said)
    if not 3 <= asked <= 50:
        return None
    lines = sum(bool(line.strip()) for line in answer.split("\n"))
    parts = [
        part
        for part in re.split(r",|;|/|\||\band\b|&|\+|•|\n|\s-\s|\d+[.)]|\s(?=[A-Z][a-z])", answer)
        if part.strip(" .")
    ]
    held = max(lines, len(parts), sentences(answer))
    if "-" in answer and words <= 2:
        held = max(held, len(answer.split("-")))
    if (
        held * 2 > asked
        or words >= 4 * asked
        or (words >= asked and not re.search(r"[,.;\n]", answer.strip(". ")))
    ):
        return None
    return Short(f"{held} of {asked} things that were asked for")


def _code(prompt: str, answer: str, words: int) -> Short | None:
    if (
        words > CODE_WORDS
        or not _CODE_ASKED.search(prompt)
        or _NOT_CODE.search(prompt)
        or _CODE_SIGN.search(answer)
        or (_CODE_WORDS_ALONE.search(answer) and not _SPOKEN.search(answer))
    ):
        return None
    return Short(f"{words} word{'s' * (words > 1)} and no code, where code was asked for")
