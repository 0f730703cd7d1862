"""Prompts with several questions, of which the answer leaves some out (English)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.column_pattern import necessary

MOST_WORDS = 60
_KINDS = (
    ("when", r"when\b|since when|(?:in |at |on |from |by )?(?:what|which) (?:year|time|date|day|month|"
     r"century)\b|"
     r"what is the date|until when|how (?:soon|early|late)\b"),
    ("often", r"how (?:often|frequently)\b"),
    ("age", r"how old\b|(?:at )?what age\b|what is the age"),
    ("measure", r"how (?:long|far|tall|high|big|fast|deep|wide|heavy|hot|cold|large|thick|loud|strong)\b|"
     r"(?:at )?what (?:temperature|speed|height|distance|size)\b|what is the (?:height|length|size|"
     r"speed|distance|area|"
     r"age|weight|temperature|depth|width)"),
    ("number", r"how (?:many|much)\b|what (?:percentage|number|share|price)\b|what is the (?:price|cost|"
     r"population|number)"),
    ("where", r"(?:from |to )?where\b"),
    ("name", r"(?:by |for |to |with |from )?who(?:m|se)?\b|what (?:country|city|is the (?:name|capital)|"
     r"company|state)|"
     r"(?:in |on |from |to )?which (?:country|city|person|company|state|team|continent|author|king|"
     r"president|river|sea|ocean|"
     r"planet|language)"),
    ("reason", r"why\b|what (?:is the reason|caused|causes)|for what reason|how come"),
    ("way", r"how (?:do|does|can|did|to|would|should|is|are)\b"),
    ("yes-no", r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|must|"
     r"isn['’]t|don['’]t)\b"),
    ("other", r"(?:in |on |at |by |for |from |to |with |of )?(?:what|which)\b|what's\b"),
)  # fmt: skip
_KIND = tuple(
    (
        name,
        re.compile(
            rf"\W*(?:(?:and|also|so|but|or|then|in addition|next|\(?[a-h1-9][.)])\W+)*"
            rf"(?:{pattern}|(?:into|of|since|about|until) (?:{pattern}))",
            re.IGNORECASE,
        ),
    )
    for name, pattern in _KINDS
)
_QUESTION = re.compile(r"[^.?!\n]*\?")
_PREPOSITION = r"(?:(?:in|into|at|on|for|from|by|to|with|of|since|until|about) )?"
_JOINED = re.compile(
    rf"^(?P<one>\W*{_PREPOSITION}(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|"
    rf"should|will|has)\b"
    rf"[^?]{{6,}}?),?\s+(?:and|&)\s+(?:also |then )?(?P<two>{_PREPOSITION}(?:who|what|when|where|why|how|which)\b"
    r"[^?]{4,}\?|(?:when|where|why)\?|(?:is|are|was|were|do|does|did|can|should|will|has) "
    r"(?:it|there|they|he|she|i|we|you)\b[^?]{4,}\?)",
    re.IGNORECASE,
)
JOINED = (
    rf"(?i)(?:\band|&) (?:also |then )?(?:{_PREPOSITION}(?:wh|how)|(?:is|are|was|were|do|does|did|can|should|will|has) "
    r"(?:it|there|they|he|she|i|we|you)\b)[^?]*\?"
)
"""A prompt with two questions in one sentence, for a column."""
_LEAD = re.compile(
    r"\W*(?:(?:hi|hey|hello|so|ok|okay|please|quick q(?:uestion)?|one question|question)\W+)*"
    r"(?:(?:(?:can|could|would|will) you )?(?:please )?(?:tell me|explain|say)(?: please)?\W+|do you know\W+|"
    r"i(?:['’]d| would) like to know\W+)?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|may|june|july|august|september|"
    r"october|november|"
    r"december)\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) "
    r"\d{1,2}\b",
    re.IGNORECASE,
)
_NOT_ANOTHER = AnyCase(
    r"\W*(?:(?:and |or |but |so )?(?:right|correct|yes|no|ok(?:ay)?|really|any (?:ideas?|thoughts?|"
    r"suggestions?|advice|tips|clue|recommendations?)|(?:can|could|would|will) (?:you|someone|anyone|"
    r"somebody)\b.*|do you (?:know|think|understand|agree|have any)\b.*|what do you think(?: about (?:it|"
    r"that|this))?|(?:am|was) i right|is (?:that|this|it) (?:right|correct|true|so|possible|ok(?:ay)?)|"
    r"isn't it|aren't they|doesn't it|don't you|or not|or is it\b.*|or .*|why(?: not)?|how so|how|"
    r"what for|who knows|got it|hello|hi|how are you|how's it going|what's up|did you (?:know|see|hear|"
    r"notice|read)\b.*|have you (?:seen|heard|read|noticed)\b.*|"
    r"have you ever\b.*|want to\b.*|ever wondered\b.*|looking for\b.*|may i\b.*|what about you|you know|"
    r"what if\b.*|if so|if not|does (?:that|this|it) make sense|guess what|what is (?:it|that|this)|"
    r"which one|which ones|what should i do|what (?:can|do) i do|(?:please )?help))\W*",
)
_TEXT_TASK = AnyCase(
    r"\b(?:summari[sz]e|translate|correct|proofread|classify|rewrite|rephrase|paraphrase|extract|"
    r"sentiment|options?|choose|choices|quiz|survey|interview|generate (?:\w+ )?questions|"
    r"write (?:\w+ )?questions|list (?:\w+ )?questions|story|poem|dialog\w*|letter|e-?mail|article|"
    r"essay|riddle|passage|following (?:text|paragraph|sentence|article)|count the|how many (?:questions|"
    r"words|sentences)|punctuat\w+|role-?\s?play|pretend)\b|(?:^|[.!?]\s+|\b(?:please|you|and|to) )write\b|"
    r"[\"“«`]|^\s*(?:\(?[a-d][.)])\s[^?\n]*$",
    re.MULTILINE,
)
TEXT_TASK = necessary(_TEXT_TASK)
_BOTH = AnyCase(
    r"\b(?:both|neither|either way|respectively|don['’]t know|do not know|not sure|no idea|unable|sorry|"
    r"unfortunately|"
    r"can(?:['’]t|not) (?:say|tell|answer|help)|as for|no,? and|yes,? and|(?:yes|no) to)\b|"
    r"(?:^|[.;:]\s*)(?:first(?:ly)?|second(?:ly)?)\s*[,:]|\bthe (?:former|latter|(?:first|second) (?:one|"
    r"question))\b|"
    r"\?\s*$|```",
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
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
    r"january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|"
    r"thursday|friday|saturday|sunday|spring|summer|autumn|winter|morning|noon|midnight|evening|night|"
    r"century|decade|"
    r"year|day|week|month|hour|minute|today|yesterday|tomorrow|ago|annually|daily|weekly|always|never|"
    r"often|once|twice|rarely"
)
_NUMBERS = (
    r"\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|"
    r"hundreds?|thousands?|millions?|billions?|dozens?|half|several|few|many|none|zero|free)\b"
)
_UNITS = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|metres?|meters?|"
    r"kilomet\w+|miles?|"
    r"centimet\w+|millimet\w+|inch(?:es)?|foot|feet|ft|km|cm|mm|m|yards?|kg|kilos?|grams?|tons?|tonnes?|"
    r"pounds?|stones?|lbs?|"
    r"degrees?|°\s?[CF]?|kelvin|litres?|liters?|acres?|hectares?|square|mph|km/h|knots|stor(?:e?ys?|ies)|"
    r"times|%)"
)
_KIND_OF_ANSWER = {
    "when": re.compile(
        rf"\d{{1,2}}[:.h]\d\d|\b\d{{1,2}}\s?(?:am|pm|a\.m|p\.m|o['’]clock)|\b(?:1\d|20)\d\ds?\b|"
        rf"\b\d{{1,4}} (?:bc|ad)e?\b|"
        rf"\b\d+(?:st|nd|rd|th)\b|\b(?:{_MONTHS}|weekends?|midday|lunch\w*|dawn|dusk|soon|now|noon|dinner|"
        rf"breakfast)s?\b|"
        r"\b(?:during|after|before|since|until|when|once|between)\b|\b(?:at|by|from|till) (?:\d|one|two|"
        r"three|four|five|six|"
        r"seven|eight|nine|ten|eleven|twelve|half|quarter)",
        re.IGNORECASE,
    ),
    "often": re.compile(
        rf"{_NUMBERS}|\b(?:once|twice|every|daily|weekly|monthly|yearly|annually|hourly|each|per|always|"
        rf"never|often|rarely|"
        r"seldom|sometimes|usually|regularly|constantly|times)\b",
        re.IGNORECASE,
    ),
    "measure": re.compile(
        rf"(?:{_NUMBERS})[\s-]*(?:(?:and a half|or \w+|to \w+|\w+) )?{_UNITS}(?!\w)|\b(?:an?|half an?|"
        rf"whole|few|several|couple of) "
        rf"{_UNITS}\b|\b(?:all (?:day|night|year|summer|winter)|overnight|until|forever)\b|"
        rf"^\W*(?:\S+\s+){{0,5}}(?:{_NUMBERS})",
        re.IGNORECASE,
    ),
    "number": re.compile(_NUMBERS, re.IGNORECASE),
    "where": re.compile(
        r"\b(?:in|on|at|near|inside|outside|under|behind|beside|along|across|off|over|beneath|above|below|"
        r"among|around|"
        r"next to|from|to|into) (?:the |a |an |its |their |his |her |your |my |our )?"
        rf"(?!(?:{_MONTHS}|first|second|third|beginning|end|time|weekends?|moment|middle ages|it|them|be|"
        rf"order|general)\b)"
        r"(?!\d)\w{2,}|\b(?:everywhere|nowhere|anywhere|online|upstairs|downstairs|abroad|worldwide|here|"
        r"there|north|"
        r"south|east|west)\b",
        re.IGNORECASE,
    ),
    "name": re.compile(
        r"\bby (?!(?:\w+ing|hand|bus|car|train|boat|air|sea|far|then|now|mail|the (?:time|end|way|sea)|"
        r"a factor)\b)"
        r"(?:the |a |an |his |her |their )?[a-z]+|\b(?:i|we|you|nobody|no one|everyone|anyone|people|king|"
        r"queen|"
        r"president|\w+(?:ist|ists|eer|eers|ians?))\b|\b(?:his|her|their|my|our|the|"
        r"an?) (?:\w+ )?(?:father|mother|brother|sister|"
        r"wife|husband|son|daughter|friend|\w+ers?|\w+ors?|team|government|company|army|monks?|nuns?|"
        r"staff)\b",
        re.IGNORECASE,
    ),
    "age": re.compile(
        rf"(?:{_NUMBERS})[\s-]*(?:\w+ )?(?:years?|months?|weeks?|days?|decades?|centur(?:y|ies))\b|"
        rf"\b(?:1\d|20)\d\d\b|\b(?:an?|few|"
        rf"several) (?:year|month|week|decade|century|old)\b|^\W*(?:\S+\s+){{0,3}}(?:{_NUMBERS})\W*$|"
        rf"\b(?:young|teens|baby|born)\b",
        re.IGNORECASE,
    ),
    "reason": re.compile(
        r"\b(?:because|since|so|due|as (?:it|they|the|he|she|there|a|an|its|their|his|her|we|you|this|that|"
        r"no|too)|owing|"
        r"thanks|reason\w*|cause[sd]?|therefore|hence|means|result\w*|in order|helps?|allows?|prevents?|"
        r"makes?|gives?|"
        r"keeps?|lets?|leads?|by \w+ing|(?<!stands )(?<!stand )for (?!\d|about|around|over|nearly|almost|"
        r"years|hours|a (?:long |"
        r"short )?(?:time|"
        r"while|year|week|day|month)|example|instance)|to (?!the\b|a\b|an\b|it\b|its\b|their\b|his\b|her\b|"
        r"this\b|that\b|"
        r"my\b|our\b|your\b|be found\b|\d|(?-i:[A-Z])))",
        re.IGNORECASE,
    ),
    "way": re.compile(
        r"\b(?:by \w+|using|use|through|via|first|then|you (?:can|should|need|could|may)|need to|with (?:a|"
        r"an|the|your|some))\b|"
        r"(?:^|[.;:,]\s*|\band )(?:add|put|mix|press|click|open|run|take|go|cut|turn|set|hold|pull|push|"
        r"heat|keep|leave|"
        r"pour|place|store|wash|boil|bake|cook|soak|call|write|send|fill|remove|let|wrap|apply|type|select|"
        r"choose|plant|"
        r"water|feed|give|make|get|bring|tap|scan|rub|rinse|dry|freeze|stir)\b",
        re.IGNORECASE,
    ),
    "yes-no": re.compile(
        r"\b(?:yes|no|not|never|indeed|always|usually|cannot|only|of course|sure|certainly|absolutely|"
        r"definitely|"
        r"sometimes|rarely|hardly|partly|mostly|possible|possibly|probably|likely|maybe|still|too|also|"
        r"already|"
        r"(?:it|they|he|she|you|we|i|that|there) (?:is|are|was|were|do|does|did|can|could|will|would|"
        r"should|has|have|had|may)"
        r"(?=[,.;!]|$| and\b| but\b))\b|n['’]t\b",
        re.IGNORECASE,
    ),
}
_SEGMENT = re.compile(
    r"[.;:!?\n]+(?=\s|$)|,|\s[–—-]\s|\b(?:and|but|while|whereas|which|where|who|because|so|"
    r"although|or)\b|[()]"
)
_SAID_OF_IT = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|might|must|should|it|they|he|"
    r"she|you|we|there|"
    r"that|this|many|most|some|all|few)\b",
    re.IGNORECASE,
)
"""What answers a question for yes or no in words of its own says something of it."""
_NO_NAMES = re.compile(rf"\b(?:{_MONTHS})s?\b", re.IGNORECASE)


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
    own = [words[i].difference(*(words[j] for j in range(len(asked)) if j != i)) for i in range(len(asked))]
    kinds = [_kind(prompt[a:b]) or "other" for a, b in asked]
    open_ones = _open(kinds, own, answer, prompt)
    if not open_ones or len(open_ones) == len(asked) or _fragments(answer, own):
        return None
    return LeftOut(*asked[open_ones[0]], len(asked))


def _fragments(answer: str, own: list[frozenset[str]]) -> bool:
    """Whether an answer only lists a few words for each question: “Lima. Bram Stoker.”"""
    parts = [part for part in re.split(r"[.;,\n](?=\s|$)|\band\b", answer) if part.strip()]
    named = any(each & _words(answer) for each in own)
    return not named and len(parts) >= len(own) and all(len(part.split()) <= 3 for part in parts)


def _open(kinds: list[str], own: list[frozenset[str]], answer: str, prompt: str) -> list[int]:
    """The questions with neither a word of their own in the answer nor what they ask for."""
    said = _words(answer)
    by_words = [bool(each & said) for each in own]
    claimed = frozenset[str]().union(
        *(each for each, answered in zip(own, by_words, strict=True) if answered)
    )
    free = [part for part in _SEGMENT.split(answer) if (told := _words(part)) and not told & claimed]
    loose: list[int] = []
    open_ones: list[int] = []
    for i, kind in enumerate(kinds):
        if by_words[i]:
            continue
        if kind == "other" or (not own[i] and kind in ("way", "yes-no")):
            loose.append(i)
        elif _evidence(kind, answer) >= kinds.count(kind) or (
            kind in _NAMED and _new_names(answer, prompt) >= sum(each in _NAMED for each in kinds)
        ):
            used = next((part for part in free if _evidence(kind, part)), None)
            if used is not None:
                free.remove(used)
        elif kind == "way" or (kind in ("yes-no", "reason") and any(map(_SAID_OF_IT.search, free))):
            loose.append(i)
        else:
            open_ones.append(i)
    return sorted(open_ones + loose[len(free) :])


def _evidence(kind: str, answer: str) -> int:
    """How many things of the kind that a question asks for an answer holds."""
    if kind == "number":
        answer = _KIND_OF_ANSWER["when"].sub(" ", _DATE.sub(" ", answer))
    return len(_KIND_OF_ANSWER[kind].findall(answer))


_NAMED = ("name", "where")


def _new_names(answer: str, prompt: str) -> int:
    return _names(_NO_NAMES.sub(lambda match: match.group().lower(), answer), prompt)


def _questions(prompt: str) -> list[tuple[int, int]]:
    """The different questions of a prompt, as spans."""
    found: list[tuple[int, int]] = []
    for match in _QUESTION.finditer(prompt):
        said = match.group()
        start = match.start() + len(said) - len(said.lstrip())
        lead = _LEAD.match(said.strip())
        led = lead.end() if lead is not None else 0
        joined = _JOINED.match(said.strip()[led:])
        if joined is None and _NOT_ANOTHER.fullmatch(said.strip()):
            continue
        if joined is not None:
            start += led
            found += [(start, start + joined.end("one")), (start + joined.start("two"), match.end())]
        elif _kind(said):
            found.append((start, match.end()))
    return found


def _kind(question: str) -> str:
    return next((name for name, pattern in _KIND if pattern.match(question)), "")


def _words(text: str) -> frozenset[str]:
    return frozenset(
        _stem(word) for word in map(str.lower, WORD.findall(text)) if word not in _PLAIN and len(word) > 1
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
    known = {word.lower() for word in WORD.findall(prompt)}
    found = 0
    for match in _NAME.finditer(answer):
        parts = [word for word in WORD.findall(match.group()) if word[0].isupper() and word not in _NO_NAME]
        begins = not answer[: match.start()].strip() or answer[: match.start()].rstrip()[-1] in ".!?"
        ends = answer[match.end() : match.end() + 1] in (",", ".", ";", ":", "")
        if begins and len(parts) == 1 and len(answer.split()) > 4 and not ends:
            continue  # the first word of a sentence has a capital anyhow
        found += any(part.lower() not in known for part in parts)
    return found
