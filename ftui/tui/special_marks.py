"""A model's text as lines of the screen, its special tokens marked: one symbol each, or spelt out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.style import Style

from ftui.tui.cell_text import one_line
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, over
from ftui.tui.wrap import TAB_WIDTH, wrapped

MARK = "◆"
"""Stands for a special token that is not spelt out."""
_OTHERS = r"<\|[^|<>\s]{1,40}\|>|<｜[^｜<>\s]{1,40}｜>"
"""Special tokens of other models look like this."""
Span = tuple[int, int, str]
"""Start, end, and what the characters are: "special", or "cut" off behind an output."""


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    from ftui.text.special_tokens import KNOWN

    known = sorted(KNOWN, key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, known), _OTHERS]))


def special_spans(text: str) -> list[tuple[int, int]]:
    """Where special tokens stand in a text."""
    if "<" not in text and "[" not in text:
        return []
    return [(match.start(), match.end()) for match in _pattern().finditer(text)]


def spelt(text: str, cut: str = "") -> tuple[str, list[Span]]:
    """The text with everything spelt out: its special tokens, line breaks, and what was cut off behind it."""
    spans: list[Span] = [(start, end, "special") for start, end in special_spans(text)]
    if cut:
        spans.append((len(text), len(text) + len(cut), "cut"))
    return text + cut, spans


def folded(text: str) -> tuple[str, list[Span]]:
    """The text with a symbol for each special token."""
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for start, end in special_spans(text):
        parts += [text[at:start], MARK]
        length += start - at + 1
        spans.append((length - 1, length, "special"))
        at = end
    parts.append(text[at:])
    return "".join(parts), spans


def lines_of(
    text: str,
    spans: Sequence[Span],
    width: int,
    palette: Palette,
    *,
    breaks: bool,
    plain: Style | None = None,
) -> Iterator[list[Piece]]:
    """Screen lines of at most `width` cells; `breaks`: line breaks are drawn; `plain`: the text's style."""
    ground = plain or palette.text
    first = 0
    for start, end in wrapped(text, width - 1 if breaks else width):
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        yield _line(text, start, end, spans[first:], palette, breaks, ground)


def _line(
    text: str, start: int, end: int, spans: Sequence[Span], palette: Palette, breaks: bool, ground: Style
) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for first, last, kind in spans:
        if first >= end:
            break
        if first > at:
            pieces.append((_drawn(text[at:first], breaks), ground))
        style = over(palette.symbol, ground) if kind == "special" else over(palette.faint, ground) + _STRUCK
        pieces.append((_drawn(text[max(first, at) : min(last, end)], True), style))
        at = min(last, end)
    if at < end:
        pieces.append((_drawn(text[at:end], breaks), ground))
    return pieces


_STRUCK = Style(strike=True)


def _drawn(text: str, breaks: bool) -> str:
    shown = text if breaks else text.removesuffix("\n").removesuffix("\r")
    return one_line(shown if breaks else shown.replace("\t", " " * TAB_WIDTH))
