"""What all line widgets share: a strip of one line from pieces of text and style."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Piece = tuple[str, Style]


def strip_of(pieces: Iterable[Piece], width: int, fill: Style) -> Strip:
    """One line exactly `width` cells wide: cut or filled up on the right. Neighbours alike become one segment."""
    segments: list[Segment] = []
    used = 0
    for text, style in pieces:
        size = cell_len(text)
        if used + size > width:
            text, size = set_cell_size(text, width - used), width - used
        used += size
        if segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + text, style)
        elif text:
            segments.append(Segment(text, style))
        if used >= width:
            break
    if used < width:
        segments.append(Segment(" " * (width - used), fill))
    return Strip(segments, width)


def over(style: Style, ground: Style) -> Style:
    """The style with its own text colour and weight on another background (the cursor's, a selection's)."""
    if ground.reverse or style.color is None or style.color.triplet is None:
        return ground
    return ground + Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)
