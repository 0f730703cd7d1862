"""Markdown that does not show as meant: uneven tables, half links, open bold and code, headings without a space."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ftui.text.prose import FILLER, masked

Kind = Literal["table", "link", "bold", "code", "heading"]
PATTERN = r"(?m)^ {0,3}#{2,6}[\p{L}]|\*\*|\]\s?\(|\)\[http|`|^\s*\|?\s*:?-{2,}:?\s*\|"
"""What a text must hold for any slip: a quick test for a column."""
_HEADING = re.compile(r"^ {0,3}(#{2,6})(?=[^\W\d_])(?![A-Fa-f0-9]{3,8}\b)", re.M)
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_OPEN_LINK = re.compile(
    r"(?<![\\!\w])!?\[[^\[\]\n]{1,200}\]\((?:https?://|www\.|/|\.|#|mailto:)[^\s()\"]*"
    r"(?P<end>[ \t]*(?=\n|\Z)|(?=[.,;]?[ \t]+[A-Za-z]))"
)
_OPEN_TITLE = re.compile(
    r"(?<![\\!\w])!?\[[^\[\]\n]{1,200}\]\((?:https?://|www\.|/|\.|#|mailto:)[^\s()\"]*[ \t]+"
    r"(?:\"[^\"\n]*\"|'[^'\n]*'|“[^”\n]*”)(?![ \t]*\))"
)
_SPACED_LINK = re.compile(r"(?<![\\\w])\[[^\[\]\n]{2,200}\] \((?:https?://|www\.)[^\s()]+\)")
_TURNED_LINK = re.compile(r"\([^()\n]{2,200}\)\[(?:https?://|www\.)[^\s\[\]]+\]")
_BOLD = re.compile(r"(?<![*\\])\*\*(?!\*)")
_RULE = re.compile(r"^[ \t]*(?:\*[ \t]*){3,}$", re.M)
_CODE_LINE = re.compile(
    r"\*\*(?:kwargs|\w+\)|/|\.)|\w\*\*[\w(]|\w\s\*\*\s[\w(]|/\*\*|\*\*/|[;{}]\s*$|^ {4,}\S|^\t|\w\(.*\*\*",
    re.M,
)
_CLOSING_ONLY = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,2}[.)])?[ \t]*(?P<text>[A-Z][^*\n:]{1,60}:)\*\*(?=\s)"
    r"|^[ \t]*(?:[-*+]|\d{1,2}[.)])?[ \t]*(?P<before>[A-Z][^*\n:]{1,60})\*\*(?=:\s)",
    re.M,
)
_TICK = re.compile(r"(?<![`\\])`(?!`)")
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t]*(?:\n|[-*+•][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]|>|\|)))+")
_LONGEST = 100_000


class Slip(NamedTuple):
    """Characters start..end, what is wrong there, and what a message says."""

    start: int
    end: int
    kind: Kind
    message: str


def find(text: str) -> list[Slip]:
    """The slips in the Markdown of a text, in order."""
    if len(text) > _LONGEST:
        return []
    bare = masked(text)
    return sorted([*_headings(bare), *_tables(bare), *_links(bare), *_bold(bare), *_ticks(bare)])


def _headings(bare: str) -> list[Slip]:
    return [
        Slip(match.start(1), match.end(1), "heading", "a heading without a space after its #")
        for match in _HEADING.finditer(bare)
    ]


def _tables(bare: str) -> list[Slip]:
    if "|" not in bare or "--" not in bare:
        return []
    lines = bare.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    done = 0
    for i, line in enumerate(lines):
        if i <= done or "|" not in line or not _DELIMITER.fullmatch(line) or "|" not in lines[i - 1]:
            continue
        wanted = _cells(line)
        done = i
        while done + 1 < len(lines) and "|" in lines[done + 1]:
            done += 1
        for j in (i - 1, *range(i + 1, done + 1)):
            if _cells(lines[j]) != wanted:
                what = "the header" if j == i - 1 else "a row"
                message = f"{what} of a table has {_cells(lines[j])} cells, its --- line {wanted}"
                found.append(Slip(starts[j], starts[j] + len(lines[j]), "table", message))
                break
    return found


def _cells(line: str) -> int:
    bare = re.sub(r"\\\|", FILLER, line).strip()
    return bare.count("|") + 1 - bare.startswith("|") - (bare.endswith("|") and len(bare) > 1)


def _links(bare: str) -> list[Slip]:
    if "](" not in bare and "] (" not in bare and ")[" not in bare:
        return []
    found = [
        Slip(match.start(), match.end(), "link", "a link that is not closed")
        for match in _OPEN_LINK.finditer(bare)
        if ")" not in bare[match.end() : match.end() + 1]
        and not re.match(r"[ \t]+[\"'(]", bare[match.end() : match.end() + 3])
        and not _closed_later(bare[match.end() :].split("\n", 1)[0].split("[", 1)[0])
    ]
    found += [
        Slip(*match.span(), "link", "a link that is not closed") for match in _OPEN_TITLE.finditer(bare)
    ]
    found += [
        Slip(*match.span(), "link", "a link with a space between text and address")
        for match in _SPACED_LINK.finditer(bare)
    ]
    return found + [
        Slip(*match.span(), "link", "a link with text and address turned round")
        for match in _TURNED_LINK.finditer(bare)
    ]


def _closed_later(rest: str) -> bool:
    """Whether the rest of a line has a closing parenthesis that belongs to none that opens in it."""
    depth = 0
    for sign in rest:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return True
    return False


def _bold(bare: str) -> list[Slip]:
    if "**" not in bare:
        return []
    found = []
    for match in _PARAGRAPH.finditer(_RULE.sub(lambda m: " " * len(m.group()), bare)):
        paragraph = match.group()
        if paragraph.count("**") % 2 == 0 or _CODE_LINE.search(paragraph):
            continue
        marks = [mark.start() for mark in _BOLD.finditer(paragraph)]
        if len(marks) % 2 == 0:
            continue
        closing = _CLOSING_ONLY.match(paragraph) if len(marks) == 1 else None
        held = _held(paragraph, marks)
        at = match.start() + (closing.end("text" if closing["text"] else "before") if closing else held or 0)
        if closing or held is not None:
            message = "bold that is closed and never opened" if closing else "bold that is never closed"
            found.append(Slip(at, at + 2, "bold", message))
    return found


def _held(paragraph: str, marks: list[int]) -> int | None:
    """The first ** that opens and that no later one closes before the next opens."""
    held: int | None = None
    for at in marks:
        if held is not None and not paragraph[at - 1].isspace():
            held = None
        elif _opens(paragraph, at):
            if held is not None:
                return held
            held = at
    return held


def _opens(paragraph: str, at: int) -> bool:
    """Whether ** begins bold text: a word follows, none stands before it, and the text is not a footnote."""
    before, after = paragraph[:at][-1:], paragraph[at + 2 : at + 3]
    starts = not before or before.isspace() or before in "([\"'“—–-:>|"
    return starts and (after.isalnum() or after in "\"'“`(" + FILLER) and after != ""


def _ticks(bare: str) -> list[Slip]:
    if "`" not in bare:
        return []
    found = []
    for match in _PARAGRAPH.finditer(bare):
        paragraph = match.group()
        marks = [mark.start() for mark in _TICK.finditer(paragraph)]
        if len(marks) % 2 == 0:
            continue
        at = marks[-1]
        after = paragraph[at + 1 : at + 2]
        if (
            after.strip()
            and after not in ".,;:)"
            and "'" not in paragraph[at:]
            and _stands_free(paragraph, at)
        ):
            found.append(
                Slip(match.start() + at, match.start() + at + 1, "code", "inline code that is never closed")
            )
    return found


def _stands_free(paragraph: str, at: int) -> bool:
    before = paragraph[:at][-1:]
    return not before or before.isspace() or before in "([\"'“—–-:>|/"
