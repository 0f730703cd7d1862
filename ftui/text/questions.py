"""Several questions of which a short answer leaves some out; one answer where many are right (English)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ftui.text.column_pattern import necessary

MOST_WORDS = 60
_KINDS = (
    (
        "number",
        r"how (?:many|much|long|old|far|tall|high|big|fast|often|deep|wide|heavy|hot|cold|large)|when\b|since when|"
        r"what (?:year|time|date|age|percentage|number|price|is the (?:price|cost|population|height|length|size|speed|"
        r"distance|area|age|weight|temperature|date|year))|in (?:what|which) (?:year|century|month)|"
        r"at what (?:time|age|temperature)",
    ),
    (
        "name",
        r"who(?:m|se)?\b|where\b|what (?:country|city|is the (?:name|capital)|company|state)|"
        r"which (?:country|city|person|company|state|team|continent|author|king|president|river)",
    ),
    ("reason", r"why\b|what (?:is the reason|caused|causes)|for what reason|how come"),
    ("way", r"how (?:do|does|can|did|to|would|should|is|are)\b"),
    ("yes-no", r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|must)\b"),
    ("other", r"what\b|which\b|what's\b"),
)
_KIND = tuple(
    (
        name,
        re.compile(
            rf"\W*(?:(?:and|also|so|but|or|then|in addition|next|\(?[a-h1-9][.)])\W+)*(?:{pattern})",
            re.IGNORECASE,
        ),
    )
    for name, pattern in _KINDS
)
_QUESTION = re.compile(r"[^.?!\n]*\?")
_JOINED = re.compile(
    r"^(?P<one>\W*(?:who|what|when|where|why|how|which)\b[^?]{6,}?),?\s+and\s+(?P<two>(?:who|what|when|"
    r"where|why|how|which)\b[^?]{4,}\?)",
    re.IGNORECASE,
)
_NOT_ANOTHER = re.compile(
    r"\W*(?:(?:and |or |but |so )?(?:right|correct|yes|no|ok(?:ay)?|really|any (?:ideas?|thoughts?|"
    r"suggestions?|advice|tips|clue|recommendations?)|(?:can|could|would|will) (?:you|someone|anyone|"
    r"somebody)\b.*|do you (?:know|think|understand|agree|have any)\b.*|what do you think(?: about (?:it|"
    r"that|this))?|(?:am|was) i right|is (?:that|this|it) (?:right|correct|true|so|possible|ok(?:ay)?)|"
    r"isn't it|aren't they|doesn't it|don't you|or not|or is it\b.*|or .*|why(?: not)?|how so|how|"
    r"what for|who knows|got it|hello|hi|how are you|how's it going|what's up|did you know\b.*|"
    r"have you ever\b.*|want to\b.*|ever wondered\b.*|looking for\b.*|may i\b.*|what about you|you know|"
    r"what if\b.*|if so|if not|does (?:that|this|it) make sense|guess what|what is (?:it|that|this)|"
    r"which one|which ones|what should i do|what (?:can|do) i do|(?:please )?help))\W*",
    re.IGNORECASE,
)
_TEXT_TASK = re.compile(
    r"\b(?:summari[sz]e|translate|correct|proofread|classify|rewrite|rephrase|paraphrase|extract|"
    r"sentiment|options?|choose|choices|quiz|survey|interview|generate (?:\w+ )?questions|"
    r"write (?:\w+ )?questions|list (?:\w+ )?questions|write|story|poem|dialog\w*|letter|e-?mail|article|"
    r"essay|riddle|passage|following (?:text|paragraph|sentence|article)|count the|how many (?:questions|"
    r"words|sentences)|punctuat\w+|role-?\s?play|pretend)\b|[\"“«`]|^\s*(?:\(?[A-Da-d][.)])\s",
    re.IGNORECASE | re.MULTILINE,
)
TEXT_TASK = necessary(_TEXT_TASK)
_BOTH = re.compile(
    r"\b(?:both|neither|each|all of|either way|respectively|the same|first(?:ly)?|second(?:ly)?|former|"
    r"latter|don['’]t know|do not know|not sure|cannot|can['’]t|unable|sorry|unfortunately|depends|as for|"
    r"no,? and|yes,? and|as well|also)\b|\?\s*$|```",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PLAIN = frozenset((
    "a", "an", "the", "and", "or", "but", "so", "if", "of", "in", "on", "at", "to", "for", "from", "by", "with",
    "about", "as", "than", "then", "is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did",
    "done", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "have", "has", "had", "i",
    "me", "my", "you", "your", "we", "us", "our", "it", "its", "he", "she", "him", "her", "his", "they", "them",
    "their", "this", "that", "these", "those", "there", "here", "who", "whom", "whose", "what", "which", "when",
    "where", "why", "how", "many", "much", "long", "old", "far", "tall", "high", "big", "not", "no", "yes",
    "also", "too", "very", "most", "more", "some", "any", "all", "each", "every", "other", "one", "it's",
    "what's", "who's", "please", "tell", "know", "get", "got", "make", "made", "use", "used", "go", "come",
    "take", "name", "called", "kind", "type", "sort", "thing", "things", "way", "ways", "people", "many", "year",
    "years", "time",
))  # fmt: skip
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|spring|summer|autumn|winter|morning|noon|midnight|evening|night|century|decade|"
    r"year|day|week|month|hour|minute|today|yesterday|tomorrow|ago|annually|daily|weekly|always|never|often|once|twice|rarely"
)
_NUMBERS = (
    r"\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"hundreds?|thousands?|millions?|billions?|dozens?|half|several|few|many|none|zero|free)\b"
)
_KIND_OF_ANSWER = {
    "number": re.compile(
        rf"{_NUMBERS}|\b(?:{_MONTHS})\b|\b(?:during|after|before|in the)\b",
        re.IGNORECASE,
    ),
    "reason": re.compile(
        r"\b(?:because|since|so that|so|to|due|by|as|for|owing|thanks|reason|cause[sd]?|means|result\w*|"
        r"in order|helps?|allows?|prevents?|makes?|gives?|keeps?)\b",
        re.IGNORECASE,
    ),
    "way": re.compile(
        r"\b(?:by|with|using|use|through|via|first|then|you can|you should|need to|add|put|mix|press|"
        r"click|open|run|take|go|from|when|into|it|they|works?)\b",
        re.IGNORECASE,
    ),
    "yes-no": re.compile(
        r"\b(?:yes|no|not|never|n['’]t|indeed|always|usually|can|cannot|does|is|are|only|safe|possible|"
        r"both|it|they|of course|sure)\b|n['’]t\b",
        re.IGNORECASE,
    ),
}


_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|this|that|these|those|there|one)\b", re.IGNORECASE
)


class LeftOut(NamedTuple):
    """The question that an answer leaves out, and how many the prompt asks."""

    start: int
    end: int
    questions: int


def left_out(prompt: str, answer: str) -> LeftOut | None:
    """The first question of several that a short answer says nothing about."""
    if (
        len(answer.split()) > MOST_WORDS
        or _TEXT_TASK.search(prompt)
        or _BOTH.search(answer)
        or len(prompt.split()) > 80
    ):
        return None
    asked = _questions(prompt)
    if not 2 <= len(asked) <= 4:
        return None
    words = [_words(prompt[a:b]) for a, b in asked]
    said, open_ones = _words(answer), []
    kinds = [_kind(prompt[a:b]) for a, b in asked]
    named = _names(answer, prompt)
    names = named >= kinds.count("name")
    new = len(said - _words(prompt)) >= len(asked) and any(_PRONOUN.search(prompt[a:b]) for a, b in asked[1:])
    numbers = len(_KIND_OF_ANSWER["number"].findall(answer)) >= kinds.count("number")
    for i, (_a, _b) in enumerate(asked):
        others = frozenset().union(*(words[j] for j in range(len(asked)) if j != i))
        if not _answered(
            kinds[i], words[i] - others, said, (names, numbers, new or named >= len(asked)), answer
        ):
            open_ones.append(i)
    if not open_ones or len(open_ones) == len(asked):
        return None
    return LeftOut(*asked[open_ones[0]], len(asked))


def _questions(prompt: str) -> list[tuple[int, int]]:
    """The different questions of a prompt, as spans."""
    found: list[tuple[int, int]] = []
    for match in _QUESTION.finditer(prompt):
        said = match.group()
        start = match.start() + len(said) - len(said.lstrip())
        if _NOT_ANOTHER.fullmatch(said.strip()):
            continue
        joined = _JOINED.match(said.strip())
        if joined is not None:
            found += [(start, start + joined.end("one")), (start + joined.start("two"), match.end())]
        elif _kind(said):
            found.append((start, match.end()))
    return found


def _kind(question: str) -> str:
    return next((name for name, pattern in _KIND if pattern.match(question)), "")


def _words(text: str) -> frozenset[str]:
    return frozenset(
        _stem(word) for word in map(str.lower, _WORD.findall(text)) if word not in _PLAIN and len(word) > 1
    )


@lru_cache(1 << 14)
def _stem(word: str) -> str:
    word = word.split("'")[0].split("’")[0]
    for ending in ("ation", "ition", "ing", "ied", "ies", "ers", "ed", "es", "er", "ly", "s"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            return word.removesuffix(ending)[:6]
    return word[:6]


_NAME = re.compile(
    r"[A-ZÀ-Þ][\w'’-]*(?:(?:\s+(?:of|da|de|van|von|the|and|del|di|la|le)){0,2}\s+[A-ZÀ-Þ][\w'’-]*)*"
)
_NO_NAME = frozenset((
    "I", "It", "The", "They", "He", "She", "This", "That", "In", "Yes", "No", "About", "Around", "You", "We",
    "At", "On", "A", "An", "There", "These", "Its", "His", "Her",
))  # fmt: skip


def _names(answer: str, prompt: str) -> int:
    """How many names the answer has that the prompt does not."""
    known = {word.lower() for word in _WORD.findall(prompt)}
    found = 0
    for match in _NAME.finditer(answer):
        parts = [word for word in _WORD.findall(match.group()) if word[0].isupper() and word not in _NO_NAME]
        begins = not answer[: match.start()].strip() or answer[: match.start()].rstrip()[-1] in ".!?"
        if begins and len(parts) == 1 and len(answer.split()) > 4:
            continue  # the first word of a sentence has a capital anyhow
        found += any(part.lower() not in known for part in parts)
    return found


def _answered(
    kind: str, own: frozenset[str], said: frozenset[str], enough: tuple[bool, bool, bool], answer: str
) -> bool:
    """Whether an answer has a word of a question's own, or enough of the kind of thing it asks for."""
    if own & said:
        return True
    if kind == "name":
        return enough[0] or _PLACE.search(answer) is not None
    if kind == "number":
        return enough[1] and _KIND_OF_ANSWER[kind].search(answer) is not None
    if kind == "other":
        return enough[2]
    return _KIND_OF_ANSWER[kind].search(answer) is not None


