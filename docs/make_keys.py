"""Writes the keys that keymap.toml may change into docs/configuration.md: `make pages`."""

from __future__ import annotations

from pathlib import Path

from ftui.tui.key import LABELS
from ftui.tui.key_names import SYMBOLS
from ftui.tui.keymap import KEYS

PAGE = Path(__file__).with_name("configuration.md")
BEGIN = "<!-- Written by docs/make_keys.py from the keys of the app: `make pages`. Do not edit below. -->"
END = "<!-- End of what docs/make_keys.py writes. -->"
_SPOKEN = {
    "⏎": "Enter",
    "⌫": "Backspace",
    "⇧Tab": "Shift+Tab",
    "↓": "Down",
    "↑": "Up",
    "←": "Left",
    "→": "Right",
}
"""Symbols of the key bar as keymap.toml takes them."""


def page(before: str) -> str:
    """The page with its keys as they are now."""
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{_tables()}\n{END}{tail}"


def _tables() -> str:
    lines: list[str] = []
    for place, title in LABELS.items():
        lines += [f"### {title}", "", "| id | keys | does |", "| --- | --- | --- |"]
        for key in KEYS:
            if key.place == place:
                keys = " ".join(f"`{written(name)}`" for name in key.keys.split(","))
                lines.append(f"| `{key.id}` | {keys} | {key.help.replace('|', chr(92) + '|')} |")
        lines.append("")
    return "\n".join(lines)


def written(key: str) -> str:
    """A key as one writes it into keymap.toml: `Ctrl+S`, `PgDn`, `]`."""
    if key == "comma":
        return key  # the sign itself parts keys
    if key in SYMBOLS:
        return _SPOKEN.get(SYMBOLS[key], SYMBOLS[key])
    *marks, last = key.split("+")
    name = SYMBOLS.get(last, last)
    name = _SPOKEN.get(name, name)
    if last == name and (marks or last[1:].isdigit()):
        name = last.upper()  # Ctrl+S, F2
    return "+".join([*(mark.capitalize() for mark in marks), name])


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
