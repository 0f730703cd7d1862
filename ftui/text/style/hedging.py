"""Answers that hedge and never decide (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.style import given_text

MOST_WORDS = 60
CUES = (
    "depends", "varies", "vary", "to say", "not sure", "not really sure", "not entirely sure", "don't know",
    "don’t know", "not certain", "who knows", "either way", "be anything", "no clear", "no right", "no simple",
    "no definite", "no single", "maybe", "perhaps", "possibly", "probably", "might", "could", "i guess",
    "i suppose", "i think", "no idea", "can't say", "can’t say", "couldn't", "couldn’t", "as good as "
    "mine", "debatable",
    "may ", "hard to", "difficult to", "unsure", "unable to say", "opinions", "can't be", "cannot be", "cannot say",
    "guess", "sort of", "kind of", "uncertain", "unclear",
)  # fmt: skip
_STRONG = re.compile(
    r"\b(?:it|that|this|the answer)(?: all| really| just| kind of| sort of| usually| generally| often|"
    r" always| typically| mostly| largely| totally|"
    r" entirely| mainly| probably| very much| can| could| may|"
    r" might)* (?:depends?|var(?:y|ies))\b|\b(?:hard|difficult|tough|impossible|tricky) to (?:say|tell|"
    r"know|answer|judge)\b|\bi(?:['’]m| am) (?:not|un)\s*(?:really |entirely |quite |completely |too |so |"
    r"all that )?(?:sure|certain)\b|"
    r"\bi (?:really |honestly |just )?(?:don['’]t|do not|couldn['’]t|can['’]t) (?:really |"
    r"honestly )?(?:know|say|tell)\b|\bwho knows\b|\b(?:could|might|can|may) go either way\b|"
    r"\bcould be (?:anything|either|any of|both|many things)\b|\bthere(?:['’]s| is| are) no (?:clear|"
    r"right|simple|one|single|definite|easy|real|good|correct)[\w\s]{0,20}? (?:answer|way|rule|number|"
    r"solution)\b|"
    r"\bit(?:['’]s| is) (?:un(?:clear|certain)|not (?:clear|certain|easy to say)|anyone['’]s guess)\b|"
    r"\b(?:i(?:['’]ve| have)? (?:got )?(?:really |honestly |absolutely )?(?:have )?no (?:real )?(?:idea"
    r"|clue)|your guess is as good as mine|"
    r"(?:it|that|this)(?:['’]s| is) (?:all )?(?:very |quite |highly |rather )?(?:debatable|relative"
    r"|subjective|up in the air|"
    r"open to (?:debate|interpretation|question))|(?:can(?:['’]t|not)|could(?:n['’]t| not)|unable to"
    r"|would(?:n['’]t| not) (?:like|want|care) to) "
    r"(?:really )?(?:say|tell|know)(?: you)?(?: for (?:sure|certain)| with certainty| exactly| either way"
    r"| one way or (?:the other|another))?|"
    r"there(?:['’]s| is) no (?:way (?:to|of) (?:know|tell|say)\w*|telling|knowing|saying))\b|"
    r"\bhard to (?:be sure|pin down)\b|\bopinions (?:differ|vary)\b|\bcan(?:['’]t|not) be (?:sure|certain)\b",
    re.IGNORECASE,
)
_MAYBE_NOT = re.compile(
    r"\b(?:maybe|perhaps|possibly|might|may|could)\b[^.?!]{0,40}\b(?:maybe|perhaps|or|"
    r"possibly)\b (?:maybe |perhaps |it )?(?:not|no|might not|may not|could not)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|might|may(?! \d|\s+be (?:used|found))|could|i (?:think|guess|"
    r"suppose|believe)|sort of|kind of|more or less|some (?:people )?(?:say|think)|others (?:say|think)|"
    r"seems?|somewhat|presumably|conceivably|in some (?:ways|cases)|a few|several|something like that|"
    r"or so|or something)\b",
    re.IGNORECASE,
)
_DECIDES = AnyCase(
    r"\d|```|^\s*[-*•]\s|:\s*\S|\bif\b[^.?!]{3,}(?:,|then)|\b(?:the best|recommended|you should|"
    r"i(?:['’]d| would) (?:recommend|suggest|go with|choose|pick))\b|\bdepend(?:s"
    r"|ing)? (?:up)?on\b[^.?!]{3,80}(?:,|\band\b|\bor\b)[^.?!]{3,}|\bwhen\b[^.?!]{5,},",
    re.MULTILINE,
)
_ON_THE_WHOLE = re.compile(
    r"\b(?:generally|usually|typically|in most cases|most (?:people|of the time|experts|often)|normally"
    r"|in general|as a rule|"
    r"on average|always|never)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.!?;,\n]|\b(?:but|though|although|so|and)\b")
_TASTE = re.compile(
    r"\b(?:matter of (?:personal )?(?:taste|opinion|preference)|(?:personal|individual|your) (?:taste"
    r"|preference|choice)|"
    r"in the eye of the beholder|tastes? (?:differ|vary)|(?:up to|whatever) you|you (?:like|prefer|enjoy)"
    r"|subjective)\b",
    re.IGNORECASE,
)
_ASKS_TASTE = AnyCase(
    r"\b(?:better|best|nicer|nicest|cuter|cooler|tastier|prettier|more (?:fun|beautiful|interesting"
    r"|enjoyable|delicious|elegant)|"
    r"most (?:fun|beautiful|interesting|enjoyable|delicious)|greatest|prefer|should i (?:get|buy|choose"
    r"|wear|paint|order|name)|"
    r"overrated|underrated|good|worth)\b",
)
_NOT_KNOWN = AnyCase(
    r"\b(?:no ?(?:one|body) (?:really |actually )?(?:knows?|can (?:know|say|tell))|(?:is|are"
    r"|remains?) (?:still )?(?:un(?:known|solved|"
    r"proven|resolved)|a mystery|not known)|(?:scientists|historians|experts|scholars"
    r"|researchers) (?:still )?(?:disagree|do not "
    r"(?:know|agree)|don['’]t (?:know|agree)|are (?:not sure|unsure|divided))|only time will tell"
    r"|the future|lost to history)\b",
)
"""What nobody knows: a hedge that says so is an answer."""
_YES_NO = re.compile(
    r"^\W*(?:yes|no|yeah|nope|true|false|definitely|absolutely|certainly|correct|never|"
    r"always)\b(?!,? (?:maybe|perhaps|and no|or no|one (?:knows|can)))",
    re.IGNORECASE,
)
_OPEN_PROMPT = AnyCase(
    r"\b(?:will (?:it|i|he|she|they|we|the|there|my|our|humans?|ai|robots?)|going to (?:win|happen|rain|"
    r"be)|in the future|future of|next (?:year|week|month|decade|century|world cup|election)|tomorrow|"
    r"by 20\d\d|\d{4} (?:election|world cup)|predict|who will|do you (?:think|believe|like|prefer|want|"
    r"feel)|favou?rite|your (?:opinion|view|thoughts?)|"
    r"meaning of life|life after death|afterlife|\bgod\b|aliens?|extraterrestrial|soul|free will|"
    r"consciousness|multiverse|before the big bang|ultimate|destiny|fate|ghosts?|should i (?:marry|"
    r"divorce|quit|break up|forgive|text|call|tell)|does (?:he|she) (?:like|love)|love me|like me|"
    r"would i (?:like|enjoy)|am i|my (?:\w+ )?(?:wife|husband|boyfriend|girlfriend|future|dream|ex|crush)|"
    r"beautiful|prettier|tastier|better looking|most beautiful|is it (?:raining|snowing)|right now|"
    r"what am i|guess|can you guess|who am i|stock price|lottery|win the)\b",
)
_ALIKE = re.compile(
    r"\b(?:maybe|perhaps|may|might|could|sure|certain|know|depends?|think|guess|probably|possib\w+|seems?"
    r"|hard|difficult|"
    r"quiz[aá]s|peut-[eê]tre|vielleicht|forse|talvez|misschien)\b",
    re.IGNORECASE,
)
_ALLOWS = AnyCase(
    r"\b(?:don['’]t know|do not know|not sure|unsure|unknown|unanswerable|cannot (?:be )?(?:answer|"
    r"determin)|can['’]t (?:answer|tell)|if (?:the|you|there)[^.?!]{0,60}(?:not|no answer|unsure|unclear)|"
    r"maybe|perhaps|options?|choose|select|pick one|true, false|entail|contradict|neutral|context|passage|"
    r"paragraph|article|according to|based on the|text:|"
    r"write|translate|rewrite|rephrase|paraphrase|correct|compose|draft|role-?\s?play|pretend|act as|"
    r"you are (?:a|an)|story|poem|dialog\w*|reply|respond|letter|e-?mail|caption|lyrics|hedg\w+|ambiguous|"
    r"uncertain\w*|classif\w+|sentiment|summari[sz]e|continue|complete the|finish the|fill in)\b",
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_FILLER = re.compile(
    r"^\W*(?:well|hmm+|good question|great question|interesting question|that(?:['’]s| is) a (?:good|"
    r"great|tough|hard|difficult|tricky|interesting) (?:question|one)|honestly|to be honest|sorry|"
    r"i(?:['’]m| am) sorry|thanks?(?: for asking)?|i hope (?:this|that) helps|it is what it is|"
    r"time will tell|we(?:['’]ll| will) see|you never know|so|and|or|there are (?:many|so many|lots of|"
    r"a lot of|different|various|several) [\w\s]{0,40}|everyone is different|every \w+ is different|(?:it|"
    r"that|this)(?:['’]s| is) a (?:complex|complicated|difficult|tricky|nuanced) (?:question|topic|issue|"
    r"matter|one)|(?:people|some|experts|many|others) (?:have different|disagree|differ|say (?:yes|"
    r"one thing)|say (?:no|another))[\w\s]{0,30}|there are arguments (?:for|on) both(?: sides)?|"
    r"both (?:sides )?have (?:good )?points?|a lot of (?:things|factors)[\w\s]{0,20})\W*$",
    re.IGNORECASE,
)


class Hedge(NamedTuple):
    """The first words that hedge, and how many do."""

    start: int
    end: int
    hedges: int


def find(prompt: str, system: str, answer: str) -> Hedge | None:
    """Where an answer hedges that decides nothing; None where it decides, or may hedge."""
    lowered = answer.lower() if len(answer) <= 12 * MOST_WORDS else ""
    if not any(cue in lowered for cue in CUES):
        return None
    words = len(answer.split())
    if words > MOST_WORDS or words < 2 or _DECIDES.search(answer) or _YES_NO.match(answer) or "?" in answer:
        return None
    if _OPEN_PROMPT.search(prompt) or _ALLOWS.search(system):
        return None
    if _ALLOWS.search(prompt) and not given_text.around(prompt, answer, answer, _ALIKE):
        return None
    if (
        _NOT_KNOWN.search(answer)
        or (_TASTE.search(answer) and _ASKS_TASTE.search(prompt))
        or _on_the_whole(answer)
    ):
        return None
    strong = 0
    hedges: list[re.Match[str]] = []
    for sentence in _SENTENCE.finditer(answer):
        said = sentence.group()
        if len(said.split()) < 4 and not _STRONG.search(said) and not _WEAK.search(said):
            continue
        found = [
            m for pattern in (_STRONG, _MAYBE_NOT, _WEAK) for m in pattern.finditer(answer, *sentence.span())
        ]
        if not found:
            if _FILLER.match(said):
                continue
            return None
        strong += any(m.re is not _WEAK for m in found)
        if not any(m.re is not _WEAK for m in found) and _states(said):
            return None
        if _turns(said):
            return None
        hedges += found
    if not hedges or (not strong and len(hedges) < (2 if words <= 12 else 3)):
        return None
    first = min(hedges, key=lambda m: m.start())
    return Hedge(*first.span(), len(hedges))


def _on_the_whole(answer: str) -> bool:
    """Whether a clause says what is so in general, without a hedge of its own."""
    return any(
        _ON_THE_WHOLE.search(clause)
        and len(clause.split()) >= 3
        and not _STRONG.search(clause)
        and not _WEAK.search(clause)
        for clause in _CLAUSE.split(answer)
    )


def _states(said: str) -> bool:
    """Whether a sentence of many words has only one weak hedge: a statement with a proper “may”."""
    return len(_WEAK.findall(said)) == 1 and len(said.split()) > 12


def _turns(said: str) -> bool:
    """Whether a hedge is followed by a statement: but, so, though."""
    match = re.search(
        r"\b(?:but|so|though|although|however|yet|because|since)\b,?(.*)", said, re.IGNORECASE | re.DOTALL
    )
    return (
        match is not None
        and len(match[1].split()) >= 3
        and not _WEAK.search(match[1])
        and not _STRONG.search(match[1])
    )
