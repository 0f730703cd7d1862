"""Text from data made safe to print: what a terminal would obey or hide becomes a visible symbol."""

from __future__ import annotations

import unicodedata

_NAMED = {0x09: "⇥", 0x0A: "↵", 0x0D: "␍", 0x7F: "␡", 0xFFFE: "⟨U+FFFE⟩", 0xFFFF: "⟨U+FFFF⟩"}
_HIDDEN_LETTERS = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0})
"""Drawn as nothing although Unicode calls them letters, marks or symbols."""
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, formats (bidi, zero-width, tags), lone surrogates, line and paragraph separators."""


class _Symbols(dict[int, str]):
    """Code point to symbol, filled as characters are met: a full table would take 0.2 s at start."""

    def __missing__(self, code: int) -> str:
        symbol = chr(code)
        if code in _HIDDEN_LETTERS or unicodedata.category(symbol) in _UNSAFE_CATEGORIES:
            symbol = chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"
        self[code] = symbol
        return symbol


_SYMBOLS = _Symbols(_NAMED)


def visible(text: str) -> str:
    """The text on one line, with every control, escape, bidi and zero-width character drawn as a symbol."""
    return text if text.isascii() and text.isprintable() else text.translate(_SYMBOLS)


def shortened(text: str, limit: int) -> str:
    """The visible text, cut to `limit` characters with an ellipsis."""
    shown = visible(text[: limit + 1])
    return shown if len(text) <= limit and len(shown) <= limit else shown[: limit - 1] + "…"
