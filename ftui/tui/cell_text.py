"""Text from data as cells of the screen: drawn safely, cut and measured."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, get_character_cell_size, set_cell_size

from ftui.text.visible import ZERO_WIDTH, drawn

MARKS = 2
"""Combining marks kept on one character; more is a stack that overwrites the lines above."""


def one_line(text: str) -> str:
    """The text with every unsafe character drawn as a symbol, on one line."""
    shown = drawn(text)
    return shown if shown.isascii() else "".join(_without_stacks(shown))


def _without_stacks(text: str) -> Iterator[str]:
    marks = MARKS
    for character in text:
        if get_character_cell_size(character) == 0:
            marks += 1
            if marks > MARKS:
                if marks == MARKS + 1:
                    yield ZERO_WIDTH
                continue
        else:
            marks = 0
        yield character


def cell(text: str, width: int, start: int = 0) -> str:
    """A table cell exactly `width` cells wide: cut first, so that a long text costs what is shown of it."""
    cut = text[start : start + width * 2 + 8]
    shown = one_line(cut)
    if start + len(cut) < len(text) or cell_len(shown) > width:
        return (
            set_cell_size(set_cell_size(shown, width - 1).rstrip() + "…", width) if width > 1 else "…"[:width]
        )
    return set_cell_size(shown, width)


def width_of(character: str) -> int:
    """The cells a drawn character takes."""
    return 1 if character.isascii() else get_character_cell_size(character)
