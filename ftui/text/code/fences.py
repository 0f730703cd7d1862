"""Fenced code blocks of Markdown: where they stand, in which language, and whether they are closed."""

from __future__ import annotations

import re
from typing import NamedTuple

_FENCE = re.compile(
    r"^(?P<indent>[ \t]*(?:>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)*)(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.M
)


class Block(NamedTuple):
    """One fenced block: start..end with its fences, and the code between them."""

    start: int
    end: int
    code_start: int
    code_end: int
    language: str
    closed: bool


def blocks(text: str) -> list[Block]:
    """The fenced blocks in a text, in order; a block that is never closed reaches to the end."""
    if "```" not in text and "~~~" not in text:
        return []
    found: list[Block] = []
    opening: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opening is None:
            opening = match
        elif _closes(match, opening):
            found.append(_block(text, opening, match.start(), match.end(), closed=True))
            opening = None
    if opening is not None:
        found.append(_block(text, opening, len(text), len(text), closed=False))
    return found


def _closes(match: re.Match[str], opening: re.Match[str]) -> bool:
    same = match["mark"][0] == opening["mark"][0] and len(match["mark"]) >= len(opening["mark"])
    return same and not match["info"].strip()


def _block(text: str, opening: re.Match[str], code_end: int, end: int, *, closed: bool) -> Block:
    info = opening["info"].strip()
    language = info.split()[0].strip("{}.").lower() if info else ""
    code_start = min(opening.end() + 1, len(text))
    return Block(opening.start("mark"), end, code_start, max(code_end, code_start), language, closed)
