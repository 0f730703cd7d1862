"""Lines of a text report: wrapped and padded by the columns that characters take on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> Iterator[str]:
    """The text in lines of at most `width` columns, broken at spaces, each with its indent."""
    indent, later = first, first if rest is None else rest
    line, taken = "", 0
    for word in text.split(" "):
        size = cell_len(word)
        room = width - cell_len(indent)
        if line and taken + 1 + size > room:
            yield indent + line
            indent, line, taken = later, "", 0
            room = width - cell_len(indent)
        while size > room:
            head = _fitting(word, room)
            yield indent + head
            word, indent = word[len(head) :], later
            size, room = cell_len(word), width - cell_len(later)
        line = f"{line} {word}" if line else word
        taken = cell_len(line)
    if line:
        yield indent + line


def numbered(number: int, word: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def padded(text: str, width: int) -> str:
    """The text with spaces up to `width` columns, or its end behind an ellipsis where it is longer."""
    size = cell_len(text)
    if size <= width:
        return text + " " * (width - size)
    tail = text[-(width - 1) :]
    while cell_len(tail) > width - 1:
        tail = tail[1:]
    return "…" + tail


def _fitting(word: str, room: int) -> str:
    """The longest head of a word that fits in the room, at least one character."""
    end = taken = 0
    for character in word:
        taken += cell_len(character)
        if taken > room:
            break
        end += 1
    return word[: max(1, end)]
