"""Invisible characters of a text under visible stand-ins while it is edited, and the way back.

Textual's editor breaks lines at eight characters besides the newline and writes all of them as the first kind it finds:
a text with a U+2028 or a single carriage return would come back changed. It also draws escape characters as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import category

from ftui.text.visible import symbol

OTHERS = [chr(code) for code in range(0x2801, 0x2900)]
"""Braille patterns: 255 characters one cell wide that hardly any text has, for where the usual symbol is taken."""


class StandIns:
    """A text as the editor may hold it: its only line break is the newline, and every character can be seen.

    A stand-in is a character that the text does not contain, so whatever a person does to it, the text comes back
    exactly as it reads without stand-ins. Where every line ends with CR LF, lines made in the editor do so too.
    """

    def __init__(self, text: str) -> None:
        breaks = text.count("\n")
        self._crlf = bool(breaks) and breaks == text.count("\r\n") == text.count("\r")
        plain = text.replace("\r\n", "\n") if self._crlf else text
        self.marks: dict[str, str] = {}
        """Character to its stand-in."""
        if not plain.replace("\n", "").replace("\t", "").isprintable():
            present = set(plain)
            self.marks = dict(_chosen(sorted(filter(_is_invisible, present)), present))
        self._text = text
        self.shown = plain.translate(_table(self.marks.items()))

    def restore(self, shown: str) -> str:
        """The text behind what the editor shows."""
        shown = shown.translate(_table((mark, character) for character, mark in self.marks.items()))
        return shown.replace("\n", "\r\n") if self._crlf else shown

    def position(self, offset: int) -> int:
        """Where a character of the text stands in what is shown."""
        return offset - (self._text.count("\r\n", 0, offset) if self._crlf else 0)


def _table(pairs: Iterable[tuple[str, str]]) -> dict[int, str]:
    return {ord(character): other for character, other in pairs}


def _is_invisible(character: str) -> bool:
    return not character.isprintable() and character not in "\n\t" and category(character) != "Zs"


def _chosen(characters: list[str], present: set[str]) -> Iterator[tuple[str, str]]:
    taken = set(present)
    others = iter(OTHERS)
    for character in characters:
        mark = symbol(character)
        while mark in taken:
            mark = next(others, character)
            if mark == character:
                break  # more than 255 kinds: this one stays, and is left out where it is drawn
        taken.add(mark)
        yield character, mark
