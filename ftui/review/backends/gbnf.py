"""GBNF, llama.cpp's form of grammars, read strictly: what is malformed makes llama.cpp die, not complain.

Where its parser is lax or its behaviour hangs on details, this one refuses. Syntax: llama.cpp, grammars/README.md.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import NoReturn

from ftui.project.errors import FtuiError

MOST_CHARACTERS = 256 << 10
MOST_REPEATS = 1000
"""llama.cpp takes up to 2,000; each is a rule of its own there."""
DEEPEST = 64
"""Brackets in brackets: its parser calls itself for each."""
MOST_CODE = 0x10FFFF
NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-")
_ESCAPES = {"t": 9, "r": 13, "n": 10, "\\": 92, '"': 34, "[": 91, "]": 93}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_ODD = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\U0010ffff]|[\ud800-\udfff]")
_COUNTS = re.compile(r"\{[ \t]*(\d{1,9})[ \t]*(,[ \t]*(\d{1,9})?[ \t]*)?\}")


@dataclass(frozen=True, slots=True)
class Literal:
    """Quoted characters; none: the empty text."""

    length: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """A character class, or any character."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another rule."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives in brackets."""

    alternatives: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item several times; `most` is None where there is no end to it."""

    item: Item
    least: int
    most: int | None
    at: int


Item = Literal | OneOf | Reference | Group | Repeat
Alternatives = tuple[tuple[Item, ...], ...]


def parse_gbnf(text: str) -> dict[str, Alternatives]:
    """The rules by name. Raises FtuiError that names line and column of a fault."""
    if len(text) > MOST_CHARACTERS:
        raise FtuiError(f"the grammar is longer than {MOST_CHARACTERS >> 10} KB", "make it shorter")
    odd = _ODD.search(text)
    if odd is not None:
        fault(text, odd.start(), f"the character U+{ord(odd[0]):04X} cannot stand in a grammar")
    return _Parser(text).rules()


