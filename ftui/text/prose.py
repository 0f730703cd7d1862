"""Prose with its code taken out: every character keeps its place, and code becomes a filler."""

from __future__ import annotations

import re
from functools import lru_cache

from ftui.text.code import fences

FILLER = "\ufffc"
"""Stands for a character of code; of no class that any detector of prose looks for."""

_INLINE = re.compile(r"(?<![\\`])(`{1,3})(?!`)(?P<code>[^\n]+?)(?<!`)\1(?!`)")
_URL = re.compile(r"(?:https?|ftp|file)://[^\s<>\"“”()\[\]{}]+|\bwww\.[^\s<>\"“”()\[\]{}]+")
_MATH = re.compile(
    r"\$\$.{1,1000}?\$\$|\\\[.{1,1000}?\\\]|\\\(.{1,500}?\\\)|(?<![\w$\\])\$(?=[^\s\d$])[^$\n]{1,200}?(?<!\s)\$(?![\w$])",
    re.S,
)
_NOT_BREAK = re.compile(r"[^\n]")


def masked(text: str, *, urls: bool = False, math: bool = False) -> str:
    """The text with fenced blocks and inline code filled out, character for character; line breaks stay."""
    if "`" in text or "~~~" in text:
        text = _without_code(text)
    if math and ("$" in text or "\\" in text):
        text = _MATH.sub(_fill, text)
    return _URL.sub(_fill, text) if urls and ("://" in text or "www." in text) else text


@lru_cache(maxsize=4)
def _without_code(text: str) -> str:
    """Several detectors in a row ask for the same text."""
    parts, at = [], 0
    for block in fences.blocks(text):
        parts += [text[at : block.start], _NOT_BREAK.sub(FILLER, text[block.start : block.end])]
        at = block.end
    return _INLINE.sub(_fill, "".join((*parts, text[at:])))


def code_spans(text: str) -> list[tuple[int, int]]:
    """Where fenced blocks and inline code stand."""
    spans = [(block.start, block.end) for block in fences.blocks(text)]
    return spans + [match.span() for match in _INLINE.finditer(text)] if "`" in text else spans


def _fill(match: re.Match[str]) -> str:
    return _NOT_BREAK.sub(FILLER, match.group())
