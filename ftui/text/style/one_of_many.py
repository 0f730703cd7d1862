"""Prompts that ask for one of many right answers (English)."""

from __future__ import annotations

import re

from ftui.text.any_case import AnyCase
from ftui.text.column_pattern import necessary
from ftui.text.style.questions import WORD

_ONE_OF_MANY = re.compile(
    r"^\W*(?:please |now |can you |could you |would you |will you |hey,? |hi,? |hello,? |ok,? |okay,? "
    r"|so,? |kindly |just |"
    r"help me )*(?:(?:name|give(?: me)?|tell(?: me)?|list|suggest|"
    r"pick|choose|think of|say|write(?: down)?|provide|state|mention|recommend|share|generate|"
    r"come up with|type|show me|cite|propose|offer|invent|make up|i need|i want|i['’]d like|i would like"
    r"|i['’]m looking for|"
    r"i am looking for|what is|what's|can you name)\s+"
    r"(?:just |me |us )?(?P<det>a|an|one|any|some|another|a single|any one|1|a random|one random|"
    r"a different)\s+(?P<what>[^.?!:\n]{2,80})|give (?:me )?(?:an? )?(?:example|synonym|antonym|"
    r"rhyme)s?\b[^.?!:\n]{0,80})\s*[.?!]*\s*$",
    re.IGNORECASE,
)
ONE_OF_MANY = necessary(_ONE_OF_MANY)
_ONE_ANSWER = AnyCase(
    r"\b(?:the (?:capital|name|author|only|first|last|current|largest|smallest|highest|longest|"
    r"chemical symbol|square root|sum|result|answer|number of|meaning of|definition of)|(?:bigg|small|"
    r"larg|tall|high|long|short|old|young|fast|slow|near|deep|rich|poor|hott|cold|great|strong|heavi|"
    r"bright|cheap|hard|easi|earli|lat|new|clos|wid|low|b|busi|farth|furth)est|most \w+|only one|equal to|"
    r"that (?:equals?|is equal|makes?|gives?|solves?|satisf\w+|fulfil\w*)|(?:solv|satisfy|fulfil)\w*"
    r"|root of|solution (?:of|to|for)|"
    r"(?:when|if) (?:multiplied|doubled|added|divided|squared|you)|such that|for which|explain|detailed|"
    r"formula for|(?:word|term|name) (?:for|meaning) (?:the |an? )?(?:fear|study|person|people|someone|act|"
    r"art|science|"
    r"group|male|female|young|baby|opposite|love|practice|state|smell|feeling|collection))\b|"
    r"\d+\s*[-+*/=×^]\s*\w|=",
)
_LONG_FORMS = frozenset((
    "definition", "explanation", "description", "summary", "sentence", "paragraph", "essay", "story", "poem", "haiku",
    "limerick", "function", "program", "script", "code", "query", "regex", "letter", "email", "e-mail",
    "article", "list",
    "translation", "paraphrase", "overview", "introduction", "review", "recipe", "plan", "tour", "hand", "moment",
    "minute", "look", "break", "call", "hint", "solution", "proof", "speech", "dialogue", "song", "prayer", "lesson",
    "table", "answer", "response", "reply", "estimate", "rating", "score", "second", "rundown", "comparison", "report",
    "formula", "equation", "expression", "command", "snippet", "tweet", "post", "caption", "outline",
    "schedule", "lift",
    "chance", "rest", "lot", "bit", "few", "couple", "job", "friend", "help", "advice", "information", "truth",
))  # fmt: skip
_HEAD_ENDS = re.compile(
    r"\s(?:of|for|that|which|who|whose|where|to|in|about|with|on|at|from|used|beginning|starting|ending"
    r"|containing|called|"
    r"between|by|as|under|over|below|above|like|rhyming|made|found|than|without|into|inspired|based|i|you"
    r"|we|when|if)\b",
    re.IGNORECASE,
)
_WORKS = frozenset((
    "book", "film", "movie", "play", "novel", "band", "duo", "couple", "pair", "country", "dish", "title", "series",
    "show", "opera", "musical", "ballet", "drink", "meal", "combination", "name", "company", "brand", "shop",
))  # fmt: skip
_ASKING = frozenset((
    "topic", "question", "title", "headline", "slogan", "riddle", "starter", "icebreaker", "theme", "opener", "subject",
))  # fmt: skip
_DEFINES = re.compile(
    r"^\W*(?:what is|what's)\s+(?:a|an|another|some|any|one)\s+"
    r"(?!(?:good|common|popular|famous|nice|possible|different|typical|cool|great|fun|cute|unique|"
    r"creative|random|simple|"
    r"healthy|suitable)\s|(?:synonym|antonym|word|example|name|title|way|reason|fact|type|kind|benefit|"
    r"use|method|"
    r"alternative|number|animal|country|fruit|city)\s+(?:for|of|that|to|about|which|in|with|between)\b)",
    re.IGNORECASE,
)
ANSWER_WORDS = 6
MANY_CUES = (
    "name", "give", "tell", "list", "suggest", "pick", "choose", "think of", "say", "write", "provide", "state",
    "mention", "recommend", "share", "generate", "come up", "type", "show me", "what is", "what's", "cite", "propose",
    "offer", "invent", "make up", "i need", "i want", "d like", "looking for",
)  # fmt: skip


def one_of_many(prompt: str, answer: str) -> tuple[int, int] | None:
    """Where a prompt asks for one of many right answers, and one short answer is given."""
    words = answer.split()
    if len(words) > ANSWER_WORDS or "\n" in prompt.strip():
        return None
    match = _ONE_OF_MANY.match(prompt)
    if match is None:
        return None
    head = _head(match["what"] or "")
    if head in _LONG_FORMS or _several(answer.strip(), head):
        return None
    if _ONE_ANSWER.search(prompt) or _DEFINES.match(prompt) or _quotes(prompt):
        return None
    return match.start(), len(prompt.rstrip())


def _head(what: str) -> str:
    """The noun that is asked for: “topic” of “good topic for a school debate”."""
    words = WORD.findall(_HEAD_ENDS.split(what, maxsplit=1)[0])
    return words[-1].lower() if words else ""


def _several(answer: str, head: str) -> bool:
    """Whether a short answer holds several things, or asks back."""
    if answer.endswith("?") and head not in _ASKING:
        return True
    if head in _WORKS:
        answer = re.sub(r"\b(?:and|or)\b|,\s(?=[A-Z])", " ", answer)
    if head in ("city", "town", "place", "village", "capital", "university"):
        answer = re.sub(r"^([^,]+), ([A-Z][\w .]+)$", r"\1 \2", answer)
    return re.search(r"[,;\n]|\b(?:and|or)\b", answer) is not None


def _quotes(prompt: str) -> bool:
    """Whether the prompt holds a text: words about words quote them."""
    about = re.search(r"synonym|antonym|rhym|opposite|word", prompt, re.IGNORECASE)
    return about is None and re.search(r"[\"“:`]", prompt) is not None
