"""A key that is held down says the same again and again; a person who presses it twice takes longer."""

from __future__ import annotations

from math import inf

GAP_S = 0.12
"""Between two of a held key: 0.03 to 0.05 on most systems; the fastest finger needs 0.15."""


class HeldKey:
    """Tells the repeats of a held key from the same key pressed again, by when the terminal sent them."""

    def __init__(self, gap_s: float = GAP_S) -> None:
        self.gap_s = gap_s
        self._key = ""
        self._at = -inf

    def repeats(self, key: str, at: float) -> bool:
        """Take a key down; whether it is one more of the same, held."""
        held = key == self._key and at - self._at < self.gap_s
        self._key, self._at = key, at
        return held
