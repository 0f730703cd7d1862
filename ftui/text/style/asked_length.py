"""How long an answer a prompt asks for (English): limits in words, sentences, items, or a bare yes or no."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.late_pattern import late

CUES = (
    "word", "sentence", "paragraph", "character", "bullet", "line", "yes or no", "yes/no", "true or false",
    "true/false", "item", "yes\" or \"no", "'yes' or 'no", "chars",
)  # fmt: skip
"""Every limit has one of these, in lower case."""
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
} | {
    "a single": 1,
    "single": 1,
    "a couple of": 2,
    "a": 1,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "a hundred": 100,
    "one hundred": 100,
}
_NUMBER = r"(?P<n>\d[\d,]{0,6}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = (
    r"(?P<unit>words?|sentences?|paragraphs?|char(?:acter)?s?|bullet(?:ed)? points?|bullets?|lines?|items?)"
)
_EXACT = r"(?P<exact>in|using|with|as|to|within|into|of|be|be exactly|exactly|in just|in only|only|just|for)"
_LIMIT = AnyCase(
    r"(?P<bound>at (?:the )?most|no (?:more|longer) than|(?:not|never) (?:be )?(?:more|longer|over|"
    r"above)(?: than)?|"
    r"(?:not|n['’]t) (?:exceed(?:ing)?|go over|use more than|take more than)|exceeding|shorter than|"
    r"cap(?:ped)? (?:\w+ )?at|"
    r"limit (?:of|is|:)|limit:|fewer than|less than|under|"
    r"below|up to|within|"
    r"maximum(?: of)?|max(?:\.|imum)?(?: length)?:?(?: of)?|limit(?:ed)? (?:\w+ ){0,3}to|(?:in|"
    r"to) (?:about|around|approximately|roughly)|"
    r"about|around|approximately|roughly|in|using|with|to|into|exactly|in just|in only|only|just|"
    r"keep (?:it|this) to|length:?)"
    rf"\s+(?:just |only |exactly |about |around |(?:a )?maximum(?: of)? |max |at most |under |"
    rf"no more than |(?:one|two|three|\d+)\s?(?:-|–|to|or)\s?)?{_NUMBER}(?:[- ](?:short|brief|simple|"
    rf"complete|full|single|concise))*[- ]{_UNIT}\b"
    r"(?! (?:each|per|of the|in the|or more|minimum|at least|from the))",
)
_NUMBERED = (
    rf"(?:(?:one|two|three|\d+)\s?(?:-|–|to|or)\s?)?{_NUMBER}(?:[- ](?:short|brief|simple|complete|full|"
    rf"single|"
    rf"concise))*[- ]{_UNIT}\b"
)
_BOUND_AFTER = AnyCase(
    rf"\b{_NUMBERED},?\s*\(?(?:or (?:less|fewer|under|shorter)|at (?:the )?(?:very )?most|max(?:imum)?\b|"
    rf"tops\b|"
    rf"and (?:no|not) (?:more|longer)|no more|limit\b|(?:is|are|will be) (?:enough|plenty|the (?:limit|"
    rf"maximum|most)))",
)
"""“Six words or less”, “80 characters at most”."""
_ALONE = AnyCase(
    rf"(?:[.?!]\s+|\n\s*|\(|\s[–—-]\s)(?:just |only |exactly |in )?{_NUMBERED}(?: answers?)?(?:,? (?:only|"
    rf"please|max))*"
    r"\s*(?=[.!)\n]|$)",
)
"""A limit as a sentence or between brackets: “Explain DNS (two sentences).”"""
_HYPHENATED = AnyCase(
    r"\b(?:write|give|provide|answer with|reply with|compose|create|make|produce|in|as)\s+(?:me )?(?:a|an|"
    r"your)?\s*(?P<n>one|two|three|four|five|single|\d+)"
    r"[- ](?P<unit>word|sentence|line|paragraph)\s+(?:answer|summary|response|reply|explanation|"
    r"definition|description|overview|slogan|tagline|statement)",
)
_YES_NO = AnyCase(
    r"\b(?:answer|respond|reply|say|state|output|return|write|tell me|give me|"
    r"indicate)\b[^.?!\n]{0,40}?[\"'“‘]?\b(?P<pair>yes[\"'”’]?\s*(?:or|/)\s*[\"'“‘]?no|"
    r"true[\"'”’]?\s*(?:or|/)\s*[\"'“‘]?false)\b"
    r"|(?:^|[.?!\n(,:;]\s*)(?:just |only |simply )?(?P<pair2>yes(?: or |/)no|true(?: or |"
    r"/)false)(?: only)?\s*[.?!:)]*\s*(?:$|\n)"
    r"|\b(?:a|just|only|simply|plain|simple|clear|straight)(?: a)? (?P<pair3>yes(?: or |/|"
    r"-or-)no)\b(?! question)",
)
_YES_NO_FIRST = late(
    r"\W*(?:(?:quick question|answer|just|only|simply)[,:]?\s+)*(?P<pair>yes(?: or |/)no|true(?: or |"
    r"/)false)\s*[:,–—-]",
    re.IGNORECASE,
)
_ASKS_REASON = late(r"\b(?:explain|justify|elaborate|why|reasons?|support your|prove)\b", re.IGNORECASE)
YES_NO_WORDS, FIRST_WORDS = 5, 12
"""Words that an answer to “answer yes or no”, and to “Yes or no: …”, may have."""
_EXPLAIN = late(
    r"\b(?:explain|justif|why|reason|elaborat|because|evidence|support your|then |and )", re.IGNORECASE
)
_QUICK = AnyCase(
    r"(?:\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single|couple of|"
    r"fifteen|twenty|"
    r"thirty|fifty|hundred))(?:[- ][a-z]+){0,2}[- ](?:word|sentence|paragraph|char|bullet|line|item)|"
    r"(?:word|character|sentence)s? limit",
)
LIMIT_CUE = (
    rf"(?i){_QUICK.pattern}|(?:yes[\"'”’]?\s*(?:or|/)\s*[\"'“‘]?no|true[\"'”’]?\s*(?:or|/)\s*[\"'“‘]?false)"
)
"""Every prompt with a limit matches this (Rust syntax)."""
_NOT_FOR_ANSWER = late(
    r"\b(?:at least|minimum|more than|first|last|second|this|that|these|following|each|every|per|given|"
    r"the|input|text|contains?|has|have|whose|file|function|program|code|script|password|string|"
    r"list of)\s*(?:of\s*)?$",
    re.IGNORECASE,
)
_OTHER_TASK = AnyCase(
    r"\b(?:count|how many|number of|function|program|script|regex|code|split|extract|replace|sort|remove|"
    r"reverse|find the|password|correct|translate|"
    r"anagram|crossword|puzzle|riddle|fix|edit|grammar|classify)\b",
)
_WORD = late(r"\w+(?:['’\-]\w+)*")
_SENTENCE_END = late(r"[.!?。！？]+[\"'”’)\]*_]*(?=\s+[\"'“‘(*_]*[A-Z0-9À-Þ]|\s*$)|[。！？]")
_ABBREVIATION = late(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Prof|Jr|Sr|vs|etc|e\.g|i\.e|approx|No|Inc|Ltd|U\.S|a\.m|p\.m|ca|cf|Fig|"
    r"Eq|Mt)\.$"
)
_BULLET = late(r"^\s*(?:[-*+•–]|\d{1,3}[.)]|\(?[a-z][.)])\s+", re.IGNORECASE)


_NAMED = AnyCase(r"\b(?P<unit>word|character|sentence)s? limit(?: is| of)?:? ?(?P<n>\d[\d,]{0,6})\b")
_COUNTED = (_LIMIT, _HYPHENATED, _BOUND_AFTER, _ALONE, _NAMED)


class Limit(NamedTuple):
    """What the prompt allows, the slack included: `most` of `unit`, said as `said`."""

    most: float
    unit: str
    said: str


def limits(prompt: str) -> list[Limit]:
    """The limits that a prompt sets for its answer."""
    lowered = prompt.lower()
    if not any(cue in lowered for cue in CUES):
        return []
    return [*(_counted(prompt) if _QUICK.search(prompt) else ()), *_yes_no(prompt)]


def _counted(prompt: str) -> list[Limit]:
    found: list[Limit] = []
    for match in (found for each in _COUNTED for found in each.finditer(prompt)):
        sentence = prompt[max(prompt.rfind(c, 0, match.start()) for c in ".!?\n:") + 1 : match.end()]
        before = prompt[: match.start()][-40:]
        if _NOT_FOR_ANSWER.search(before) or _OTHER_TASK.search(sentence):
            continue
        number = match["n"].lower()
        count = _NUMBERS.get(number) or int(number.replace(",", ""))
        unit = match["unit"].lower().split("[")[0].rstrip("s")
        unit = "item" if unit.startswith(("bullet", "item")) else "character" if unit == "char" else unit
        bound = match.groupdict().get("bound") or ""
        loose = (
            re.search(r"about|around|approx|roughly", f"{bound} {match.group()}", re.IGNORECASE) is not None
        )
        if count:
            found.append(Limit(_allowed(count, unit, loose), unit, match.group().strip(" .?!(\n–—-")))
    return found


def _allowed(count: int, unit: str, loose: bool) -> float:
    if unit == "word":
        return 3 if count == 1 else count * 1.5 + 5 if loose else count * 1.2 + 2
    if unit == "character":
        return count * (1.5 if loose else 1.1)
    slack = 1 if count >= 3 else 0
    return count + slack + (max(1, count // 2) if loose else 0)


def _yes_no(prompt: str) -> list[Limit]:
    first = _YES_NO_FIRST.match(prompt)
    if first is not None:
        return [] if _ASKS_REASON.search(prompt) else [Limit(FIRST_WORDS, "word", first["pair"])]
    match = _YES_NO.search(prompt)
    if match is None:
        return []
    rest = prompt[match.end() :]
    around = prompt[max(0, match.start() - 80) : match.start()]
    if _EXPLAIN.search(rest) or re.search(r"explain|why|reason|justif", around, re.IGNORECASE):
        return []
    return [Limit(YES_NO_WORDS, "word", (match["pair"] or match["pair2"] or match["pair3"]).strip())]


def measure(answer: str, unit: str) -> int:
    """How many of a unit an answer has."""
    if unit == "word":
        return len(_WORD.findall(answer))
    if unit == "character":
        return len(answer)
    lines = [line for line in answer.split("\n") if line.strip()]
    if unit == "line":
        return len(lines)
    if unit == "paragraph":
        return len([part for part in re.split(r"\n\s*\n", answer) if part.strip()])
    if unit == "item":
        return sum(bool(_BULLET.match(line)) and not line.startswith(("  ", "\t")) for line in lines)
    return sentences(answer)


def sentences(text: str) -> int:
    """How many sentences a text has; a line that is not the last may end without a full stop."""
    count = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        ends = [
            match.end()
            for match in _SENTENCE_END.finditer(line)
            if not (
                line[: match.end()].endswith(".")
                and _ABBREVIATION.search(line[: match.end()])
                and line[match.end() :].strip()
            )
        ]
        count += len(ends) + bool(line[ends[-1] if ends else 0 :].strip(" \t\"'”’)*_"))
    return count