def fault(text: str, at: int, what: str, hint: str = "see grammars/README.md of llama.cpp") -> NoReturn:
    """Raises FtuiError for a place in a grammar."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    raise FtuiError(f"grammar line {line} column {column}: {what}", hint)


class _Parser:
    """One pass over the text; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def rules(self) -> dict[str, Alternatives]:
        found: dict[str, Alternatives] = {}
        self._space(lines=True)
        while self.at < len(self.text):
            start = self.at
            name = self._name()
            if not name:
                self._fail(
                    "a rule's name was expected", "letters, digits and hyphens; an alternative begins with |"
                )
            if name in found:
                fault(self.text, start, f"the rule {name!r} is there twice")
            self._space()
            if not self.text.startswith("::=", self.at):
                what = "an underscore in a rule's name" if self._peek() == "_" else "::= was expected"
                self._fail(what, "names are letters, digits and hyphens: name ::= …")
            self.at += 3
            self._space(lines=True)
            found[name] = self._alternatives(0)
            if self.at < len(self.text) and self.text[self.at] not in "\r\n":
                self._fail(f"{self.text[self.at]!r} was not expected here")
            self._space(lines=True)
        return found

    def _alternatives(self, depth: int) -> Alternatives:
        if depth > DEEPEST:
            self._fail(f"more than {DEEPEST} brackets within each other")
        found = [self._sequence(depth)]
        while self._peek() == "|":
            self.at += 1
            self._space(lines=True)
            found.append(self._sequence(depth))
        return tuple(found)

    def _sequence(self, depth: int) -> tuple[Item, ...]:
        items: list[Item] = []
        while self.at < len(self.text):
            start, sign = self.at, self.text[self.at]
            if sign in "*+?{":
                items.append(self._repeated(items.pop() if items else None))
            elif sign == '"':
                items.append(self._literal())
            elif sign == "[":
                items.append(self._class())
            elif sign == ".":
                self.at += 1
                items.append(OneOf())
            elif sign == "(":
                items.append(self._group(depth))
            elif sign in NAME_CHARACTERS:
                items.append(Reference(self._name(), start))
            else:
                break
            self._space(lines=depth > 0)
        return tuple(items)

    def _group(self, depth: int) -> Group:
        start = self.at
        self.at += 1
        self._space(lines=True)
        found = Group(self._alternatives(depth + 1))
        if self._peek() != ")":
            if self.at < len(self.text):
                self._fail(f"{self.text[self.at]!r} was not expected here; the bracket is still open")
            fault(self.text, start, "the bracket is never closed")
        self.at += 1
        return found

    def _repeated(self, item: Item | None) -> Repeat:
        start = self.at
        if item is None:
            self._fail(f"nothing stands before {self.text[start]!r}")
        if isinstance(item, Repeat) or item == Literal(0):
            what = "a repetition" if isinstance(item, Repeat) else "an empty text"
            self._fail(f"{self.text[start]!r} repeats {what}", "put brackets around what is meant")
        if self.text[start] != "{":
            self.at += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.text[start]]
            return Repeat(item, least, most, start)
        match = _COUNTS.match(self.text, start)
        if match is None:
            self._fail("not a number of times", "{3}, {2,} or {2,5}")
        least = int(match[1])
        most = least if match[2] is None else int(match[3]) if match[3] else None
        if most == 0 or (most is not None and most < least):
            self._fail(f"{match[0]} times is never")
        if max(least, most or 0) > MOST_REPEATS:
            self._fail(f"more than {MOST_REPEATS:,} times", f"up to {MOST_REPEATS:,}, or *")
        self.at = match.end()
        return Repeat(item, least, most, start)

    # Characters

    def _literal(self) -> Literal:
        start = self.at
        self.at += 1
        length = 0
        while self._peek() != '"':
            if self._peek() in ("", "\n", "\r"):
                fault(self.text, start, "the quote is never closed", "a line end within it is \\n")
            if self._character() == 0:
                self._fail("U+0000 ends a text of llama.cpp: no output holds it")
            length += 1
        self.at += 1
        return Literal(length)

    def _class(self) -> OneOf:
        start = self.at
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self._peek() != "]":
            if self._peek() in ("", "\n", "\r"):
                fault(self.text, start, "the class is never closed", "[ itself is \\[, a line end \\n")
            first = last = self._character()
            if self._peek() == "-" and self.text[self.at + 1 : self.at + 2] != "]":
                self.at += 1
                if self._peek() in ("", "\n", "\r"):
                    fault(self.text, start, "the class is never closed")
                last = self._character()
            if last < first:
                self._fail("a range that runs backwards holds no character")
            ranges.append((first, last))
        self.at += 1
        if not ranges:
            fault(self.text, start, "a class without characters")
        if (negated and _covers_all(ranges)) or (not negated and all(last == 0 for _, last in ranges)):
            fault(self.text, start, "no character is left that the class allows")
        return OneOf()

    def _character(self) -> int:
        if self.text[self.at] != "\\":
            self.at += 1
            return ord(self.text[self.at - 1])
        sign = self.text[self.at + 1 : self.at + 2]
        if sign in _ESCAPES and sign:
            self.at += 2
            return _ESCAPES[sign]
        count = _HEX_DIGITS.get(sign, 0)
        digits = self.text[self.at + 2 : self.at + 2 + count]
        if not count or len(digits) < count or not all(digit in string.hexdigits for digit in digits):
            hint = 'known: \\n \\r \\t \\\\ \\" \\[ \\] \\x41 \\u0041 \\U00000041'
            self._fail(f"{self.text[self.at : self.at + 2]!r} begins no escape", hint)
        code = int(digits, 16)
        if code > MOST_CODE or 0xD800 <= code <= 0xDFFF:
            self._fail(f"\\{sign}{digits} is no character")
        self.at += 2 + count
        return code

    # Small things

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _name(self) -> str:
        start = self.at
        while self._peek() in NAME_CHARACTERS:
            self.at += 1
        return self.text[start : self.at]

    def _space(self, lines: bool = False) -> None:
        """Blanks and comments, and line ends where they mean nothing."""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "#":
                while self._peek() not in ("", "\n", "\r"):
                    self.at += 1
            elif sign in " \t" or (lines and sign in "\r\n"):
                self.at += 1
            else:
                break

    def _fail(self, what: str, hint: str = "see grammars/README.md of llama.cpp") -> NoReturn:
        fault(self.text, self.at, what, hint)


def _covers_all(ranges: list[tuple[int, int]]) -> bool:
    """Whether no character but U+0000 and the surrogates lies outside."""
    reached = 0
    for first, last in sorted([*ranges, (0xD800, 0xDFFF)]):
        if first > reached + 1:
            return False
        reached = max(reached, last)
    return reached >= MOST_CODE
