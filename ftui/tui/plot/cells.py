"""The cells of a picture: a character and the name of a style each."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Codes = np.ndarray[tuple[int, int], np.dtype[np.uint32]]
    Integers = np.ndarray[tuple[int], np.dtype[np.int64]]

Row = list[tuple[str, str]]
"""A line of the terminal: texts, each with the name of its style."""
SPACE = 32


class Cells:
    """Filled from behind to before: what is written later covers what is there."""

    def __init__(self, width: int, height: int) -> None:
        import numpy as np

        self.width, self.height = width, height
        self.codes = np.full((height, width), SPACE, dtype=np.uint32)
        self.styles = np.zeros((height, width), dtype=np.int16)
        self._names = ["text"]
        self._numbers = {"text": 0}

    def number(self, style: str) -> int:
        """The number under which a style stands in `styles`."""
        found = self._numbers.setdefault(style, len(self._names))
        if found == len(self._names):
            self._names.append(style)
        return found

    def layer(self, codes: Codes, style: str) -> None:
        """Lay braille over the whole picture: where two lines meet, the upper one has the cell."""
        drawn = codes > 0
        self.codes[drawn] = codes[drawn]
        self.styles[drawn] = self.number(style)

    def sign(self, x: int, y: int, sign: str, style: str) -> None:
        """One character, where it is inside."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.codes[y, x] = ord(sign)
            self.styles[y, x] = self.number(style)

    def upright(self, x: int, sign: str, style: str) -> None:
        """A line from top to bottom behind everything: only in the cells that are empty."""
        if 0 <= x < self.width:
            empty = self.codes[:, x] == SPACE
            self.codes[empty, x] = ord(sign)
            self.styles[empty, x] = self.number(style)

    def rows(self) -> list[Row]:
        """Every line, neighbours of one style together."""
        import numpy as np

        found: list[Row] = []
        change = np.diff(self.styles, axis=1) != 0
        for y in range(self.height):
            text = self.codes[y].astype("<u4").tobytes().decode("utf-32-le")
            cuts = [0, *(np.flatnonzero(change[y]) + 1).tolist(), self.width]
            styles = self.styles[y]
            found.append([(text[a:b], self._names[styles[a]]) for a, b in itertools.pairwise(cuts)])
        return found
