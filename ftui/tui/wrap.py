"""Wraps long texts a line at a time, so that a page of a 10 MB text costs a page."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.text.visible import symbol
from ftui.tui.cell_text import width_of

TAB_WIDTH = 4


def wrapped(text: str, width: int, stop: int | None = None) -> Iterator[tuple[int, int]]:
    """The (start, end) of each screen line of text[:stop], at most `width` cells.

    A newline ends its line and is in it; the space at which a line breaks is in it too and may hang over its end.
    """
    stop = len(text) if stop is None else min(stop, len(text))
    width = max(2, width)
    start = 0
    while start < stop:
        # One more than fits in either case: a screen line never holds more than `width` characters that have a width.
        newline = text.find("\n", start, min(stop, start + width + 1))
        if newline >= 0 and _plain(text[start:newline]):
            yield start, newline + 1
            start = newline + 1
            continue
        window = text[start : min(stop, start + width + 1)]
        if newline < 0 and _plain(window):
            end = _plain_end(text, start, width, stop)
        else:
            end = _measured_end(text, start, width, stop)
        yield start, end
        start = end
    if stop and stop == len(text) and text[stop - 1] == "\n":
        yield stop, stop


def _plain(text: str) -> bool:
    """Whether every character takes one cell."""
    return text.isascii() and text.isprintable()


def _plain_end(text: str, start: int, width: int, stop: int) -> int:
    if stop - start <= width:
        return stop
    space = text.rfind(" ", start, start + width + 1)
    if space <= start:
        return start + width
    return space + 1


def _measured_end(text: str, start: int, width: int, stop: int) -> int:
    """The end of a screen line whose characters differ in width."""
    used, at, space = 0, start, -1
    while at < stop:
        character = text[at]
        if character == "\n":
            return at + 1
        used += cells(character)
        if used > width:
            if character == " ":
                return at + 1
            return space + 1 if space > start else max(at, start + 1)
        if character == " ":
            space = at
        at += 1
    return at


def cells(character: str) -> int:
    """The cells a character of a record takes, drawn safely."""
    if character == "\t":
        return TAB_WIDTH
    drawn = symbol(character)
    return width_of(drawn) if drawn else 0
