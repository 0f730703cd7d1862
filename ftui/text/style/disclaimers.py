"""Answers in which the model speaks of itself as an AI (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.code import fences
from ftui.text.column_pattern import ascii_edges, necessary
from ftui.text.style import given_text
from ftui.text.style.refusals import APOS, FICTION, REFUSAL, SENTENCE_END, quoted

DISCLAIMER_CUES = (
    "an ai", " ai model", " ai assistant", " ai language", " ai system", " ai chatbot", " ai program", " ai text",
    " ai companion", " ai powered", " ai based", " ai tool", " ai,", " ai.", " ai i ", "artificial intelligence",
    "language model", " llm", "chatbot", "chat-bot", "virtual assistant", "digital assistant", "learning model",
    "a machine", "computer program", "text-based", "personal opinion", "personal belief", "personal feeling",
    "personal emotion", "personal experience", "personal preference", "personal view", "personal thought",
    "personal taste", "personal memor", "personal life", "personal history", "personal bias", "have feelings",
    "have emotions", "have opinions", "have beliefs", "have preferences", "have consciousness",
    "have any feelings", "have any emotions", "have any opinions", "have any beliefs", "have any preferences",
    "physical body", "physical form", "physical senses", "to have ", "to feel ", "to experience ",
    "lack feelings", "lack emotions", "possess", "knowledge cut", "training cut", "training data", "my knowledge",
    "my training", "my last", "my latest", "i was trained", "i was last trained", "i was created by",
    "i was developed by",
)  # fmt: skip
_ABOUT_ITSELF = AnyCase(
    r"\b(?:who|what) are you\b|\b(?:who|what) you are\b|\bare you\b|\byour (?:name|maker|creator|"
    r"developer|training|knowledge|"
    r"memory|feelings|gender|age|purpose|model|architecture|limits|limitations|capabilit\w+|birthday|"
    r"parents|family|body)\b|\byou (?:an? )?(?:ai|robot|bot|human|machine|real|alive|conscious|sentient|"
    r"person|chatbot)\b|"
    r"\bdo you (?:feel|dream|sleep|eat|drink|breathe|have (?:feelings|emotions|a body|a name|"
    r"consciousness|friends|family|memory|parents|a soul|siblings|kids|children|a girlfriend|a boyfriend|"
    r"hobbies)|remember|think for|know who|get (?:tired|bored|lonely|angry)|love me|exist)|"
    r"\bcan you (?:feel|dream|think|see|hear|remember|learn|love|die)|\bwho (?:made|created|built|trained|"
    r"developed|programmed|owns) you|how were you|when were you|were you (?:made|trained|created|born|"
    r"built|programmed)|how (?:old are you|do you (?:work|know|do))|you work\b|about you\b|(?:who|"
    r"what) (?:taught|trained|are you|made|powers|is behind)|taught you|do you (?:use|call|access|run|"
    r"connect|support)\b|you (?:can['’]t|cannot|can ?not) \w+|inside a machine|what can you do|"
    r"how are you|tell me about yourself|introduce yourself|describe yourself|about yourself|"
    r"where (?:are you|do you live)|"
    r"who am i (?:talking|speaking)|(?:person|human|someone|somebody|people) (?:behind|at the other end|"
    r"on the other)|have you got (?:a|any) "
    r"(?:body|family|home|heart|brain|soul|name|mother|father|pet)|get (?:tired|bored|sick|old|hungry|"
    r"thirsty|lonely|angry|sad)\b|fall in love|childhood|where (?:do|did) you come from|\byour (?:job|home|"
    r"hometown|childhood|origin|brain|mind|heart|mother|father|sister|brother|"
    r"boss|owner|birth|mood|sleep)\b|(?:i|we) call you\b|am i (?:talking|speaking|chatting|writing|texting|"
    r"typing)|(?:real|actual|live|"
    r"flesh-and-blood) (?:person|human|people)|"
    r"human being|\b(?:do|can|could|will|would|have|did|must|should|don['’]t|can['’]t|"
    r"haven['’]t) you (?:ever |really |actually |"
    r"also |even |still |not |need to |have to |want to |like to |get to |know how to |sometimes |"
    r"always )*(?:sleep|rest|eat|drink|"
    r"breathe|dream|feel|hurt|cry|laugh|live|die|age|grow|exist|learn|remember|forget|hear|"
    r"smell|taste|touch|walk|travel|charge|speak|been|eaten|slept|felt|seen|lived|fallen|tasted|visited|"
    r"dreamt|dreamed|loved|go on holiday|take breaks|take a break|get sick|get paid|have (?:a|any) (?:body|"
    r"heart|brain|soul|mind|"
    r"family|birthday|face|home|job|mother|father|pet|boss|voice|secret|conscience|sense of))\b|chat-?gpt|"
    r"gpt-?\d|\bclaude\b|\bbard\b|\bgemini\b|\bvicuna\b|\balpaca\b|\bllama\b|openai|anthropic|"
    r"open assistant|openassistant|\ba\.?i\.?\b|artificial intelligence|language models?|chat-?bots?|"
    r"assistants?\b|robots?|neural|machine learning|training data|turing test|conscious\w*|sentien\w*",
)
_KINDS_OF_AI = (
    r"(?:(?:\w+ )?ai(?: (?:language model|model|assistant|chatbot|system|program|bot|text model|companion|"
    r"powered assistant|based assistant|tool))?|artificial intelligence(?: (?:language model|model|"
    r"assistant|system|program))?|"
    r"(?:large |ai |text-based )?language model|llm|chat-?bot|virtual assistant|digital assistant|"
    r"machine learning model|machine|computer program|text-based (?:ai|assistant|model))"
)
_DISCLAIMERS = AnyCase(
    rf"(?P<as>\b(?:as|being|since i{APOS}?m|since i am|because i am|because i{APOS}m|"
    rf"given that i am) (?:just |only |merely |simply )?(?:an? )(?:\w+ )?{_KINDS_OF_AI}(?: (?:trained|"
    rf"developed|created|made|built|designed) (?:by|to) [^,.!?\n]{{2,40}})?(?=,| i\b| my\b|[.;)]))"
    rf"|(?P<am>\bi{APOS}?(?:m| am) (?:just |only |merely |simply |"
    rf"still )?(?:an? )(?:\w+ )?{_KINDS_OF_AI}\b(?! (?:researcher|engineer|developer|expert|company|"
    rf"scientist|student|enthusiast|specialist)))"
    rf"|(?P<have>\bi (?:don{APOS}t|do not|cannot|can{APOS}t|can not|lack)(?: \w+)? (?:have |possess |"
    rf"hold |form )?(?:any |the ability to (?:have|feel|experience) )?(?:personal (?:opinions?|beliefs?|"
    rf"feelings?|emotions?|experiences?|preferences?|views?|thoughts?|tastes?|memor\w+|life|history|"
    rf"biases)|(?:opinions?|beliefs?|feelings?|emotions?|preferences?|consciousness|physical (?:body|form|"
    rf"senses))(?= or\b| and\b|,|\.| like | as | of my own| the way)))"
    rf"|(?P<cut>\b(?:my (?:knowledge|training)(?: data)? (?:cut-?\s?off|ends|ended|only (?:goes|extends)|"
    rf"goes up|is (?:limited|current|based)|was last|extends)|my training data|my knowledge cut-?off|"
    rf"(?:as of|up to|since|at the time of) my (?:last |latest )?(?:knowledge )?(?:update|training|"
    rf"cut-?off)|i was (?:last )?trained (?:on|until|by|up to|with|in)\b|my last (?:knowledge )?update|"
    rf"i was (?:created|developed) by (?:openai|google|anthropic|meta)))",
)
DISCLAIMERS = ascii_edges(necessary(_DISCLAIMERS))
"""Every answer with a disclaimer matches this (a pattern for columns)."""
_THIRD = AnyCase(
    r"\b(?:researcher|engineer|developer|expert|company|scientist|student|enthusiast|specialist|startup|"
    r"lab|team|firm|professional|ethicist|artist)\b",
)


class Disclaimer(NamedTuple):
    """Where an answer speaks of itself as a machine, and what may be cut: None where only a person can mend it."""

    start: int
    end: int
    cut_start: int | None = None
    cut_end: int | None = None
    put: str = ""


def find_disclaimers(prompt: str, earlier: str, answer: str) -> list[Disclaimer]:
    """The disclaimers in an answer that nobody asked for, one a sentence."""
    lowered = answer.lower()
    if not any(cue in lowered for cue in DISCLAIMER_CUES) or not (
        matches := list(_DISCLAIMERS.finditer(answer))
    ):
        return []
    if _ABOUT_ITSELF.search(prompt) or _ABOUT_ITSELF.search(earlier):
        return []
    invented = FICTION.search(prompt) is not None
    code = [(block.start, block.end) for block in fences.blocks(answer)]
    found: list[Disclaimer] = []
    for match in matches:
        start, end = _sentence(answer, match.start())
        if any(a <= match.start() < b for a, b in code) or quoted(answer, match.start()):
            continue
        if invented and not _beside_the_asked(prompt, answer, start, end):
            continue
        if match["as"] and (_THIRD.search(match.group()) or not _first_person(answer[match.end() : end])):
            continue
        if not (found and found[-1].start >= start):
            found.append(_with_cut(answer, match, start, end))
    return found


_PLAYED = AnyCase(
    r"\b(?:role-?\s?play\w*|pretend|act as|act like|imagine you|you are (?:a|an|the)|character|"
    r"from the perspective|"
    r"point of view|detect|classif\w+|quote|dialog\w*|script)\b",
)
_SPEAKS_OF_MACHINES = re.compile(
    r"\b(?:ai|a\.i\.|ki|ia|artificial\w*|model\w*|robot\w*|machine\w*|bot|assist\w*|computer\w*|feelings?|"
    r"opinions?|"
    r"beliefs?|emotions?|preferences?|training|trained|inteligencia|intelligen\w+)\b",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"\b(?:here(?:['’]s| is| are)|i can (?:still |certainly )?(?:write|try|help|offer|give|compose|"
    r"draft))\b|:$",
    re.I,
)
_NOTES = re.compile(r"\W*(?:(?:please )?note|disclaimer|p\.?s\.?|keep in mind)\b", re.IGNORECASE)


def _beside_the_asked(prompt: str, answer: str, start: int, end: int) -> bool:
    """Whether a sentence stands before or under the text that the prompt asks for, not in it."""
    sentence = answer[start:end]
    if given_text.given(prompt) is not None:
        return given_text.around(prompt, sentence, answer, _SPEAKS_OF_MACHINES)
    if _PLAYED.search(prompt):
        return False
    if "\n" not in answer[:start].strip() and not answer[:start].strip():
        return _LEADS_IN.search(sentence) is not None and bool(answer[end:].strip())
    return "\n" not in answer[end:].strip() and _NOTES.match(sentence) is not None


def _first_person(rest: str) -> bool:
    return re.search(r"\b(?:i|my|me|i['’]\w+|we)\b", rest, re.IGNORECASE) is not None


def _sentence(text: str, at: int) -> tuple[int, int]:
    """The sentence around a position, without the white space after it."""
    start = 0
    for match in SENTENCE_END.finditer(text, 0, at):
        start = match.end()
    stop = re.compile(r"[.!?]+(?=\s|$)|\n").search(text, at)
    end = len(text) if stop is None else stop.start() if stop.group() == "\n" else stop.end()
    return start, end


def _with_cut(answer: str, match: re.Match[str], start: int, end: int) -> Disclaimer:
    sentence = answer[start:end]
    if REFUSAL.search(sentence):
        return Disclaimer(match.start(), match.end())
    but = re.search(
        r",? (?:but|however,?) (?:here (?:is|are) |i can (?:tell you (?:that )?|say that |"
        r"share that )?)?(?=\w)",
        sentence[match.end() - start :],
    )
    if but is not None:
        at = match.end() + but.end()
        if (
            not re.match(r"(?:here|i can|i)\b", answer[at:], re.IGNORECASE)
            and "here" not in but.group()
            and "i can " not in but.group() + " "
        ):
            return Disclaimer(match.start(), match.end(), start, at + 1, answer[at].upper())
        if but.group().strip(" ,").endswith(("that", "you")):
            return Disclaimer(match.start(), match.end(), start, at + 1, answer[at].upper())
        return Disclaimer(match.start(), match.end())
    following = answer[end:]
    rest = (answer[:start] + following).strip()
    if match["as"] and match.start() == start:
        comma = re.match(r",\s*", answer[match.end() :])
        tail = answer[match.end() + (comma.end() if comma else 0) : end]
        if (
            comma
            and tail
            and re.match(r"i (?:can|would|will|think|recommend|suggest|believe)\b", tail, re.IGNORECASE)
        ):
            at = match.end() + comma.end()
            return Disclaimer(match.start(), match.end(), start, at + 1, answer[at].upper())
    if len(rest.split()) >= 5 and not re.match(
        r"\s*(?:so|therefore|however|but|because|this|that|instead|it)\b", following, re.IGNORECASE
    ):
        cut_end = end + len(following) - len(following.lstrip()) if following.strip() else end
        cut_start = start if following.strip() else len(answer[:start].rstrip())
        return Disclaimer(match.start(), match.end(), cut_start, cut_end)
    if len(rest.split()) >= 5 and (
        word := re.match(r"\s*(?:however|but|so|instead),?\s+(?=\w)", following, re.IGNORECASE)
    ):
        at = end + word.end()
        return Disclaimer(match.start(), match.end(), start, at + 1, answer[at].upper())
    return Disclaimer(match.start(), match.end())
