"""Text from data made safe to show: what a terminal would obey, hide or reorder becomes a visible symbol.

Two spellings: on the screen every character keeps its place, so it becomes one symbol of one cell; a report names it.
"""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import category

NEWLINE = "⏎"
TAB = "⇥"
ZERO_WIDTH = "◦"
BIDI = "⇄"
CONTROL = "▯"
UNKNOWN = "�"
BIDI_CHARACTERS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
DROPPED = frozenset("\ufe0e\ufe0f")
"""Variation selectors only choose between two pictures of the character before; terminals disagree on their width."""
HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Drawn as nothing although Unicode calls them letters, marks or symbols."""


class _Table(dict[int, str]):
    """Code point to what is shown for it, filled as characters are met: a full table would take 0.2 s at start."""

    def __init__(self, spelling: Callable[[str], str]) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, code: int) -> str:
        shown = self[code] = self._spelling(chr(code))
        return shown


def symbol(character: str) -> str:
    """What the screen shows for a character: itself, a symbol one cell wide, or "" for a variation selector."""
    code = ord(character)
    if character in DROPPED:
        return ""
    if character in HIDDEN_LETTERS:
        return ZERO_WIDTH
    if character.isprintable():
        return character
    if code < 32:
        return {"\n": NEWLINE, "\t": TAB}.get(character, chr(0x2400 + code))
    if code == 127:
        return "␡"
    if character in BIDI_CHARACTERS:
        return BIDI
    return {"Cc": CONTROL, "Cf": ZERO_WIDTH, "Zs": " ", "Zl": NEWLINE, "Zp": "¶", "Co": CONTROL}.get(
        category(character), UNKNOWN
    )


def _named(character: str) -> str:
    """What a report shows for a character: itself, a control picture, or its code point."""
    code = ord(character)
    if code < 32 or code == 127:
        return {"\n": "↵", "\t": TAB, "\x7f": "␡"}.get(character, chr(0x2400 + code))
    unsafe = category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code in (0xFFFE, 0xFFFF)
    return f"⟨U+{code:04X}⟩" if unsafe or character in HIDDEN_LETTERS else character


_SYMBOLS = _Table(symbol)
_NAMES = _Table(_named)


def drawn(text: str) -> str:
    """The text for the screen, on one line."""
    return text if text.isascii() and text.isprintable() else text.translate(_SYMBOLS)


def visible(text: str) -> str:
    """The text for a report, on one line, with every control, escape, bidi and zero-width character named."""
    return text if text.isascii() and text.isprintable() else text.translate(_NAMES)


def shortened(text: str, limit: int) -> str:
    """The visible text, cut to `limit` characters with an ellipsis."""
    shown = visible(text[: limit + 1])
    return shown if len(text) <= limit and len(shown) <= limit else shown[: limit - 1] + "…"
