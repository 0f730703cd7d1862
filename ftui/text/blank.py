"""Characters that draw nothing: which texts are empty to the eye, and what stands around a text."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

WHITE = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
"""Everything that Unicode and Python call white space, the no-break space included."""
ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, joiners and the like."""
DIRECTION = "\u200e\u200f\u061c"
"""Direction marks: nothing on their own, but right where they are at the border of Arabic and Hebrew texts."""
STRAY = WHITE + ZERO_WIDTH
"""What does not belong at the border of a text."""
EMPTY = STRAY + DIRECTION + "\u2800\u3164\u115f\u1160\uffa0"
"""What a text may hold and still say nothing; with the blank letters of Braille and Hangul."""


class Border(NamedTuple):
    """What stands before and after a text: text[:start] and text[end:]."""

    start: int
    end: int


def is_empty(text: str) -> bool:
    """Whether there is nothing to see."""
    return not text.strip(EMPTY)


def border(text: str) -> Border:
    """Where a text begins and ends without stray characters; the indentation of a block of code belongs to the text."""
    start = len(text) - len(text.lstrip(STRAY))
    end = len(text.rstrip(STRAY))
    if start >= end:
        return Border(0, 0)
    indent = start - _indentation(text, start)
    return Border(indent if _is_block(text, indent, start, end) else start, end)


def _indentation(text: str, start: int) -> int:
    """How many spaces and tabs stand directly before the first visible character."""
    lead = text[:start]
    return start - len(lead.rstrip(" \t"))


def _is_block(text: str, indent: int, start: int, end: int) -> bool:
    """Whether the first line is indented as later lines are: a block cut out of code, where to strip is to break."""
    if start - indent < 2 and text[indent:start] != "\t":
        return False
    later = text[start:end].split("\n")[1:]
    return any(line.startswith(text[indent:start]) for line in later)


def names(text: str) -> str:
    """Invisible characters in words: `2 spaces, 1 no-break space`."""
    counts: dict[str, int] = {}
    for character in text:
        name = _NAMES.get(character) or unicodedata.name(character, f"U+{ord(character):04X}").lower()
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items())


_NAMES = {
    " ": "space",
    "\n": "newline",
    "\t": "tab",
    "\r": "carriage return",
    "\f": "form feed",
    "\v": "vertical tab",
}
