"""Finding the arrays of records in a JSON file and the elements in them, chunk by chunk, across what is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ftui.dataset import json_text
from ftui.dataset.formats.json_scan import SPACE, Signature, scan_value
from ftui.dataset.formats.json_value import BOM
from ftui.dataset.record import Problem

_SPACES = re.compile(SPACE)
_GAPS = re.compile(rb"[ \t\r\n,]*+")
_KEY = re.compile(rb'("(?:[^"\\\x00-\x1f]++|\\.)*+")' + SPACE + rb":" + SPACE)
_ROW_ARRAY = re.compile(rb"\[" + SPACE + rb"[{\[\]]")
_ARRAY_CUT_OFF = re.compile(rb"\[" + SPACE + rb"\Z")
_WHITE = b" \t\r\n"
_LONGEST_KEY = 64 << 10
_MORE = -1
"""More bytes are needed to go on."""


@dataclass(slots=True)
class ArraySpan:
    """One array of records: its name, its records first..stop, the offsets inside its brackets; -1 while not known."""

    name: str
    first: int
    open: int
    close: int = -1
    stop: int = -1


class Element(NamedTuple):
    """A record's offsets in the file, and what is wrong around it."""

    start: int
    end: int
    note: Problem | None


class ArrayScanner:
    """Walks over a JSON file; `scan` takes the next bytes, `take` gives the elements found in them."""

    def __init__(self) -> None:
        self.arrays: list[ArraySpan] = []
        self.is_array = False
        self.root = -1
        """Offset of the outermost value."""
        self.root_line = 1
        self.margin = ""
        """Indentation of the elements, "" where they share a line."""
        self._state = self._scan_root
        self._done = False
        self._found: list[Element] = []
        self._late: Problem | None = None
        self._count = 0
        self._base = 0
        self._after_comma = False
        self._signature: Signature | None = None

    def take(self) -> list[Element]:
        """The elements found since the last call."""
        found, self._found = self._found, []
        return found

    def take_note(self) -> Problem | None:
        """A problem found after the last element, if any."""
        late, self._late = self._late, None
        return late

    def scan(self, data: bytes, base: int, at_end: bool) -> int:
        """Walk over `data`, which stands at offset `base`; returns how many bytes are done with."""
        self._base = base
        at = 0
        while not self._done:
            after = self._state(data, at, at_end)
            if after == _MORE:
                return at
            at = after
        if data[at:].strip():
            self._remark("the file goes on after its closing bracket: what follows is not read")
        return len(data)

    # --- states: each takes one step and returns the offset reached, or _MORE

    def _scan_root(self, data: bytes, at: int, at_end: bool) -> int:
        if self._base + at == 0 and data.startswith(BOM):
            at = len(BOM)
        at = _end(_SPACES, data, at)
        if at == len(data):
            self._done = at_end
            return at if at_end else _MORE
        self.root = self._base + at
        self.root_line = data.count(b"\n", 0, at) + 1
        if data[at] == 91:
            self.is_array = True
            self._open("", at + 1)
        elif data[at] == 123:
            self._state = self._scan_members
        else:
            self._done = True
            return len(data)
        return at + 1

    def _open(self, name: str, at: int) -> None:
        self.arrays.append(ArraySpan(name, self._count, self._base + at))
        self._after_comma = True
        self._state = self._scan_elements

    def _scan_members(self, data: bytes, at: int, at_end: bool) -> int:
        """One member of the outermost object: an array of records, or something to pass over."""
        start = _end(_GAPS, data, at)
        key = _KEY.match(data, start)
        if key is None or key.end() == len(data):
            if not at_end and len(data) - start < _LONGEST_KEY and data[start : start + 1] != b"}":
                return _MORE
            return self._end_of_root(data, start)
        value = key.end()
        if _ROW_ARRAY.match(data, value):
            self._open(json_text.decode(key[1]), value + 1)
            return value + 1
        if _ARRAY_CUT_OFF.match(data, value) and not at_end:
            return _MORE
        scan = scan_value(data, value, at_end)
        if scan.outcome == "cut-off" and not at_end:
            return _MORE
        return scan.at if scan.outcome == "whole" else self._end_of_root(data, scan.at)

    def _end_of_root(self, data: bytes, at: int) -> int:
        self._done = True
        if data[at : at + 1] != b"}":
            self._remark("the file is no JSON after this row: what follows is not read")
            return len(data)
        return at + 1

    def _scan_elements(self, data: bytes, at: int, at_end: bool) -> int:
        start = _end(_SPACES, data, at)
        if start == len(data):
            if not at_end:
                return _MORE
            self._remark("the file ends without the closing bracket")
            self._close(len(data))
            self._done = True
            return start
        first = data[start]
        if first == 93:
            return self._scan_close(start)
        if first == 44:
            if self._after_comma:
                self._remark("two commas with nothing between them")
            self._after_comma = True
            return start + 1
        return self._scan_element(data, at, start, at_end)

    def _scan_close(self, at: int) -> int:
        if self._after_comma and self._count > self.arrays[-1].first:
            self._remark("a comma follows the last element")
        self._close(at)
        if self.is_array:
            self._done = True
        else:
            self._state = self._scan_members
        return at + 1

    def _close(self, at: int) -> None:
        self.arrays[-1].close = self._base + at
        self.arrays[-1].stop = self._count

    def _scan_element(self, data: bytes, at: int, start: int, at_end: bool) -> int:
        scan = scan_value(data, start, at_end)
        if scan.outcome == "cut-off" and not at_end:
            return _MORE
        if self._count - self.arrays[-1].first < 2:
            self._learn(data[at:start], data[start : start + 4096])
        if scan.outcome == "whole":
            after = _end(_SPACES, data, scan.at)
            if after == len(data) and not at_end:
                return _MORE
            if after == len(data) or data[after] in b",][{":
                self._add(start, scan.at)
                return scan.at
        return self._scan_broken(data, start, at_end)

    def _learn(self, lead: bytes, element: bytes) -> None:
        """The first two elements of an array show how elements begin; the second one, where it begins a new line."""
        if self._signature is None or self._count == self.arrays[-1].first or b"\n" in lead:
            self._signature = Signature(lead, element)
            self.margin = lead.rpartition(b"\n")[2].decode("ascii") if b"\n" in lead else ""

    def _scan_broken(self, data: bytes, start: int, at_end: bool) -> int:
        """A broken element ends before the next plausible one, else before the array's closing bracket."""
        assert self._signature is not None
        after = self._signature.next_start(data, start + 1, at_end)
        close = self._signature.closing_bracket(data, start + 1, after if after >= 0 else len(data))
        if close >= 0:
            stop = after = close
        elif after >= 0:
            stop = after
        elif not at_end:
            return _MORE
        else:
            stop = after = start + 1 + _before_file_tail(data[start + 1 :])
        lead = max(start + 1, stop - 4096)
        end = lead + _before_gap(data[lead:stop])
        self._add(start, end)
        self._after_comma = b"," in data[end:after]
        return after

    def _add(self, start: int, end: int) -> None:
        note = None
        if not self._after_comma:
            note = Problem("bad-json", "no comma between this row and the one before it", False)
        self._found.append(Element(self._base + start, self._base + end, note))
        self._count += 1
        self._after_comma = False

    def _remark(self, message: str) -> None:
        """Something wrong after the last element found so far."""
        problem = Problem("bad-json", message, False)
        if self._found:
            last = self._found[-1]
            self._found[-1] = last._replace(note=last.note or problem)
        else:
            self._late = self._late or problem


def _before_file_tail(data: bytes) -> int:
    """Where the brackets that close an array, and perhaps the object around it, begin at the end of a file.

    By hand, as is the next: a pattern that is searched for looks at a run of spaces again from each of them.
    """
    body = data.rstrip(_WHITE)
    array = body.removesuffix(b"}").rstrip(_WHITE)
    return len(array[:-1].rstrip(_WHITE)) if array.endswith(b"]") else len(body)


def _before_gap(data: bytes) -> int:
    """Where the white space and the comma begin that separate two elements."""
    return len(data.rstrip(_WHITE).removesuffix(b",").rstrip(_WHITE))


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at
