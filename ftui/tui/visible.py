"""Text from data as the terminal may show it: nothing that moves the cursor, hides or reorders."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category

from rich.cells import cell_len, get_character_cell_size, set_cell_size

NEWLINE = "⏎"
TAB = "⇥"
ZERO_WIDTH = "◦"
BIDI = "⇄"
CONTROL = "▯"
UNKNOWN = "�"
BIDI_CHARACTERS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
DROPPED = frozenset("\ufe0e\ufe0f")
"""Variation selectors only choose between two pictures of the character before; terminals disagree on their width."""
MARKS = 2
"""Combining marks kept on one character; more is a stack that overwrites the lines above."""


class _Drawn(dict[int, str]):
    """A str.translate table that works out each new character once."""

    def __missing__(self, code: int) -> str:
        drawn = self[code] = symbol(chr(code))
        return drawn


def symbol(character: str) -> str:
    """What is drawn for a character: itself, a visible symbol one cell wide, or "" for a variation selector."""
    code = ord(character)
    if character.isprintable():
        return "" if character in DROPPED else character
    if code < 32:
        return {"\n": NEWLINE, "\t": TAB}.get(character, chr(0x2400 + code))
    if code == 127:
        return "␡"
    if character in DROPPED:
        return ""
    if character in BIDI_CHARACTERS:
        return BIDI
    return {"Cc": CONTROL, "Cf": ZERO_WIDTH, "Zs": " ", "Zl": NEWLINE, "Zp": "¶", "Co": CONTROL}.get(
        category(character), UNKNOWN
    )


DRAWN = _Drawn()


def one_line(text: str) -> str:
    """The text with every unsafe character drawn as a symbol, on one line."""
    if text.isascii() and text.isprintable():
        return text
    drawn = text.translate(DRAWN)
    return drawn if drawn.isascii() else "".join(_without_stacks(drawn))


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
