"""How the cells of a figure are shared out."""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """Where things are in a figure of this size."""

    left: int
    """Cells before the pictures: labels and the axis."""
    cells: int
    """Width of the pictures."""
    right: int
    heights: tuple[int, ...]
    """Lines of each panel that is drawn, with its heading."""
    marks: bool
    """Whether there is a line for marks under the first heading."""
    axis: int
    """Lines of the x axis."""
