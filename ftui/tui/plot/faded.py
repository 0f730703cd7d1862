"""A style half way to its background, for what stands behind."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

_OWN = 0.45
"""How much of its own colour is left."""
_DIM = Style(dim=True)


@lru_cache(maxsize=64)
def faded(style: Style) -> Style:
    """The colour mixed with the background; dimmed by the terminal where both are not known."""
    fore = style.color.triplet if style.color is not None else None
    ground = style.bgcolor.triplet if style.bgcolor is not None else None
    if fore is None or ground is None:
        return Style(color=style.color, bgcolor=style.bgcolor) + _DIM
    mixed = ColorTriplet(*(round(_OWN * a + (1 - _OWN) * b) for a, b in zip(fore, ground, strict=True)))
    return Style(color=Color.from_triplet(mixed), bgcolor=style.bgcolor)