_PLACE = re.compile(r"\b(?:at|near|inside|outside|under|behind) (?:the |a |an )?[a-z]+")


_ONE_OF_MANY = re.compile(
    r"^\W*(?:please |now |can you |could you |hey,? )*(?:(?:name|give(?: me)?|tell(?: me)?|list|suggest|"
    r"pick|choose|think of|say|write(?: down)?|provide|state|mention|recommend|share|generate|"
    r"come up with|type|show me|what is|what's|can you name)\s+"
    r"(?:just |me |us )?(?P<det>a|an|one|any|some|another|a single|any one|1|a random|one random|"
    r"a different)\s+(?P<what>[^.?!:\n]{2,80})|give (?:me )?(?:an? )?(?:example|synonym|antonym|"
    r"rhyme)s?\b[^.?!:\n]{0,80})\s*[.?!]*\s*$",
    re.IGNORECASE,
)
ONE_OF_MANY = necessary(_ONE_OF_MANY)
_ONE_ANSWER = re.compile(
    r"\b(?:the (?:capital|name|author|only|first|last|current|largest|smallest|highest|longest|"
    r"chemical symbol|square root|sum|result|answer|number of|meaning of|definition of)|(?:bigg|small|"
    r"larg|tall|high|long|short|old|young|fast|slow|near|deep|rich|poor|hott|cold|great|strong|heavi|"
    r"bright|cheap|hard|easi|earli|lat|new|clos|wid|low|b|busi|farth|furth)est|most \w+|only one|equal to|"
    r"that equals|definition|explanation|description|summary|sentence|paragraph|essay|story|poem|haiku|"
    r"limerick|function|program|script|code|query|regex|letter|e-?mail|article|list|translation|paraphrase|"
    r"overview|introduction|review|recipe|plan|tour|hand|moment|minute|look|break|call|hint|solution|"
    r"proof|explain|detailed|speech|dialogue|song|prayer|lesson|table|formula for)\b|\d+\s*[-+*/=×]\s*\d",
    re.IGNORECASE,
)
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
    "mention", "recommend", "share", "generate", "come up", "type", "show me", "what is", "what's",
)  # fmt: skip


def one_of_many(prompt: str, answer: str) -> tuple[int, int] | None:
    """Where a prompt asks for one of many right answers, and one short answer is given."""
    words = answer.split()
    if (
        len(words) > ANSWER_WORDS
        or re.search(r"[,;\n]|\b(?:and|or)\b|\?", answer.strip())
        or "\n" in prompt.strip()
    ):
        return None
    match = _ONE_OF_MANY.match(prompt)
    if match is None or _ONE_ANSWER.search(prompt) or _DEFINES.match(prompt) or _quotes(prompt):
        return None
    return match.start(), len(prompt.rstrip())


def _quotes(prompt: str) -> bool:
    """Whether the prompt holds a text: words about words quote them."""
    about = re.search(r"synonym|antonym|rhym|opposite|word", prompt, re.IGNORECASE)
    return about is None and re.search(r"[\"“:`]", prompt) is not None
