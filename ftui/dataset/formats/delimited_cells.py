"""The grammar of CSV and TSV records: where cells stand, what they say, and how new ones are written (RFC 4180)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Atomic groups, not possessive repetition of groups: before 3.11.5 Python matches that wrongly where what is repeated
# holds alternatives (gh-106052), and Debian 12 has 3.11.2.
_INSIDE = rb'(?>(?:[^"]++|"")*)'
_QUOTED = rb'"' + _INSIDE + rb'"'
_RUN_ON = re.compile(rb'"' + _INSIDE + rb'"?+', re.DOTALL)


class Cell(NamedTuple):
    """Bytes start..end of a record, between delimiters."""

    start: int
    end: int


class Grammar:
    """The compiled patterns of one delimiter.

    A cell is quoted when it begins with a quote; after the closing quote only spaces may stand before the next
    delimiter. Elsewhere a quote is an ordinary character. Only a line feed ends a record, with or without a carriage
    return.
    """

    def __init__(self, delimiter: bytes) -> None:
        d = re.escape(delimiter)
        space = rb"[ \t]*+" if delimiter != b"\t" else rb"[ ]*+"
        quoted = _QUOTED + space
        plain = rb'(?:[^"\r\n' + d + rb"]|\r(?!\n))(?>(?:[^\r\n" + d + rb"]++|\r(?!\n))*)"
        cell = rb"(?:" + quoted + rb"(?=" + d + rb"|\r?\n|\Z)|" + plain + rb"|(?=" + d + rb"|\r?\n|\Z))"
        self.delimiter = delimiter
        self.record = re.compile(rb"(" + cell + rb"(?>(?:" + d + cell + rb")*))(?:\r?\n|\Z)", re.DOTALL)
        """A whole record with its line ending; group 1 is the record."""
        self._leading = re.compile(rb"(?>(?:" + cell + d + rb")*)", re.DOTALL)
        self._cell = re.compile(rb"(" + cell + rb")(" + d + rb"|\Z)", re.DOTALL)

    def runs_on(self, data: bytes, at: int, end: int) -> bool:
        """Whether the record at `at`, which does not match before `end`, might match if there were more bytes."""
        start = self._leading.match(data, at, end)
        quote = start.end() if start else at
        match = _RUN_ON.match(data, quote, end)
        # one more byte may turn a closing quote into a doubled one, spaces into a delimiter, \r into \r\n
        return match is None or not data[match.end() : end].strip(b" \t\r")

    def cells(self, raw: bytes) -> list[Cell] | None:
        """The cells of a record; None where a quote is not closed."""
        if b'"' not in raw and b"\n" not in raw:
            return self._plain_cells(raw)
        found: list[Cell] = []
        at = 0
        while True:
            match = self._cell.match(raw, at)
            if match is None:
                return None
            found.append(Cell(*match.span(1)))
            at = match.end()
            if not match[2]:
                return found

    def unclosed_cell(self, raw: bytes) -> int:
        """The number, from 1, of the cell at which `cells` fails."""
        start = self._leading.match(raw)
        return len(self.cells(raw[: start.end() - 1]) or []) + 1 if start and start.end() else 1

    def _plain_cells(self, raw: bytes) -> list[Cell]:
        found: list[Cell] = []
        at = 0
        while (stop := raw.find(self.delimiter, at)) >= 0:
            found.append(Cell(at, stop))
            at = stop + 1
        return [*found, Cell(at, len(raw))]

    def needs_quotes(self, content: bytes) -> bool:
        """Whether a cell's content can only stand between quotes."""
        return any(sign in content for sign in (self.delimiter, b'"', b"\n", b"\r"))


@lru_cache(maxsize=8)
def grammar(delimiter: bytes) -> Grammar:
    """The grammar of a delimiter."""
    return Grammar(delimiter)


def content(token: bytes) -> bytes:
    """What a cell says: without its quotes, doubled quotes single."""
    if not token.startswith(b'"'):
        return token
    close = token.rfind(b'"')
    return token[1:close].replace(b'""', b'"') + token[close + 1 :]


def quoted(said: bytes) -> bytes:
    """A content between quotes."""
    return b'"' + said.replace(b'"', b'""') + b'"'
