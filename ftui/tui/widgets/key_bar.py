"""The keys that matter now, on one line."""

from __future__ import annotations

from rich.cells import cell_len

from ftui.tui.keymap import KEYS, Place, key_name, keys_of
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece


class KeyBar(Bar):
    """The keys of the focused pane and of the desk, most used first, as many as fit."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.place: Place = "table"

    def left(self) -> list[Piece]:
        palette = self.palette
        keymap: dict[str, str] = getattr(self.app, "_keymap", {})
        pieces: list[Piece] = [(" ", palette.bar)]
        used = 1
        shown = [key for key in KEYS if key.bar and key.place in (self.place, "desk", "app")]
        for key in sorted(shown, key=lambda key: key.bar):
            name, label = key_name(keys_of(key, keymap)[0]), key.label.lower()
            used += cell_len(name) + cell_len(label) + 3
            if used > self.size.width:
                break
            pieces += [(name, palette.key), (f" {label}  ", palette.bar_dim)]
        return pieces
