"""CSV and TSV: a record a row of cells, the first row names the columns."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ftui.dataset import field_path, json_text
from ftui.dataset.formats.base import FormatName
from ftui.dataset.formats.delimited_cells import content, grammar, quoted
from ftui.dataset.formats.delimited_dialect import Dialect, sniff
from ftui.dataset.formats.line_records import LineRecords
from ftui.dataset.formats.source import Source
from ftui.dataset.record import FieldEdit, Parsed, Problem
from ftui.project.errors import FtuiError

_SAMPLE = 256 << 10
_MOST_PATIENCE = 16 << 20
_LEAST_PATIENCE = 64 << 10
_UNCLOSED = (
    "cell {} begins with a quote that is not closed before the next cell; the row is read to its line break"
)


class Delimited(LineRecords):
    """Records of a delimited text file; a record's value maps each column to its text.

    A row with too few cells reads as if the missing ones were empty; the ones too many are called `column 4` and so
    on by their position. Names that are empty or stand twice in the header are made unique the same way.

    How far the closing quote of a cell is looked for: 16 MB, half as far after each quote that was never closed (64 KB
    at least), so that a broken file costs no more than a pass or two over it.
    """

    def __init__(self, source: Source, format_name: FormatName) -> None:
        super().__init__(source)
        self.format: FormatName = format_name
        self._ends = array("q")
        self._patience = _MOST_PATIENCE
        self._dialect = self._read_dialect()
        self._grammar = grammar(self._dialect.delimiter)
        self.columns: tuple[str, ...] = self._dialect.columns
        self.end = self._dialect.header_end
        self.lines.shift(0, self._dialect.header_lines)
        ending = source.read(max(0, self.end - 2), min(2, self.end))
        self._unterminated = not ending.endswith(b"\n")
        self._endings, self._crlf = 1, ending == b"\r\n"

    def _read_dialect(self) -> Dialect:
        size = _SAMPLE
        while True:
            data = self.source.read(0, size)
            dialect = sniff(data, len(data) < size, self.format == "tsv")
            if dialect.header_end < len(data) or len(data) < size or size >= _MOST_PATIENCE:
                return dialect
            size *= 4

    def _nothing_found(self) -> None:
        """A header without rows is a table of no rows."""

    # --- indexing

    def _step(self, size: int) -> None:
        """Index the whole records of the next `size` bytes; more are read for a cell that runs on."""
        while True:
            data = self.source.read(self.end, size)
            at_end = self.source.at_end(self.end + len(data))
            used = self._absorb(data, at_end)
            self.end += used
            if used or at_end:
                break
            size *= 2
        self._complete = at_end and used == len(data)

    def _absorb(self, data: bytes, at_end: bool) -> int:
        """Index records from the beginning of `data`; returns how many bytes they take."""
        match_record = self._grammar.record.match
        at, size = 0, len(data)
        while at < size:
            limit = min(size, at + self._patience)
            match = match_record(data, at, limit)
            stop = match.end() if match else 0
            if match and (data[stop - 1] == 10 or (at_end and stop == size)):
                self._add(at, match.end(1), stop, data)
            else:
                if not (at_end and limit == size) and self._may_go_on(data, at, limit, size):
                    break
                stop = data.find(b"\n", at) + 1 or size
                if stop == size and not at_end and data[size - 1] != 10:
                    break
                end = stop - 1 if data[stop - 1] == 10 else stop
                self._add(at, end - (end > at and data[end - 1] == 13 and end < stop), stop, data)
            at = stop
        return at

    def _may_go_on(self, data: bytes, at: int, limit: int, size: int) -> bool:
        """Whether more bytes are worth waiting for; when a quote was looked for in vain, look less far from now on."""
        if not self._grammar.runs_on(data, at, limit):
            return False
        if limit == size and size - at < self._patience:
            return True
        self._patience = max(_LEAST_PATIENCE, self._patience // 2)
        return False

    def _add(self, start: int, end: int, stop: int, data: bytes) -> None:
        row = len(self.starts)
        ended = data[stop - 1] == 10
        self._unterminated = not ended
        if not data[start:end].strip(b" \r\v\f"):
            self._note_blank(row)
            return
        self._ends.append(self.end + end)
        self.starts.append(self.end + start)
        self._endings += ended
        self._crlf += ended and stop - end == 2
        inner = data.count(b"\n", start, end)
        if inner:
            self.lines.shift(row + 1, inner)

    # --- reading

    def raw(self, row: int) -> bytes:
        if not 0 <= row < len(self.starts):
            raise IndexError(row)
        start = self.starts[row]
        return self.source.read(start, self._ends[row] - start)

    def raws(self, start: int, stop: int) -> list[bytes]:
        stop = min(stop, len(self.starts))
        if start >= stop:
            return []
        begin = self.starts[start]
        data = self.source.read(begin, self._ends[stop - 1] - begin)
        spans = zip(self.starts[start:stop], self._ends[start:stop], strict=True)
        return [data[a - begin : b - begin] for a, b in spans]

    def parse(self, raw: bytes) -> Parsed:
        cells = self._grammar.cells(raw)
        if cells is None:
            problem = Problem("unclosed-quote", _UNCLOSED.format(self._grammar.unclosed_cell(raw)), True)
            return self._with_damage(Parsed(None, (problem,)), raw)
        problems: tuple[Problem, ...] = ()
        texts: list[str] = []
        try:
            texts = [content(raw[a:b]).decode() for a, b in cells]
        except UnicodeDecodeError:
            texts = [content(raw[a:b]).decode(errors="replace") for a, b in cells]
            problems = (_not_utf8(raw),)
        if len(cells) != len(self.columns):
            count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
            message = f"{count} where the header has {len(self.columns)}"
            problems = (*problems, Problem("ragged-row", message, False))
            texts += [""] * (len(self.columns) - len(cells))
        return self._with_damage(
            Parsed(dict(zip(self._names(len(texts)), texts, strict=True)), problems), raw
        )

    def _names(self, count: int) -> list[str]:
        names = dict.fromkeys(self.columns[:count])
        for number in range(len(names) + 1, count + 1):
            name = f"column {number}"
            while name in names:
                name += " (2)"
            names[name] = None
        return list(names)

    # --- changing

    def edit(self, raw: bytes, edits: Sequence[FieldEdit]) -> bytes:
        changes: dict[int, list[json_text.Change]] = {}
        for edit in edits:
            changes.setdefault(self._column(raw, edit.field), []).append((edit.start, edit.end, edit.text))
        said = self._contents(raw)
        new: dict[int, bytes] = {}
        for column, parts in changes.items():
            old = said[column] if column < len(said) else b""
            try:
                new[column] = json_text.replace_plain(old, parts)
            except ValueError as error:
                raise FtuiError(f"the edit does not fit: {error}", "look at the row again") from None
        return self._with_cells(raw, new)

    def update(self, raw: bytes, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        if not isinstance(value, Mapping):
            self._no_table_row()
        old = self.parse(raw).value
        if not isinstance(old, dict):
            raise FtuiError("this row cannot be read", "edit its text as a whole")
        names = list(old)
        if unknown := [name for name in value if name not in old]:
            raise FtuiError(
                f"there is no column {unknown[0]} in this file", f"columns: {', '.join(self.columns)}"
            )
        texts = {i: _text(value.get(name, "")) for i, name in enumerate(names)}
        changed = {i: json_text.plain_bytes(text) for i, text in texts.items() if text != old[names[i]]}
        return self._with_cells(raw, changed)

    def encode(self, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        if not isinstance(value, Mapping):
            self._no_table_row()
        said = [json_text.plain_bytes(_text(value.get(name, ""))) for name in self.columns]
        cells = [self._written(content, self._dialect.quote_all) for content in said]
        return self._never_blank(self._dialect.delimiter.join(cells))

    def _no_table_row(self) -> NoReturn:
        raise FtuiError(
            f"{self.path}: a row here needs a value for each column", f"columns: {', '.join(self.columns)}"
        )

    def _contents(self, raw: bytes) -> list[bytes]:
        cells = self._grammar.cells(raw)
        if cells is None:
            raise FtuiError("a quote in this row is not closed", "edit the row's own text")
        return [content(raw[a:b]) for a, b in cells]

    def _column(self, raw: bytes, field: str) -> int:
        names = self._names(max(len(self.columns), len(self._contents(raw))))
        path = field_path.parse(field)
        if len(path) != 1 or path[0] not in names:
            raise FtuiError(f"there is no column {field} in this row", f"columns: {', '.join(self.columns)}")
        return names.index(str(path[0]))

    def _with_cells(self, raw: bytes, new: Mapping[int, bytes]) -> bytes:
        """The record with the content of some cells replaced; a cell is quoted if it was, or must be."""
        tokens = [raw[a:b] for a, b in self._grammar.cells(raw) or []]
        for column, said in sorted(new.items()):
            while column >= len(tokens):
                tokens.append(b"")
            if said != content(tokens[column]):
                tokens[column] = self._written(said, tokens[column].startswith(b'"'))
        return self._never_blank(self._dialect.delimiter.join(tokens))

    def _written(self, said: bytes, keep_quotes: bool) -> bytes:
        return quoted(said) if keep_quotes or self._grammar.needs_quotes(said) else said

    def _never_blank(self, raw: bytes) -> bytes:
        """A row must not look like a blank line."""
        return raw if raw.strip(b" \r\v\f") else quoted(raw)

    def fit(self, raw: bytes) -> bytes:
        if b"\n" in raw and self._grammar.cells(raw) is None:
            return b" ".join(raw.split(b"\n"))
        return raw

    def ending(self, row: int) -> bytes:
        stop = self.span(row)[1]
        return self.source.read(self._ends[row], stop - self._ends[row])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _not_utf8(raw: bytes) -> Problem:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return Problem(
            "invalid-utf8", f"not UTF-8 at byte {error.start + 1} (0x{raw[error.start]:02x})", False
        )
    return Problem("invalid-utf8", "not UTF-8", False)
