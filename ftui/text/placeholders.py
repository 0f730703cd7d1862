"""Text that somebody meant to replace: TODO, lorem ipsum, {{answer}}, [INSERT NAME HERE]."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.blank import STRAY
from ftui.text.code import fences

WHOLE = frozenset({
    "todo", "tbd", "tba", "fixme", "n/a", "nan", "placeholder", "[object object]", "lorem ipsum", "<noinput>",
    "noinput", "no input", "your answer here", "answer here", "answer goes here", "insert answer here",
    "insert text here", "text here", "enter text here", "fill in", "fill me in", "to be done", "to be defined",
    "to be determined", "to be added", "example answer", "sample answer", "dummy text", "asdf", "...", "…", "???",
})  # fmt: skip
"""A text that is nothing but one of these, whatever its case and the brackets around it."""
WHOLE_PATTERN = (
    r"^[\[\](){}<>*_\"'` .]*(?:" + "|".join(map(re.escape, sorted(WHOLE))) + r"|x{3,})[\[\](){}<>*_\"'` .]*$"
)
"""The same as a pattern for a column: it lets pass a few more."""
ONLY_ANSWERS = frozenset({"...", "…", "???", "no input"})
"""A person may well say these; an answer may not be them."""
CUES = (
    "{{", "orem ipsum", "OREM IPSUM", "INSERT", "[insert", "[Insert", "<insert", "<Insert", "<your ", "<Your ",
    "<YOUR ", "[your ", "[Your ", "[YOUR ", "TODO", "TBD", "FIXME", "laceholder",
    "PLACEHOLDER", "<noinput>", "[TOPIC", "[DATE", "[TIME", "[PRODUCT", "[COMPANY", "[CITY", "[PLACE", "[PRICE",
    "[AMOUNT", "[QUESTION", "[ANSWER", "[SUBJECT", "[NUMBER", "[LINK", "[URL", "[PHONE", "[EMAIL", "[ADDRESS",
)  # fmt: skip
"""Every placeholder inside a text holds one of these, or SLOT: a quick test before the exact one."""
SLOT = r"\{[a-z]{3,}(?:_[a-z]+){0,3}\}"
_SLOT = re.compile(SLOT)
_ROMAN = re.compile(r"\broman\b|\bnumerals?\b", re.IGNORECASE)
LONGEST_WHOLE = 40
"""Bytes; longer texts are no member of WHOLE, brackets and spaces included."""

_INSIDE = re.compile(
    r"""
    (?P<braces> (?<![\w\\^_}{$]) \{\{ \s* [A-Za-z_][\w .\-]{0,40}? \s* \}\} (?![}{]) )
    | (?P<insert> [\[<(] \s* (?:INSERT|[Ii]nsert) \s+ [\w'’ /\-]{2,50}? \s* [\]>)] )
    | (?P<your> [\[<] \s* [Yy](?:our|OUR)\s (?:[\w\-]+\s)? (?:answer|response|output|completion|reply|text)
        (?:\s+(?:goes\s+)?here)? \s* [\]>] )
    | (?P<here> [\[<] \s* [Yy](?:our|OUR)\s [\w'’ /\-]{2,30}? \s here \s* [\]>] )
    | (?P<mark> ^[ \t]* (?:[-*•][ \t]+)? [\[(<]? (?:TODO|TBD|FIXME) (?: [\])>] | [ \t]*:(?=[ \t]*\S) | [ \t]*$ ) )
    | (?P<tail> (?<=[.!?]\s) (?:TODO|TBD|FIXME) : (?=[ \t]*\S) )
    | (?P<marked> [\[<] (?:TODO|TBD|FIXME) [\]>] )
    | (?P<lorem> \b[Ll]orem\s[Ii]psum\sdolor | \bLOREM\sIPSUM )
    | (?P<named> [\[<{(] \s* (?:your\s)? placeholder (?:\s(?:text|answer|here|response))* \s* [\]>})] )
    | (?P<noinput> <noinput> )
    | (?P<slot> (?<![\w\\^_}{$.:=>/"'(\[]) \{ [a-z][a-z]{2,}(?:_[a-z]+){0,3} \} (?![\w}{("'\]:=/\\]) )
    | (?P<topic> \[ (?:TOPIC|DATE|TIME|PRODUCT|COMPANY|CITY|PLACE|PRICE|AMOUNT|QUESTION|ANSWER|SUBJECT|NUMBER
        |LINK|URL|PHONE|EMAIL|ADDRESS) (?:[ _](?:NAME|HERE|NUMBER))? \] )
    | (?P<start> \A\s* (?:TODO|FIXME) [ \t]+ [a-z] [^\n.?!]{0,60} \s*\Z )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_CASED = {
    "insert": re.compile(
        r"[\[<(]\s*(?:INSERT\b|[Ii]nsert\b.*(?:here|name|date|text|answer|title|link|number))"
    ),
    "mark": re.compile(r"[^a-z]*(?:TODO|TBD|FIXME)"),
    "tail": re.compile(r"TODO|TBD|FIXME"),
    "slot": re.compile(r"\{[a-z_]+\}"),
    "topic": re.compile(r"\[[A-Z_ ]+\]"),
    "start": re.compile(r"\s*(?:TODO|FIXME)"),
}
"""What must also hold, with case: `(insert mode)` is no placeholder, `todo: milk` is a list."""
_CODE_LINE = re.compile(
    r"""f["']|\.format\(|=>|</|^\s*(?://|\#(?!\#)|--|/\*|\*\s|<!--|import\s|def\s|class\s|\w+\s*=[^=]|[a-z_][\w-]*:\s*["']?\{\{)"""
)
_TEMPLATES = AnyCase(
    r"""template|placeholder|jinja|mustache|handlebars|liquid|helm|django|ansible|twig|angular|\bvue|nunjucks|blade|curly|
    braces|f-string|interpolat|latex|workflow|yaml|terraform|postman|snippet|boilerplate|mail\s?merge|fill\s+in|to-?do|
    lorem|dummy\s+text|variable|go\s+text|hugo|\bdbt\b|\bhtml\b|\bcss\b""",
    re.VERBOSE,
)
_INLINE_CODE = re.compile(r"`[^`\n]*`")


class Placeholder(NamedTuple):
    """Where it stands, and whether the text is nothing else."""

    start: int
    end: int
    whole: bool


def find(text: str, *, answer: bool, around: str) -> list[Placeholder]:
    """The placeholders in a text; `around` is what else the row says (for an answer its prompt)."""
    whole = find_whole(text, answer=answer)
    if whole is not None:
        return [] if _is_numeral(text, around) else [whole]
    if not may_hold(text):
        return []
    found = [match for match in _INSIDE.finditer(text) if _holds(text, match)]
    found = [
        match for match in found if match.lastgroup != "lorem" or _is_filler(text, match, answer, around)
    ]
    if not found:
        return []
    if _TEMPLATES.search(around) or _TEMPLATES.search(_without(text, found)):
        return []
    code = [(block.start, block.end) for block in fences.blocks(text)]
    code += [match.span() for match in _INLINE_CODE.finditer(text)]
    return [
        Placeholder(start, end, not (text[:start] + text[end:]).strip())
        for start, end in map(_trimmed, found)
        if not any(a <= start < b for a, b in code) and not _in_code_line(text, start)
    ]


def may_hold(text: str) -> bool:
    """Whether a text may hold a placeholder among other words."""
    return any(cue in text for cue in CUES) or _SLOT.search(text) is not None


def _is_numeral(text: str, around: str) -> bool:
    return {*text.strip()} == {"X"} and _ROMAN.search(around) is not None


def find_whole(text: str, *, answer: bool) -> Placeholder | None:
    """The placeholder that is all of a text."""
    bare = text.strip(STRAY)
    if not bare or len(bare) > LONGEST_WHOLE:
        return None
    start = text.index(bare)
    word = bare.lower()
    inner = word.strip("[](){}<>*_\"'` .") if word not in WHOLE else word
    known = inner in WHOLE or word in WHOLE or (len(word) >= 3 and set(word) == {"x"})
    if word == "nan" and bare != "nan":
        return None  # NaN is a right answer about numbers; nan is what pandas writes for nothing
    if not known or (not answer and (inner in ONLY_ANSWERS or word in ONLY_ANSWERS)):
        return None
    return Placeholder(start, start + len(bare), True)


def _holds(text: str, match: re.Match[str]) -> bool:
    cased = _CASED.get(match.lastgroup or "")
    return cased is None or cased.match(text, match.start(), match.end()) is not None


def _is_filler(text: str, match: re.Match[str], answer: bool, around: str) -> bool:
    """Lorem ipsum in an answer, or as the whole of a prompt; as sample text to count the words of it is none."""
    return answer or (not around.strip() and not text[: match.start()].strip(" \n\"'"))


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    said = match.group()
    return match.start() + len(said) - len(said.lstrip(" \t\n-*•")), match.end()


def _without(text: str, found: list[re.Match[str]]) -> str:
    """The text without its placeholders: what it says about itself."""
    parts, at = [], 0
    for match in found:
        parts.append(text[at : match.start()])
        at = match.end()
    return "\n".join((*parts, text[at:]))


def _in_code_line(text: str, start: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    return _CODE_LINE.search(text[line_start : line_end if line_end >= 0 else len(text)]) is not None
