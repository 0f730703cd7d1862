"""Dots to braille: each cell of a terminal holds two by four of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Dots = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    Codes = np.ndarray[tuple[int, int], np.dtype[np.uint32]]

WIDE, HIGH = 2, 4
"""Dots of a cell."""
BLANK = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot, row by row (Unicode, Braille Patterns)."""


def codes(dots: Dots) -> Codes:
    """The code point of each cell, 0 where it has no dot; the sides of `dots` are whole cells."""
    import numpy as np

    rows, columns = dots.shape[0] // HIGH, dots.shape[1] // WIDE
    cells = dots.reshape(rows, HIGH, columns, WIDE)
    found = np.zeros((rows, columns), dtype=np.uint32)
    for y, bits in enumerate(_BITS):
        for x, bit in enumerate(bits):
            found |= cells[:, y, :, x].astype(np.uint32) * np.uint32(bit)
    found[found > 0] |= np.uint32(BLANK)
    return found
