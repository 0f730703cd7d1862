"""Structures that stop in the middle: an empty list item, a heading without a text, half a table row, open HTML."""

from __future__ import annotations

import re

ENDS = (
    r"(?:\n[ \t]*(?:\d{1,3}[.)]|[-*+•])|\n#{2,6}[ \t][^\n]+|\n\*\*[^*\n]+\*\*:?|:|"
    r"\n\|[^\n]*[^|\s]|[ \t](?:[+*/=]|&&|\|\|))$"
    r"|^\s*<[A-Za-z!]"
)
"""What the end, or the beginning, of every text found here looks like; for a column of texts."""

_ITEM = re.compile(r"\n[ \t]*(?:(?P<number>\d{1,3})[.)]|(?P<sign>[-*+•]))\Z")
_HEADING = re.compile(
    r"\n(?:(?P<level>#{2,6})[ \t]+(?P<title>[^\n]+)|\*\*(?P<bold>[^*\n]+:)\*\*|\*\*[^*\n]+\*\*:)\Z"
)
_LAST_WORDS = re.compile(
    r"(?i)\W*(?:the )?(?:end|fin|ende|done|thanks?|thank you|good luck|cheers|conclusion reached)\b"
)
_BODY = re.compile(r"(?m)^(?:#{2,6}[ \t][^\n]+|\*\*[^*\n]+:\*\*|\*\*[^*\n]+\*\*:)\n+(?!#|\*\*)[^\n]*\w")
_LEAD_IN = re.compile(
    r"(?i)(?:\bas follows|\bsuch as|\bfor (?:example|instance)|\bincluding|"
    r"\b(?:follow|take|try|use|are|following|with|in|by|need)\b[^.:\n]{0,60}\b(?:these|the following|following|"
    r"the next|some|few|several|two|three|four|five)\b[^.:\n]{0,40}\b(?:steps?|things|points|tips|reasons|examples?|"
    r"ways|options|methods|items|commands?|ingredients|instructions|rules|factors)|"
    r"\bhere (?:is|are) (?:the|a|an|some|few|several|two|three|four|five)\b[^.:?!\n]{2,60})[ \t]*:\Z"
)
_ROW = re.compile(r"(?m)^\|.*\|[ \t]*$")
_RULE = re.compile(r"(?m)^\|[ \t:|-]+\|[ \t]*$")
_OPERATOR = re.compile(r"\n[ \t]*(?:return\b.*|[\w.\[\]]+[ \t]*[-+*/]?=.*|.*\(.*)[ \t](?:[+*/=]|&&|\|\|)\Z")
_WHOLE_HTML = re.compile(
    r"(?i)\s*(?:<!doctype[ \t]+(html)>|<(html|body|ul|ol|table|div|svg|section|article|form|nav)[ >])"
)


def unfinished(text: str) -> str | None:
    """In what a text (its end without spaces) stops that must go on, or None."""
    line = text[max(text.rfind("\n"), 0) :]
    if line.startswith("\n"):
        for found in (_empty_item(text, line), _bare_heading(text, line), _half_row(text, line)):
            if found is not None:
                return found
        if _OPERATOR.search(line):
            return "its last line of code ends with an operator"
    if line.endswith(":") and _LEAD_IN.search(line):
        return "nothing follows the colon"
    return _open_html(text)


def _empty_item(text: str, line: str) -> str | None:
    """A list item with nothing in it, after one with something."""
    item = _ITEM.fullmatch(line)
    if item is None:
        return None
    if item["sign"]:
        before = re.search(rf"(?m)^[ \t]*{re.escape(item['sign'])}[ \t]+\w[^\n]*\n+[ \t]*[^\n]*\Z", text)
    else:
        before = re.search(rf"(?m)^[ \t]*{int(item['number']) - 1}[.)][ \t]+\S", text)
    return f"its last list item, “{line.strip()}”, is empty" if before else None


def _bare_heading(text: str, line: str) -> str | None:
    """A heading with nothing under it, after one with a text."""
    found = _HEADING.fullmatch(line)
    if found is None or _LAST_WORDS.match(line) or not _BODY.search(text[: -len(line)]):
        return None
    return "nothing stands under its last heading"


def _half_row(text: str, line: str) -> str | None:
    """A table row without its last border, where all others have it."""
    if not line.startswith("\n|") or line.endswith("|"):
        return None
    rows = text[: -len(line)].rsplit("\n\n", 1)[-1].strip("\n").split("\n")
    table = [row for row in rows if row.startswith("|")]
    closed = len(table) >= 2 and all(_ROW.fullmatch(row) for row in table)
    return "it ends within a table row" if closed and any(_RULE.fullmatch(row) for row in table) else None


def _open_html(text: str) -> str | None:
    """HTML that is the whole answer and whose first element is never closed."""
    found = _WHOLE_HTML.match(text)
    if found is None:
        return None
    name = (found[1] or found[2]).lower()
    low = text.lower()
    if low.count(f"</{name}") or len(re.findall(r"<[a-z]", low)) < 3:
        return None
    return "its HTML is never closed"
