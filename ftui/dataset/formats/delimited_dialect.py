"""Which delimiter a file uses, what its columns are called, and how it quotes: guessed from its first records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftui.dataset.formats.delimited_cells import content, grammar
from ftui.dataset.formats.json_value import BOM

_DELIMITERS = (b",", b";", b"\t", b"|")
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written."""

    delimiter: bytes
    columns: tuple[str, ...]
    header_end: int
    """Offset after the header and its line ending."""
    header_lines: int
    quote_all: bool


def sniff(data: bytes, whole: bool, tabs_first: bool) -> Dialect:
    """The dialect of a file from its first bytes; `whole` says that there are no more.

    The delimiter is the one that can read the header and cuts most records into as many cells; a comma where none
    does (`tabs_first`: a tab). Blank lines before the header are passed over.
    """
    start = len(BOM) if data.startswith(BOM) else 0
    while (stop := data.find(b"\n", start)) >= 0 and not data[start:stop].strip():
        start = stop + 1
    candidates = (b"\t", b",", b";", b"|") if tabs_first else _DELIMITERS
    best, best_score = candidates[0], (False, 0, 0)
    for delimiter in candidates:
        header = grammar(delimiter).record.match(data, start) is not None
        widths = [len(cells) for cells in _sample(data, start, whole, delimiter)]
        if widths and widths[0] > 1 and (score := (header, widths.count(widths[0]), widths[0])) > best_score:
            best, best_score = delimiter, score
    return _dialect(data, start, whole, best)


def _sample(data: bytes, start: int, whole: bool, delimiter: bytes) -> list[list[bytes]]:
    """The cells of the first records, as bytes."""
    rules = grammar(delimiter)
    found: list[list[bytes]] = []
    at = start
    while at < len(data) and len(found) < _SAMPLE:
        match = rules.record.match(data, at)
        if match is None:
            at = data.find(b"\n", at) + 1 or len(data)
            continue
        if match.end() == len(data) and not whole and not match[0].endswith(b"\n"):
            break
        record = match[1]
        cells = rules.cells(record)
        if cells and record.strip():
            found.append([record[a:b] for a, b in cells])
        at = match.end()
    return found


def _dialect(data: bytes, start: int, whole: bool, delimiter: bytes) -> Dialect:
    rules = grammar(delimiter)
    match = rules.record.match(data, start)
    if match is not None:
        header, end = match[1], match.end()
        tokens = [header[a:b] for a, b in rules.cells(header) or []]
    else:  # an unclosed quote in the header: it ends at its first line break
        end = data.find(b"\n", start) + 1 or len(data)
        tokens = data[start:end].rstrip(b"\r\n").split(delimiter)
    names = [content(token).decode(errors="replace") for token in tokens]
    rows = _sample(data, end, whole, delimiter)
    quote_all = bool(rows) and all(cell.startswith(b'"') for row in rows for cell in row)
    return Dialect(delimiter, unique(names), end, data.count(b"\n", 0, end), quote_all)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names with none empty and no two alike: `column 3`, `text (2)`."""
    given = frozenset(names)
    found: dict[str, None] = {}
    copies: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        wanted = name if name.strip() else f"column {number}"
        candidate = wanted
        while candidate in found or (candidate != name and candidate in given):
            copies[wanted] = copies.get(wanted, 1) + 1
            candidate = f"{wanted} ({copies[wanted]})"
        found[candidate] = None
    return tuple(found)
