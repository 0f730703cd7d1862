"""A Go text/template cut into texts and actions, and actions into tokens; white space is trimmed as `{{-` says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ftui.project.errors import FtuiError

_SPACE = " \t\r\n"
TokenKind = Literal["field", "variable", "word", "number", "string", "char", "op", "dot"]
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
  | (?P<char>'(?:[^'\\\n]|\\.)+')
  | (?P<op>:=|[=|(),])
  | (?P<variable>\$\w*)
  | (?P<field>\.[^\W\d]\w*)
  | (?P<number>[+-]?(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))
  | (?P<dot>\.)
  | (?P<word>[^\W\d]\w*)
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A token of an action; `spaced` where white space stands before it."""

    kind: TokenKind
    text: str
    spaced: bool


class Piece(NamedTuple):
    """A run of text, or an action's tokens."""

    text: str
    tokens: tuple[Token, ...] | None
    line: int


def pieces(source: str) -> Iterator[Piece]:
    """The texts and actions of a template in order. Raises FtuiError for an action that is never closed."""
    at, line = 0, 1
    trim = False
    while True:
        start = source.find("{{", at)
        text = source[at:] if start < 0 else source[at:start]
        left = (
            start >= 0
            and source[start + 2 : start + 3] == "-"
            and source[start + 3 : start + 4] in tuple(_SPACE)
        )
        if trim:
            text = text.lstrip(_SPACE)
        if left:
            text = text.rstrip(_SPACE)
        if text:
            yield Piece(text, None, line)
        if start < 0:
            return
        line += source.count("\n", at, start)
        begin = start + (3 if left else 2)
        body, at, trim = _action(source, begin, line)
        if body is not None:
            yield Piece("", body, line)
        line += source.count("\n", start, at)


def _action(source: str, begin: int, line: int) -> tuple[tuple[Token, ...] | None, int, bool]:
    """The tokens of an action (None: a comment), where the text goes on, and whether its white space is trimmed."""
    at = begin
    while at < len(source) and source[at] in _SPACE:
        at += 1
    if source.startswith("/*", at):
        close = source.find("*/", at)
        end = re.compile(r"(\s+-)?\}\}").match(source, close + 2) if close >= 0 else None
        if end is None:
            raise FtuiError(f"line {line}: a comment is never closed", "close it with */}}")
        return None, end.end(), bool(end[1])
    tokens: list[Token] = []
    at, spaced = begin, False
    while True:
        if source.startswith("}}", at):
            return tuple(tokens), at + 2, False
        if spaced and source.startswith("-}}", at):
            return tuple(tokens), at + 3, True
        match = _TOKEN.match(source, at)
        if match is None:
            where = source[at : at + 20] or "the end of the template"
            raise FtuiError(f"line {line}: an action breaks at {where!r}", "actions stand between {{ and }}")
        at = match.end()
        kind = match.lastgroup
        if kind == "space":
            spaced = True
            continue
        tokens.append(Token(kind, match[0], spaced))  # type: ignore[arg-type]
        spaced = False
