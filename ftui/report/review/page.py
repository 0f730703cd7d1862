"""What a page is made of, the same for a terminal, Markdown and HTML.

Its texts are raw: each writer makes them safe.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Tone = Literal["", "good", "warning", "bad", "dim"]


class Line(NamedTuple):
    """A sentence."""

    text: str
    tone: Tone = ""


class Table(NamedTuple):
    """Cells as they are shown; the first `names` columns are words, the others figures, set right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


class Section(NamedTuple):
    """A heading with what stands under it."""

    title: str
    parts: tuple[Line | Table, ...]
    depth: Literal[1, 2] = 2
    """1: a page of its own, a checkpoint; 2: a part of it."""
