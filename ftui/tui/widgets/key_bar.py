"""The keys that matter now, on one line."""

from __future__ import annotations

from rich.cells import cell_len

from ftui.tui.key import HOMES, Key, Place
from ftui.tui.key_names import key_name
from ftui.tui.keymap import KEYS, keys_of
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece

ALWAYS = 90
"""Keys with this order or more stand on the right and are never left out."""


class KeyBar(Bar):
    """The keys of the focused pane and of the desk, most used first, as many as fit."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.place: Place = "table"

    def left(self) -> list[Piece]:
        room = self.size.width - sum(cell_len(text) for text, _ in self.right())
        pieces: list[Piece] = [(" ", self.palette.bar)]
        used = 1
        for key in self._keys():
            made = self._pieces(key) if key.bar < ALWAYS else []
            used += sum(cell_len(text) for text, _ in made)
            if used > room:
                break
            pieces += made
        return pieces

    def right(self) -> list[Piece]:
        return [piece for key in self._keys() if key.bar >= ALWAYS for piece in self._pieces(key)]

    def _keys(self) -> list[Key]:
        # In an editor the screen's keys are letters.
        home = HOMES.get(self.place)
        places = (self.place,) if home is None else (self.place, home, "app")
        shown = [key for key in KEYS if key.bar and key.place in places]
        return sorted(shown, key=lambda key: key.bar)

    def _pieces(self, key: Key) -> list[Piece]:
        keymap: dict[str, str] = getattr(self.app, "_keymap", {})
        name = key_name(keys_of(key, keymap)[0])
        return [
            (name, self.palette.key),
            (f" {key.label if key.label.isupper() else key.label.lower()}  ", self.palette.bar_dim),
        ]
