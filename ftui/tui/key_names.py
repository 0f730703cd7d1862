"""The names of keys: as Textual calls them, and as a person reads and writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from textual.keys import Keys, _character_to_key

SYMBOLS: Mapping[str, str] = {
    "right_square_bracket": "]", "left_square_bracket": "[", "full_stop": ".", "comma": ",", "colon": ":",
    "slash": "/", "question_mark": "?", "number_sign": "#", "enter": "⏎", "escape": "Esc", "space": "Space",
    "tab": "Tab", "shift+tab": "⇧Tab", "pagedown": "PgDn", "pageup": "PgUp", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "home": "Home", "end": "End", "backspace": "⌫", "delete": "Del", "plus": "+", "minus": "-",
    "equals_sign": "=", "apostrophe": "'", "exclamation_mark": "!", "tilde": "~", "greater_than_sign": ">",
    "less_than_sign": "<", "asterisk": "*", "underscore": "_", "semicolon": ";", "vertical_line": "|",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as a person reads it: `^S`, `]`, `⇧↓`."""
    if key in SYMBOLS:
        return SYMBOLS[key]
    head, plus, last = key.rpartition("+")
    if not plus:
        return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
    marks = head.replace("ctrl", "^").replace("shift", "⇧").replace("alt", "⌥").replace("+", "")
    name = SYMBOLS.get(last, last)
    return marks + (name.upper() if len(name) == 1 and "^" in marks else name)


_WRITTEN = {name.lower(): key for key, name in SYMBOLS.items() if len(name) > 1 and "⇧" not in name}
_NAMED = frozenset(key.value for key in Keys) | frozenset(SYMBOLS) | frozenset(_WRITTEN.values())


def textual_name(written: str) -> str | None:
    """Textual's name of a key as a person writes it: `F2`, `Ctrl+S`, `^S`, `PgDn`, `]`; None: there is no such key."""
    head, plus, last = written.strip().rpartition("+")
    if not head:  # the key + itself too
        head, last = ("", plus) if plus and not last else ("", last or plus)
    if not head and len(last) == 2 and last.startswith("^"):
        head, last = "ctrl", last[1]
    if len(last) == 1:
        last = last.lower() if "ctrl" in head.lower() and last.isalpha() else _character_to_key(last)
    else:
        last = _WRITTEN.get(last.lower(), last.lower())
        if last not in _NAMED and not _is_character(last):
            return None
    marks = [mark.strip().lower() for mark in head.split("+")] if head else []
    return "+".join([*marks, last]) if {"ctrl", "shift", "alt", "super"}.issuperset(marks) else None


def _is_character(name: str) -> bool:
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True
