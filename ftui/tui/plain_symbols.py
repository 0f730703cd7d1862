"""Our marks and lines in ASCII, for terminals and fonts that have nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ROWS = (0b0000_1001, 0b0001_0010, 0b0010_0100, 0b1100_0000)
"""The dots of a braille sign that lie in each of its four lines."""


def _braille(dots: int) -> str:
    """A dot pattern by how high it stands: `'` above, `-` in the middle, `.` below, `:` over several lines."""
    lines = [line for line, mask in enumerate(_ROWS) if dots & mask]
    if not lines:
        return " "
    return ":" if lines[-1] - lines[0] > 1 else "'-."[round(sum(lines) / len(lines) / 1.5)]


PLAIN = str.maketrans(
    {
        "✖": "x", "▲": "!", "●": "*", "✓": "v", "▸": ">", "▾": "v", "▌": "|", "…": "~", "⏎": "$", "⇥": ">", "◦": "?",
        "⇄": "?", "▯": "?", "�": "?", "·": ".", "⍽": "_", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
        "←": "<", "→": ">", "↑": "^", "↓": "v", "⇧": "S", "›": ">",
        "━": "=", "◆": "#", "•": "o", "×": "x", "▴": "^", "╎": ":", "↺": "R", "≤": "<",
        "┊": ":", "┆": ".", "┤": "+", "├": "+", "└": "+", "┘": "+", "┴": "+", "┬": "+", "┼": "+",
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▍": ":", "▎": ":", "▏": ":", "░": "-", "★": "*", "–": "-",
    }
    | {chr(0x2400 + code): "?" for code in (*range(33),)}
    | {chr(0x2800 + dots): _braille(dots) for dots in range(256)}
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
