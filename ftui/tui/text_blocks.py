"""Titled texts with marked places, as lines of the screen: prompts, outputs, references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.style import Style

from ftui.text.visible import NEWLINE
from ftui.tui.cell_text import one_line
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece
from ftui.tui.wrap import TAB_WIDTH, wrapped

LONGEST = 200_000
"""Characters of a text that are laid out: 0.1 s."""
KINDS = ("cut", "differs", "special")
"""What a place can be marked as; the later wins where two overlap."""


class Block(NamedTuple):
    """A text under a title. `spans`: start, end, and one of KINDS, in any order."""

    title: str
    role: str
    """Gives the title its colour: user, assistant, system, tool."""
    text: str
    spans: Sequence[tuple[int, int, str]] = ()
    more: str = ""
    """Behind the title, weaker."""


def laid_out(
    blocks: Sequence[Block], width: int, palette: Palette, *, spelt: bool = False
) -> list[list[Piece]]:
    """Every block with its title, an empty line between two. `spelt`: white space is drawn."""
    lines: list[list[Piece]] = []
    for number, block in enumerate(blocks):
        if number:
            lines.append([])
        if block.title:
            title = [(one_line(block.title), palette.role(block.role))]
            lines.append([*title, (f"  {one_line(block.more)}", palette.faint)] if block.more else title)
        lines += _text(block, width, palette, spelt)
    return lines


def _text(block: Block, width: int, palette: Palette, spelt: bool) -> Iterator[list[Piece]]:
    shown = block.text[:LONGEST]
    if not shown:
        yield [("(empty)", palette.faint)]
    styles = _styles(palette)
    runs = list(_runs(len(shown), block.spans))
    first = 0
    for start, end in wrapped(shown, max(2, width - 1 if spelt else width)):
        while first < len(runs) and runs[first][1] <= start:
            first += 1
        pieces: list[Piece] = []
        for at, stop, kind in runs[first:]:
            if at >= end:
                break
            text = _drawn(shown[max(at, start) : min(stop, end)], spelt or kind == "special")
            pieces.append((text, styles[kind]))
        yield [piece for piece in pieces if piece[0]]
    if len(block.text) > LONGEST:
        yield [(f"… {len(block.text) - LONGEST:,} more characters", palette.faint)]


def _styles(palette: Palette) -> dict[str, Style]:
    return {
        "": palette.text,
        "cut": palette.dim + Style(strike=True),
        "differs": palette.text + Style(bold=True, underline=True),
        "special": palette.symbol + Style(bold=True),
    }


def _runs(length: int, spans: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The whole text as runs of one kind each."""
    edges = sorted({0, length, *(min(at, length) for start, end, _ in spans for at in (start, end))})
    ranked = sorted(spans, key=lambda span: KINDS.index(span[2]))
    open_: list[tuple[int, int, str]] = []
    starting = sorted(ranked, key=lambda span: span[0])
    next_ = 0
    for start, end in pairwise(edges):
        while next_ < len(starting) and starting[next_][0] <= start:
            open_.append(starting[next_])
            next_ += 1
        open_ = [span for span in open_ if span[1] > start]
        yield start, end, max((span[2] for span in open_), key=KINDS.index, default="")


def _drawn(text: str, spelt: bool) -> str:
    """Characters as the screen shows them; the newline at the end of a line is drawn only when spelt out."""
    if not (text.isascii() and text.isprintable()):
        text = text.replace("\n", NEWLINE if spelt else "")
        text = one_line(text.replace("\t", "⇥".ljust(TAB_WIDTH) if spelt else " " * TAB_WIDTH))
    return text.replace(" ", "·") if spelt else text
