"""Openers and closers of answers that say nothing: “Certainly! Here is …”, “I hope this helps!” (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.late_pattern import late
from ftui.text.style import given_text

OPENING_CUES = (
    "certainly", "sure", "of course", "absolutely", "definitely", "no problem", "great", "good question",
    "excellent question", "interesting question", "happy to", "glad to", "love to",
    "for your question", "requested", "you asked", "here you go", "for asking", "pleasure", "a question",
    "thank",
)  # fmt: skip
CLOSING_CUES = (
    "helps", "hope", "let me know", "feel free", "hesitate", "any questions", "other questions", "more questions",
    "further questions", "anything else", "any further", "helpful",
)  # fmt: skip
"""Every phrase has one of these, in lower case: a quick test before the exact one."""
OPENING_ROOM, CLOSING_ROOM, OPENING_CUE_ROOM = 260, 420, 100
"""Characters at the borders of an answer that are looked at."""

_ACK = (
    r"(?:certainly|sure(?: thing)?|of course|absolutely|definitely|no problem|great|"
    r"(?:wow, |hmm, |ah, )?(?:that(?:'s|’s| is) )?(?:a |an |such a )?(?:very |really )?"
    r"(?:great|good|excellent|interesting|fantastic|wonderful) question|"
    r"(?:i(?:'d|’d| would| am|'m|’m)(?: be)? )?(?:more than )?(?:happy|glad|delighted|love) to (?:help|"
    r"assist|explain)"
    r"(?: you)?(?: (?:with|out|in) [^.!?\n]{1,60})?|it(?:'s|’s| is|"
    r" would be) my pleasure(?: to [^.!?\n]{1,60})?|"
    r"(?:thank you|thanks)(?: so much| very much)? for (?:your|the|this|asking)(?: \w+){0,3})"
)
_LEAD = (
    r"(?:here(?:'s|’s| is| are)\b|below (?:is|are)\b|let me\b|let(?:'s|’s)\b|allow me\b|the following|"
    r"i(?:'ll|’ll| will|'d|’d| would| can)(?: be)?(?: certainly| definitely| gladly)? (?:happy|glad|love|"
    r"help|do|try|start|"
    r"explain|provide|give|write|list|share|assist|create|show|walk|break|summari[sz]e|generate|describe|"
    r"answer|tell|translate|rewrite|rephrase|paraphrase|correct|proofread|fix|solve|find|calculate|compute|"
    r"convert|"
    r"compare|suggest|recommend|put|make|draft|compose|prepare|guide|be)\b)"
)
_OPENER = late(
    rf"(?P<ack>(?:{_ACK}[.!]+\s*)+)(?P<lead>{_LEAD}[^\n.!?]{{0,160}}(?::[ \t]*(?=\n|\S)|[.!](?=\s*\n)\s*))?"
    rf"|(?P<joined>{_ACK}(?:,| -| –|—|;)\s*(?:and )?(?:so )?(?:{_LEAD})(?:[^\n.!?:]{{0,160}}:(?!\d)|"
    rf"[^\n.!?]{{0,160}}[.!](?=\s|$)))"
    r"|(?P<asked>here(?:'s|’s| is| are)[^\n.!?:]{1,80}(?:you(?:'ve|’ve| have)? (?:asked for|requested|"
    r"wanted|were asking for))\s*[:.!]"
    r"|as (?:you )?requested,? [^\n.!?]{0,100}:|here you go\s*[:!.]*)",
    re.IGNORECASE,
)
_MORE = r"(?:any|more|other|further|additional|anything|some)"
_HOPE = (
    r"(?:i |we )?(?:really )?hope (?:that )?(?:this|that|it|these|my [\w ]{3,30}|"
    r"the [\w ]{3,40})(?: [\w' ]{2,40})?"
    r" (?:helps?|helped|answers? your|clarif|clears|(?:is|was|are) (?:helpful|useful|of help))[^.!?\n]{0,60}"
)
_OFFER = (
    r"(?:please )?(?:just )?(?:let me know|feel free to (?:ask|reach out|let me know|contact me|"
    r"message me|modify|"
    r"adjust|adapt|customi[sz]e)|don(?:'t|’t| not) hesitate to|do not hesitate to)\b[^.!?\n]{0,120}"
)
_IF = (
    r"(?:if|should) (?:you|there)(?:'d|’d)?(?: still)? (?:ever )?(?:have|need|want|are|is|would like|"
    r"require)\b"
    rf"[^.!?\n]{{0,60}}\b{_MORE}\b[^.!?\n]{{0,60}}"
    r"(?:feel free|let me know|hesitate|just ask|happy to|glad to|here to|ask)[^.!?\n]{0,60}"
)
_ELSE = r"(?P<else>(?:is there|do you (?:need|have)|can i help(?: you)? with)\s+any(?:thing| other)[^.!?\n]{0,60})"
_CLOSER = late(
    rf"(?P<s>\s*(?:so |and |well, |anyway, )?(?:{_HOPE}|{_OFFER}|{_IF}|{_ELSE})"
    r"[.!?]*(?:\s*(?:[:;][-']?[)D]|[\U0001F300-\U0001FAFF☺️]+))?)\s*$",
    re.IGNORECASE,
)
_QUOTED = "\"“'‘`«>"
SMALL_TALK = late(
    r"\W*(?:(?:hi|hey|hello|hiya|yo|good (?:morning|evening|afternoon|night|day)|greetings|"
    r"thanks?(?: you)?|thx|ty|cheers|ok(?:ay)?|"
    r"great|perfect|awesome|cool|nice|bye|goodbye|see you|yes|no|yep|nope|sure|please|there|everyone|"
    r"assistant|so much|a lot|"
    r"very much|again|that helps|that(?:'s| is) (?:all|great|it|perfect|helpful)|for (?:your|the|all your|"
    r"that|this) ?(?:help|answer|information|info)?|i appreciate (?:it|that|your help)|"
    r"how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what(?:'s|s| is) up|nice to meet you|"
    r"have a (?:nice|good|great) (?:day|one|evening|weekend)|"
    r"(?:can|could|would|will) you (?:please )?(?:help|assist)(?: me)?(?: out)?(?: with (?:something|this|"
    r"that))?|i need (?:some |your )?help|help(?: me)?|"
    r"i have (?:a|another|one more|some) questions?(?: for you)?|(?:can|may|could) i ask (?:you )?(?:a|"
    r"another|something)(?: question| else)?)\W*)+",
    re.IGNORECASE,
)
"""Greetings, thanks, goodbyes and requests for help in general: there such phrases are conversation."""
LETTERS = AnyCase(
    r"\b(?:e-?mails?|letters?|messages?|reply|replies|respond to|response to|posts?|tweets?|captions?|"
    r"scripts?|dialog(?:ue)?s?|conversations?|chat(?:bot)?|"
    r"role-?\s?play\w*|pretend|act as|customer|support agent|translate|translation|proofread|rephrase|"
    r"rewrite|paraphrase|correct the|"
    r"grammar|phrases?|announcement|newsletter|invitation|cover letter|greeting|template|speech|monologue|"
    r"character)\b",
)
"""Prompts that ask for texts in which such phrases belong, or that speak of phrases."""
_YES_NO = late(
    r"(?:.*[.!?\n,]\s*)?(?:so |and |but |then )?(?:is|are|am|was|were|do|does|did|has|have|had|should|"
    r"must|may|might|will|would|can|could|shall|isn't|aren't|don't|doesn't|won't|can't)\b"
    r"(?!\s+(?:you|u|i (?:get|have|ask))\b)[^?\n]*\?\s*",
    re.IGNORECASE | re.DOTALL,
)


_ALIKE = late(
    r"\b(?:certainly|sure|of course|absolutely|definitely|no problem|great|question|happy|glad|thank\w*|"
    r"pleasure|help\w*|"
    r"hope|let (?:me|us) know|feel free|hesitate|need|contact|reach|here)\b",
    re.IGNORECASE,
)
_PLAYED = late(
    r"\b(?:scripts?|dialog(?:ue)?s?|conversations?|chat(?:bot)?|role-?\s?play\w*|pretend|act as|customer|"
    r"support agent|"
    r"phrases?|template|speech|monologue|character|greeting)\b",
    re.IGNORECASE,
)
_ABOUT_THE_DRAFT = late(
    r"\b(?:chang\w+|adjust\w*|tweak\w*|revis\w+|edit\w*|modif\w+|customi[sz]e\w*|version|draft|tone|longer|"
    r"shorter|"
    r"(?:this|the) (?:e-?mail|letter|message|reply|post|text|translation))\b",
    re.IGNORECASE,
)


def within_asked(prompt: str, answer: str, part: Filler) -> bool:
    """Whether a phrase may belong to the letter, dialogue or translation that the prompt asks for."""
    asked = prompt[:600]
    if LETTERS.search(asked) is None:
        return False
    said = answer[part.start : part.end]
    if given_text.around(prompt, said, answer, _ALIKE):
        return False
    if _PLAYED.search(asked) or given_text.given(prompt) is not None:
        return True
    if part.where == "opener":
        return (
            re.search(r"\b(?:here(?:'s|’s| is| are)|below is)\b.*:$", said, re.IGNORECASE | re.DOTALL) is None
        )
    own = "\n" in answer[part.cut_start : part.start]
    return not (own and _ABOUT_THE_DRAFT.search(said))


class Filler(NamedTuple):
    """What says nothing: the phrase is start..end, and cut_start..cut_end goes with it."""

    start: int
    end: int
    cut_start: int
    cut_end: int
    where: str
    asks: bool = False
    """Whether it offers more help by a question."""


def find(answer: str) -> list[Filler]:
    """The opener and the closers of an answer, in order; never all of it."""
    found = [*_openers(answer), *_closers(answer)]
    rest = answer
    for each in reversed(found):
        rest = rest[: each.cut_start] + rest[each.cut_end :]
    return found if len(rest.split()) >= 3 or len(rest.strip()) >= 12 else []


def answers_yes_no(prompt: str) -> bool:
    """Whether a prompt is a question that Sure or Absolutely answers."""
    return _YES_NO.fullmatch(prompt.strip()) is not None


def _openers(answer: str) -> list[Filler]:
    head = answer[:OPENING_ROOM]
    match = _OPENER.match(head)
    if match is None or (match["joined"] and not _goes_on(answer, match.end())):
        return []
    if match["ack"] and match["lead"] is None and _statement(head, match):
        return []
    end = match.start() + len(match.group().rstrip())
    after = end + len(answer[end:]) - len(answer[end:].lstrip())
    return [Filler(0, end, 0, after, "opener")]


def _goes_on(answer: str, end: int) -> bool:
    return bool(answer[end:].strip())


def _statement(head: str, match: re.Match[str]) -> bool:
    """“Great.” alone is a verdict where one word follows; “Sure.” before nothing is the answer."""
    return not head[match.end() :].strip()


def _closers(answer: str) -> list[Filler]:
    found: list[Filler] = []
    end = len(answer)
    while True:
        begin = max(0, end - CLOSING_ROOM)
        match = _last(_CLOSER, answer[begin:end])
        if match is None:
            return found
        said = match["s"]
        start = begin + match.start("s") + len(said) - len(said.lstrip())
        stop = begin + match.end("s")
        before = len(answer[:start].rstrip())
        if before == 0 or answer[start - 1 : start] in tuple(_QUOTED) or answer[stop - 1] in "\"”'":
            return found
        found.insert(0, Filler(start, stop, before, end, "closer", bool(match["else"])))
        end = before


def _last(pattern: re.Pattern[str], tail: str) -> re.Match[str] | None:
    """The match that begins last: one phrase, not the first of several."""
    starts = [0, *(m.end() for m in re.finditer(r"[.!?:)\]\"”*`\n]", tail))]
    for start in reversed(starts):
        match = pattern.match(tail, start)
        if match is not None:
            return match
    return None
