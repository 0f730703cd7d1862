"""Our marks and lines in ASCII, for terminals and fonts that have nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

PLAIN = str.maketrans(
    {
        "✖": "x", "▲": "!", "●": "*", "✓": "v", "▸": ">", "▾": "v", "▌": "|", "…": "~", "⏎": "$", "⇥": ">", "◦": "?",
        "⇄": "?", "▯": "?", "�": "?", "·": ".", "⍽": "_", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
        "←": "<", "→": ">", "↑": "^", "↓": "v", "⇧": "S", "›": ">",
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▍": ":", "▎": ":", "▏": ":", "░": "-", "★": "*", "–": "-",
    }
    | {chr(0x2400 + code): "?" for code in (*range(33),)}
)  # fmt: skip
"""One cell for one cell; letters of the data stay what they are."""


class PlainSymbols(LineFilter):
    """Puts a plain character in the place of each symbol as a line is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  Textual's signature
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(PLAIN), segment.style, segment.control)
            for segment in segments
        ]
